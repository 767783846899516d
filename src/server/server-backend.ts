/** The server's side of every door: views made from the state, commands decided by the authority. */
import type { Authority } from '../authority/authority.ts';
import type { Command, ResultOf } from '../model/commands/command.ts';
import type { Clock } from '../runtime/clock.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { State } from '../state/state.ts';
import type { Engine } from '../store/engine.ts';
import type { Backend, Contact, Relay, WaitOptions } from '../topics/backend.ts';
import type { Topic } from '../topics/topic.ts';
import type { View } from '../topics/view.ts';
import { BackendMeters } from './backend-meters.ts';

export interface ServerBackendOptions {
  readonly state: State;
  readonly authority: Authority;
  readonly engine: Engine;
  readonly clock: Clock;
}

export class ServerBackend implements Backend {
  readonly meters: BackendMeters;
  readonly relay: Relay | undefined = undefined;
  readonly #state: State;
  readonly #authority: Authority;
  readonly #engine: Engine;
  readonly #clock: Clock;
  #confirming: Promise<void> | undefined;

  constructor({ state, authority, engine, clock }: ServerBackendOptions) {
    this.#state = state;
    this.#authority = authority;
    this.#engine = engine;
    this.#clock = clock;
    this.meters = new BackendMeters(clock);
  }

  read<T>(topic: Topic<T>, key: string): View<T> {
    this.meters.reads.increment();
    return this.#state.read(topic, key);
  }

  wait(topic: Topic<unknown>, key: string, index: number, { timeoutMs, signal }: WaitOptions): Promise<boolean> {
    if (signal.aborted || this.#state.read(topic, key).index > index) return Promise.resolve(false);
    const { loads } = this.#state;
    const { waits } = this.meters;
    return new Promise((resolve) => {
      const done = (): void => {
        waits.delete(done);
        timer.cancel();
        unwait();
        signal.removeEventListener('abort', done);
        resolve(this.#state.loads !== loads);
      };
      waits.add(done);
      const unwait = this.#state.wait(topic, key, done);
      const timer = this.#clock.after(timeoutMs, done);
      signal.addEventListener('abort', done);
    });
  }

  submit<C extends Command>(command: C): Promise<ResultOf<C>> {
    return this.meters.timed(command.kind, () => this.#authority.submit(command));
  }

  /** One look at the store's fence serves all who ask before it begins. */
  confirm(): Promise<void> {
    this.#confirming ??= this.#confirmOnce();
    return this.#confirming;
  }

  contact(): Contact {
    return { knownLeader: this.#engine.leader() !== undefined, lastContactMs: 0, freshness: undefined };
  }

  async #confirmOnce(): Promise<void> {
    await Promise.resolve();
    this.#confirming = undefined;
    const { leadership } = this.#authority;
    this.meters.confirms.increment();
    if (leadership === undefined) throw new KonsulError('NO_LEADER', 'No cluster leader');
    await this.#engine.confirm(leadership);
  }
}
