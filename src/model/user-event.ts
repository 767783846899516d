/** User events: short messages to all agents, of which the last ones are kept (spec section 9). */
import type { Indexed } from './record.ts';

export interface UserEvent extends Indexed {
  /** A UUID. */
  readonly id: string;
  readonly name: string;
  readonly payload: Uint8Array | undefined;
  /** Regular expressions, unanchored; '' for all. */
  readonly nodeFilter: string;
  readonly serviceFilter: string;
  readonly tagFilter: string;
  /** The place among all events: each has one more than the one before. */
  readonly lTime: number;
}

/** So many events are kept; then the oldest goes. */
export const MAX_EVENTS = 256;

/** In the order in which they were fired. */
export const byLTime = (a: Pick<UserEvent, 'lTime'>, b: Pick<UserEvent, 'lTime'>): number => a.lTime - b.lTime;

/** What Consul sends in one packet of its gossip. */
const MAX_EVENT_BYTES = 512;

type Sized = Omit<UserEvent, keyof Indexed | 'lTime'>;

/** Consul's text for an event that is too large for its gossip, or `undefined`. The same limit holds here, where nothing gossips. */
export function eventSizeProblem(event: Sized): string | undefined {
  const inner = innerBytes(event);
  const nameBytes = Buffer.byteLength(`consul:event:${event.name}`);
  if (nameBytes + inner > MAX_EVENT_BYTES) return tooLarge('user event exceeds', 'before');
  if (outerBytes(nameBytes, inner) > MAX_EVENT_BYTES) return tooLarge('encoded user event exceeds', 'after');
  return undefined;
}

const tooLarge = (what: string, when: string): string =>
  `1 error occurred:\n\t* error broadcasting event to segment "": ${what} configured limit of ${MAX_EVENT_BYTES} bytes ${when} encoding\n\n`;

/** The size of the event in MessagePack: a map of `ID`, `n`, `v` and, if they are not empty, `p`, `nf`, `sf`, `tf`. */
function innerBytes({ id, name, payload, nodeFilter, serviceFilter, tagFilter }: Sized): number {
  const optional = (keyBytes: number, bytes: number): number => (bytes === 0 ? 0 : keyBytes + packedBytes(bytes));
  const filters = [nodeFilter, serviceFilter, tagFilter].map((filter) => optional(3, Buffer.byteLength(filter)));
  const fixed = 1 + 3 + packedBytes(id.length) + 2 + packedBytes(Buffer.byteLength(name)) + 2 + 1;
  return filters.reduce((sum, bytes) => sum + bytes, fixed + optional(2, payload?.length ?? 0));
}

/** The size of the gossip message around it: a type, and a map of `LTime`, `Name`, `Payload` and `CC`, in the older MessagePack. */
const outerBytes = (nameBytes: number, inner: number): number => 1 + 1 + 6 + 1 + 5 + rawBytes(nameBytes) + 8 + rawBytes(inner) + 3 + 1;

/** Text or bytes with their header. */
const packedBytes = (bytes: number): number => bytes + (bytes < 32 ? 1 : bytes < 256 ? 2 : 3);
const rawBytes = (bytes: number): number => bytes + (bytes < 32 ? 1 : 3);
