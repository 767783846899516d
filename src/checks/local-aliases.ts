/**
 * The aliases of services of this node, and of the node itself. All that stand for one service look together. Leaves out of a result what
 * itself depends on it: aliases that stand for each other would hold each other critical for ever.
 */
import type { Check } from '../model/check.ts';
import type { Clock } from '../runtime/clock.ts';
import { aliasResult, worstOf } from './alias.ts';
import { AliasGraph } from './alias-graph.ts';
import { AliasRounds } from './alias-rounds.ts';
import type { AliasSource } from './alias-source.ts';
import type { CheckResult } from './define-check.ts';

/** What aliases stand for, and those that do. */
interface Sight {
  readonly service: string;
  /** By check id: where results go. */
  readonly reports: Map<string, (result: CheckResult) => void>;
  readonly stopWatching: () => void;
}

export class LocalAliases {
  readonly #local: AliasSource;
  readonly #graph: AliasGraph;
  readonly #rounds: AliasRounds<Sight>;
  readonly #sights = new Map<string, Sight>();

  constructor(local: AliasSource, clock: Clock) {
    this.#local = local;
    this.#graph = new AliasGraph(local);
    this.#rounds = new AliasRounds(clock, (part) => this.#lookAt(part));
  }

  /** Begins to look. Returns how to stop. */
  add(checkId: string, service: string, report: (result: CheckResult) => void): () => void {
    const sight = this.#sights.get(service) ?? this.#sightOf(service);
    sight.reports.set(checkId, report);
    this.#graph.set(checkId, service);
    this.#rounds.add(sight);
    return () => this.#delete(checkId, sight);
  }

  #sightOf(service: string): Sight {
    const stopWatching = this.#local.watchAliased(service, () => this.#rounds.soon(sight));
    const sight: Sight = { service, reports: new Map(), stopWatching };
    this.#sights.set(service, sight);
    return sight;
  }

  #delete(checkId: string, sight: Sight): void {
    this.#graph.delete(checkId);
    sight.reports.delete(checkId);
    if (sight.reports.size > 0) return;
    this.#sights.delete(sight.service);
    this.#rounds.delete(sight);
    sight.stopWatching();
  }

  #lookAt(part: readonly Sight[]): void {
    // A change of the node itself concerns all, and is not told apart.
    if (this.#graph.update(['', ...part.map(({ service }) => service)])) this.#rounds.allSoon();
    // The node's own checks count for all: their worst is found once, and stands for the others.
    const ofNode = byLoop((loop) => [worstOf(this.#graph.checksOf('', loop), '')].filter((check) => check !== undefined));
    for (const sight of part) this.#look(sight, ofNode);
  }

  #look({ service, reports }: Sight, ofNode: ByLoop<readonly Check[]>): void {
    const resultOf = byLoop((loop) => this.#resultOf(service, [...ofNode(loop), ...this.#graph.checksOf(service, loop)]));
    for (const [checkId, report] of reports) report(resultOf(this.#graph.loopOf(checkId)));
  }

  #resultOf(service: string, checks: readonly Check[]): CheckResult {
    const exists = service === '' || this.#local.hasService(service);
    return aliasResult({ node: this.#local.nodeName, service }, { exists, checks });
  }
}

/** What depends on a loop only, or on there being none. */
type ByLoop<T> = (loop: string | undefined) => T;

/** Finds each value once. */
function byLoop<T extends object>(find: ByLoop<T>): ByLoop<T> {
  const found = new Map<string | undefined, T>();
  return (loop) => {
    const value = found.get(loop) ?? find(loop);
    found.set(loop, value);
    return value;
  };
}
