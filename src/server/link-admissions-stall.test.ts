/** Who keeps a node while its agent cannot answer: right after a start of the server, and while its process is stalled. */
import { expect, test } from 'vitest';
import { FastAuthority, linkOf, nodeIdOf } from '../../test/fixtures/agents.ts';
import { FakeLinkingAgent } from '../../test/fixtures/linking-agent.ts';
import { LeaderDuties } from '../authority/duties.ts';
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
  const members = new MemberList({ datacenter: 'dc1', memberPort: 8301, state, clock });
  const doubles = { engine: { raiseIndex: () => {} }, liveness: { heard: () => {} }, logger: silentLogger };
  const admissions = new LinkAdmissions({ ...doubles, authority, state, members, clock, graceMs: 30_000 });
  authority.duty = new LeaderDuties([members, admissions]);
  authority.duty.restart();
  return { clock, authority, state, admissions };
}

const agentOf = (change: Parameters<typeof linkOf>[1] = {}, node: string = 'n'): FakeLinkingAgent =>
  new FakeLinkingAgent(linkOf(node, change));

test('After a start of the server a node is kept for its agent, which may link as ever; others are told to come again', async () => {
  const { admissions, authority, clock, state } = made();
  authority.world.run(linkOf('n'));
  authority.duty?.restart();
  const other = (): FakeLinkingAgent => agentOf({ nodeId: B, runId: 'b', isFresh: true });
  await clock.advance(20_000);
  await expect(admissions.admit(other())).rejects.toMatchObject({ code: 'CONTENDED', retryable: true, message: /is kept for its agent/ });
  await admissions.admit(agentOf({ boot: 2, runId: 'r2' }));
  expect(state.tables.agent.get('n')).toMatchObject({ nodeId: A, runId: 'r2' });
});

test('It is kept for the grace time and no longer, and not at all once the node is critical', async () => {
  const { admissions, authority, clock, state } = made();
  for (const name of ['n', 'm']) authority.world.run(linkOf(name, { nodeId: name === 'n' ? A : nodeIdOf(3) }));
  authority.world.run({ kind: 'node.health', node: 'm', nodeId: nodeIdOf(3), isAlive: false });
  authority.duty?.restart();
  await admissions.admit(agentOf({ nodeId: nodeIdOf(4), runId: 'd' }, 'm'));
  await clock.advance(30_100);
  await admissions.admit(agentOf({ nodeId: B, runId: 'b' }));
  expect([state.tables.agent.get('n')?.nodeId, state.tables.agent.get('m')?.nodeId]).toEqual([B, nodeIdOf(4)]);
});

test.each([
  ['a moment ago is asked again, and keeps its node', 5_000, 2, 'rejected'],
  ['longer than a heartbeat ago is asked once', 15_000, 1, 'fulfilled'],
])('A stalled holder that was heard %s', async (_when, silentMs, asked, status) => {
  const { admissions, clock } = made();
  const holder = agentOf();
  await admissions.admit(holder);
  await clock.advance(silentMs);
  holder.answers = () => {
    holder.asked += 1;
    return Promise.resolve(holder.asked > 1);
  };
  const outcomes = await Promise.allSettled([admissions.admit(agentOf({ nodeId: B, runId: 'b' }))]);
  expect([holder.asked, outcomes[0].status]).toEqual([asked, status]);
});
