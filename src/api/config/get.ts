/** Configuration entries: one, those of a kind, or all (spec section 15). */
import { refuse } from '../../acl/rule.ts';
import { type Answer, jsonAnswer, listAnswer, textAnswer } from '../../http/answer.ts';
import { type ConfigEntry, kindProblem } from '../../model/config-entry.ts';
import { KonsulError } from '../../runtime/errors.ts';
import { configEntriesTopic } from '../../topics/config-entries.ts';
import type { View } from '../../topics/view.ts';
import { configEntryJson } from '../../wire/config-entry.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { READ_QUERY, readTopic } from '../read-topic.ts';
import { entryOf } from './entry-path.ts';

export const configGet: ApiRoute = defineRoute({
  method: 'GET',
  path: '/v1/config/',
  rest: 'kind/name',
  summary: 'One configuration entry; without a name all of the kind, and without a kind all that there are.',
  acl: refuse('operator', 'read'),
  // Read by those who change them.
  isRelayed: true,
  query: READ_QUERY,
  handle(request, context) {
    const { kind, name } = entryOf(request.rest);
    const problem = request.rest === '' ? undefined : kindProblem(kind);
    if (problem !== undefined) throw new KonsulError('REJECTED', problem);
    return readTopic({ topic: configEntriesTopic, key: kind, showsConsistency: false }, request, {
      context,
      respond: (view) => (name === undefined ? showAll(view) : showOne(view, kind, name)),
    });
  },
});

function showAll({ items, variants }: View<ConfigEntry>): Answer {
  return { ...listAnswer({ items, where: undefined, encode: configEntryJson }), memo: { variants, selection: 'all' } };
}

function showOne({ items }: View<ConfigEntry>, kind: string, name: string): Answer {
  const entry = items.find((item) => item.name === name);
  if (entry !== undefined) return jsonAnswer(configEntryJson(entry));
  return textAnswer(404, `Config entry not found for ${JSON.stringify(kind)} / ${JSON.stringify(name)}`);
}
