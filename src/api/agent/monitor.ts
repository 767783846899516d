/** The log of the agent as it comes (spec 5.1). */
import { refuse } from '../../acl/rule.ts';
import type { Answer } from '../../http/answer.ts';
import { KonsulError } from '../../runtime/errors.ts';
import { LOG_LEVELS, type LogLevel } from '../../runtime/log-line.ts';
import { type ApiRoute, defineRoute } from '../context.ts';

export const agentMonitor: ApiRoute = defineRoute({
  method: 'GET',
  path: '/v1/agent/monitor',
  summary: 'Streams the log until the client leaves. Lines that a slow client does not take are dropped, and counted.',
  acl: refuse('agent', 'read'),
  query: { loglevel: 'trace, debug, info (default), warn or error', logjson: 'Lines as JSON' },
  handle({ query, signal }, { operations }): Answer {
    const level = levelOf(query.get('loglevel'));
    const isJson = query.has('logjson');
    return {
      status: 200,
      headers: { 'Content-Type': isJson ? 'application/json' : 'text/plain; charset=utf-8' },
      body: { kind: 'stream', chunks: operations.monitor({ level, isJson, signal }) },
    };
  },
});

/** `err` is Consul's old name of `error`. */
function levelOf(text: string): LogLevel {
  const word = text.toLowerCase() || 'info';
  const level = LOG_LEVELS.find((known) => known === (word === 'err' ? 'error' : word));
  if (level === undefined) throw new KonsulError('BAD_REQUEST', `Unknown log level: ${text}`);
  return level;
}
