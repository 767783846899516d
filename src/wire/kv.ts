/** Consul's JSON of KV entries and sessions (spec sections 6 and 7). */
import type { KvEntry } from '../model/kv.ts';
import type { Session } from '../model/session.ts';
import { quote } from './json.ts';

/** `Value` is null for an empty value, and where `withValue` is false. Flags are exact. */
export function kvEntryJson({ key, value, flags, session, lockIndex, createIndex, modifyIndex }: KvEntry, withValue = true): string {
  const shown =
    withValue && value.length > 0 ? `"${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')}"` : 'null';
  return (
    `{"LockIndex":${lockIndex},"Key":${quote(key)},"Flags":${flags},"Value":${shown},` +
    `${session === '' ? '' : `"Session":${quote(session)},`}"CreateIndex":${createIndex},"ModifyIndex":${modifyIndex}}`
  );
}

const textsOrNull = (list: readonly string[] | undefined): string => (list === undefined ? 'null' : `[${list.map(quote).join(',')}]`);

export function sessionJson(session: Session): string {
  const { id, name, node, lockDelayNs, behavior, ttl, nodeChecks, serviceChecks, checks, createIndex, modifyIndex } = session;
  const refs = serviceChecks?.map((ref) => `{"ID":${quote(ref.id)},"Namespace":${quote(ref.namespace)}}`);
  return (
    `{"ID":${quote(id)},"Name":${quote(name)},"Node":${quote(node)},"LockDelay":${lockDelayNs},"Behavior":"${behavior}","TTL":${quote(ttl)},` +
    `"NodeChecks":${textsOrNull(nodeChecks)},"ServiceChecks":${refs === undefined ? 'null' : `[${refs.join(',')}]`},` +
    `${checks === undefined ? '' : `"Checks":${textsOrNull(checks)},`}"CreateIndex":${createIndex},"ModifyIndex":${modifyIndex}}`
  );
}
