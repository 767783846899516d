/**
 * Query templates: a query whose service is made from the name that was asked for (spec section 10). Compiled once, rendered for each
 * name. Pure; what a template may grow to is bounded.
 */
import type { QueryDefinition, QueryFailover, QueryService } from '../../model/prepared-query.ts';
import type { StringMap } from '../../model/values.ts';
import { KonsulError } from '../../runtime/errors.ts';
import { compileGroups, type FindGroups } from '../filter/regex/regex.ts';
import { compileText, type Scope } from './interpolation.ts';
import { templateFault } from './value.ts';

/** What all texts of one rendered query may come to, in characters. */
export const MAX_RENDERED_CHARS: number = 64 * 1024;

/** The query for a name. Throws REJECTED where an expression cannot be evaluated. */
export type RenderQuery<Q> = (name: string) => Q;

/**
 * Throws REJECTED with Consul's text for an unknown type, a bad text or expression, or if a trial with the template's own name fails:
 * `Bad format '${' in Service.Tags[0]: …`, `Bad Regexp: …`, `Bad evaluation for …`.
 */
export function compileTemplate<Q extends QueryDefinition>(query: Q): RenderQuery<Q> {
  const { type, regexp, removeEmptyTags } = query.template ?? { type: '', regexp: '', removeEmptyTags: false };
  if (type !== 'name_prefix_match') throw templateFault(`Bad Template.Type '${type}'`);
  const renderService = compileService(query.service);
  const findGroups = regexp === '' ? undefined : attempt('Bad Regexp', () => compileGroups(regexp));
  const render = (name: string): Q => {
    const service = renderService(new NameScope(name, query.name, findGroups));
    return { ...query, service: removeEmptyTags ? withoutEmptyTags(service) : service };
  };
  render(query.name);
  return render;
}

const withoutEmptyTags = (service: QueryService): QueryService => ({
  ...service,
  tags: (service.tags ?? []).filter((tag) => tag !== ''),
});

/** What a template sees of the name that was asked for, and how much it may still write. */
class NameScope implements Scope {
  readonly #variables: ReadonlyMap<string, string>;
  readonly #groups: readonly string[];
  #spentChars = 0;

  constructor(name: string, prefix: string, findGroups: FindGroups | undefined) {
    this.#groups = findGroups?.(name) ?? [];
    this.#variables = new Map([
      ['name.full', name],
      ['name.prefix', prefix],
      ['name.suffix', name.startsWith(prefix) ? name.slice(prefix.length) : name],
      ['agent.segment', ''],
    ]);
  }

  variable(name: string): string | undefined {
    return this.#variables.get(name);
  }

  match(group: number): string {
    return this.#groups[group] ?? '';
  }

  spend(chars: number): void {
    this.#spentChars += chars;
    if (this.#spentChars > MAX_RENDERED_CHARS) throw templateFault(`more than ${MAX_RENDERED_CHARS} characters`);
  }
}

type Render<T> = (scope: NameScope) => T;

/** Every text of the service is a template, but for the keys of maps. */
function compileService(service: QueryService): Render<QueryService> {
  const name = compilePart('.Service', service.service);
  const samenessGroup = compilePart('.SamenessGroup', service.samenessGroup);
  const failover = compileFailover(service.failover);
  const ignoreCheckIds = compileList('.IgnoreCheckIDs', service.ignoreCheckIds);
  const near = compilePart('.Near', service.near);
  const tags = compileList('.Tags', service.tags);
  const nodeMeta = compileMap('.NodeMeta', service.nodeMeta);
  const serviceMeta = compileMap('.ServiceMeta', service.serviceMeta);
  const peer = compilePart('.Peer', service.peer);
  return (scope) => ({
    ...service,
    service: name(scope),
    samenessGroup: samenessGroup(scope),
    failover: failover(scope),
    ignoreCheckIds: ignoreCheckIds(scope),
    near: near(scope),
    tags: tags(scope),
    nodeMeta: nodeMeta(scope),
    serviceMeta: serviceMeta(scope),
    peer: peer(scope),
  });
}

function compileFailover({ nearestN, datacenters: given, targets: givenTargets }: QueryFailover): Render<QueryFailover> {
  const datacenters = compileList('.Failover.Datacenters', given);
  const targets = givenTargets?.map(({ peer, datacenter }, number) => ({
    peer: compilePart(`.Failover.Targets[${number}].Peer`, peer),
    datacenter: compilePart(`.Failover.Targets[${number}].Datacenter`, datacenter),
  }));
  return (scope) => ({
    nearestN,
    datacenters: datacenters(scope),
    targets: targets?.map(({ peer, datacenter }) => ({ peer: peer(scope), datacenter: datacenter(scope) })),
  });
}

function compileList(path: string, values: readonly string[] | undefined): Render<readonly string[] | undefined> {
  const parts = values?.map((value, number) => compilePart(`${path}[${number}]`, value));
  return (scope) => parts?.map((part) => part(scope));
}

function compileMap(path: string, values: StringMap | undefined): Render<StringMap | undefined> {
  if (values === undefined) return () => undefined;
  const parts = Object.entries(values).map(([key, value]) => [key, compilePart(`${path}[${key}]`, value)] as const);
  return (scope) => Object.fromEntries(parts.map(([key, part]) => [key, part(scope)]));
}

/** One text at a place in the service, which errors name. */
function compilePart(path: string, text: string): Render<string> {
  const template = attempt(`Bad format '${text}' in Service${path}`, () => compileText(text));
  return (scope) =>
    attempt(`Bad evaluation for '${text}' in Service${path}`, () => {
      const rendered = template(scope);
      scope.spend(rendered.length);
      return rendered;
    });
}

/** Says of a fault where it is. */
function attempt<T>(context: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof KonsulError ? new KonsulError(error.code, `${context}: ${error.message}`, { cause: error }) : error;
  }
}
