import { expect, test } from 'vitest';
import type { Member } from '../api/operations.ts';
import { silentLogger } from '../runtime/logger.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { Membership } from './membership.ts';

function membership() {
  const clock = new FakeClock();
  const stops: string[] = [];
  const forced: unknown[] = [];
  const agent: Member = { name: 'n1', address: '10.0.0.2', port: 8301, tags: { role: 'node' }, status: 1 };
  const made = new Membership({
    datacenter: 'dc1',
    nodeName: 's1',
    nodeId: 'id',
    address: '10.0.0.1',
    serverPort: 8300,
    memberPort: 8301,
    members: { list: () => [agent] },
    admissions: { forceLeave: async (...given) => void forced.push(given) },
    drainMs: () => 5_000,
    stop: (reason) => stops.push(reason),
    clock,
    logger: silentLogger,
  });
  return { clock, stops, forced, membership: made };
}

test.each(['10.0.0.1', '10.0.0.1:8301', '10.0.0.1:8300', '127.0.0.1:8301', 'localhost', '[::1]:8301', 'tcp://10.0.0.1:8301'])(
  'Joining oneself as %s is fine',
  (address) => {
    expect(() => membership().membership.join(address)).not.toThrow();
  },
);

test.each(['10.0.0.2', '10.0.0.1:9999', '', ':8301', 'a:b:c', '::1'])('Joining "%s" is refused with the reason', (address) => {
  expect(() => membership().membership.join(address)).toThrow(/failed to join/);
});

test('Members are this server and its agents', () => {
  const { membership: own } = membership();
  expect(own.members().map(({ name, tags }) => `${name} ${tags.role}`)).toEqual(['s1 consul', 'n1 node']);
});

test('Forcing this server to leave does nothing; agents are taken out', async () => {
  const { forced, membership: own } = membership();
  await own.forceLeave('S1', true);
  expect([own.self().status, forced]).toEqual([1, []]);
  await own.forceLeave('n1', true);
  await own.forceLeave('x', false);
  expect(forced).toEqual([
    ['n1', true],
    ['x', false],
  ]);
});

test('Leaving goes on answering for the drain time, then asks the process to end, once', async () => {
  const { clock, stops, membership: own } = membership();
  let hasLeft = 0;
  for (let n = 0; n < 2; n += 1) void own.leave().then(() => (hasLeft += 1));
  expect(own.self().status).toBe(2);
  await clock.advance(4_999);
  expect([hasLeft, stops.length]).toEqual([0, 0]);
  await clock.advance(1);
  expect([hasLeft, stops.length, own.self().status]).toEqual([2, 1, 3]);
});
