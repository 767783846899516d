/** The endpoint table of docs/reference/http-api.md: every route with its compatibility, and every endpoint that is not offered. */
import type { AccessRule } from '../../src/acl/rule.ts';
import type { ApiRoute } from '../../src/api/context.ts';
import type { Compatibility, CompatibilityTable } from './compatibility.ts';
import { code, groupBy, table } from './page.ts';

type RouteDoc = Pick<ApiRoute, 'method' | 'path' | 'rest' | 'summary' | 'acl' | 'query'>;

/**
 * One section per family, in the order of the routes, then what is not offered. Throws an Error if a route has no judgement, or a
 * judgement other than `not offered` has no route.
 */
export function renderEndpoints(routes: readonly RouteDoc[], compatibility: CompatibilityTable): string {
  checkComplete(routes, compatibility);
  const families = groupBy(routes, ({ path }) => familyOf(path));
  const sections = [...families].map(([family, members]) => `## ${family}\n\n${familyTable(members, compatibility)}`);
  return [...sections, `## Not offered\n\n${notOffered(compatibility)}`].join('\n\n');
}

const keyOf = ({ method, path }: RouteDoc): string => `${method} ${path}`;

/** `/v1/agent/self` → `agent`. */
const familyOf = (path: string): string => path.split('/')[2] ?? '';

function checkComplete(routes: readonly RouteDoc[], compatibility: CompatibilityTable): void {
  const keys = routes.map(keyOf);
  const unjudged = keys.filter((key) => (compatibility.get(key)?.status ?? 'not offered') === 'not offered');
  if (unjudged.length > 0) throw new Error(`compatibility.json says nothing of, or does not offer, these routes: ${unjudged.join(', ')}`);
  const gone = [...compatibility].filter(([key, { status }]) => status !== 'not offered' && !keys.includes(key)).map(([key]) => key);
  if (gone.length > 0) throw new Error(`compatibility.json offers endpoints that have no route: ${gone.join(', ')}`);
}

function familyTable(routes: readonly RouteDoc[], compatibility: CompatibilityTable): string {
  return table(
    ['Endpoint', 'What it does', 'Query', 'Right', 'Compared with Consul'],
    routes.map((route) => [
      code(`${route.method} ${displayPath(route)}`),
      route.summary,
      Object.keys(route.query).map(code).join(' '),
      rightOf(route.acl),
      judgement(compatibility.get(keyOf(route))),
    ]),
  );
}

const displayPath = ({ path, rest }: RouteDoc): string => (path.endsWith('/') ? `${path}:${rest ?? 'rest'}` : path);

/** The right that a route needs, in words. */
export function rightOf(rule: AccessRule): string {
  if (rule.kind === 'none') return `none: ${rule.reason}`;
  const right = code(`${rule.resource}:${rule.access}`);
  return rule.kind === 'refuse' ? right : `${right}, the rest is left out`;
}

const judgement = (entry: Compatibility | undefined): string => (entry?.note ? `${entry.status}: ${entry.note}` : (entry?.status ?? ''));

const notOffered = (compatibility: CompatibilityTable): string =>
  table(
    ['Endpoint', 'Why, or until when'],
    [...compatibility].filter(([, { status }]) => status === 'not offered').map(([key, { note }]) => [code(key), note]),
  );
