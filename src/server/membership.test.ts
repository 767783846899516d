import { expect, test } from 'vitest';
import { silentLogger } from '../runtime/logger.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { Membership } from './membership.ts';

function membership() {
  const clock = new FakeClock();
  const stops: string[] = [];
  const made = new Membership({
    datacenter: 'dc1',
    nodeName: 's1',
    nodeId: 'id',
    address: '10.0.0.1',
    serverPort: 8300,
    memberPort: 8301,
    drainMs: () => 5_000,
    stop: (reason) => stops.push(reason),
    clock,
    logger: silentLogger,
  });
  return { clock, stops, membership: made };
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

test('Only a member can be forced to leave, and the server itself does not mind', () => {
  const { membership: own } = membership();
  own.forceLeave('s1');
  expect(own.self().status).toBe(1);
  expect(() => own.forceLeave('x')).toThrow("agent: No node found with name 'x'");
});

test('Leaving goes on answering for the drain time, then asks the process to end, once', async () => {
  const { clock, stops, membership: own } = membership();
  let hasLeft = 0;
  for (let n = 0; n < 2; n += 1) void own.leave().then(() => (hasLeft += 1));
  expect(own.members().map(({ status }) => status)).toEqual([2]);
  await clock.advance(4_999);
  expect([hasLeft, stops.length]).toEqual([0, 0]);
  await clock.advance(1);
  expect([hasLeft, stops.length, own.self().status]).toEqual([2, 1, 3]);
});
