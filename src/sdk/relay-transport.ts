/** The API of an agent reached through a relay: the routes of this process, or those at the other end of a link. No socket. */
import type { ApiTransport } from '../client/api-client.ts';
import { parseTarget } from '../http/request-target.ts';
import type { Clock } from '../runtime/clock.ts';
import { Deadline } from '../runtime/deadline.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { HttpCall, HttpReply, HttpStream } from '../runtime/http-client.ts';
import type { Relay, RelayAnswer } from '../topics/backend.ts';

export class RelayTransport implements ApiTransport {
  readonly name: string;
  readonly #relay: Relay;
  readonly #clock: Clock;

  /** `name` is what errors call the agent. */
  constructor(name: string, relay: Relay, clock: Clock) {
    this.name = name;
    this.#relay = relay;
    this.#clock = clock;
  }

  async call(call: HttpCall): Promise<HttpReply> {
    const deadline = new Deadline(this.#clock, call.timeoutMs, call.signal ?? NEVER);
    try {
      const answer = await this.#ask(call, deadline);
      const chunks: Uint8Array[] = [];
      for await (const chunk of answer.chunks) chunks.push(chunk);
      return { ...headOf(answer), body: Buffer.concat(chunks) };
    } finally {
      deadline.release();
    }
  }

  async stream(call: HttpCall): Promise<HttpStream> {
    const deadline = new Deadline(this.#clock, call.timeoutMs, call.signal ?? NEVER);
    try {
      const answer = await this.#ask(call, deadline);
      return { ...headOf(answer), chunks: answer.chunks };
    } finally {
      deadline.release();
    }
  }

  async #ask({ method, path, headers, body }: HttpCall, deadline: Deadline): Promise<RelayAnswer> {
    const target = parseTarget(path);
    if (target === undefined) throw new KonsulError('BAD_REQUEST', `${path} is no path of the API`);
    const lowerCase = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    const asked = this.#relay({
      method,
      path: target.path,
      rawQuery: target.rawQuery,
      headers: lowerCase,
      bodyStream: streamOf(body),
      remoteAddress: '',
      signal: deadline.signal,
    });
    try {
      return await deadline.run(asked);
    } catch (error) {
      if (error instanceof KonsulError || !deadline.signal.aborted) throw error;
      const text = deadline.hasTimedOut ? `${this.name} did not answer in time` : 'the question was given up';
      throw new KonsulError('UNREACHABLE', text, { cause: error });
    }
  }
}

const NEVER: AbortSignal = new AbortController().signal;

const headOf = ({ status, headers }: RelayAnswer): Pick<HttpReply, 'status' | 'headers'> => ({
  status,
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
});

async function* streamOf(body: HttpCall['body']): AsyncGenerator<Uint8Array, void, undefined> {
  if (body instanceof Uint8Array) {
    if (body.length > 0) yield body;
  } else if (body !== undefined) yield* body;
}
