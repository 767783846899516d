/** Deletes a configuration entry (spec section 15). */
import { refuse } from '../../acl/rule.ts';
import { jsonAnswer } from '../../http/answer.ts';
import { kindProblem } from '../../model/config-entry.ts';
import { KonsulError } from '../../runtime/errors.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { uint64Param } from '../kv/parameters.ts';
import { entryOf } from './entry-path.ts';

export const configDelete: ApiRoute = defineRoute({
  method: 'DELETE',
  path: '/v1/config/',
  rest: 'kind/name',
  summary: 'Deletes a configuration entry, also one that is not there: `{}`. With `cas` it is `true` or `false`.',
  acl: refuse('operator', 'write'),
  query: { cas: 'Only if the ModifyIndex is this', dc: 'Datacenter; the own one only' },
  async handle({ rest, query }, { backend }) {
    const { kind, name = '' } = entryOf(rest);
    if (kind === '' || name === '') throw new KonsulError('NOT_FOUND', 'Must provide both a kind and name to delete');
    const problem = kindProblem(kind);
    if (problem !== undefined) throw new KonsulError('BAD_REQUEST', problem);
    const cas = uint64Param(query, 'cas');
    const done = await backend.submit({ kind: 'config.delete', entryKind: kind, name, cas });
    return jsonAnswer(cas === undefined ? '{}' : String(done));
  },
});
