/** The members of the cluster, as this agent knows them (spec 5.1). */
import { filter } from '../../acl/rule.ts';
import { listAnswer } from '../../http/answer.ts';
import type { Query } from '../../http/request.ts';
import { KonsulError } from '../../runtime/errors.ts';
import { memberFields } from '../../topics/filter/member-fields.ts';
import { memberJson } from '../../wire/agent.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import type { Member } from '../operations.ts';
import { byFilter, FILTER_QUERY } from '../selection.ts';

const ALL_SEGMENTS = '_all';
const NODE_READ = filter('node', 'read');

export const agentMembers: ApiRoute = defineRoute({
  method: 'GET',
  path: '/v1/agent/members',
  summary: 'Lists the members of the cluster with their state.',
  acl: NODE_READ,
  query: {
    wan: 'Not empty: the servers, under their names across datacenters',
    segment: 'Only members of this network segment; `_all` for all',
    ...FILTER_QUERY,
  },
  async handle({ query, authorizer }, context) {
    const isPicked = byFilter(memberFields, query, context);
    const items = membersFor(query, await context.operations.members());
    const where = (member: Member): boolean => authorizer.allows(NODE_READ, member.name) && (isPicked?.(member) ?? true);
    return listAnswer({ items, where, encode: memberJson });
  },
});

function membersFor(query: Query, members: readonly Member[]): readonly Member[] {
  const segment = query.get('segment') === ALL_SEGMENTS ? '' : query.get('segment');
  if (query.get('wan') === '') return segment === '' ? members : members.filter(({ tags }) => tags.segment === segment);
  if (segment !== '') throw new KonsulError('BAD_REQUEST', 'Cannot provide a segment with wan=true');
  return members.filter(({ tags }) => tags.role === 'consul').map(wanMember);
}

/** A server as the servers of other datacenters see it. */
const wanMember = (member: Member): Member => ({
  ...member,
  name: `${member.name}.${member.tags.dc}`,
  port: Number(member.tags.wan_join_port ?? member.port),
});
