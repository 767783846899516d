/** Endpoints of Consul that answer all requests with one error here: those of features that are off. One call makes a whole family. */
import type { AccessRule } from '../acl/rule.ts';
import type { Method } from '../http/request.ts';
import { type ErrorCode, KonsulError } from '../runtime/errors.ts';
import { type ApiRoute, defineRoute } from './context.ts';

/** A method, a path, and what the rest of a path that ends in `/` is called. */
export type Endpoint = readonly [method: Method, path: string, rest?: string];

export interface Refusal {
  readonly code: ErrorCode;
  /** The status, where it is not the code's own. */
  readonly status?: number;
  /** Consul's text. */
  readonly text: string;
  /** For the reference. */
  readonly summary: string;
  readonly acl: AccessRule;
}

/** A route for each endpoint, that refuses before it looks at anything else. */
export function refusingRoutes({ code, status, text, summary, acl }: Refusal, endpoints: readonly Endpoint[]): readonly ApiRoute[] {
  return endpoints.map(([method, path, rest]) =>
    defineRoute({
      method,
      path,
      ...(rest === undefined ? {} : { rest }),
      summary,
      acl,
      query: {},
      handle() {
        throw new KonsulError(code, text, status === undefined ? {} : { status });
      },
    }),
  );
}
