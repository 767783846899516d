/** What every engine does with the changes of a commit before it stores them. */
import { type Change, stamp } from '../model/record.ts';
import { KonsulError } from '../runtime/errors.ts';
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

/** The index of the next commit, given the highest ones that anybody may have seen. STORE_FAILED if none is left. */
export function nextIndex(...seen: readonly number[]): number {
  return usable(Math.max(...seen) + 1);
}

/** The index at which a restore begins, given the highest ones that anybody may have seen. STORE_FAILED if none is left. */
export function restoreIndex(...seen: readonly number[]): number {
  return usable(Math.max(...seen) + RESTORE_INDEX_STEP);
}

function usable(index: number): number {
  if (!Number.isSafeInteger(index)) throw new KonsulError('STORE_FAILED', `the store has no index left: ${index} is not exact`);
  return index;
}
