/**
 * Whose a node is (DESIGN section 5, ownership; ADR 0020). The same run is a reconnect; the same node id with a higher boot counter a
 * restart, or the copied disk of an agent that lives: that one has to be asked first, as has another node id under the name. Any other run
 * of that node id is a copied disk.
 */
import type { AgentRecord } from '../model/agent-record.ts';
import type { CatalogRegister } from '../model/commands/catalog.ts';
import type { NodeLink } from '../model/commands/node.ts';
import type { Node } from '../model/node.ts';
import { nameReserved } from './catalog-rules.ts';
import { reject } from './define-command.ts';
import type { Draft } from './draft.ts';

/** Who stands where an agent wants to be. */
export interface Holder {
  /** The node that it is held for. */
  readonly node: string;
  readonly nodeId: string;
  /** '' if no agent linked for it: the catalog gave the name to that id. */
  readonly runId: string;
}

export const agentOf = (draft: Draft, node: string): AgentRecord | undefined => draft.record('agent', node.toLowerCase());

/**
 * Who would have to give way to an agent: none for a new one or a reconnect, the former run for a restart. Throws REJECTED for a copied
 * disk, and for the name or the id of a server.
 */
export function holdersOf(draft: Draft, { node, identity }: NodeLink): readonly Holder[] {
  const named = draft.node(node.name);
  const known = draft.nodeById(identity.nodeId);
  if (known !== undefined && isServer(draft, known)) throw copiedDisk(known);
  if (named !== undefined && isServer(draft, named)) throw nameReserved(node, named, known !== undefined);
  const own = [named, known].map((place) => agentAt(draft, place)).find((agent) => agent?.nodeId === identity.nodeId);
  const holders = own === undefined || own.runId === identity.runId ? [] : [otherRunOrThrow(own, identity, draft.node(own.node))];
  const other = named === undefined ? undefined : holderOf(draft, named);
  return other === undefined || other.nodeId === identity.nodeId ? holders : [...holders, other];
}

const agentAt = (draft: Draft, node: Node | undefined): AgentRecord | undefined =>
  node === undefined ? undefined : agentOf(draft, node.name);

/**
 * Refuses what an agent registers on a node that is not its own, or not any more: another agent took it over, or it has left. Linking
 * makes the node its own. Throws REJECTED.
 */
export function assertLinked(draft: Draft, { node: { name }, owner, isOfServer = false }: CatalogRegister): void {
  const agent = agentOf(draft, name);
  if (owner === '' || agent?.nodeId === owner || (agent === undefined && isOfServer)) return;
  throw reject(`node ${name} does not belong to agent ${owner} any more: the agent has to link again`);
}

/**
 * A later start follows the one that is known, unless that one lives. An agent that found nothing in its folder cannot have copied it:
 * somebody gave two machines one node id, or it lost its disk.
 */
function otherRunOrThrow(own: AgentRecord, { boot, isFresh }: NodeLink['identity'], node: Node | undefined): Holder {
  if (isFresh || own.boot < boot) return { node: own.node, nodeId: own.nodeId, runId: own.runId };
  throw copiedDisk({ id: own.nodeId, name: own.node, address: node?.address ?? '' });
}

/** A node without an id is nobody's: who links under its name gets it. */
function holderOf(draft: Draft, node: Node): Holder | undefined {
  const agent = agentOf(draft, node.name);
  if (agent !== undefined) return { node: node.name, nodeId: agent.nodeId, runId: agent.runId };
  return node.id === '' ? undefined : { node: node.name, nodeId: node.id, runId: '' };
}

/** Servers register themselves: with this service, and without an agent. */
const isServer = (draft: Draft, node: Node): boolean =>
  agentOf(draft, node.name) === undefined && draft.service(node.name, 'consul')?.owner === '';

/** REJECTED: an agent with this node id, and so the original of the newcomer's disk, is alive. */
export const copyOfLiving = ({ id, name, address }: Pick<Node, 'id' | 'name' | 'address'>): Error =>
  reject(
    `node id ${id} belongs to node ${name} (${address}), whose agent is alive: the data directory here is a copy of its own, or both were given one node_id; leave that node as it is, and empty the directory here, or set another node_id: this node gets an id of its own`,
  );

const copiedDisk = ({ id, name, address }: Pick<Node, 'id' | 'name' | 'address'>): Error =>
  reject(
    `node id ${id} belongs to a later start of node ${name} (${address}): the data directory here is a copy, or an old state of it; empty it, and this node gets an id of its own, or take that node out first (konsul force-leave ${name})`,
  );
