/** Section 16: `/v1/acl/*` and the agent's tokens, while access rules are off. */
import { type GoldenCase, goldenCase, request } from '../golden-case.ts';

const DISABLED = 'ACL support disabled';

/** Endpoint to methods. */
const FAMILY: Readonly<Record<string, readonly string[]>> = {
  'acl/bootstrap': ['PUT'],
  'acl/replication': ['GET'],
  'acl/token': ['PUT'],
  'acl/token/self': ['GET'],
  'acl/token/x': ['GET', 'PUT', 'DELETE'],
  'acl/token/x/clone': ['PUT'],
  'acl/tokens': ['GET'],
  'acl/policy': ['PUT'],
  'acl/policy/x': ['GET', 'PUT', 'DELETE'],
  'acl/policy/name/x': ['GET'],
  'acl/policies': ['GET'],
  'acl/role': ['PUT'],
  'acl/role/x': ['GET', 'PUT', 'DELETE'],
  'acl/role/name/x': ['GET'],
  'acl/roles': ['GET'],
  'acl/auth-method': ['PUT'],
  'acl/auth-method/x': ['GET', 'PUT', 'DELETE'],
  'acl/auth-methods': ['GET'],
  'acl/binding-rule': ['PUT'],
  'acl/binding-rule/x': ['GET', 'PUT', 'DELETE'],
  'acl/binding-rules': ['GET'],
  'acl/login': ['POST'],
  'acl/logout': ['POST'],
  'agent/token/default': ['PUT'],
  'agent/token/nope': ['PUT'],
};

/** Consul has them since 1.17. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  'acl/templated-policies': ['GET'],
  'acl/templated-policy/name/x': ['GET'],
  'acl/templated-policy/preview/x': ['POST'],
};

const allOf = (family: Readonly<Record<string, readonly string[]>>): ReturnType<typeof request>[] =>
  Object.entries(family).flatMap(([path, methods]) => methods.map((method) => request(method, `/v1/${path}`).fails(401, DISABLED)));

export const aclCases: readonly GoldenCase[] = [
  goldenCase('access rules are off', ...allOf(FAMILY)),
  goldenCase('templated policies are off', ...allOf(TEMPLATES)),
  goldenCase(
    'other methods are refused as such',
    request('GET', '/v1/acl/bootstrap').fails(405, 'method GET not allowed').headers({ allow: 'OPTIONS,PUT' }),
    request('POST', '/v1/acl/token/x').fails(405, 'method POST not allowed').headers({ allow: 'OPTIONS,GET,PUT,DELETE' }),
    request('PUT', '/v1/acl/login').fails(405, 'method PUT not allowed').headers({ allow: 'OPTIONS,POST' }),
  ),
];
