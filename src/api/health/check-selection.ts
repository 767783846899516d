/** The parameters of the endpoints that list checks over several nodes. */
import type { RouteRequest } from '../../http/route.ts';
import type { Check } from '../../model/check.ts';
import { checkFields } from '../../topics/filter/check-fields.ts';
import type { ApiContext } from '../context.ts';
import { allOf, byFilter, byNodeMetaOfName, FILTER_QUERY, NODE_META_QUERY, selectionName } from '../selection.ts';
import type { Selection } from '../topic-route.ts';

export const CHECK_QUERY: Readonly<Record<string, string>> = { ...NODE_META_QUERY, ...FILTER_QUERY };

/** With `node-meta` the answer depends on the nodes too, so it is not remembered with the checks. */
export async function selectChecks({ query }: RouteRequest, context: ApiContext): Promise<Selection<Check>> {
  const byMeta = await byNodeMetaOfName<Check>(query, (check) => check.node, context);
  const selection = allOf(selectionName(query, ['filter']), [byFilter(checkFields, query, context), byMeta]);
  return byMeta === undefined ? selection : { ...selection, name: undefined };
}
