/** Prepared queries by id, by the name that they are found under, and by the session that they go with. */
import { isTemplate, type PreparedQuery } from '../model/prepared-query.ts';
import { RecordTable } from './record-table.ts';

export class QueryTable extends RecordTable<PreparedQuery> {
  readonly #named = new QueryGroups();
  readonly #bound = new QueryGroups();

  /** Those with a name, in any case; those without a name only if they are templates, since no other is found by having none. */
  named(name: string): Iterable<PreparedQuery> {
    return this.#named.of(name.toLowerCase());
  }

  /** Those that go with a session. */
  boundTo(session: string): Iterable<PreparedQuery> {
    return this.#bound.of(session);
  }

  override apply(id: string, record: PreparedQuery | undefined, index: number): PreparedQuery | undefined {
    const before = super.apply(id, record, index);
    if (before !== undefined) {
      this.#named.delete(before.name.toLowerCase(), before);
      this.#bound.delete(before.session, before);
    }
    if (record === undefined) return before;
    if (hasName(record)) this.#named.add(record.name.toLowerCase(), record);
    if (record.session !== '') this.#bound.add(record.session, record);
    return before;
  }

  override reset(floor: number): void {
    super.reset(floor);
    this.#named.clear();
    this.#bound.clear();
  }
}

/** Whether a query is found by its name. */
export const hasName = (query: Pick<PreparedQuery, 'name' | 'template'>): boolean => query.name !== '' || isTemplate(query);

/** Records that have a text in common. */
class QueryGroups {
  readonly #groups = new Map<string, Set<PreparedQuery>>();

  of(key: string): Iterable<PreparedQuery> {
    return this.#groups.get(key) ?? [];
  }

  add(key: string, query: PreparedQuery): void {
    const group = this.#groups.get(key) ?? new Set();
    this.#groups.set(key, group.add(query));
  }

  delete(key: string, query: PreparedQuery): void {
    const group = this.#groups.get(key);
    group?.delete(query);
    if (group?.size === 0) this.#groups.delete(key);
  }

  clear(): void {
    this.#groups.clear();
  }
}
