/** What must hold whatever happens, across all clients: checked at each event, fails with the event that broke it. */
import { expect } from 'vitest';

/** Sees every client's claims and knows no server. */
export class Referee {
  readonly #highestIndex = new Map<string, number>();
  readonly #counted = new Set<number>();
  readonly #renewedMs = new Map<string, number>();
  #lostCounts = 0;
  #lockHolder: string | undefined;

  /** The shared counter, at the end: what was acknowledged is in it, and what got no answer may be. */
  totalIs(count: number): void {
    expect(count).toBeGreaterThanOrEqual(Math.max(0, ...this.#counted));
    expect(count).toBeGreaterThanOrEqual(this.#counted.size);
    expect(count).toBeLessThanOrEqual(this.#counted.size + this.#lostCounts);
  }

  /** A compare-and-set got no answer: it may have succeeded. */
  lostCount(): void {
    this.#lostCounts += 1;
  }

  /** The index of one target never goes back for one client. */
  sawIndex(who: string, target: string, index: number): void {
    const key = `${who} ${target}`;
    expect(index, `${key}: the index went back`).toBeGreaterThanOrEqual(this.#highestIndex.get(key) ?? 1);
    this.#highestIndex.set(key, index);
  }

  /** A compare-and-set succeeded: no other did so from the same value. */
  counted(value: number): void {
    expect(this.#counted.has(value), `${value} was counted twice`).toBe(false);
    this.#counted.add(value);
  }

  /** The lock was taken: nobody else may hold it, unless that session is gone. */
  locked(session: string, isGone: (session: string) => boolean): void {
    const holder = this.#lockHolder;
    if (holder !== undefined && holder !== session) expect(isGone(holder), `${session} took the lock of the living ${holder}`).toBe(true);
    this.#lockHolder = session;
  }

  unlocked(session: string): void {
    if (this.#lockHolder === session) this.#lockHolder = undefined;
  }

  renewed(session: string, nowMs: number): void {
    this.#renewedMs.set(session, nowMs);
  }

  /** A session was found to have ended by itself: not before twice its TTL after the last renewal. */
  ended(session: string, { nowMs, ttlMs }: { readonly nowMs: number; readonly ttlMs: number }): void {
    const aliveMs = nowMs - (this.#renewedMs.get(session) ?? Number.NEGATIVE_INFINITY);
    expect(aliveMs, `session ${session} ended too early`).toBeGreaterThanOrEqual(2 * ttlMs);
  }
}
