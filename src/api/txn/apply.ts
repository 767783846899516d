/** Applies a transaction: all operations or none (spec section 8). */
import { open } from '../../acl/rule.ts';
import { type Answer, jsonAnswer } from '../../http/answer.ts';
import { parseConsistency } from '../../http/consistency.ts';
import type { TxnEntry, TxnError, TxnOperation } from '../../model/commands/txn.ts';
import { KonsulError } from '../../runtime/errors.ts';
import type { Contact } from '../../topics/backend.ts';
import { checkJson, nodeJson, serviceJson } from '../../wire/catalog.ts';
import { decodeBody } from '../../wire/decode.ts';
import { stringifyJson } from '../../wire/json.ts';
import { kvEntryJson } from '../../wire/kv.ts';
import { isReadOperation, operationFrom, type TxnOperationBody, txnBody } from '../../wire/txn-body.ts';
import { type ApiContext, type ApiRoute, defineRoute } from '../context.ts';

const MAX_OPERATIONS = 128;

export const txnApply: ApiRoute = defineRoute({
  method: 'PUT',
  path: '/v1/txn',
  summary: 'Applies up to 128 operations on KV, nodes, services and checks: all or none. 409 says which failed, and why.',
  acl: open('each operation is checked on its own'),
  // Its reads are answered by who decides; so are its limits.
  isRelayed: true,
  query: {
    stale: 'Any server may answer; read-only transactions',
    consistent: 'Read-only transactions: verified',
    dc: 'Datacenter; the own one only',
  },
  body: txnBody,
  bodyLimit: ({ settings }) => ({ bytes: Math.max(settings.txnMaxBytes, settings.kvMaxValueBytes), setting: 'txn_max_req_len' }),
  async handle(request, context) {
    const given = decodeBody(txnBody, request.body, { prefix: 'Failed to parse body: ' });
    refuseTooMuch(given, context);
    const operations = given.map(operationFrom);
    const errors = operations.flatMap((what, opIndex) => (typeof what === 'string' ? [{ opIndex, what }] : []));
    if (errors.length > 0) return failed(errors);
    return apply(operations as TxnOperation[], request, context);
  },
});

function refuseTooMuch(given: readonly TxnOperationBody[], { settings }: ApiContext): void {
  if (given.length > MAX_OPERATIONS) {
    throw new KonsulError('TOO_LARGE', `Transaction contains too many operations (${given.length} > ${MAX_OPERATIONS})`);
  }
  for (const { KV: kv } of given) {
    const sizeBytes = kv?.Value?.length ?? 0;
    if (sizeBytes <= settings.kvMaxValueBytes) continue;
    throw new KonsulError('TOO_LARGE', `Value for key "${kv?.Key}" is too large (${sizeBytes} > ${settings.kvMaxValueBytes} bytes)`);
  }
}

async function apply(
  operations: readonly TxnOperation[],
  request: Parameters<typeof parseConsistency>[0],
  context: ApiContext,
): Promise<Answer> {
  const { backend, settings } = context;
  const isRead = operations.every(isReadOperation);
  const mode = isRead ? parseConsistency(request, settings).mode : 'leader';
  if (mode === 'consistent') await backend.confirm();
  const result = await backend.submit({ kind: 'txn', operations });
  const members = result.ok
    ? `"Results":[${result.results.map((entry) => entryJson(entry, settings.datacenter)).join(',')}],"Errors":null`
    : `"Results":null,"Errors":${errorsJson(result.errors)}`;
  const status = result.ok ? 200 : 409;
  return isRead ? readAnswer({ status, members, mode }, backend.contact()) : jsonAnswer(`{${members}}`, status);
}

/** Read-only transactions carry what a query's headers would say, in the body too. */
function readAnswer({ status, members, mode }: { status: number; members: string; mode: string }, contact: Contact): Answer {
  const { knownLeader, lastContactMs } = contact;
  const meta = `"Index":0,"LastContact":${lastContactMs * 1e6},"KnownLeader":${knownLeader},"ConsistencyLevel":"${mode}","NotModified":false,"Backend":0,"ResultsFilteredByACLs":false`;
  return jsonAnswer(`{${members},${meta}}`, status, {
    'X-Consul-KnownLeader': String(knownLeader),
    'X-Consul-LastContact': String(Math.floor(lastContactMs)),
  });
}

const failed = (errors: readonly TxnError[]): Answer => jsonAnswer(`{"Results":null,"Errors":${errorsJson(errors)}}`, 409);

const errorsJson = (errors: readonly TxnError[]): string =>
  stringifyJson(errors.map(({ opIndex, what }) => ({ OpIndex: opIndex, What: what })));

function entryJson(entry: TxnEntry, datacenter: string): string {
  switch (entry.on) {
    case 'kv':
      return `{"KV":${kvEntryJson(entry.entry, entry.withValue)}}`;
    case 'node':
      return `{"Node":${nodeJson(entry.node, datacenter)}}`;
    case 'service':
      return `{"Service":${serviceJson(entry.service)}}`;
    case 'check':
      return `{"Check":${checkJson(entry.check)}}`;
  }
}
