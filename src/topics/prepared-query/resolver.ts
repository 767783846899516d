/**
 * Finds the query that a name or an id means: by id, then by exact name, then the template with the longest prefix (spec section 10).
 * Made once for each state of the queries; a look-up is a few look-ups in maps, however many queries there are.
 */
import { isTemplate, MAX_QUERY_NAME_CHARS, type PreparedQuery } from '../../model/prepared-query.ts';
import { isUuid } from '../../model/uuid.ts';
import { KonsulError } from '../../runtime/errors.ts';
import type { View } from '../view.ts';
import { compileTemplate, type RenderQuery } from './template.ts';

export class QueryResolver {
  readonly #byId = new Map<string, PreparedQuery>();
  readonly #byName = new Map<string, PreparedQuery>();
  readonly #templates = new Map<string, PreparedQuery>();
  /** Of the templates' prefixes, each once, longest first. */
  readonly #prefixLengths: readonly number[];

  constructor(queries: readonly PreparedQuery[]) {
    for (const query of queries) {
      const name = query.name.toLowerCase();
      this.#byId.set(query.id, query);
      if (name !== '') this.#byName.set(name, query);
      if (isTemplate(query)) this.#templates.set(name, query);
    }
    this.#prefixLengths = [...new Set([...this.#templates.keys()].map(({ length }) => length))].sort((a, b) => b - a);
  }

  /**
   * The query, made from the name if it is a template; `undefined` if there is none. Throws REJECTED for the id of a template, and
   * where a template cannot be made for this name.
   */
  resolve(nameOrId: string): PreparedQuery | undefined {
    if (nameOrId === '' || nameOrId.length > MAX_QUERY_NAME_CHARS) return undefined;
    const found = isUuid(nameOrId) ? this.#byId.get(nameOrId.toLowerCase()) : undefined;
    if (found !== undefined && isTemplate(found)) {
      throw new KonsulError('REJECTED', 'prepared query templates can only be resolved up by name, not by ID');
    }
    return found ?? this.#resolveName(nameOrId);
  }

  #resolveName(name: string): PreparedQuery | undefined {
    const folded = name.toLowerCase();
    const found = this.#byName.get(folded) ?? this.#longestTemplate(folded);
    return found !== undefined && isTemplate(found) ? rendererOf(found)(name) : found;
  }

  #longestTemplate(folded: string): PreparedQuery | undefined {
    for (const length of this.#prefixLengths) {
      const template = length <= folded.length ? this.#templates.get(folded.slice(0, length)) : undefined;
      if (template !== undefined) return template;
    }
    return undefined;
  }
}

/** One resolver for each view, and one renderer for each template: made when first needed, gone with the view and the record. */
const resolvers = new WeakMap<readonly PreparedQuery[], QueryResolver>();
const renderers = new WeakMap<PreparedQuery, RenderQuery<PreparedQuery>>();

/** The resolver of all queries at a moment. */
export function resolverOf({ items }: View<PreparedQuery>): QueryResolver {
  const resolver = resolvers.get(items) ?? new QueryResolver(items);
  resolvers.set(items, resolver);
  return resolver;
}

function rendererOf(query: PreparedQuery): RenderQuery<PreparedQuery> {
  const render = renderers.get(query) ?? compileTemplate(query);
  renderers.set(query, render);
  return render;
}
