/** What a route is. One file per route under `api/`; `api/routes.ts` is the list. */
import type { TSchema } from 'typebox';
import type { Authorizer } from '../acl/authorizer.ts';
import type { AccessRule } from '../acl/rule.ts';
import type { Answer } from './answer.ts';
import type { ApiRequest, Method } from './request.ts';

/** Query parameters: name to what it means; for the reference, and nothing else. */
export type QueryDocs = Readonly<Record<string, string>>;

export interface RouteRequest extends ApiRequest {
  /** What stood behind a path that ends in `/`; '' otherwise. */
  readonly rest: string;
  readonly authorizer: Authorizer;
}

export interface Route<Context> {
  readonly method: Method;
  /** Exact, or ending in `/`: then it matches everything below, and the request's `rest` is what follows. */
  readonly path: string;
  /** What `rest` is called in the reference: `service`, `key`, … */
  readonly rest?: string;
  /** One sentence for the reference. */
  readonly summary: string;
  readonly acl: AccessRule;
  readonly query: QueryDocs;
  /** The JSON body's schema, for validation and the reference. */
  readonly body?: TSchema;
  /** Bytes of body that are accepted; default `DEFAULT_BODY_LIMIT`. `stream`: the route reads it itself. */
  bodyLimit?(context: Context): BodyLimit;
  /**
   * On an agent: true has every request answered by a server, since only servers know; false none, since it is about this node. Left
   * out: those that need a view which cannot be held here (VIEW_TOO_LARGE).
   */
  readonly isRelayed?: boolean;
  handle(request: RouteRequest, context: Context): Answer | Promise<Answer>;
}

/** The most bytes of a body, and the setting under which Consul documents the limit. */
export interface SizeLimit {
  readonly bytes: number;
  readonly setting: string;
}

export type BodyLimit = SizeLimit | 'stream';

/** Enough for any registration; more is a mistake or an attack. */
export const DEFAULT_BODY_LIMIT: SizeLimit = { bytes: 2 * 1024 * 1024, setting: 'limits' };
