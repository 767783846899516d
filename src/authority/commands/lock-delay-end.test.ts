import { expect, test } from 'vitest';
import { register, sessionRecord } from '../../../test/fixtures/records.ts';
import { World } from '../../../test/fixtures/world.ts';

test('The end of a lock delay opens the key; where there is none, nothing is written', () => {
  const world = new World();
  world.run(register('n'));
  world.run({ kind: 'session.create', session: sessionRecord('s', 'n', { lockDelayNs: 1e9 }) });
  world.put('k', 'x', { kind: 'acquire', session: 's' });
  world.run({ kind: 'session.destroy', id: 's' });
  world.run({ kind: 'lock-delay.end', key: 'k' });
  expect([...world.state.kv.lockDelays()]).toEqual([]);
  world.run({ kind: 'lock-delay.end', key: 'k' });
  expect(world.changes).toEqual([]);
});
