/** Which instances of its service a query takes: by health, metadata and tags (spec section 10). Pure. */
import type { Check } from '../../model/check.ts';
import type { QueryService } from '../../model/prepared-query.ts';
import type { StringMap } from '../../model/values.ts';
import type { ServiceEntry } from '../entries.ts';

type Picks = (entry: ServiceEntry) => boolean;

/** A new list, in the order of `entries`. There are no instances at peers, since there is no peering. */
export function pickInstances(query: QueryService, entries: readonly ServiceEntry[]): ServiceEntry[] {
  if (query.peer !== '') return [];
  const conditions: readonly Picks[] = [
    isHealthy(query),
    ({ node }) => hasAll(node.meta, query.nodeMeta),
    ({ service }) => hasAll(service.meta, query.serviceMeta),
    hasTags(query.tags ?? []),
  ];
  return entries.filter((entry) => conditions.every((picks) => picks(entry)));
}

function isHealthy({ onlyPassing, ignoreCheckIds = [] }: QueryService): Picks {
  const ignored = new Set(ignoreCheckIds);
  const isFine = ({ id, status }: Check): boolean => status === 'passing' || (!onlyPassing && status === 'warning') || ignored.has(id);
  return ({ checks }) => checks.every(isFine);
}

const hasAll = (own: StringMap | undefined, wanted: StringMap | undefined): boolean =>
  Object.entries(wanted ?? {}).every(([key, value]) => own !== undefined && Object.hasOwn(own, key) && own[key] === value);

/** All of the tags, in any case; `!tag` must not be there. */
function hasTags(tags: readonly string[]): Picks {
  const folded = tags.map((tag) => tag.toLowerCase());
  const required = folded.filter((tag) => !tag.startsWith('!'));
  const forbidden = folded.filter((tag) => tag.startsWith('!')).map((tag) => tag.slice(1));
  if (folded.length === 0) return () => true;
  return ({ service }) => {
    const own = new Set(service.tags.map((tag) => tag.toLowerCase()));
    return required.every((tag) => own.has(tag)) && !forbidden.some((tag) => own.has(tag));
  };
}
