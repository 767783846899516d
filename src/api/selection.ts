/** Selections by query parameters that several routes share: `filter`, `node-meta`, `tag`, `passing` (spec 1.10, 1.11, 3.1). */
import { parseBool, type Query } from '../http/request.ts';
import type { QueryDocs } from '../http/route.ts';
import type { Node } from '../model/node.ts';
import type { Service } from '../model/service.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { ServiceNode } from '../topics/entries.ts';
import { compileFilter } from '../topics/filter/evaluate.ts';
import type { FieldTable } from '../topics/filter/fields.ts';
import { hasNodeMeta } from '../topics/node-meta.ts';
import { nodesTopic } from '../topics/nodes.ts';
import type { ApiContext } from './context.ts';
import type { Selection } from './topic-route.ts';

type Where<T> = ((item: T) => boolean) | undefined;

export const NODE_META_QUERY: QueryDocs = { 'node-meta': 'Only on nodes with this metadata, `key:value`; repeat for AND' };
export const FILTER_QUERY: QueryDocs = { filter: 'Only what this expression picks' };
export const TAG_QUERY: QueryDocs = { tag: 'Only with this tag, in any case; repeat for AND' };
/** Understood where mesh or peering would change the answer; without them the answer is the same. */
export const MESH_QUERY: QueryDocs = {
  'merge-central-config': 'Accepted; changes nothing without a mesh',
  peer: 'Only `[]` without peering',
};

/** Several conditions as one selection, named by the parameters that made it. */
export function allOf<T>(name: string, conditions: readonly Where<T>[]): Selection<T> {
  const given = conditions.filter((condition): condition is (item: T) => boolean => condition !== undefined);
  if (given.length === 0) return { where: undefined, name: '' };
  return { where: given.length === 1 ? given[0] : (item) => given.every((holds) => holds(item)), name };
}

/** The parameters of a request that pick items, as a name: equal names pick alike. */
export function selectionName(query: Query, parameters: readonly string[]): string {
  return JSON.stringify(parameters.map((parameter) => (query.has(parameter) ? query.all(parameter) : null)));
}

export const byFilter = <T>(fields: FieldTable<T>, query: Query, { settings }: ApiContext): Where<T> =>
  compileFilter(fields, query.get('filter'), { datacenter: settings.datacenter });

/** Items of which the node has all the metadata asked for. */
export function byNodeMeta<T>(query: Query, nodeOf: (item: T) => Node): Where<T> {
  const pairs = query.all('node-meta');
  return pairs.length === 0 ? undefined : (item) => hasNodeMeta(nodeOf(item), pairs);
}

/** The same for items that only name their node: the nodes are read besides. */
export async function byNodeMetaOfName<T>(query: Query, nodeNameOf: (item: T) => string, { backend }: ApiContext): Promise<Where<T>> {
  const pairs = query.all('node-meta');
  if (pairs.length === 0) return undefined;
  const nodes = await backend.read(nodesTopic, '');
  const names = new Set(nodes.items.filter((node) => hasNodeMeta(node, pairs)).map((node) => node.name.toLowerCase()));
  return (item) => names.has(nodeNameOf(item).toLowerCase());
}

/** Instances that have every `?tag=`, in any case. */
export function byTags<T extends Pick<ServiceNode, 'service'>>(query: Query): Where<T> {
  const wanted = query.all('tag').map((tag) => tag.toLowerCase());
  return wanted.length === 0 ? undefined : ({ service }) => hasTags(service, wanted);
}

const hasTags = ({ tags }: Service, wanted: readonly string[]): boolean => {
  const own = tags.map((tag) => tag.toLowerCase());
  return wanted.every((tag) => own.includes(tag));
};

/** `?passing`: presence with an empty value is true; 400 for a word that is no boolean. */
export function wantsPassing(query: Query): boolean {
  if (!query.has('passing')) return false;
  const text = query.get('passing');
  const value = text === '' ? true : parseBool(text);
  if (value === undefined) throw new KonsulError('BAD_REQUEST', 'Invalid value for ?passing');
  return value;
}

/** Without peering no peer has instances. 400 if both kinds are asked for. */
export function ofNoPeer<T>(query: Query): Where<T> {
  const group = query.get('sg') || query.get('sameness-group');
  if (query.get('peer') !== '' && group !== '') throw new KonsulError('BAD_REQUEST', 'peer-name and sameness-group are mutually exclusive');
  return query.get('peer') === '' && group === '' ? undefined : () => false;
}
