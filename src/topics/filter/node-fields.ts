/** Selectors on nodes: `/v1/catalog/nodes`, and `Node.` on service entries. */
import type { Node } from '../../model/node.ts';
import { type FieldTable, textField, textMapField } from './fields.ts';

export const nodeFields: FieldTable<Node> = {
  ID: textField((node) => node.id),
  Node: textField((node) => node.name),
  Address: textField((node) => node.address),
  Datacenter: textField((_, { datacenter }) => datacenter),
  Partition: textField(() => ''),
  PeerName: textField(() => ''),
  TaggedAddresses: textMapField((node) => node.taggedAddresses),
  Meta: textMapField((node) => node.meta),
};
