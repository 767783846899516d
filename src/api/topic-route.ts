/** A route that shows one topic as a JSON list: the shape of nearly every read of the catalog and of health. */
import type { AccessRule } from '../acl/rule.ts';
import { type Answer, listAnswer } from '../http/answer.ts';
import type { QueryDocs, RouteRequest } from '../http/route.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { Topic } from '../topics/topic.ts';
import type { View } from '../topics/view.ts';
import { type ApiContext, type ApiRoute, defineRoute } from './context.ts';
import { NEAR_QUERY, sortedNear } from './near.ts';
import { READ_QUERY, readTopic } from './read-topic.ts';

/** What one request picks from the view, and how it is shown. */
export interface Selection<T> {
  /** Leaves items out; `undefined` shows all. */
  readonly where: ((item: T) => boolean) | undefined;
  /** Names the selection among those of the same view: equal names, equal bytes. `undefined`: not remembered. */
  readonly name: string | undefined;
}

export interface TopicRoute<T> {
  readonly path: string;
  readonly rest?: string;
  readonly summary: string;
  readonly acl: AccessRule;
  readonly query?: QueryDocs;
  /** 400 when nothing stands behind the path. */
  readonly missing?: string;
  readonly topic: Topic<T>;
  readonly key: (rest: string) => string;
  readonly isCacheable?: boolean;
  /** See `Route.isRelayed`. */
  readonly isRelayed?: boolean;
  /** Consul says the consistency on catalog and health only. */
  readonly showsConsistency?: boolean;
  /**
   * What the request picks; throws for bad parameters. May read a second topic: then its result has no name, and it is called again
   * after the wait of a blocking query, since that topic may have moved too.
   */
  readonly select?: (request: RouteRequest, context: ApiContext) => Selection<T> | Promise<Selection<T>>;
  /** The node that an item is on, where `near` is understood. */
  readonly nodeNameOf?: (item: T) => string;
  readonly encode: (item: T, context: ApiContext) => string;
}

const EVERYTHING: Selection<never> = { where: undefined, name: '' };

export function topicRoute<T>(route: TopicRoute<T>): ApiRoute {
  return defineRoute({
    method: 'GET',
    path: route.path,
    ...(route.rest === undefined ? {} : { rest: route.rest }),
    summary: route.summary,
    acl: route.acl,
    ...(route.isRelayed === undefined ? {} : { isRelayed: route.isRelayed }),
    query: { ...READ_QUERY, ...(route.nodeNameOf === undefined ? {} : NEAR_QUERY), ...route.query },
    async handle(request, context) {
      if (route.missing !== undefined && request.rest === '') throw new KonsulError('BAD_REQUEST', route.missing);
      const selection = route.select === undefined ? (EVERYTHING as Selection<T>) : await route.select(request, context);
      const { topic, isCacheable = false, showsConsistency = true } = route;
      const read = { topic, key: route.key(request.rest), showsConsistency, isCacheable };
      const isSettled = route.select === undefined || selection.name !== undefined;
      return readTopic(read, request, {
        context,
        async respond(view) {
          const current = isSettled ? selection : await route.select(request, context);
          const { nodeNameOf } = route;
          if (nodeNameOf === undefined || request.query.get('near') === '') return show(route, view, { selection: current, context });
          const items = await sortedNear(view.items, { request, context, nodeNameOf });
          return listAnswer<T>({ items, where: current.where, encode: (item) => route.encode(item, context) });
        },
      });
    },
  });
}

function show<T>(route: TopicRoute<T>, view: View<T>, { selection, context }: { selection: Selection<T>; context: ApiContext }): Answer {
  const answer = listAnswer<T>({ items: view.items, where: selection.where, encode: (item) => route.encode(item, context) });
  if (selection.name === undefined) return answer;
  return { ...answer, memo: { variants: view.variants, selection: `${route.path}\n${selection.name}` } };
}
