/** Sessions, by id and by node. */
import type { Session } from '../model/session.ts';

export class SessionTable {
  readonly #byId = new Map<string, Session>();
  readonly #byNode = new Map<string, Map<string, Session>>();
  #index = 0;

  /** The last creation or end of any session. */
  get index(): number {
    return this.#index;
  }

  get size(): number {
    return this.#byId.size;
  }

  get(id: string): Session | undefined {
    return this.#byId.get(id);
  }

  all(): Iterable<Session> {
    return this.#byId.values();
  }

  onNode(node: string): Iterable<Session> {
    return this.#byNode.get(node.toLowerCase())?.values() ?? [];
  }

  /** Puts or removes; gives what stood there before. Removing nothing moves no index. */
  apply(id: string, session: Session | undefined, index: number): Session | undefined {
    const before = this.#byId.get(id);
    if (before === undefined && session === undefined) return undefined;
    this.#index = Math.max(this.#index, index);
    if (before !== undefined) this.#unlink(before);
    if (session === undefined) this.#byId.delete(id);
    else this.#link(session);
    return before;
  }

  reset(floor: number): void {
    this.#byId.clear();
    this.#byNode.clear();
    this.#index = floor;
  }

  #link(session: Session): void {
    this.#byId.set(session.id, session);
    const node = session.node.toLowerCase();
    const sessions = this.#byNode.get(node) ?? new Map<string, Session>();
    sessions.set(session.id, session);
    this.#byNode.set(node, sessions);
  }

  #unlink(session: Session): void {
    const node = session.node.toLowerCase();
    const sessions = this.#byNode.get(node);
    sessions?.delete(session.id);
    if (sessions?.size === 0) this.#byNode.delete(node);
  }
}
