/** What a prepared query must be among the others, and what goes with its session (spec section 10). Texts are Consul's. */
import { isTemplate, type PreparedQuery, type QueryDefinition, queryProblem } from '../model/prepared-query.ts';
import { uuidProblem } from '../model/uuid.ts';
import { KonsulError } from '../runtime/errors.ts';
import { hasName } from '../state/query-table.ts';
import { compileTemplate } from '../topics/prepared-query/template.ts';
import { reject } from './define-command.ts';
import type { Draft } from './draft.ts';

/** Puts a query, new or in place of the one with its id. */
export function putQuery(draft: Draft, query: QueryDefinition): void {
  const problem = queryProblem(query);
  if (problem !== undefined) throw reject(`Invalid prepared query: ${problem}`);
  const conflict = nameConflict(draft, query) ?? sessionProblem(draft, query) ?? templateProblem(query);
  if (conflict !== undefined) throw reject(`raft apply failed: ${conflict}`);
  draft.putQuery(query);
}

/** A query is looked up by name or id, so that no name may be taken for another one. */
function nameConflict(draft: Draft, { id, name, template }: QueryDefinition): string | undefined {
  if (!hasName({ name, template })) return undefined;
  const isTaken = draft.queriesNamed(name).some((other) => other.id !== id);
  if (isTaken) return name === '' ? 'a query template with an empty name already exists' : `name '${name}' aliases an existing query name`;
  return draft.record('query', name.toLowerCase()) === undefined ? undefined : `name '${name}' aliases an existing query ID`;
}

function sessionProblem(draft: Draft, { session }: QueryDefinition): string | undefined {
  if (session === '') return undefined;
  const problem = uuidProblem(session);
  if (problem !== undefined) return `invalid session: index error: ${problem}`;
  return draft.session(session) === undefined ? `invalid session ${JSON.stringify(session)}` : undefined;
}

function templateProblem(query: QueryDefinition): string | undefined {
  if (!isTemplate(query)) return undefined;
  try {
    compileTemplate(query);
    return undefined;
  } catch (error) {
    if (!(error instanceof KonsulError) || error.code !== 'REJECTED') throw error;
    return `failed compiling template: ${error.message}`;
  }
}

/** The query with an id, in either case. Throws REJECTED if there is none. */
export function queryOrThrow(draft: Draft, id: string): PreparedQuery {
  const problem = uuidProblem(id);
  if (problem !== undefined) throw reject(`Prepared Query lookup failed: failed prepared query lookup: index error: ${problem}`);
  const query = draft.record('query', id.toLowerCase());
  if (query === undefined) throw reject(`Cannot modify non-existent prepared query: '${id}'`);
  return query;
}

/** Removes the queries that were bound to a session which ends. */
export function removeQueriesOf(draft: Draft, session: string): void {
  for (const query of draft.queriesOf(session)) draft.removeQuery(query);
}
