/**
 * What agents register, in order. Remembers per run of an agent what was acknowledged last, across its links, so that a push that
 * comes again is acknowledged again and decided once. One for all links of a server.
 */
import type { CatalogDeregister, CatalogRegister } from '../model/commands/catalog.ts';
import { assertCommand } from './codec-commands.ts';
import { toWireError } from './codec-error.ts';
import type { PushAck, PushFrame, WireError } from './frames.ts';
import type { LinkHost } from './link-host.ts';
import type { ServingMeters } from './serving-meters.ts';

type Failed = PushAck['failed'];

interface Run {
  /** The highest that was acknowledged, and what failed of it. */
  seq: number;
  failed: Failed;
  /** Being decided. */
  readonly pending: Map<number, Promise<Failed>>;
  /** Settles when all that came so far is decided: acknowledgements are given in order. */
  last: Promise<unknown>;
}

/** Runs that are remembered; the one that pushed longest ago goes first, unless something of it is being decided. */
const MAX_RUNS = 20_000;

export class ServingPushes {
  readonly #host: Pick<LinkHost, 'submit'>;
  readonly #meters: ServingMeters;
  readonly #runs = new Map<string, Run>();

  constructor(host: Pick<LinkHost, 'submit'>, meters: ServingMeters) {
    this.#host = host;
    this.#meters = meters;
  }

  /** Has all of a push decided, and resolves with the acknowledgement once everything before it is acknowledged. Never rejects. */
  async take(runId: string, { seq, commands }: PushFrame): Promise<PushAck> {
    const run = this.#run(runId);
    this.#meters.pushes += 1;
    if (seq <= run.seq) {
      this.#meters.repeatedPushes += 1;
      return { t: 'ack', seq, failed: seq === run.seq ? run.failed : [] };
    }
    const failed = await (run.pending.get(seq) ?? this.#begin(run, seq, commands));
    return { t: 'ack', seq, failed };
  }

  #begin(run: Run, seq: number, commands: PushFrame['commands']): Promise<Failed> {
    const decided = this.#decide(commands);
    const pending = run.last.then(async () => {
      const failed = await decided;
      run.pending.delete(seq);
      if (seq > run.seq) Object.assign(run, { seq, failed });
      return failed;
    });
    run.pending.set(seq, pending);
    run.last = pending;
    return pending;
  }

  /** All are submitted in this step, in order, so that they share commits; each succeeds or fails by itself. */
  async #decide(commands: PushFrame['commands']): Promise<Failed> {
    const outcomes = await Promise.all(commands.map((command) => this.#outcome(command)));
    return outcomes.flatMap((error, place) => (error === undefined ? [] : [[place, error] as const]));
  }

  async #outcome(command: CatalogRegister | CatalogDeregister): Promise<WireError | undefined> {
    try {
      assertCommand(command);
      await this.#host.submit(command);
      return undefined;
    } catch (error) {
      return toWireError(error);
    }
  }

  #run(id: string): Run {
    const run = this.#runs.get(id) ?? { seq: 0, failed: [], pending: new Map(), last: Promise.resolve() };
    this.#runs.delete(id);
    this.#runs.set(id, run);
    for (const [oldest, { pending }] of this.#runs) {
      if (this.#runs.size <= MAX_RUNS) break;
      if (pending.size === 0) this.#runs.delete(oldest);
    }
    return run;
  }
}
