/** What alias checks of this node see of other nodes: followed in the catalog, through the same door as every reader. Holds no records. */
import type { AliasedNode, AliasTarget, RemoteAliasSource } from '../checks/alias-source.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Backend } from '../topics/backend.ts';
import { nodeTopic } from '../topics/node.ts';
import { nodeChecksTopic } from '../topics/node-checks.ts';

/** The most that passes between two looks. */
const WAIT_MS = 60_000;
const RETRY_MS = 1_000;
/** One failure may be a change of leader; only several in a row are told. */
const TOLERATED_FAILURES = 1;

export interface CatalogAliasesOptions {
  readonly backend: Pick<Backend, 'read' | 'wait'>;
  readonly clock: Clock;
}

export class CatalogAliases implements RemoteAliasSource {
  readonly #backend: Pick<Backend, 'read' | 'wait'>;
  readonly #clock: Clock;

  constructor({ backend, clock }: CatalogAliasesOptions) {
    this.#backend = backend;
    this.#clock = clock;
  }

  watchAliased(target: AliasTarget, listener: (known: AliasedNode | Error) => void): () => void {
    const stopping = new AbortController();
    void this.#follow(target, listener, stopping.signal);
    return () => stopping.abort();
  }

  /** Never rejects. */
  async #follow(target: AliasTarget, listener: (known: AliasedNode | Error) => void, signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      try {
        const { known, changed } = await this.#look(target, signal);
        if (!signal.aborted) listener(known);
        await changed();
        failures = 0;
      } catch (error) {
        failures += 1;
        if (!signal.aborted && failures > TOLERATED_FAILURES) listener(error instanceof Error ? error : new Error(String(error)));
        await this.#clock.sleep(RETRY_MS, signal);
      }
    }
  }

  /** What is known now, and how to wait until it may be otherwise. */
  async #look({ node: name, service }: AliasTarget, signal: AbortSignal): Promise<{ known: AliasedNode; changed: () => Promise<void> }> {
    const key = name.toLowerCase();
    const nodes = await this.#backend.read(nodeTopic, key);
    const checks = await this.#backend.read(nodeChecksTopic, key);
    // The key of a node may also be the beginning of another one's id.
    const found = nodes.items.find(({ node }) => node.name.toLowerCase() === key);
    const exists = found !== undefined && (service === '' || found.services.some(({ id }) => id === service));
    return { known: { exists, checks: checks.items }, changed: () => this.#changed(key, [nodes.index, checks.index], signal) };
  }

  async #changed(key: string, [nodeIndex, checksIndex]: readonly [number, number], outer: AbortSignal): Promise<void> {
    if (outer.aborted) return;
    const waiting = new AbortController();
    const end = (): void => waiting.abort();
    const options = { timeoutMs: WAIT_MS, signal: waiting.signal };
    outer.addEventListener('abort', end);
    await Promise.race([
      this.#backend.wait(nodeTopic, key, nodeIndex, options),
      this.#backend.wait(nodeChecksTopic, key, checksIndex, options),
    ]);
    outer.removeEventListener('abort', end);
    end();
  }
}
