/** Who wants to know of changes of which service of this node. For what implements `AliasSource`; holds no checks itself. */

export class AliasListeners {
  readonly #listeners = new Map<string, Set<() => void>>();

  /** Calls `listener` after each change that concerns the service. Returns how to stop. */
  watch(serviceId: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(serviceId) ?? new Set();
    this.#listeners.set(serviceId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(serviceId) === listeners) this.#listeners.delete(serviceId);
    };
  }

  /** A check of the service changed, or the service came or went. '': a check of the node itself, which concerns all. */
  changed(serviceId: string): void {
    const concerned = serviceId === '' ? this.#listeners.values() : [this.#listeners.get(serviceId) ?? []];
    for (const listeners of concerned) for (const listener of listeners) listener();
  }
}
