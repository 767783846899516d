import { beforeEach, expect, test } from 'vitest';
import { KonsulError } from '../runtime/errors.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { ScriptedLink } from '../testing/scripted-link.ts';
import { AgentLinkMeters } from './agent-link-meters.ts';
import { Outgoing } from './outgoing.ts';
import { OutgoingCalls } from './outgoing-calls.ts';

let clock: FakeClock;
let link: ScriptedLink;
let meters: AgentLinkMeters;
let calls: OutgoingCalls;

beforeEach(() => {
  clock = new FakeClock();
  link = new ScriptedLink();
  meters = new AgentLinkMeters();
  calls = new OutgoingCalls({ outgoing: new Outgoing(link, meters), clock, meters });
});

const leave = (): Promise<unknown> => calls.call((id) => ({ t: 'leave', id }));

test('a call is answered by its id, in whatever order the answers come', async () => {
  const [first, second] = [leave(), leave()];
  calls.done(2, 'b');
  calls.done(1, 'a');
  expect(await first).toBe('a');
  expect(await second).toBe('b');
  expect(meters.pendingCalls).toBe(0);
  expect(clock.pendingTimers).toBe(0);
});

test('a call fails as the server says', async () => {
  const call = leave();
  calls.fail(1, new KonsulError('REJECTED', 'no'));
  await expect(call).rejects.toMatchObject({ code: 'REJECTED', message: 'no' });
});

test('a call without an answer ends after 10 s, and whether it acted is said to be unknown', async () => {
  const call = leave();
  const refused = expect(call).rejects.toMatchObject({
    code: 'UNREACHABLE',
    message: expect.stringContaining('whether they acted is unknown'),
  });
  await clock.advance(10_000);
  await refused;
  calls.done(1, 'late');
  expect(meters.pendingCalls).toBe(0);
});

test('the end of the link ends all calls, with its reason', async () => {
  const both = Promise.allSettled([leave(), leave()]);
  calls.end('cut');
  expect(await both).toMatchObject([{ reason: { code: 'UNREACHABLE', message: expect.stringContaining('cut') } }, { status: 'rejected' }]);
  expect(clock.pendingTimers).toBe(0);
});

test('more than 1,000 at a time are refused, not kept', async () => {
  const all = Promise.allSettled(Array.from({ length: 1_000 }, leave));
  await expect(leave()).rejects.toMatchObject({ code: 'TOO_MANY_CONNECTIONS', status: 429 });
  calls.done(1, 'room again');
  const next = leave();
  calls.done(1_001, 'ok');
  expect(await next).toBe('ok');
  calls.end('over');
  await all;
});

test('a write that no link carries is refused, and the link stays', async () => {
  const key = 'x'.repeat(33 * 1_048_576);
  const put = calls.call((id) => ({ t: 'cmd', id, command: { kind: 'kv.delete-tree', prefix: key } }));
  await expect(put).rejects.toMatchObject({ code: 'TOO_LARGE' });
  expect(link.closedWith).toBeUndefined();
  expect(meters).toMatchObject({ pendingCalls: 0, framesOut: 0 });
});
