/** A node in a request body, as the catalog shows it. */
import type { NodeDefinition } from '../model/commands/catalog.ts';
import type { StringMap } from '../model/values.ts';
import { type LocalityBody, localityBody, localityFrom } from './locality-body.ts';
import { object, type Schema, stringMap, text, uint64 } from './schema.ts';

export interface NodeBody {
  readonly ID?: string;
  readonly Node?: string;
  readonly Address?: string;
  readonly TaggedAddresses?: StringMap;
  readonly Meta?: StringMap;
  readonly Locality?: LocalityBody;
  readonly ModifyIndex?: number | bigint;
}

export const nodeBody: Schema<NodeBody> = object({
  ID: text(),
  Node: text(),
  Address: text(),
  Datacenter: text(),
  TaggedAddresses: stringMap(),
  Meta: stringMap(),
  Locality: localityBody,
  PeerName: text(),
  CreateIndex: uint64(),
  ModifyIndex: uint64(),
});

/** What is wrong with the name or the id of a node, in Consul's words; `undefined` if nothing is. */
export function nodeProblem(name: string, id: string): string | undefined {
  if (name === '') return 'Must provide node';
  if (id === '') return undefined;
  if (id.length !== 36) return 'Bad node ID: uuid string is wrong length';
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id) ? undefined : 'Bad node ID: uuid is improperly formatted';
}

export function nodeFrom(given: NodeBody): NodeDefinition {
  return {
    id: (given.ID ?? '').toLowerCase(),
    name: given.Node ?? '',
    address: given.Address ?? '',
    taggedAddresses: given.TaggedAddresses,
    meta: given.Meta,
    locality: localityFrom(given.Locality),
  };
}
