/** What `execute` and `explain` share: they answer at once, from what is there, and say so in headers and in the body. */
import { type Answer, type Headers, jsonAnswer } from '../../http/answer.ts';
import { parseBlocking } from '../../http/blocking.ts';
import { type Consistency, parseConsistency } from '../../http/consistency.ts';
import type { RouteRequest } from '../../http/route.ts';
import { metaMembers } from '../../wire/query-json.ts';
import type { ApiContext } from '../context.ts';
import { metaHeaders } from '../read-topic.ts';

/** Judges the parameters that every read takes; `index` and `wait` change nothing. */
export function parseAtOnce(request: RouteRequest, { settings }: ApiContext): Consistency {
  parseBlocking(request.query, settings);
  return parseConsistency(request);
}

/** `members` come first in the body, as JSON. */
export function atOnceAnswer(members: string, mode: Consistency['mode'], { backend }: ApiContext, headers: Headers = {}): Answer {
  const contact = backend.contact();
  return jsonAnswer(`{${members},${metaMembers({ ...contact, consistency: mode })}}`, 200, {
    ...metaHeaders(1, contact),
    'X-Consul-Effective-Consistency': mode,
    ...headers,
  });
}
