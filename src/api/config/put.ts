/** Writes a configuration entry (spec section 15). It is kept and shown, and changes nothing: there is no mesh. */
import { refuse } from '../../acl/rule.ts';
import { jsonAnswer } from '../../http/answer.ts';
import { entryName, entryNameProblem } from '../../model/config-entry.ts';
import { KonsulError } from '../../runtime/errors.ts';
import { configEntryFrom } from '../../wire/config-entry.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { uint64Param } from '../kv/parameters.ts';

/** Far more than an entry needs; all entries of a kind are shown together. */
const MAX_ENTRY = { bytes: 512 * 1024, setting: 'limits' };

export const configPut: ApiRoute = defineRoute({
  method: 'PUT',
  path: '/v1/config',
  summary:
    'Writes a configuration entry; `true`, or `false` if `cas` did not hold. It is kept for tools that read it, and used by nothing.',
  acl: refuse('operator', 'write'),
  query: { cas: 'Only if the ModifyIndex is this; 0: only if there is no entry', dc: 'Datacenter; the own one only' },
  bodyLimit: () => MAX_ENTRY,
  async handle({ query, body }, { backend }) {
    const given = configEntryFrom(body);
    const cas = uint64Param(query, 'cas');
    const entry = { ...given, name: entryName(given.kind, given.name) };
    const problem = entryNameProblem(entry.kind, entry.name);
    if (problem !== undefined) throw new KonsulError('REJECTED', problem);
    return jsonAnswer(String(await backend.submit({ kind: 'config.put', entry, cas })));
  },
});
