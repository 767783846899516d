/** Configuration entries as JSON: taken apart into kind, name and the rest, and put together again (spec section 15). */
import { type ConfigEntry, kindProblem } from '../model/config-entry.ts';
import type { Indexed } from '../model/record.ts';
import type { Json } from '../model/values.ts';
import { KonsulError } from '../runtime/errors.ts';
import { parseJson, quote, stringifyJson } from './json.ts';

/** The entry that a body holds; its name is not judged. BAD_REQUEST, with Consul's text, if it is none, or of a kind that there is not. */
export function configEntryFrom(body: Uint8Array): Omit<ConfigEntry, keyof Indexed> {
  try {
    return entryOrThrow(body);
  } catch (error) {
    if (!(error instanceof KonsulError) || error.code !== 'BAD_REQUEST') throw error;
    throw new KonsulError('BAD_REQUEST', `Request decoding failed: ${error.message}`, { cause: error });
  }
}

function entryOrThrow(body: Uint8Array): Omit<ConfigEntry, keyof Indexed> {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
  if (text.trim() === '') throw new KonsulError('BAD_REQUEST', 'EOF');
  const members = Object.entries(objectOrThrow(parseJson(text)));
  const kind = members.find(([name]) => name === 'Kind' || name === 'kind')?.[1];
  if (kind === undefined) throw new KonsulError('BAD_REQUEST', 'Payload does not contain a kind/Kind key at the top level');
  if (typeof kind !== 'string') throw new KonsulError('BAD_REQUEST', 'Kind value in payload is not a string');
  const name = members.find(([member]) => member.toLowerCase() === 'name')?.[1] ?? '';
  if (typeof name !== 'string') throw new KonsulError('BAD_REQUEST', `'Name' expected type 'string', got '${typeof name}'`);
  const problem = kindProblem(kind);
  if (problem !== undefined) throw new KonsulError('BAD_REQUEST', problem);
  return { kind, name, content: Object.fromEntries(members.filter(([member]) => !OWN_MEMBERS.includes(foldName(member)))) };
}

/** What an entry has besides its content, in the folded form of their names. */
const OWN_MEMBERS: readonly string[] = ['kind', 'name', 'createindex', 'modifyindex'];

/** `CreateIndex` and `create_index` are one name. */
const foldName = (name: string): string => name.replaceAll('_', '').toLowerCase();

function objectOrThrow(value: Json): { readonly [member: string]: Json } {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as { readonly [member: string]: Json };
  const type = Array.isArray(value) ? 'slice' : typeof value;
  throw new KonsulError('BAD_REQUEST', `'' expected a map, got '${type}'`);
}

/** The entry with its content as it came, and its indexes. */
export function configEntryJson({ kind, name, content, createIndex, modifyIndex }: ConfigEntry): string {
  const members = Object.entries(content).map(([member, value]) => `${quote(member)}:${stringifyJson(value)},`);
  return `{"Kind":${quote(kind)},"Name":${quote(name)},${members.join('')}"CreateIndex":${createIndex},"ModifyIndex":${modifyIndex}}`;
}
