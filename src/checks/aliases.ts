/**
 * The alias checks of this node: makes the watch of each, over this node or over another. Leaves out of a result what itself depends on
 * it: aliases that stand for each other would hold each other critical for ever.
 */
import type { Check } from '../model/check.ts';
import type { AliasSpec, CheckSpec } from '../model/check-spec.ts';
import type { Clock } from '../runtime/clock.ts';
import { aliasResult } from './alias.ts';
import type { AliasedNode, AliasSource, RemoteAliasSource } from './alias-source.ts';
import { AliasWatch, type AliasWatchOptions } from './alias-watch.ts';
import type { CheckResult } from './define-check.ts';

/** So many checks are looked at for loops; a loop that is longer holds itself, as every loop does in Consul. */
const MAX_LOOKED_AT = 256;

export interface AliasesOptions {
  readonly clock: Clock;
  readonly local: AliasSource | undefined;
  readonly remote: RemoteAliasSource | undefined;
  /** How a check of this node is run. */
  readonly specOf: (checkId: string) => CheckSpec | undefined;
}

export class Aliases {
  readonly #options: AliasesOptions;

  constructor(options: AliasesOptions) {
    this.#options = options;
  }

  /** Begins to watch; results go to `report`. */
  watch(checkId: string, spec: AliasSpec, report: (result: CheckResult) => void): AliasWatch {
    const { clock, local, remote } = this.#options;
    if (local !== undefined && isOf(local, spec)) return new AliasWatch({ clock, report, ...this.#here(local, checkId, spec) });
    if (remote !== undefined) return new AliasWatch({ clock, report, ...elsewhere(remote, spec) });
    const look = (): CheckResult => failure('this agent cannot look at it');
    return new AliasWatch({ clock, report, look, watch: () => () => {} });
  }

  #here(local: AliasSource, checkId: string, { service }: AliasSpec): Sight {
    const target = { node: local.nodeName, service };
    return {
      watch: (changed) => local.watchAliased(service, changed),
      look: () => aliasResult(target, this.#known(local, checkId, service)),
    };
  }

  #known(local: AliasSource, checkId: string, service: string): AliasedNode {
    const search = new LoopSearch(local, checkId, this.#options.specOf);
    return {
      exists: service === '' || local.hasService(service),
      checks: [...around(local, service)].filter((check) => check.id !== checkId && !search.leadsBack(check)),
    };
  }
}

/** How an alias sees what it stands for. */
type Sight = Pick<AliasWatchOptions, 'watch' | 'look'>;

/** What the catalog said last of another node. */
function elsewhere(remote: RemoteAliasSource, { node, service }: AliasSpec): Sight {
  const target = { node, service };
  let known: AliasedNode | Error | undefined;
  return {
    watch: (changed) =>
      remote.watchAliased(target, (now) => {
        known = now;
        changed();
      }),
    look: () => (known instanceof Error ? failure(known.message) : known && aliasResult(target, known)),
  };
}

const failure = (reason: string): CheckResult => ({ status: 'critical', output: `Failure checking aliased node or service: ${reason}` });

/** Looks for aliases of this node that stand, themselves or through others, for one check. */
class LoopSearch {
  readonly #local: AliasSource;
  readonly #checkId: string;
  readonly #specOf: AliasesOptions['specOf'];
  #left = MAX_LOOKED_AT;

  constructor(local: AliasSource, checkId: string, specOf: AliasesOptions['specOf']) {
    this.#local = local;
    this.#checkId = checkId;
    this.#specOf = specOf;
  }

  leadsBack(check: Check): boolean {
    // Grows while it is gone through.
    const reached = new Set([check.id]);
    for (const id of reached) {
      const spec = this.#specOf(id);
      if (spec?.type !== 'alias' || !isOf(this.#local, spec)) continue;
      for (const next of around(this.#local, spec.service)) {
        if (next.id === this.#checkId) return true;
        if (this.#left === 0) return false;
        this.#left -= 1;
        reached.add(next.id);
      }
    }
    return false;
  }
}

/** The checks that an alias of the service stands for. */
function* around(local: AliasSource, service: string): Iterable<Check> {
  yield* local.checksOf('');
  if (service !== '') yield* local.checksOf(service);
}

const isOf = ({ nodeName }: AliasSource, { node }: AliasSpec): boolean => node === '' || node.toLowerCase() === nodeName.toLowerCase();
