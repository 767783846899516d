/** Section 5.5: the health of local services, told by status code. */
import { type GoldenCase, get, goldenCase, type HeaderPattern, put, type Step } from '../golden-case.ts';
import { anyObject, containing, type Pattern, textMatching } from '../pattern.ts';
import { agentService } from './shapes.ts';

const register = (id: string, status: string): Step =>
  put('/v1/agent/service/register', { Name: '{{p}}', ID: id, Check: { CheckID: `${id}-c`, TTL: '30s', Status: status } }).empty();
const deregister = (id: string): Step => put(`/v1/agent/service/deregister/${id}`).empty();
const reason = (text: string): Record<string, HeaderPattern> => ({ 'x-consul-reason': text });
const plain = { 'content-type': textMatching(/^text\/plain/) };

const entry = (id: string, status: string): Pattern => ({
  AggregatedStatus: status,
  Service: agentService('{{p}}', { ID: id }),
  Checks: [
    containing({ Node: '{{self}}', CheckID: `${id}-c`, Status: status, ServiceID: id, ServiceName: '{{p}}', Definition: anyObject }),
  ],
});

const CODES: readonly (readonly [string, number])[] = [
  ['passing', 200],
  ['warning', 429],
  ['critical', 503],
];

export const agentHealthCases: readonly GoldenCase[] = [
  ...CODES.map(([status, code]) =>
    goldenCase(
      `a service that is ${status} answers ${code}`,
      register('{{p}}-1', status),
      get('/v1/agent/health/service/id/{{p}}-1').json(entry('{{p}}-1', status), code).headers(reason(status)),
      get('/v1/agent/health/service/name/{{p}}')
        .json([entry('{{p}}-1', status)], code)
        .headers(reason(status)),
      get('/v1/agent/health/service/id/{{p}}-1?format=text')
        .text(status, code)
        .headers({ ...reason(status), ...plain }),
      get('/v1/agent/health/service/name/{{p}}?format=text')
        .text(status, code)
        .headers({ ...reason(status), ...plain }),
      get('/v1/agent/health/service/name/{{p}}')
        .sending({ Accept: 'text/plain' })
        .text(status, code)
        .headers({ ...reason(status), ...plain }),
      deregister('{{p}}-1'),
    ),
  ),
  goldenCase(
    'a name is as healthy as its worst instance',
    register('{{p}}-1', 'passing'),
    register('{{p}}-2', 'warning'),
    get('/v1/agent/health/service/name/{{p}}?format=text')
      .text('warning', 429)
      .headers({ ...reason('warning'), ...plain }),
    register('{{p}}-3', 'critical'),
    get('/v1/agent/health/service/name/{{p}}?format=text')
      .text('critical', 503)
      .headers({ ...reason('critical'), ...plain }),
    deregister('{{p}}-1'),
    deregister('{{p}}-2'),
    deregister('{{p}}-3'),
  ),
  goldenCase(
    'a service without checks is passing',
    put('/v1/agent/service/register', { Name: '{{p}}' }).empty(),
    get('/v1/agent/health/service/id/{{p}}?format=text')
      .text('passing')
      .headers({ ...reason('passing'), ...plain }),
    deregister('{{p}}'),
  ),
  goldenCase(
    'maintenance is 503',
    register('{{p}}-1', 'passing'),
    put('/v1/agent/service/maintenance/{{p}}-1?enable=true').empty(),
    get('/v1/agent/health/service/id/{{p}}-1?format=text')
      .text('maintenance', 503)
      .headers({ ...reason('maintenance'), ...plain }),
    get('/v1/agent/health/service/name/{{p}}?format=text')
      .text('maintenance', 503)
      .headers({ ...reason('maintenance'), ...plain }),
    deregister('{{p}}-1'),
  ),
  goldenCase(
    'an unknown service is 404, in the shape that was asked for',
    get('/v1/agent/health/service/id/{{p}}')
      .json({ AggregatedStatus: 'critical', Service: null, Checks: null }, 404)
      .headers(reason('ServiceId {{p}} not found')),
    get('/v1/agent/health/service/id/{{p}}?format=text')
      .text('ServiceId {{p}} not found', 404)
      .headers({ ...reason('ServiceId {{p}} not found'), ...plain }),
    get('/v1/agent/health/service/name/{{p}}').json([], 404).headers(reason('ServiceName {{p}} Not Found')),
    get('/v1/agent/health/service/name/{{p}}?format=text')
      .text('ServiceName {{p}} Not Found', 404)
      .headers({ ...reason('ServiceName {{p}} Not Found'), ...plain }),
  ),
  goldenCase(
    'a missing argument is an error',
    get('/v1/agent/health/service/id/').fails(400, textMatching(/Missing serviceID/)),
    get('/v1/agent/health/service/name/').fails(400, textMatching(/Missing service Name/)),
  ),
];
