/** A transaction: every operation is evaluated on what the ones before it wrote; one failure drops all (spec section 8). */
import type { TxnEntry, TxnError, TxnOperation } from '../../model/commands/txn.ts';
import { stamp } from '../../model/record.ts';
import { KonsulError } from '../../runtime/errors.ts';
import { type CommandRule, defineCommand, type Finish } from '../define-command.ts';
import type { Draft } from '../draft.ts';
import { runCatalogOperation } from '../txn-catalog.ts';
import { runKvOperation } from '../txn-kv.ts';

export const txn: CommandRule<'txn'> = defineCommand({
  kind: 'txn',
  decide(draft, { operations }) {
    const trial = draft.fork();
    const results: TxnEntry[] = [];
    const errors: TxnError[] = [];
    operations.forEach((operation, opIndex) => {
      try {
        results.push(...runOperation(trial, operation));
      } catch (error) {
        if (!(error instanceof KonsulError) || error.code !== 'REJECTED') throw error;
        errors.push({ opIndex, what: error.message.replace('raft apply failed: ', '') });
      }
    });
    if (errors.length > 0) return () => ({ ok: false, errors });
    draft.adopt(trial);
    return finishWith(results);
  },
});

const runOperation = (draft: Draft, operation: TxnOperation): TxnEntry[] =>
  operation.on === 'kv' ? runKvOperation(draft, operation) : runCatalogOperation(draft, operation);

const finishWith =
  (results: readonly TxnEntry[]): Finish<{ ok: true; results: readonly TxnEntry[] }> =>
  (index) => ({ ok: true, results: results.map((entry) => stampEntry(entry, index)) });

/** Records written by the transaction itself get its index; records of `get-or-empty` that do not exist keep 0. */
function stampEntry(entry: TxnEntry, index: number): TxnEntry {
  switch (entry.on) {
    case 'kv':
      return entry.isMissing ? entry : { ...entry, entry: stamp(entry.entry, index) };
    case 'node':
      return { ...entry, node: stamp(entry.node, index) };
    case 'service':
      return { ...entry, service: stamp(entry.service, index) };
    case 'check':
      return { ...entry, check: stamp(entry.check, index) };
  }
}
