/**
 * What agents register, in order. Remembers per run of an agent what became of its last pushes, across its links, so that a push that
 * comes again is acknowledged again and decided once. One for all links of a server.
 */
import type { CatalogDeregister, CatalogRegister } from '../model/commands/catalog.ts';
import { KonsulError } from '../runtime/errors.ts';
import { assertCommand } from './codec-commands.ts';
import { toWireError } from './codec-error.ts';
import type { PushAck, PushFrame, WireError } from './frames.ts';
import type { LinkHost } from './link-host.ts';
import type { ServingMeters } from './serving-meters.ts';

type Failed = PushAck['failed'];

interface Run {
  /** The highest that was acknowledged. */
  seq: number;
  /** Of the last that were acknowledged, those of which something failed, the oldest first. */
  readonly failed: Map<number, Failed>;
  /** Being decided. */
  readonly pending: Map<number, Promise<Failed>>;
  /** Settles when all that came so far is decided: acknowledgements are given in order. */
  last: Promise<unknown>;
}

/** Who pushes: the run of an agent, and the node that is its own. */
export interface Pusher {
  readonly runId: string;
  readonly nodeId: string;
  /** The name of its node; '' for a reader, which has none. */
  readonly nodeName: string;
}

/** Runs that are remembered; the one that pushed longest ago goes first, unless something of it is being decided. */
const MAX_RUNS = 20_000;
/** As many as an agent has under way, so that each may come again: see `PushQueue`. */
const MAX_REMEMBERED = 16;

export class ServingPushes {
  readonly #host: Pick<LinkHost, 'submit'>;
  readonly #meters: ServingMeters;
  readonly #runs = new Map<string, Run>();

  constructor(host: Pick<LinkHost, 'submit'>, meters: ServingMeters) {
    this.#host = host;
    this.#meters = meters;
  }

  /** Has all of a push decided, and resolves with the acknowledgement once everything before it is acknowledged. Never rejects. */
  async take(pusher: Pusher, { seq, commands }: PushFrame): Promise<PushAck> {
    const run = this.#run(`${pusher.nodeId} ${pusher.runId}`);
    this.#meters.pushes += 1;
    if (seq <= run.seq) {
      this.#meters.repeatedPushes += 1;
      return { t: 'ack', seq, failed: run.failed.get(seq) ?? [] };
    }
    const failed = await (run.pending.get(seq) ?? this.#begin(run, seq, this.#decide(pusher, commands)));
    return { t: 'ack', seq, failed };
  }

  #begin(run: Run, seq: number, decided: Promise<Failed>): Promise<Failed> {
    const pending = run.last.then(async () => {
      const failed = await decided;
      run.pending.delete(seq);
      if (seq > run.seq) remember(run, seq, failed);
      return failed;
    });
    run.pending.set(seq, pending);
    run.last = pending;
    return pending;
  }

  /** All are submitted in this step, in order, so that they share commits; each succeeds or fails by itself. */
  async #decide(pusher: Pusher, commands: PushFrame['commands']): Promise<Failed> {
    const outcomes = await Promise.all(commands.map((command) => this.#outcome(pusher, command)));
    return outcomes.flatMap((error, place) => (error === undefined ? [] : [[place, error] as const]));
  }

  async #outcome(pusher: Pusher, command: CatalogRegister | CatalogDeregister): Promise<WireError | undefined> {
    try {
      assertCommand(command);
      assertOwn(pusher, command);
      await this.#host.submit(command);
      return undefined;
    } catch (error) {
      return toWireError(error);
    }
  }

  #run(id: string): Run {
    const run = this.#runs.get(id) ?? { seq: 0, failed: new Map(), pending: new Map(), last: Promise.resolve() };
    this.#runs.delete(id);
    this.#runs.set(id, run);
    for (const [oldest, { pending }] of this.#runs) {
      if (this.#runs.size <= MAX_RUNS) break;
      if (pending.size === 0) this.#runs.delete(oldest);
    }
    return run;
  }
}

function remember(run: Run, seq: number, failed: Failed): void {
  run.seq = seq;
  if (failed.length > 0) run.failed.set(seq, failed);
  for (const oldest of run.failed.keys()) if (oldest <= seq - MAX_REMEMBERED) run.failed.delete(oldest);
}

/** An agent speaks for its own node, in its own name: what it registers is what it may take away again. */
function assertOwn({ nodeId, nodeName }: Pusher, command: CatalogRegister | CatalogDeregister): void {
  const name = command.kind === 'catalog.register' ? command.node.name : command.node;
  const isOwn = nodeName !== '' && name.toLowerCase() === nodeName.toLowerCase() && command.owner === nodeId;
  if (!isOwn) throw new KonsulError('PERMISSION_DENIED', 'an agent registers for its own node only: use the catalog endpoints for others');
}
