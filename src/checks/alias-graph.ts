/**
 * Which aliases of this node stand, themselves or through others, for each other. Looks at services, '' being the node itself: an alias among
 * the checks of a service leads from that service to the one that it stands for, and to the node, whose checks count for all.
 */
import type { Check } from '../model/check.ts';
import { isEqual } from '../model/values.ts';
import type { AliasSource } from './alias-source.ts';
import { loopsOf } from './loops.ts';

const NODE = '';

export class AliasGraph {
  readonly #local: AliasSource;
  /** Alias → the service that it stands for. */
  readonly #targets = new Map<string, string>();
  /** Service → the aliases among its checks, as seen last. Of services that some alias stands for: no other can be part of a loop. */
  readonly #aliases = new Map<string, readonly string[]>();
  /** Service → its loop. */
  #loops: ReadonlyMap<string, string> = new Map();
  /** Alias → the loop of the service that it is a check of. */
  readonly #loopOf = new Map<string, string | undefined>();
  #isStale = false;

  constructor(local: AliasSource) {
    this.#local = local;
  }

  /** There is an alias that stands for the service. */
  set(checkId: string, service: string): void {
    this.#targets.set(checkId, service);
    this.#isStale = true;
  }

  delete(checkId: string): void {
    this.#targets.delete(checkId);
    this.#isStale = true;
  }

  /** Looks again at services whose checks may have changed. True if a loop was made or broken. Finds loops only if an alias came, went or moved. */
  update(services: Iterable<string>): boolean {
    for (const service of services) this.#isStale ||= !isEqual(this.#aliases.get(service), this.#aliasesOf(service));
    if (!this.#isStale) return false;
    const before = this.#loops;
    this.#findLoops();
    return before.size !== this.#loops.size || [...before].some(([service, loop]) => this.#loops.get(service) !== loop);
  }

  /** The loop that an alias is part of, if any. Aliases of one service and one loop see the same. */
  loopOf(checkId: string): string | undefined {
    return this.#loopOf.get(checkId);
  }

  /** The checks of a service, or '' for the node's own, without those that stand for an alias of the loop. */
  *checksOf(service: string, loop: string | undefined): Iterable<Check> {
    for (const check of this.#local.checksOf(service)) if (loop === undefined || !this.#isPartOf(loop, check)) yield check;
  }

  #isPartOf(loop: string, { id }: Check): boolean {
    const target = this.#targets.get(id);
    return target !== undefined && (this.#loops.get(target) === loop || this.#loops.get(NODE) === loop);
  }

  #findLoops(): void {
    this.#isStale = false;
    this.#aliases.clear();
    this.#loopOf.clear();
    for (const service of new Set([NODE, ...this.#targets.values()])) this.#aliases.set(service, this.#aliasesOf(service));
    this.#loops = loopsOf(new Map([...this.#aliases].map(([service, ids]) => [service, this.#targetsOf(ids)])));
    for (const [service, ids] of this.#aliases) for (const id of ids) this.#loopOf.set(id, this.#loops.get(service));
  }

  #aliasesOf(service: string): readonly string[] {
    return Array.from(this.#local.checksOf(service), ({ id }) => id).filter((id) => this.#targets.has(id));
  }

  #targetsOf(aliases: readonly string[]): readonly string[] {
    return aliases.length === 0 ? [] : [...new Set([NODE, ...aliases.map((id) => this.#targets.get(id) ?? NODE)])];
  }
}
