/**
 * Machines that start, stop, lose their disk, copy the disk of another and take the name of another, at random: whatever the order in
 * which their hellos come and answers go, each name has one agent, and nobody who lives is pushed out.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FastAuthority, nodeIdOf } from '../../test/fixtures/agents.ts';
import { FakeLinkingAgent } from '../../test/fixtures/linking-agent.ts';
import { nodeDefinition, register, serviceDefinition } from '../../test/fixtures/records.ts';
import { LeaderDuties } from '../authority/duties.ts';
import { Liveness } from '../authority/liveness.ts';
import type { Command, ResultOf } from '../model/commands/command.ts';
import { KonsulError } from '../runtime/errors.ts';
import { silentLogger } from '../runtime/logger.ts';
import type { Admission } from '../sync/link-host.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { LinkAdmissions } from './link-admissions.ts';
import { MemberList } from './member-list.ts';

/** Decides in order, and answers in order, each answer some turns of the queue of promises later. */
class SlowAuthority extends FastAuthority {
  #answered: Promise<unknown> = Promise.resolve();
  turns = 0;

  override submit<C extends Command>(command: C): Promise<ResultOf<C>> {
    const decided = super.submit(command);
    const before = this.#answered;
    const turns = this.turns;
    const answer = (async () => {
      await before;
      for (let n = 0; n < turns; n += 1) await Promise.resolve();
      return decided;
    })();
    this.#answered = answer.catch(() => {});
    return answer;
  }
}

interface Run {
  readonly machine: number;
  readonly name: string;
  readonly nodeId: string;
  readonly boot: number;
  readonly runId: string;
  readonly isFresh: boolean;
  /** Its process runs and reaches the server. */
  isThere: boolean;
}

/** One link of a run, from its hello on. */
interface Dialled {
  readonly run: Run;
  readonly agent: FakeLinkingAgent;
  admission: Admission | undefined;
  refusal: string;
  /** The last that was heard of it has been told. */
  isLost: boolean;
}

const NAMES = ['web', 'Web', 'db'] as const;

class Cluster {
  readonly authority: SlowAuthority = new SlowAuthority();
  readonly admissions: LinkAdmissions;
  readonly members: MemberList;
  readonly dialled: Dialled[] = [];
  /** Pushed out by another machine while they lived, against the rules. */
  readonly wronged: string[] = [];
  readonly #disks: ({ readonly nodeId: string; readonly boot: number } | undefined)[] = [undefined, undefined, undefined];
  readonly #runs: (Run | undefined)[] = [undefined, undefined, undefined];
  #made = 0;

  constructor() {
    const { authority } = this;
    const { state } = authority.world;
    const clock = new FakeClock();
    const settings = {
      graceMs: 30_000,
      reapAfterMs: 3_600_000,
      selfPreservationPercent: 15,
      selfPreservationMaxMs: 1,
      heartbeatMs: 10_000,
    };
    const liveness = new Liveness({ authority, state, clock, logger: silentLogger, settings });
    this.members = new MemberList({ datacenter: 'dc1', memberPort: 8301, state, clock });
    this.admissions = new LinkAdmissions({
      engine: { raiseIndex: () => {} },
      authority,
      state,
      liveness,
      members: this.members,
      ...{ clock, graceMs: settings.graceMs },
      logger: silentLogger,
    });
    authority.duty = new LeaderDuties([liveness, this.members, this.admissions]);
  }

  /** A process starts on a machine, in place of the one that ran there; its counter is on disk before it says hello. */
  start(machine: number, name: string): void {
    this.kill(machine, false);
    const disk = this.#disks[machine];
    this.#made += 1;
    const nodeId = disk?.nodeId ?? nodeIdOf(this.#made);
    const boot = (disk?.boot ?? 0) + 1;
    this.#disks[machine] = { nodeId, boot };
    this.#runs[machine] = { machine, name, nodeId, boot, runId: `run${this.#made}`, isFresh: disk === undefined, isThere: true };
    this.dial(machine);
  }

  /** The process ends; the server may or may not hear of it. */
  kill(machine: number, isHeard: boolean): void {
    const run = this.#runs[machine];
    if (run === undefined) return;
    run.isThere = false;
    this.#runs[machine] = undefined;
    for (const each of this.dialled) if (each.run === run) each.agent.isThere = false;
    if (isHeard) this.#lose((each) => each.run === run);
  }

  wipe(machine: number): void {
    this.kill(machine, true);
    this.#disks[machine] = undefined;
  }

  copyDisk(from: number, to: number): void {
    this.kill(to, true);
    this.#disks[to] = this.#disks[from];
  }

  /** The running process says hello, on a new link. */
  dial(machine: number): void {
    const run = this.#runs[machine];
    if (run === undefined) return;
    const { name, nodeId, boot, runId, isFresh } = run;
    const agent = new FakeLinkingAgent({ node: nodeDefinition(name, { id: nodeId }), identity: { nodeId, boot, runId, isFresh } });
    const dialled: Dialled = { run, agent, admission: undefined, refusal: '', isLost: false };
    this.dialled.push(dialled);
    this.#watchClosing(dialled);
    this.admissions.admit(agent).then(
      (admission) => {
        dialled.admission = admission;
        if (agent.closed === '') this.#register(run);
      },
      (error: unknown) => {
        dialled.refusal = error instanceof KonsulError ? error.message : 'a bug';
        agent.closed ||= 'refused';
      },
    );
  }

  async settle(): Promise<void> {
    for (let n = 0; n < 1_000; n += 1) await Promise.resolve();
    this.#lose(({ agent }) => agent.closed !== '');
  }

  open(): readonly Dialled[] {
    return this.dialled.filter(({ agent, admission }) => agent.closed === '' && admission !== undefined);
  }

  #lose(which: (each: Dialled) => boolean): void {
    for (const each of this.dialled) {
      if (each.isLost || each.admission === undefined || !which(each)) continue;
      each.isLost = true;
      each.agent.closed ||= 'reset';
      each.admission.lost(each.agent.closed);
    }
  }

  #register({ name, nodeId, runId }: Run): void {
    const service = serviceDefinition('own', { tags: [runId] });
    void this.authority.submit(register(nodeDefinition(name), { services: [service], owner: nodeId, skipNodeUpdate: true }));
  }

  /** At the moment when a link is closed: if its process lives, only itself, on a newer link, may have done that. */
  #watchClosing({ run, agent }: Dialled): void {
    const close = agent.close.bind(agent);
    agent.close = (reason) => {
      if (agent.closed === '' && run.isThere && !this.#hasSuccessor(run, agent)) this.wronged.push(`${run.runId}: ${reason}`);
      close(reason);
    };
  }

  #hasSuccessor(run: Run, agent: FakeLinkingAgent): boolean {
    return this.dialled.some((other) => other.agent !== agent && other.run.runId === run.runId);
  }
}

const machine = fc.nat(2);
const turns = fc.nat(6);
const step = fc.oneof(
  { arbitrary: fc.record({ what: fc.constant('start' as const), machine, name: fc.constantFrom(...NAMES), turns }), weight: 5 },
  { arbitrary: fc.record({ what: fc.constant('dial' as const), machine, turns }), weight: 4 },
  { arbitrary: fc.record({ what: fc.constant('kill' as const), machine, isHeard: fc.boolean() }), weight: 2 },
  fc.record({ what: fc.constant('wipe' as const), machine }),
  fc.record({ what: fc.constant('copy' as const), machine, to: machine }),
  { arbitrary: fc.constant({ what: 'settle' as const }), weight: 4 },
);

async function run(cluster: Cluster, each: typeof step extends fc.Arbitrary<infer S> ? S : never): Promise<void> {
  if ('turns' in each) cluster.authority.turns = each.turns;
  if (each.what === 'start') cluster.start(each.machine, each.name);
  if (each.what === 'dial') cluster.dial(each.machine);
  if (each.what === 'kill') cluster.kill(each.machine, each.isHeard);
  if (each.what === 'wipe') cluster.wipe(each.machine);
  if (each.what === 'copy') cluster.copyDisk(each.machine, each.to);
  if (each.what === 'settle') await cluster.settle();
}

/** What must hold whenever nothing is under way. */
function check(cluster: Cluster): void {
  const { state } = cluster.authority.world;
  const open = cluster.open();
  expect(cluster.wronged).toEqual([]);
  expect(new Set(open.map(({ run }) => run.name.toLowerCase())).size, 'one link for each name').toBe(open.length);
  expect(new Set(open.map(({ run }) => run.nodeId)).size, 'one link for each node id').toBe(open.length);
  expect(cluster.admissions.size, 'nothing is left of links that ended').toBe(open.length);
  for (const { run } of open) {
    expect(state.tables.agent.get(run.name.toLowerCase())).toMatchObject({ nodeId: run.nodeId, runId: run.runId, boot: run.boot });
    expect(state.catalog.node(run.name)?.id).toBe(run.nodeId);
    expect(cluster.members.get(run.name)?.status).toBe(1);
  }
  for (const { node, nodeId } of state.tables.agent.all())
    for (const { owner } of state.catalog.entry(node)?.services ?? []) expect(owner, `what is on ${node}`).toBe(nodeId);
  const refusals = cluster.dialled.map(({ refusal }) => refusal).filter((text) => text !== '');
  for (const text of refusals)
    expect(text).toMatch(/is reserved by node|is a copy|another link of the same agent|another agent has this node|too many agents/);
}

test('Whatever machines do, each name has one agent, nobody who lives is pushed out, and what is registered has its owner', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
      const cluster = new Cluster();
      for (const each of steps) {
        await run(cluster, each);
        if (each.what === 'settle') check(cluster);
      }
      await cluster.settle();
      check(cluster);
    }),
    { numRuns: 1_000 },
  );
});

test('The machines of that test do meet: all that may happen to them does', async () => {
  const seen = { linked: 0, reserved: 0, copied: 0, adopted: 0 };
  for (const steps of fc.sample(fc.array(step, { minLength: 20, maxLength: 30 }), { numRuns: 200, seed: 1 })) {
    const cluster = new Cluster();
    for (const each of steps) await run(cluster, each);
    await cluster.settle();
    seen.linked += cluster.open().length;
    seen.reserved += cluster.dialled.filter(({ refusal }) => refusal.includes('reserved')).length;
    seen.copied += cluster.dialled.filter(({ refusal }) => refusal.includes('copy')).length;
    seen.adopted += cluster.admissions.takeovers.count;
  }
  expect(Object.values(seen).filter((count) => count < 20)).toEqual([]);
});
