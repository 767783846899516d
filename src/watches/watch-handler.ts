/** One run of a watch's handler: a program that reads the result, or a request that carries it. What it says goes to the log, bounded. */
import { messageOf } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Prober } from '../runtime/prober.ts';
import type { WatchResult } from './follow-watch.ts';
import type { WatchHandler } from './watch-definition.ts';

/** What is kept of an output or an answer, the end of it. */
const KEEP_BYTES = 4_096;
const MAX_REDIRECTS = 10;

export interface HandlerTools {
  readonly prober: Prober;
  readonly logger: Logger;
  /** Ends a run; a program's whole group is killed. */
  readonly signal: AbortSignal;
}

/** Never rejects: a handler that fails is logged, and runs again at the next change. */
export async function runHandler(handler: WatchHandler, result: WatchResult, tools: HandlerTools): Promise<void> {
  try {
    const failure = handler.kind === 'script' ? await runScript(handler, result, tools) : await callHttp(handler, result, tools);
    if (failure !== undefined && !tools.signal.aborted) tools.logger.error(failure, 'watch handler failed');
  } catch (error) {
    tools.logger.error({ error: messageOf(error) }, 'watch handler failed');
  }
}

type Failure = Readonly<Record<string, unknown>> | undefined;

/** A program may take as long as it needs: the next change waits for it. */
async function runScript({ args }: WatchHandler & { kind: 'script' }, result: WatchResult, tools: HandlerTools): Promise<Failure> {
  const run = await tools.prober.exec(
    {
      args,
      input: Buffer.from(result.text),
      environment: { CONSUL_INDEX: result.index },
      timeoutMs: Number.POSITIVE_INFINITY,
      keepBytes: KEEP_BYTES,
    },
    tools.signal,
  );
  if (run.output !== '') tools.logger.debug({ program: args[0], output: run.output, outputBytes: run.outputBytes }, 'watch handler output');
  if (run.exitCode === 0) return undefined;
  return { program: args[0], exitCode: run.exitCode, error: run.error, output: run.output };
}

async function callHttp(handler: WatchHandler & { kind: 'http' }, { index, text }: WatchResult, tools: HandlerTools): Promise<Failure> {
  const { url, method, headers, timeoutMs, tlsSkipVerify } = handler;
  const answer = await tools.prober.http(
    {
      url,
      method,
      headers: { 'Content-Type': ['application/json'], ...headers, 'X-Consul-Index': [index] },
      body: text,
      timeoutMs,
      maxRedirects: MAX_REDIRECTS,
      tlsSkipVerify,
      tlsServerName: '',
      keepBytes: KEEP_BYTES,
    },
    tools.signal,
  );
  if (!answer.ok) return { url, error: answer.error };
  return answer.status >= 200 && answer.status < 300 ? undefined : { url, status: answer.status, output: answer.body };
}
