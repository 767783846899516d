/**
 * The answers of watched requests as handlers get them: what Consul's client makes of an answer before it hands it on. Members that
 * handlers may rely on are there even where an answer leaves them out; nothing that an answer has is dropped. Pure.
 */
import { MAX_EVENTS } from '../model/user-event.ts';
import type { Json } from '../model/values.ts';
import { KonsulError } from '../runtime/errors.ts';
import { parseJson, stringifyJson } from '../wire/json.ts';

type JsonObject = { readonly [name: string]: Json };

/** An answer of the API. */
export interface WatchAnswer {
  readonly status: number;
  /** The header `X-Consul-Index`; '' if there was none. */
  readonly index: string;
  readonly body: string;
}

const NOT_FOUND = 404;

/**
 * What a watch of this type shows: for `key` an entry or null, for `keyprefix` a list or null, for `services` a map, else a list. Throws
 * REJECTED for an answer that is an error.
 */
export function watchedValue(type: string, { status, body }: WatchAnswer): Json {
  const isKv = type === 'key' || type === 'keyprefix';
  if (isKv && status === NOT_FOUND) return null;
  if (status !== 200)
    throw new KonsulError('REJECTED', `Unexpected response code: ${status} (${body.slice(0, MAX_ERROR_CHARS)})`, { status });
  const value = parseJson(body);
  switch (type) {
    case 'key':
      return listOf(value).map(pairOf)[0] ?? null;
    case 'keyprefix':
      return listOf(value).map(pairOf);
    case 'checks':
      return listOf(value).map(checkOf);
    case 'service':
      return listOf(value).map((entry) => ({ ...objectOf(entry), Checks: listOf(objectOf(entry).Checks ?? []).map(checkOf) }));
    default:
      return value;
  }
}

const MAX_ERROR_CHARS = 1_024;

/** Of the events in `value`, those after the newest one of `before`, the list that was seen last. */
export function newEvents(value: Json, before: Json | undefined): readonly Json[] {
  const last = listOf(before ?? []).at(-1);
  const events = listOf(value);
  const at = last === undefined ? -1 : events.findIndex((event) => objectOf(event).ID === objectOf(last).ID);
  return events.slice(at + 1);
}

/** The events of two results of a watch, as one: those of `waiting`, then those of `next`. Of more than a server keeps, the newest. */
export function joinedEvents(waiting: string, next: string): string {
  return resultText([...listOf(parseJson(waiting)), ...listOf(parseJson(next))].slice(-MAX_EVENTS));
}

/** The text that handlers get: compact, with a line end, as Go writes it. */
export const resultText = (value: Json): string => `${stringifyJson(value)}\n`;

const pairOf = (json: Json): Json => {
  const { Key = '', CreateIndex = 0, ModifyIndex = 0, LockIndex = 0, Flags = 0, Value = null, Session = '', ...rest } = objectOf(json);
  return { Key, CreateIndex, ModifyIndex, LockIndex, Flags, Value, Session, ...rest };
};

const DEFINITION: JsonObject = {
  Interval: '0s',
  Timeout: '0s',
  DeregisterCriticalServiceAfter: '0s',
  HTTP: '',
  Header: null,
  Method: '',
  Body: '',
  TLSSkipVerify: false,
  TCP: '',
};

const checkOf = (json: Json): Json => ({ ...objectOf(json), Definition: { ...DEFINITION, ...objectOf(objectOf(json).Definition ?? {}) } });

/** A list, also where Go would write null for an empty one. */
const listOf = (json: Json): readonly Json[] => (Array.isArray(json) ? (json as readonly Json[]) : []);

const objectOf = (json: Json): JsonObject =>
  typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as JsonObject) : {};
