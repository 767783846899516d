/** What every engine does with the changes of a commit before it stores them. */
import { type Change, stamp } from '../model/record.ts';
import type { StoredRecord } from './engine.ts';
import { RESTORE_INDEX_STEP } from './engine.ts';
import { assertRecord } from './records.ts';

/** The changes as committed at `index`. Throws KONSUL_INVARIANT if one of the records may not be stored. */
export function stampChanges(changes: readonly Change[], index: number): readonly Change[] {
  return changes.map((change) => {
    if (change.value === undefined) return change;
    assertRecord(change.table, change.value);
    return { ...change, value: stamp(change.value, index) };
  });
}

/** A put, seen as the record it stores; `undefined` for a removal. */
export function recordOf(change: Change): StoredRecord | undefined {
  // A change and a record of one table hold the same type; TypeScript does not follow that through the union.
  return change.value === undefined ? undefined : (change as StoredRecord);
}

/** The index at which a restore begins, given the highest ones that anybody may have seen. */
export function restoreIndex(...seen: readonly number[]): number {
  return Math.max(...seen) + RESTORE_INDEX_STEP;
}
