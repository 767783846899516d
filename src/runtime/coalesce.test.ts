import { expect, test } from 'vitest';
import { Coalesced } from './coalesce.ts';

function gated() {
  const opens: (() => void)[] = [];
  let isRunning = false;
  const coalesced = new Coalesced(async () => {
    if (isRunning) throw new Error('two at once');
    isRunning = true;
    const n = opens.length;
    await new Promise<void>((resolve) => opens.push(resolve));
    isRunning = false;
    if (n === 1) throw new Error('the second fails');
  });
  return { coalesced, opens };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('Whoever asks while it runs gets a run of its own, shared with all who asked meanwhile', async () => {
  const { coalesced, opens } = gated();
  const first = coalesced.run();
  const later = [coalesced.run(), coalesced.run(), coalesced.run()];
  expect(opens).toHaveLength(1);
  opens[0]?.();
  await first;
  await settle();
  expect(opens).toHaveLength(2);
  const last = coalesced.run();
  opens[1]?.();
  for (const run of later) await expect(run).rejects.toThrow('the second fails');
  await settle();
  expect(opens).toHaveLength(3);
  opens[2]?.();
  await last;
  await settle();
  const again = coalesced.run();
  opens[3]?.();
  await again;
  expect(opens).toHaveLength(4);
});
