import { expect, test } from 'vitest';
import { Hangups } from './hangups.ts';

test('Those that came too early count as one', () => {
  let hangUp = (): void => {};
  const hangups = new Hangups({ onHangup: (react) => (hangUp = react) });
  hangUp();
  hangUp();
  let reloads = 0;
  hangups.listen(() => (reloads += 1));
  expect(reloads).toBe(1);
  hangUp();
  expect(reloads).toBe(2);
});
