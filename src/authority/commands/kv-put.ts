/** Writes one key: plainly, compared by index, or with a session's lock (spec section 6.2). */
import type { KvPut } from '../../model/commands/kv.ts';
import type { KvEntry } from '../../model/kv.ts';
import { type CommandRule, defineCommand, give, reject } from '../define-command.ts';
import type { Draft } from '../draft.ts';

export const kvPut: CommandRule<'kv.put'> = defineCommand({
  kind: 'kv.put',
  decide(draft, command) {
    switch (command.condition.kind) {
      case 'none':
        setKey(draft, command);
        return give(true);
      case 'cas':
        return give(matchesIndex(draft.kv(command.key), command.condition.index) && setKey(draft, command) !== undefined);
      case 'acquire':
        if (draft.lockDelay(command.key) !== undefined) return give(false);
        return give(lockKey(draft, command, command.condition.session) !== undefined);
      case 'release':
        return give(unlockKey(draft, command, command.condition.session) !== undefined);
    }
  },
});

type KeyWrite = Pick<KvPut, 'key' | 'value' | 'flags'>;

/** Whether the entry is the one with this index; 0 asks that there is none. */
export function matchesIndex(entry: Pick<KvEntry, 'modifyIndex'> | undefined, index: number | bigint): boolean {
  return index === 0 ? entry === undefined : entry?.modifyIndex === index;
}

/** A plain write: keeps a lock's session, starts its counter anew. */
export function setKey(draft: Draft, { key, value, flags }: KeyWrite): KvEntry {
  return draft.putKv({ key, value, flags, session: draft.kv(key)?.session ?? '', lockIndex: 0 });
}

/** Writes with the lock of `session`; `undefined` if another session holds it. */
export function lockKey(draft: Draft, { key, value, flags }: KeyWrite, session: string): KvEntry | undefined {
  if (session === '') throw reject('raft apply failed: missing session');
  if (draft.session(session) === undefined) throw reject(`raft apply failed: invalid session "${session}"`);
  const before = draft.kv(key);
  if (before?.session === session) return draft.putKv({ key, value, flags, session, lockIndex: before.lockIndex }, true);
  if (before !== undefined && before.session !== '') return undefined;
  return draft.putKv({ key, value, flags, session, lockIndex: (before?.lockIndex ?? 0) + 1 }, true);
}

/** Writes and gives the lock up; `undefined` if `session` does not hold it. */
export function unlockKey(draft: Draft, { key, value, flags }: KeyWrite, session: string): KvEntry | undefined {
  if (session === '') throw reject('raft apply failed: missing session');
  const before = draft.kv(key);
  if (before === undefined || before.session !== session) return undefined;
  return draft.putKv({ key, value, flags, session: '', lockIndex: before.lockIndex }, true);
}
