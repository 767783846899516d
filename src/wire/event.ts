/** Consul's JSON of user events (spec section 9). */
import type { Indexed } from '../model/record.ts';
import type { UserEvent } from '../model/user-event.ts';
import { quote } from './json.ts';

/** The version of user events, of which there has only been one. */
const VERSION = 1;

/** An event; one that was only just fired has the `lTime` 0. */
export function userEventJson(event: Omit<UserEvent, keyof Indexed>): string {
  const { id, name, payload, nodeFilter, serviceFilter, tagFilter, lTime } = event;
  const base64 = payload === undefined ? 'null' : `"${Buffer.from(payload).toString('base64')}"`;
  return (
    `{"ID":${quote(id)},"Name":${quote(name)},"Payload":${base64},"NodeFilter":${quote(nodeFilter)},` +
    `"ServiceFilter":${quote(serviceFilter)},"TagFilter":${quote(tagFilter)},"Version":${VERSION},"LTime":${lTime}}`
  );
}
