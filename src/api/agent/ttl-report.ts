/** Reports of TTL checks: what the four routes for it share (spec 5.9). */
import { type Answer, emptyAnswer } from '../../http/answer.ts';
import type { RouteRequest } from '../../http/route.ts';
import type { CheckStatus } from '../../model/check.ts';
import { type ApiContext, type ApiRoute, defineRoute } from '../context.ts';
import type { TtlReport } from '../local-node.ts';
import { demandCheckWrite, SERVICE_WRITE } from './permission.ts';
import { SYNC_WAIT_QUERY, syncWait } from './sync-wait.ts';

/** Sets the check named by the path. NOT_FOUND for an unknown one, REJECTED for one without a TTL. */
export async function reportTtl(request: RouteRequest, { local }: ApiContext, report: TtlReport): Promise<Answer> {
  const wait = syncWait(request.query);
  const check = local.checks().get(request.rest);
  if (check !== undefined) demandCheckWrite(request, check);
  await local.updateTtl(request.rest, report, wait);
  return emptyAnswer();
}

/** A route that reports one status, such as `/v1/agent/check/pass/`. */
export const ttlRoute = (word: 'pass' | 'warn' | 'fail', status: CheckStatus): ApiRoute =>
  defineRoute({
    method: 'PUT',
    path: `/v1/agent/check/${word}/`,
    rest: 'check_id',
    summary: `Reports a TTL check as ${status}.`,
    acl: SERVICE_WRITE,
    query: { note: 'Becomes the output of the check', ...SYNC_WAIT_QUERY },
    handle: (request, context) => reportTtl(request, context, { status, output: request.query.get('note') }),
  });
