/** Writes one key: plainly, compared by index, or with a session's lock (spec section 6.2). */
import { refuse } from '../../acl/rule.ts';
import { jsonAnswer } from '../../http/answer.ts';
import type { Query } from '../../http/request.ts';
import type { KvCondition } from '../../model/commands/kv.ts';
import type { Uint64 } from '../../model/values.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { keyOrThrow, refuseConflicts, uint64Param } from './parameters.ts';

export const kvPut: ApiRoute = defineRoute({
  method: 'PUT',
  path: '/v1/kv/',
  rest: 'key',
  summary: 'Writes a value; `true`, or `false` if `cas`, `acquire` or `release` did not hold. The body is the value.',
  acl: refuse('key', 'write'),
  query: {
    flags: 'A number to keep with the value, 0 to 2^64-1',
    cas: 'Only if the ModifyIndex is this; 0: only if there is no entry',
    acquire: 'Take the lock for this session',
    release: 'Give the lock of this session up',
  },
  bodyLimit: ({ settings }) => ({ bytes: settings.kvMaxValueBytes, setting: 'kv_max_value_size' }),
  async handle(request, { backend }) {
    const { query, body, rawQuery } = request;
    const key = keyOrThrow(request.rest);
    refuseConflicts(query, rawQuery, ['cas', 'acquire', 'release']);
    const flags = uint64Param(query, 'flags') ?? 0;
    const done = await backend.submit({
      kind: 'kv.put',
      key,
      value: body,
      flags,
      condition: conditionOf(query, uint64Param(query, 'cas')),
    });
    return jsonAnswer(String(done));
  },
});

function conditionOf(query: Query, cas: Uint64 | undefined): KvCondition {
  if (cas !== undefined) return { kind: 'cas', index: cas };
  if (query.has('acquire')) return { kind: 'acquire', session: query.get('acquire') };
  if (query.has('release')) return { kind: 'release', session: query.get('release') };
  return { kind: 'none' };
}
