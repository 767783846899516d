/** docs/reference/openapi.json: the routes as an OpenAPI 3.1 document. TypeBox schemas are JSON Schema already, so bodies pass through. */
import type { ApiRoute } from '../../src/api/context.ts';
import { API_LEVEL } from '../../src/model/api-level.ts';
import { rightOf } from './http-api.ts';
import { groupBy } from './page.ts';

type RouteDoc = Pick<ApiRoute, 'method' | 'path' | 'rest' | 'summary' | 'acl' | 'query' | 'body'>;

/** The document as text, with a line end. The order is that of the routes. */
export function renderOpenApi(routes: readonly RouteDoc[]): string {
  const byPath = groupBy(routes, templateOf);
  const paths = Object.fromEntries([...byPath].map(([path, members]) => [path, Object.fromEntries(members.map(operationOf))]));
  const info = {
    title: "Konsul's HTTP API",
    version: API_LEVEL,
    description: `Consul's HTTP API at level ${API_LEVEL}, as far as Konsul offers it.`,
  };
  return `${JSON.stringify({ openapi: '3.1.0', info, paths }, null, 2)}\n`;
}

/** A path that ends in `/` takes everything below it as one parameter. */
const templateOf = ({ path, rest }: RouteDoc): string => (path.endsWith('/') ? `${path}{${rest ?? 'rest'}}` : path);

function operationOf(route: RouteDoc): [string, object] {
  const body = route.body === undefined ? {} : { requestBody: { content: { 'application/json': { schema: route.body } } } };
  const operation = {
    summary: route.summary,
    tags: [route.path.split('/')[2]],
    parameters: [...pathParameters(route), ...queryParameters(route)],
    ...body,
    responses: { default: { description: "As Consul's: the value as JSON, or an error as plain text." } },
    'x-right': rightOf(route.acl).replaceAll('`', ''),
  };
  return [route.method.toLowerCase(), operation];
}

function pathParameters({ path, rest }: RouteDoc): readonly object[] {
  if (!path.endsWith('/')) return [];
  return [{ name: rest ?? 'rest', in: 'path', required: true, description: 'May hold slashes.', schema: { type: 'string' } }];
}

const queryParameters = ({ query }: RouteDoc): readonly object[] =>
  Object.entries(query).map(([name, description]) => ({ name, in: 'query', description, schema: { type: 'string' } }));
