import { expect, test } from 'vitest';
import { FastAuthority, linkOf, nodeIdOf, noLeader } from '../../test/fixtures/agents.ts';
import { FakeLinkingAgent } from '../../test/fixtures/linking-agent.ts';
import { nodeDefinition, register, serviceDefinition } from '../../test/fixtures/records.ts';
import { LeaderDuties } from '../authority/duties.ts';
import { Liveness } from '../authority/liveness.ts';
import { silentLogger } from '../runtime/logger.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { LinkAdmissions } from './link-admissions.ts';
import { MemberList } from './member-list.ts';

const A = nodeIdOf(1);
const B = nodeIdOf(2);

function made() {
  const clock = new FakeClock();
  const authority = new FastAuthority();
  const { state } = authority.world;
  const settings = {
    graceMs: 30_000,
    reapAfterMs: 3_600_000,
    selfPreservationPercent: 15,
    selfPreservationMaxMs: 600_000,
    heartbeatMs: 10_000,
  };
  const liveness = new Liveness({ authority, state, clock, logger: silentLogger, settings });
  const members = new MemberList({ datacenter: 'dc1', memberPort: 8301, state, clock });
  const raised: number[] = [];
  const engine = { raiseIndex: (atLeast: number): number => raised.push(atLeast) };
  const admissions = new LinkAdmissions({ engine, authority, state, liveness, members, clock, graceMs: 30_000, logger: silentLogger });
  const resynced: string[] = [];
  admissions.onTaken((node) => resynced.push(node));
  authority.duty = new LeaderDuties([liveness, members, admissions]);
  authority.duty.restart();
  const statuses = (): string =>
    members
      .list()
      .map(({ name, status }) => `${name}=${status}`)
      .join(' ');
  const deregister = (serviceId: string = ''): Promise<true> =>
    authority.submit({ kind: 'catalog.deregister', node: 'n', serviceId, checkId: '' });
  return { clock, authority, state, admissions, members, raised, resynced, statuses, deregister };
}

const agentOf = (change: Parameters<typeof linkOf>[1] = {}, node: string = 'n'): FakeLinkingAgent =>
  new FakeLinkingAgent(linkOf(node, change));

test('An agent that was let in is in the catalog and in the member list', async () => {
  const { admissions, authority, statuses } = made();
  await admissions.admit(agentOf());
  expect([authority.health(), statuses(), admissions.size]).toEqual(['passing', 'n=1', 1]);
});

test.each([
  ['a reader', { node: undefined }, 'a reader without a node'],
  ['a node without a name', { node: nodeDefinition('', { id: A }) }, 'needs the name and the one id'],
  ['a node without an id', { node: nodeDefinition('n') }, 'needs the name and the one id'],
  ['a node with a name too long', { node: nodeDefinition('n'.repeat(256), { id: A }) }, 'at most 255 characters'],
  ['a node with a line end in its name', { node: nodeDefinition('n\n', { id: A }) }, 'no control characters'],
  ['a node with an endless id', linkOf('n', { nodeId: 'a'.repeat(65) }), 'a node id is a UUID'],
  ['a node with a strange id', linkOf('n', { nodeId: 'a/b' }), 'a node id is a UUID'],
  ['two node ids', { node: nodeDefinition('n', { id: B }) }, 'needs the name and the one id'],
])('The hello of %s is refused before anything is asked or written', async (_who, change, text) => {
  const { admissions, authority } = made();
  await expect(admissions.admit(new FakeLinkingAgent(linkOf('n'), change))).rejects.toThrow(text);
  expect(authority.submitted).toEqual([]);
});

test('The newest link of a run wins, and the one that it replaces is closed by then', async () => {
  const { admissions, statuses } = made();
  const [first, second] = [agentOf(), agentOf()];
  const old = await admissions.admit(first);
  await admissions.admit(second);
  expect([first.closed, second.closed]).toEqual(['replaced by a newer link for this node', '']);
  old.lost('closed');
  await old.leave();
  expect([admissions.size, statuses()]).toEqual([1, 'n=1']);
});

test('Of two hellos of one run at the same time, the later one is let in', async () => {
  const { admissions } = made();
  const [early, late] = [agentOf(), agentOf()];
  const outcomes = await Promise.allSettled([admissions.admit(early), admissions.admit(late)]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  expect(late.closed).toBe('');
});

test('A restart takes over at once: the link of the killed process is gone, so nobody is asked', async () => {
  const { admissions, state } = made();
  const killed = agentOf();
  (await admissions.admit(killed)).lost('connection reset');
  await admissions.admit(agentOf({ boot: 2, runId: 'r2' }));
  expect([killed.asked, state.tables.agent.get('n')?.boot, admissions.takeovers.count]).toEqual([0, 2, 0]);
});

test('A restart whose former link is half open takes over once that was asked in vain, and the old link is closed', async () => {
  const { admissions, state } = made();
  const before = agentOf();
  await admissions.admit(before);
  before.isThere = false;
  await admissions.admit(agentOf({ boot: 2, runId: 'r2' }));
  expect([before.asked > 0, before.closed !== '', state.tables.agent.get('n')?.runId]).toEqual([true, true, 'r2']);
});

test.each(['n', 'other'])(
  'A copy of the disk of a living agent that starts as node %s is refused, and the original goes on',
  async (name) => {
    const { admissions, state } = made();
    const original = agentOf();
    await admissions.admit(original);
    await expect(admissions.admit(agentOf({ boot: 2, runId: 'copy' }, name))).rejects.toMatchObject({
      code: 'REJECTED',
      message: expect.stringMatching(/whose agent is alive: the data directory here is a copy of its own.* empty the directory here/),
    });
    await admissions.admit(agentOf());
    expect(state.tables.agent.get('n')).toMatchObject({ boot: 1, runId: 'n-run' });
  },
);

test('A restart that comes while its former run is still at the door is told to come again', async () => {
  const { admissions } = made();
  const outcomes = await Promise.allSettled([admissions.admit(agentOf()), admissions.admit(agentOf({ boot: 2, runId: 'r2' }))]);
  expect(outcomes).toMatchObject([{ status: 'fulfilled' }, { reason: { code: 'CONTENDED', retryable: true } }]);
});

test('After a restore from before its last restart, a linked agent goes on, and its link stays', async () => {
  const { admissions, authority, state } = made();
  const agent = agentOf({ boot: 2, runId: 'r2' });
  await admissions.admit(agent);
  authority.world.run({ kind: 'node.leave', node: 'n', nodeId: A });
  authority.world.run(linkOf('n'));
  authority.duty?.restart();
  await Promise.resolve();
  expect([agent.closed, state.tables.agent.get('n')?.runId]).toEqual(['', 'r2']);
});

test('A second agent with the name of a live one gets the text of Consul', async () => {
  const { admissions } = made();
  const holder = agentOf();
  await admissions.admit(holder);
  await expect(admissions.admit(agentOf({ nodeId: B, runId: 'b' }))).rejects.toMatchObject({
    code: 'REJECTED',
    message: `failed inserting node: Error while renaming Node ID: "${B}": Node name n is reserved by node ${A} with name n (10.0.0.1)`,
  });
  expect([holder.asked, holder.closed]).toEqual([1, '']);
});

test('A holder that does not answer is taken over from, with what it registered, and its link is closed', async () => {
  const { admissions, authority, state } = made();
  const holder = agentOf();
  await admissions.admit(holder);
  await authority.submit(register('n', { services: [serviceDefinition('web')], owner: A, skipNodeUpdate: true }));
  holder.isThere = false;
  await admissions.admit(agentOf({ nodeId: B, runId: 'b', isFresh: true }));
  expect([holder.asked, holder.closed !== '', admissions.takeovers.count]).toEqual([2, true, 1]);
  expect(state.catalog.entry('n')?.services.get('web')?.owner).toBe(B);
});

test('The same agent with an empty disk after a kill takes over at once: its old link is gone, so nobody is asked', async () => {
  const { admissions, authority, state, statuses } = made();
  const killed = agentOf();
  const admission = await admissions.admit(killed);
  await authority.submit(register('n', { services: [serviceDefinition('web')], owner: A, skipNodeUpdate: true }));
  admission.lost('connection reset');
  await admissions.admit(agentOf({ nodeId: B, runId: 'b', isFresh: true }));
  expect([killed.asked, statuses(), state.catalog.entry('n')?.services.size]).toEqual([0, 'n=1', 1]);
});

test('Of two that want the name of a dead agent at the same time, one gets it and the other hears of that one', async () => {
  const { admissions } = made();
  (await admissions.admit(agentOf())).lost('gone');
  const [b, c] = [agentOf({ nodeId: B, runId: 'b' }), agentOf({ nodeId: nodeIdOf(3), runId: 'c' })];
  const outcomes = await Promise.allSettled([admissions.admit(b), admissions.admit(c)]);
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { message: /is reserved by node/ } });
});

test('An agent that is restarted under another name leaves no link under the old one', async () => {
  const { admissions, statuses, state } = made();
  const before = agentOf();
  await admissions.admit(before);
  before.isThere = false;
  await admissions.admit(agentOf({ boot: 2, runId: 'r2' }, 'renamed'));
  expect([before.closed, admissions.size]).toEqual(['its node has another name now', 1]);
  expect([statuses(), state.catalog.nodeCount]).toEqual(['n=3 renamed=1', 1]);
});

test('A live agent that dials anew keeps its name: at the door it cannot be asked yet, and has just proven that it lives', async () => {
  const { admissions, state } = made();
  const broken = agentOf();
  await admissions.admit(broken);
  broken.isThere = false;
  const again = agentOf();
  again.isThere = false;
  const outcomes = await Promise.allSettled([admissions.admit(again), admissions.admit(agentOf({ nodeId: B, runId: 'b' }))]);
  expect(outcomes).toMatchObject([{ status: 'fulfilled' }, { status: 'rejected', reason: { message: /is reserved by node/ } }]);
  expect(state.tables.agent.get('n')?.nodeId).toBe(A);
});

test('Nor does it lose it if it is back by the time that its former link was asked in vain', async () => {
  const { admissions, state } = made();
  const broken = agentOf();
  await admissions.admit(broken);
  broken.answers = async () => {
    await admissions.admit(agentOf());
    return false;
  };
  await expect(admissions.admit(agentOf({ nodeId: B, runId: 'b' }))).rejects.toThrow('is reserved by node');
  expect(state.tables.agent.get('n')?.nodeId).toBe(A);
});

test('Whoever was refused only because others came at the same moment is told that it may come again', async () => {
  const { admissions } = made();
  const outcomes = await Promise.allSettled([admissions.admit(agentOf()), admissions.admit(agentOf())]);
  expect(outcomes[0]).toMatchObject({ reason: { code: 'CONTENDED', retryable: true } });
});

test('An agent before which there is always another one is told that it may come again', async () => {
  const { admissions, authority } = made();
  let asked = 0;
  authority.submit = async () => {
    asked += 1;
    return { kind: 'held', node: 'n', nodeId: B, runId: `r${asked}` } as never;
  };
  await expect(admissions.admit(agentOf())).rejects.toMatchObject({ code: 'CONTENDED', retryable: true });
  expect(asked).toBe(4);
});

test.each([
  ['less than is here', 0, []],
  ['more than is here', 5_000, [5_000]],
  ['nonsense', Number.MAX_SAFE_INTEGER, [2 ** 40 + 1]],
])('An agent that has seen %s: the index is raised to %j', async (_what, seen, expected) => {
  const { admissions, raised } = made();
  await admissions.admit(new FakeLinkingAgent(linkOf('n'), { seen }));
  expect(raised).toEqual(expected);
});

test('Agents that lie about what they have seen cannot use the indexes up', async () => {
  const { admissions, raised, state } = made();
  state.load({ index: 2 ** 52 - 10, records: [] });
  await admissions.admit(new FakeLinkingAgent(linkOf('n'), { seen: Number.MAX_SAFE_INTEGER }));
  state.load({ index: 2 ** 52 + 10, records: [] });
  await admissions.admit(new FakeLinkingAgent(linkOf('m', { nodeId: B }), { seen: Number.MAX_SAFE_INTEGER }));
  expect(raised).toEqual([2 ** 52]);
});

test('Without a leader nobody is let in, and who tries again is', async () => {
  const { admissions, authority } = made();
  authority.failure = noLeader();
  const agent = agentOf();
  await expect(admissions.admit(agent)).rejects.toMatchObject({ code: 'NO_LEADER' });
  authority.failure = undefined;
  await admissions.admit(agent);
  expect(agent.closed).toBe('');
});

test('Who is heard stays alive; a link that was lost ages from its last byte, and who links again is alive at once', async () => {
  const { admissions, clock, authority, statuses } = made();
  const admission = await admissions.admit(agentOf());
  await clock.advance(29_000);
  admission.heard();
  await clock.advance(29_000);
  admission.lost('timeout');
  expect(authority.health()).toBe('passing');
  await clock.advance(1_050);
  expect([authority.health(), statuses()]).toEqual(['critical', 'n=4']);
  await admissions.admit(agentOf());
  expect([authority.health(), statuses()]).toEqual(['passing', 'n=1']);
});

test('An agent that leaves is out of catalog and list before that is answered', async () => {
  const { admissions, authority, state, statuses } = made();
  const admission = await admissions.admit(agentOf());
  const links = authority.submitted.length;
  await admission.leave();
  expect([state.catalog.nodeCount, statuses(), admissions.size]).toEqual([0, 'n=3', 0]);
  admission.lost('closed');
  expect(authority.submitted).toHaveLength(links + 1);
});

test('An agent whose leave could not be written is still linked, and may try again', async () => {
  const { admissions, authority, statuses } = made();
  const admission = await admissions.admit(agentOf());
  authority.failure = noLeader();
  await expect(admission.leave()).rejects.toMatchObject({ code: 'NO_LEADER' });
  authority.failure = undefined;
  expect([admissions.size, statuses()]).toEqual([1, 'n=1']);
  await admission.leave();
  expect(statuses()).toBe('n=3');
});

test('The node of a linked agent that others deregister is back at once, and its agent brings back the rest', async () => {
  const { admissions, resynced, statuses, authority, deregister } = made();
  const agent = agentOf();
  await admissions.admit(agent);
  await deregister();
  await Promise.resolve();
  expect([authority.health(), statuses(), resynced, agent.closed]).toEqual(['passing', 'n=1', ['n'], '']);
});

test('If that fails, its link is closed: it dials again', async () => {
  const { admissions, authority, deregister } = made();
  const agent = agentOf();
  await admissions.admit(agent);
  const submit = authority.submit.bind(authority);
  const deregistered = deregister;
  authority.submit = (command) => (command.kind === 'node.link' ? Promise.reject(noLeader()) : submit(command));
  await deregistered();
  await Promise.resolve();
  expect([agent.closed, admissions.size]).toEqual(['No cluster leader', 0]);
});

test('The owner hears once of what others took from it in one write', async () => {
  const { admissions, authority, resynced, deregister } = made();
  await admissions.admit(agentOf());
  await authority.submit(register('n', { services: [serviceDefinition('web')], owner: A, skipNodeUpdate: true }));
  expect(resynced).toEqual([]);
  await deregister('web');
  expect(resynced).toEqual(['n']);
  await authority.submit({ kind: 'catalog.deregister', node: 'n', serviceId: 'web', checkId: '', owner: A });
  expect(resynced).toEqual(['n']);
});

test('After a restore from a time before an agent came, it is in the catalog again', async () => {
  const { admissions, authority, state, statuses, resynced } = made();
  await admissions.admit(agentOf());
  state.load({ index: 100, records: [] });
  authority.duty?.restart();
  await Promise.resolve();
  expect([authority.health(), statuses(), resynced]).toEqual(['passing', 'n=1', ['n']]);
});

test('A member that failed is forced out: left, and its node deregistered', async () => {
  const { admissions, clock, state, statuses } = made();
  (await admissions.admit(agentOf())).lost('gone');
  await clock.advance(31_000);
  await admissions.forceLeave('N', false);
  expect([statuses(), state.catalog.nodeCount]).toEqual(['n=3', 0]);
  await admissions.forceLeave('n', false);
  expect(statuses()).toBe('n=3');
  await admissions.forceLeave('n', true);
  expect(statuses()).toBe('');
});

test('Pruned at once, a member that failed is not listed any more', async () => {
  const { admissions, clock, state, statuses } = made();
  (await admissions.admit(agentOf())).lost('gone');
  await clock.advance(31_000);
  await admissions.forceLeave('n', true);
  expect([statuses(), state.catalog.nodeCount]).toEqual(['', 0]);
});

test.each([
  [false, 'n=3'],
  [true, ''],
])('A live member is leaving until its link ends, and has left then (pruned: %s)', async (isPruned, after) => {
  const { admissions, clock, state, statuses } = made();
  const admission = await admissions.admit(agentOf());
  await admissions.forceLeave('n', isPruned);
  expect([statuses(), state.catalog.nodeCount]).toEqual(['n=2', 1]);
  admission.lost('gone');
  await clock.settle();
  expect([statuses(), state.catalog.nodeCount]).toEqual([after, 0]);
});

test('A member that was forced to leave and links again is alive', async () => {
  const { admissions, statuses } = made();
  await admissions.admit(agentOf());
  await admissions.forceLeave('n', false);
  await admissions.admit(agentOf());
  expect(statuses()).toBe('n=1');
});

test('Nobody is forced to leave who is no member', async () => {
  await expect(made().admissions.forceLeave('x', false)).rejects.toThrow("agent: No node found with name 'x'");
});
