/** Tombstones by id, and by node: whoever compares a node, or removes it, asks for those on it. */
import type { Tombstone } from '../model/tombstone.ts';
import { RecordTable } from './record-table.ts';

export class TombstoneTable extends RecordTable<Tombstone> {
  readonly #byNode = new Map<string, Map<string, Tombstone>>();

  /** In any case of the name. */
  on(node: string): Iterable<Tombstone> {
    return this.#byNode.get(node.toLowerCase())?.values() ?? [];
  }

  override apply(id: string, record: Tombstone | undefined, index: number): Tombstone | undefined {
    const before = super.apply(id, record, index);
    if (record !== undefined) this.#group(record.node).set(id, record);
    else if (before !== undefined) this.#drop(before.node, id);
    return before;
  }

  override reset(floor: number): void {
    super.reset(floor);
    this.#byNode.clear();
  }

  #group(node: string): Map<string, Tombstone> {
    const key = node.toLowerCase();
    const known = this.#byNode.get(key);
    if (known !== undefined) return known;
    const group = new Map<string, Tombstone>();
    this.#byNode.set(key, group);
    return group;
  }

  #drop(node: string, id: string): void {
    const key = node.toLowerCase();
    const group = this.#byNode.get(key);
    group?.delete(id);
    if (group?.size === 0) this.#byNode.delete(key);
  }
}
