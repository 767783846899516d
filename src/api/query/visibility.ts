/** Who sees which prepared query, and its token (spec section 10). */
import type { Authorizer } from '../../acl/authorizer.ts';
import { filter, refuse } from '../../acl/rule.ts';
import { isTemplate, type PreparedQuery } from '../../model/prepared-query.ts';

const READ = filter('query', 'read');
const MANAGEMENT = refuse('acl', 'write');

/** Rights go by the name; a template may have the empty one. */
const hasName = (query: PreparedQuery): boolean => query.name !== '' || isTemplate(query);

/** Tokens are for those who may write access rules. */
export const seesTokens = (authorizer: Authorizer): boolean => authorizer.allows(MANAGEMENT, '');

/** Who did not name the id sees what his rights say; of queries without a name, nothing. */
export const seesQuery = (authorizer: Authorizer, query: PreparedQuery): boolean =>
  hasName(query) ? authorizer.allows(READ, query.name) : seesTokens(authorizer);

/** The id of a query without a name is all that is needed to see it. */
export const seesQueryById = (authorizer: Authorizer, query: PreparedQuery): boolean => !hasName(query) || seesQuery(authorizer, query);
