/** The node, service and check operations of a transaction. A thrown REJECTED is the operation's error. */
import type { Check } from '../model/check.ts';
import type { CatalogVerb, TxnCheck, TxnEntry, TxnNode, TxnService } from '../model/commands/txn.ts';
import type { Node } from '../model/node.ts';
import type { Indexed } from '../model/record.ts';
import type { Service } from '../model/service.ts';
import type { Uint64 } from '../model/values.ts';
import { putCheck, putNode, putService, removeCheck, removeNode, removeService } from './catalog-rules.ts';
import { reject } from './define-command.ts';
import type { Draft } from './draft.ts';

/** One thing of the catalog, as the verbs see it. */
interface Target<R extends Indexed> {
  /** How errors name it: `node "n"`. */
  readonly label: string;
  readonly index: Uint64;
  find(): R | undefined;
  put(): R;
  remove(record: R): void;
  show(record: R): TxnEntry;
}

/** Runs one operation; its results, in order. */
export function runCatalogOperation(draft: Draft, operation: TxnNode | TxnService | TxnCheck): TxnEntry[] {
  switch (operation.on) {
    case 'node':
      return runVerb(operation.verb, nodeTarget(draft, operation));
    case 'service':
      return runVerb(operation.verb, serviceTarget(draft, operation));
    case 'check':
      return runVerb(operation.verb, checkTarget(draft, operation));
  }
}

function runVerb<R extends Indexed>(verb: CatalogVerb, target: Target<R>): TxnEntry[] {
  const before = target.find();
  switch (verb) {
    case 'get':
      if (before === undefined) throw reject(`${target.label} doesn't exist`);
      return [target.show(before)];
    case 'set':
      return [target.show(target.put())];
    case 'cas':
      if ((before?.modifyIndex ?? 0) !== target.index) throw reject(`failed to set ${target.label}, index is stale`);
      return [target.show(target.put())];
    case 'delete':
      if (before !== undefined) target.remove(before);
      return [];
    case 'delete-cas':
      if (before === undefined || before.modifyIndex !== target.index) throw reject(`failed to delete ${target.label}, index is stale`);
      target.remove(before);
      return [];
  }
}

/** Read by its id if there is one; written by its name. */
function nodeTarget(draft: Draft, { verb, node, index }: TxnNode): Target<Node> {
  return {
    label: `node "${node.name}"`,
    index,
    find: () => (verb === 'get' && node.id !== '' ? draft.nodeById(node.id) : draft.node(node.name)),
    put: () => putNode(draft, node),
    remove: (record) => removeNode(draft, record),
    show: (record) => ({ on: 'node', node: record }),
  };
}

function serviceTarget(draft: Draft, { node, service, index }: TxnService): Target<Service> {
  return {
    label: `service "${service.id}" on node "${node}"`,
    index,
    find: () => draft.service(node, service.id),
    put: () => putService(draft, nodeOrReject(draft, node), service, ''),
    remove: (record) => removeService(draft, record, ''),
    show: (record) => ({ on: 'service', service: record }),
  };
}

function checkTarget(draft: Draft, { node, check, index }: TxnCheck): Target<Check> {
  return {
    label: `check "${check.id}" on node "${node}"`,
    index,
    find: () => draft.check(node, check.id),
    put: () => putCheck(draft, nodeOrReject(draft, node), check, ''),
    remove: (record) => removeCheck(draft, record, ''),
    show: (record) => ({ on: 'check', check: record }),
  };
}

function nodeOrReject(draft: Draft, name: string): Node {
  const node = draft.node(name);
  if (node === undefined) throw reject('Missing node registration');
  return node;
}
