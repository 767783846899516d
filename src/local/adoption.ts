/**
 * An agent that begins with an empty log adopts what the servers hold for its node: for a while it removes nothing, and what programs
 * register again takes its last known results over, so that nothing flaps. Holds those results until then; changes nothing itself.
 */
import type { CheckRegistration } from '../model/check-registration.ts';
import type { RemoteNode } from '../model/remote-node.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import type { CheckResult } from './log-entry.ts';
import type { Registry } from './registry.ts';

export const DEFAULT_ADOPT_GRACE_MS = 300_000;

export interface AdoptionOptions {
  readonly clock: Clock;
  /** From the first agreement with the servers. */
  readonly graceMs: number;
  readonly registry: Registry;
  /** The time is over. */
  readonly over: () => void;
}

export class Adoption {
  readonly #options: AdoptionOptions;
  /** The last results that the servers know; `undefined` until they were asked. */
  #held: ReadonlyMap<string, CheckResult> | undefined;
  /** Registered before that, without a status, and not reported since. */
  readonly #unproven = new Set<string>();
  #timer: Timer | undefined;

  constructor(options: AdoptionOptions) {
    this.#options = options;
  }

  get isActive(): boolean {
    return this.#options.registry.isAdopting;
  }

  /** What is known of `checks` that are about to be registered: to be applied right after. */
  resultsOf(checks: readonly CheckRegistration[]): CheckResult[] {
    if (!this.isActive) return [];
    const fresh = checks.filter(({ id, status }) => status === undefined && !this.#options.registry.checks.has(id));
    if (this.#held === undefined) for (const { id } of fresh) this.#unproven.add(id);
    return fresh.flatMap(({ id }) => this.#held?.get(id) ?? []);
  }

  /** A check said itself how it is. */
  reported(checkId: string): void {
    this.#unproven.delete(checkId);
  }

  /** The servers hold this. Gives the results to take over for what was registered before; the time begins, once. */
  agreed(remote: RemoteNode, owner: string): CheckResult[] {
    if (!this.isActive || this.#held !== undefined) return [];
    const { clock, graceMs, registry, over } = this.#options;
    const mine = remote.checks.filter((check) => check.owner === owner);
    const held = new Map(mine.map(({ id, status, output }): [string, CheckResult] => [id, { op: 'check.result', id, status, output }]));
    this.#held = held;
    this.#timer = clock.after(graceMs, () => {
      this.#held = new Map();
      over();
    });
    const unproven = [...this.#unproven].filter((id) => registry.checks.has(id));
    this.#unproven.clear();
    return unproven.flatMap((id) => held.get(id) ?? []);
  }

  stop(): void {
    this.#timer?.cancel();
  }
}
