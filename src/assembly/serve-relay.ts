/**
 * The other end of relayed requests: runs them on this process's routes. The rules of `http_config` are for doors: what comes over a
 * link has come through the doors of an agent.
 */
import { type Answer, textAnswer } from '../http/answer.ts';
import type { Dispatcher, Match } from '../http/dispatch.ts';
import { BodyBudget, type BodyHold, joined, tooLarge } from '../http/read-body.ts';
import type { Renderer } from '../http/render.ts';
import { type ApiRequest, asksPretty, Query, undecodableQuery } from '../http/request.ts';
import type { Route, SizeLimit } from '../http/route.ts';
import type { Relay, RelayRequest } from '../topics/backend.ts';

/** Bodies of all relayed requests at one moment. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;
/** The path was found clean where it came in, and is decoded by now: `a%2F%2Fb` is no reason to redirect. */
const CLEAN_PATH = '/';
const NOT_SERVED: Answer = textAnswer(403, 'Permission denied: this is asked of the agent itself, and not relayed to a server');

export interface ServeRelayOptions<Context> {
  readonly dispatcher: Dispatcher<Context>;
  /** Answers are rendered by it, not compressed. */
  readonly renderer: Renderer;
  /** Which routes the other side may have run here; the rest are 403. Default: all, for programs that are part of this process. */
  readonly isServed?: (route: Route<Context>) => boolean;
}

/** A relay to the routes of `dispatcher`. Never fails: every failure is an answer. */
export function serveRelay<Context>({ dispatcher, renderer, isServed = () => true }: ServeRelayOptions<Context>): Relay {
  const bodies = new BodyBudget(MAX_BODY_BYTES);
  return async (relayed) => {
    const { method, path, rawQuery } = relayed;
    const hold = bodies.open();
    try {
      const request = new RelayedRequest(relayed, hold);
      const found = dispatcher.match({ method, path, rawPath: CLEAN_PATH, rawQuery });
      const run = (match: Match<Context>): Promise<Answer> => dispatcher.run(match, request, (limit) => request.receive(limit));
      const answer = !('route' in found) ? found : isServed(found.route) ? await run(found) : NOT_SERVED;
      const { status, headers, body } = await renderer.render(answer, { isPretty: asksPretty(rawQuery), acceptsGzip: false });
      return { status, headers, chunks: Buffer.isBuffer(body) ? only(body) : body };
    } finally {
      hold.release();
    }
  };
}

/** A relayed request as routes see it. */
class RelayedRequest implements ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly rawQuery: string;
  readonly headers: ApiRequest['headers'];
  readonly bodyStream: AsyncIterable<Uint8Array>;
  readonly remoteAddress: string;
  readonly signal: AbortSignal;
  /** Set once the request was admitted. */
  body: Uint8Array = new Uint8Array();
  readonly #hold: BodyHold;
  #query: Query | undefined;

  constructor(request: RelayRequest, hold: BodyHold) {
    this.method = request.method;
    this.path = request.path;
    this.rawQuery = request.rawQuery;
    this.headers = request.headers;
    this.bodyStream = request.bodyStream;
    this.remoteAddress = request.remoteAddress;
    this.signal = request.signal;
    this.#hold = hold;
  }

  /** Throws the empty 500 of Consul for a query that cannot be decoded. */
  get query(): Query {
    this.#query ??= Query.parse(this.rawQuery);
    if (this.#query === undefined) throw undecodableQuery();
    return this.#query;
  }

  /** Takes the body in. Throws TOO_LARGE or TOO_MANY_CONNECTIONS, and what breaks the body off. */
  async receive(limit: SizeLimit): Promise<void> {
    const chunks: Uint8Array[] = [];
    let sizeBytes = 0;
    for await (const chunk of this.bodyStream) {
      sizeBytes += chunk.length;
      if (sizeBytes > limit.bytes) throw tooLarge(limit, undefined);
      this.#hold.addOrThrow(chunk.length);
      chunks.push(chunk);
    }
    this.body = joined(chunks, sizeBytes);
  }
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  if (bytes.length > 0) yield bytes;
}
