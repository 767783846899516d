/** The aliases of other nodes and their services: each remembers what the catalog said last. */
import type { Clock } from '../runtime/clock.ts';
import { aliasResult } from './alias.ts';
import { AliasRounds } from './alias-rounds.ts';
import type { AliasedNode, AliasTarget, RemoteAliasSource } from './alias-source.ts';
import type { CheckResult } from './define-check.ts';

interface Sight {
  readonly target: AliasTarget;
  readonly report: (result: CheckResult) => void;
  /** `undefined`: nothing is known yet. */
  known: AliasedNode | Error | undefined;
}

export class RemoteAliases {
  readonly #remote: RemoteAliasSource;
  readonly #rounds: AliasRounds<Sight>;

  constructor(remote: RemoteAliasSource, clock: Clock) {
    this.#remote = remote;
    this.#rounds = new AliasRounds(clock, (part) => part.forEach(look));
  }

  /** Begins to look. Returns how to stop. */
  add(target: AliasTarget, report: (result: CheckResult) => void): () => void {
    const sight: Sight = { target, report, known: undefined };
    this.#rounds.add(sight);
    const stopWatching = this.#remote.watchAliased(target, (known) => {
      sight.known = known;
      this.#rounds.soon(sight);
    });
    return () => {
      stopWatching();
      this.#rounds.delete(sight);
      // It may be among those that are being looked at.
      sight.known = undefined;
    };
  }
}

function look({ target, report, known }: Sight): void {
  if (known instanceof Error) report({ status: 'critical', output: `Failure checking aliased node or service: ${known.message}` });
  else if (known !== undefined) report(aliasResult(target, known));
}
