/** The alias checks of this node: tells those that look at this node from those that look at another. */
import type { AliasSpec } from '../model/check-spec.ts';
import type { Clock } from '../runtime/clock.ts';
import type { AliasSource, RemoteAliasSource } from './alias-source.ts';
import type { CheckResult } from './define-check.ts';
import { LocalAliases } from './local-aliases.ts';
import { RemoteAliases } from './remote-aliases.ts';

export interface AliasesOptions {
  readonly clock: Clock;
  readonly local: AliasSource | undefined;
  readonly remote: RemoteAliasSource | undefined;
}

/** The life of one alias check. */
export interface AliasWatch {
  /** Nothing is reported from here on. */
  stop(): Promise<void>;
}

export class Aliases {
  readonly #source: AliasSource | undefined;
  readonly #local: LocalAliases | undefined;
  readonly #remote: RemoteAliases;

  constructor({ clock, local, remote = NOWHERE }: AliasesOptions) {
    this.#source = local;
    this.#local = local && new LocalAliases(local, clock);
    this.#remote = new RemoteAliases(remote, clock);
  }

  /** Begins to watch; results go to `report`, never from within this call. */
  watch(checkId: string, { node, service }: AliasSpec, report: (result: CheckResult) => void): AliasWatch {
    const isHere = node === '' || node.toLowerCase() === this.#source?.nodeName.toLowerCase();
    const stop = isHere && this.#local ? this.#local.add(checkId, service, report) : this.#remote.add({ node, service }, report);
    return { stop: async () => stop() };
  }
}

const NOWHERE: RemoteAliasSource = {
  watchAliased: (_target, listener) => {
    listener(new Error('this agent cannot look at it'));
    return () => {};
  },
};
