/** Deletes one key, or all below a prefix (spec section 6.3). */
import { refuse } from '../../acl/rule.ts';
import { jsonAnswer } from '../../http/answer.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { keyOrThrow, refuseConflicts, uint64Param } from './parameters.ts';

export const kvDelete: ApiRoute = defineRoute({
  method: 'DELETE',
  path: '/v1/kv/',
  rest: 'key',
  summary: 'Deletes an entry, or all whose key starts with the given one; `false` if `cas` did not hold.',
  acl: refuse('key', 'write'),
  query: { recurse: 'All entries whose key starts with the given one', cas: 'Only if the ModifyIndex is this' },
  async handle({ query, rest, rawQuery }, { backend }) {
    refuseConflicts(query, rawQuery, ['recurse', 'cas']);
    if (query.has('recurse')) return jsonAnswer(String(await backend.submit({ kind: 'kv.delete-tree', prefix: rest })));
    const key = keyOrThrow(rest);
    return jsonAnswer(String(await backend.submit({ kind: 'kv.delete', key, cas: uint64Param(query, 'cas') })));
  },
});
