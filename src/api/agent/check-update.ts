/** Reports a TTL check with a body (spec 5.9). */
import { isCheckStatus } from '../../model/check.ts';
import { KonsulError } from '../../runtime/errors.ts';
import { decodeBody } from '../../wire/decode.ts';
import { object, text } from '../../wire/schema.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { SERVICE_WRITE } from './permission.ts';
import { SYNC_WAIT_QUERY } from './sync-wait.ts';
import { reportTtl } from './ttl-report.ts';

const body = object({
  Status: text({ description: '`passing`, `warning` or `critical`' }),
  Output: text({ description: 'What people should know; cut to the limit' }),
});

export const agentCheckUpdate: ApiRoute = defineRoute({
  method: 'PUT',
  path: '/v1/agent/check/update/',
  rest: 'check_id',
  summary: 'Reports status and output of a TTL check.',
  acl: SERVICE_WRITE,
  query: SYNC_WAIT_QUERY,
  body,
  handle(request, context) {
    const { Status: status = '', Output: output = '' } = decodeBody(body, request.body);
    if (!isCheckStatus(status)) throw new KonsulError('BAD_REQUEST', `Invalid check status: '${status}'`);
    return reportTtl(request, context, { status, output });
  },
});
