/**
 * Decides commands, in order, on the committed state, and has the engine make the records durable. One commit is in flight while
 * the next batch gathers; nothing is answered before it is durable, and the state has it by then.
 */
import type { Command, ResultOf } from '../model/commands/command.ts';
import type { Change } from '../model/record.ts';
import type { Clock } from '../runtime/clock.ts';
import { KonsulError, messageOf } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import type { State } from '../state/state.ts';
import type { Engine, Leadership } from '../store/engine.ts';
import { AuthorityMeters } from './authority-meters.ts';
import { Batch } from './batch.ts';
import { commandRules } from './commands.ts';
import type { CommandRule, Finish } from './define-command.ts';
import { Draft } from './draft.ts';

/** Told what the leader decided, to keep its timers. */
export interface Duties {
  /** Changes that are committed and in the state. */
  applied(changes: readonly Change[]): void;
  /** A renewal has arrived. Called before it is decided, so that no end of the session can be submitted behind it. */
  renewed(sessionId: string): void;
}

export interface AuthorityOptions {
  readonly engine: Engine;
  readonly state: State;
  /** The one door through which commits enter the state; it drops what came in before. */
  readonly apply: (changes: readonly Change[], index: number) => void;
  /** For how long things take; no decision looks at it. */
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Waiting {
  readonly command: Command;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

interface Decided {
  readonly waiting: Waiting;
  readonly finish: Finish<unknown>;
}

/** More commands than this waiting means that the disk cannot follow: refused, instead of growing for ever. */
const MAX_WAITING = 100_000;

export class Authority {
  readonly meters: AuthorityMeters = new AuthorityMeters();
  readonly #engine: Engine;
  readonly #state: State;
  readonly #apply: AuthorityOptions['apply'];
  readonly #clock: Clock;
  readonly #logger: Logger;
  #duties: Duties | undefined;
  #leadership: Leadership | undefined;
  readonly #queue: Waiting[] = [];
  #pumping: Promise<void> | undefined;
  #isAccepting = false;
  /** What the last commit answers: given while the next one is being written, so that disk and replies do not wait for each other. */
  #answers: (() => void) | undefined;
  /** How many wait for the time between two commits: the pump makes room for them. */
  #interrupting = 0;

  constructor({ engine, state, apply, clock, logger }: AuthorityOptions) {
    this.#engine = engine;
    this.#state = state;
    this.#apply = apply;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Commands that wait to be decided. */
  get waiting(): number {
    return this.#queue.length;
  }

  get leadership(): Leadership | undefined {
    return this.#isAccepting ? this.#leadership : undefined;
  }

  /** Begins to decide. The state is at the leadership's index. */
  lead(leadership: Leadership, duties: Duties): void {
    this.#leadership = leadership;
    this.#duties = duties;
    this.#isAccepting = true;
    this.meters.terms.increment();
  }

  /** Resolves with the result once it is durable and in the state; rejects as the rules say, or with NO_LEADER, STORE_FAILED. */
  submit<C extends Command>(command: C): Promise<ResultOf<C>> {
    return new Promise<ResultOf<C>>((resolve, reject) => {
      if (!this.#isAccepting) return reject(new KonsulError('NO_LEADER', 'No cluster leader'));
      if (this.#queue.length >= MAX_WAITING)
        return reject(new KonsulError('STORE_FAILED', 'too many writes are waiting for the disk, try again later'));
      if (command.kind === 'session.renew') this.#duties?.renewed(command.id);
      this.#queue.push({ command, resolve: resolve as (result: unknown) => void, reject });
      if (this.#interrupting === 0) this.#pumping ??= this.#pump();
    });
  }

  /**
   * Runs `work` between two commits: nothing else is decided meanwhile. For restores.
   */
  async exclusively<R>(work: (leadership: Leadership) => Promise<R>): Promise<R> {
    this.#interrupting += 1;
    while (this.#pumping !== undefined) await this.#pumping;
    this.#interrupting -= 1;
    const { leadership } = this;
    if (leadership === undefined) throw new KonsulError('NO_LEADER', 'No cluster leader');
    const running = work(leadership);
    this.#pumping = running.then(
      () => this.#resume(),
      () => this.#resume(),
    );
    return running;
  }

  /** Refuses what comes from now on; resolves when what came before has been decided. */
  async stop(): Promise<void> {
    this.#isAccepting = false;
    while (this.#pumping !== undefined) await this.#pumping;
    this.#leadership = undefined;
    this.#refuseWaiting(new KonsulError('SHUTTING_DOWN', 'server is shutting down'));
  }

  #resume(): void {
    this.#pumping = this.#queue.length > 0 ? this.#pump() : undefined;
  }

  async #pump(): Promise<void> {
    await Promise.resolve();
    while (this.#queue.length > 0 && this.#interrupting === 0) await this.#commitOne();
    this.#pumping = undefined;
    this.#giveAnswers();
  }

  async #commitOne(): Promise<void> {
    const batch = new Batch();
    const decided = this.#gather(batch);
    if (batch.changes.length === 0) {
      this.#giveAnswers();
      return this.#answer(decided, this.#state.index);
    }
    const index = await this.#commit(batch, decided);
    if (index === undefined) return;
    const committedMs = this.#clock.nowMs();
    // What is durable must get in: a throw here is a bug, and ends the process rather than let the state drift from the store.
    this.#apply(batch.changes, index);
    this.meters.applyMs.record(this.#clock.nowMs() - committedMs);
    this.#duties?.applied(batch.changes);
    this.#answers = () => this.#answer(decided, index);
  }

  /** The index of the batch; `undefined` if it could not be made durable, and was refused. */
  async #commit({ changes }: Batch, decided: readonly Decided[]): Promise<number | undefined> {
    try {
      const leadership = this.#leadership;
      if (leadership === undefined) throw new KonsulError('SHUTTING_DOWN', 'server is shutting down');
      const startMs = this.#clock.nowMs();
      const committing = this.#engine.commit(changes, leadership);
      this.#giveAnswers();
      const index = await committing;
      this.meters.committed({ commands: decided.length, records: changes.length, durationMs: this.#clock.nowMs() - startMs });
      return index;
    } catch (error) {
      this.meters.failedCommits.increment();
      this.#giveAnswers();
      this.#logger.error({ error: messageOf(error), commands: decided.length }, 'commit failed');
      for (const { waiting } of decided) waiting.reject(error);
      if (error instanceof KonsulError && error.code === 'NO_LEADER') this.#refuseWaiting(error);
      return undefined;
    }
  }

  #refuseWaiting(error: KonsulError): void {
    for (const waiting of this.#queue.splice(0)) waiting.reject(error);
  }

  /** Decides from the head of the queue, up to the first command that must see this batch committed. */
  #gather(batch: Batch): Decided[] {
    const decided: Decided[] = [];
    let taken = 0;
    for (const waiting of this.#queue) {
      if (batch.isFull) break;
      const draft = new Draft(this.#state);
      const outcome = decide(draft, waiting.command);
      if (batch.conflictsWith(draft)) break;
      taken += 1;
      if (outcome.finish === undefined) waiting.reject(outcome.error);
      else {
        batch.add(draft);
        decided.push({ waiting, finish: outcome.finish });
      }
    }
    this.#queue.splice(0, taken);
    return decided;
  }

  #giveAnswers(): void {
    const answers = this.#answers;
    this.#answers = undefined;
    answers?.();
  }

  #answer(decided: readonly Decided[], index: number): void {
    for (const { waiting, finish } of decided) waiting.resolve(finish(index));
  }
}

type Outcome = { readonly finish: Finish<unknown> } | { readonly finish: undefined; readonly error: unknown };

function decide(draft: Draft, command: Command): Outcome {
  try {
    return { finish: (commandRules[command.kind] as CommandRule).decide(draft, command) };
  } catch (error) {
    return { finish: undefined, error };
  }
}
