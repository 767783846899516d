/** The body of a transaction, and how its operations become those of the command. */
import type { CatalogVerb, KvVerb, TxnKv, TxnOperation } from '../model/commands/txn.ts';
import type { Uint64 } from '../model/values.ts';
import { type CheckBody, checkBody, checkFrom, checkProblem } from './check-body.ts';
import { type NodeBody, nodeBody, nodeFrom, nodeProblem } from './node-body.ts';
import { bytes, list, object, type Schema, text, uint64 } from './schema.ts';
import { type ServiceBody, serviceBody, serviceFrom, serviceProblem } from './service-body.ts';

interface KvBody {
  readonly Verb?: string;
  readonly Key?: string;
  readonly Value?: Uint8Array;
  readonly Flags?: Uint64;
  readonly Index?: Uint64;
  readonly Session?: string;
}

export interface TxnOperationBody {
  readonly KV?: KvBody;
  readonly Node?: { readonly Verb?: string; readonly Node?: NodeBody };
  readonly Service?: { readonly Verb?: string; readonly Node?: string; readonly Service?: ServiceBody };
  readonly Check?: { readonly Verb?: string; readonly Check?: CheckBody };
}

const kvBody: Schema<KvBody> = object({
  Verb: text(),
  Key: text(),
  Value: bytes({ description: 'Base64' }),
  Flags: uint64(),
  Index: uint64(),
  Session: text(),
});

export const txnBody: Schema<readonly TxnOperationBody[]> = list(
  object({
    KV: kvBody,
    Node: object({ Verb: text(), Node: nodeBody }),
    Service: object({ Verb: text(), Node: text(), Service: serviceBody }),
    Check: object({ Verb: text(), Check: checkBody }),
  }),
);

const KV_VERBS: Readonly<Record<KvVerb, true>> = {
  set: true,
  cas: true,
  lock: true,
  unlock: true,
  get: true,
  'get-or-empty': true,
  'get-tree': true,
  'check-index': true,
  'check-session': true,
  'check-not-exists': true,
  delete: true,
  'delete-tree': true,
  'delete-cas': true,
};
const CATALOG_VERBS: Readonly<Record<CatalogVerb, true>> = { get: true, set: true, cas: true, delete: true, 'delete-cas': true };
/** Verbs that may be given an empty key: they take a prefix. */
const PREFIX_VERBS: readonly string[] = ['get-tree', 'delete-tree'];
const READ_VERBS: readonly string[] = ['get', 'get-or-empty', 'get-tree', 'check-index', 'check-session', 'check-not-exists'];

/** One operation, or in words what is wrong with it: then nothing of the transaction is done. */
export function operationFrom(given: TxnOperationBody): TxnOperation | string {
  if (given.KV !== undefined) return kvOperation(given.KV);
  const part = given.Node ?? given.Service ?? given.Check;
  if (part === undefined) return 'unknown operation type';
  const verb = part.Verb ?? '';
  const kind = given.Node ? 'Node' : given.Service ? 'Service' : 'Check';
  if (!Object.hasOwn(CATALOG_VERBS, verb)) return `unknown ${kind} operation: ${verb}`;
  return catalogOperation(given, verb as CatalogVerb);
}

function kvOperation({ Verb = '', Key = '', Value, Flags, Index, Session }: KvBody): TxnKv | string {
  if (Key === '' && !PREFIX_VERBS.includes(Verb)) return 'Must provide key';
  if (!Object.hasOwn(KV_VERBS, Verb)) return `unknown KV operation: ${Verb}`;
  const value = Value ?? new Uint8Array();
  return { on: 'kv', verb: Verb as KvVerb, key: Key, value, flags: Flags ?? 0, index: Index ?? 0, session: Session ?? '' };
}

function catalogOperation(given: TxnOperationBody, verb: CatalogVerb): TxnOperation | string {
  if (given.Node !== undefined) return nodeOperation(given.Node.Node ?? {}, verb);
  if (given.Service !== undefined) return serviceOperation(given.Service.Service ?? {}, given.Service.Node ?? '', verb);
  return checkOperation(given.Check?.Check ?? {}, verb);
}

/** Whether the verb needs the whole record, and not only what names it. */
const isPut = (verb: CatalogVerb): boolean => verb === 'set' || verb === 'cas';

function nodeOperation(node: NodeBody, verb: CatalogVerb): TxnOperation | string {
  const problem = nodeProblem(node.Node ?? '', node.ID ?? '');
  return problem ?? { on: 'node', verb, node: nodeFrom(node), index: node.ModifyIndex ?? 0 };
}

function serviceOperation(service: ServiceBody, node: string, verb: CatalogVerb): TxnOperation | string {
  if (node === '') return 'Must provide node';
  const problem = isPut(verb) || !service.ID ? serviceProblem(service, node) : undefined;
  return problem ?? { on: 'service', verb, node, service: serviceFrom(service), index: service.ModifyIndex ?? 0 };
}

function checkOperation(check: CheckBody, verb: CatalogVerb): TxnOperation | string {
  if (!check.Node) return 'Must provide node';
  return checkProblem(check) ?? { on: 'check', verb, node: check.Node, check: checkFrom(check), index: check.ModifyIndex ?? 0 };
}

/** Whether an operation writes nothing. */
export const isReadOperation = ({ verb }: TxnOperation): boolean => READ_VERBS.includes(verb);
