/** What `execute` and `explain` share: they answer at once, from what is there, and say so in headers and in the body. */
import type { Headers } from '../../http/answer.ts';
import { parseBlocking } from '../../http/blocking.ts';
import { type Consistency, parseConsistency } from '../../http/consistency.ts';
import type { RouteRequest } from '../../http/route.ts';
import { metaMembers } from '../../wire/query-json.ts';
import type { ApiContext } from '../context.ts';
import { metaHeaders } from '../read-topic.ts';

/** Judges the parameters that every read takes; `index` and `wait` change nothing. */
export function parseAtOnce(request: RouteRequest, { settings }: ApiContext): Consistency {
  parseBlocking(request.query, settings);
  return parseConsistency(request, settings);
}

/** How fresh the answer is: headers, and the last members of the body as JSON. */
export function atOnceMeta(mode: Consistency['mode'], { backend }: ApiContext): { readonly members: string; readonly headers: Headers } {
  const contact = backend.contact();
  return {
    members: metaMembers({ ...contact, consistency: mode }),
    headers: { ...metaHeaders(1, contact), 'X-Consul-Effective-Consistency': mode },
  };
}
