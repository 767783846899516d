/** Section 5.9: reporting the state of TTL checks. */
import { type GoldenCase, get, goldenCase, put, type Step } from '../golden-case.ts';
import { textContaining, textMatching } from '../pattern.ts';
import { agentCheck, check } from './shapes.ts';

const ttl = (TTL = '30s', Status = 'critical'): Step => put('/v1/agent/check/register', { Name: '{{p}}', TTL, Status }).empty();
const deregister = put('/v1/agent/check/deregister/{{p}}').empty();
const shows = (Status: string, Output: Parameters<Step['json']>[0]): Step =>
  get('/v1/agent/checks?filter=CheckID==%22{{p}}%22').json({ '{{p}}': agentCheck('{{p}}', { Status, Output }) });

const UNKNOWN = 'Unknown check ID "{{p}}". Ensure that the check ID is passed, not the check name.';
const REPORTS: readonly (readonly [string, string])[] = [
  ['pass', 'passing'],
  ['warn', 'warning'],
  ['fail', 'critical'],
];

export const agentTtlCases: readonly GoldenCase[] = [
  ...REPORTS.map(([verb, status]) =>
    goldenCase(
      `${verb} makes a check ${status}, with the note as output, here and in the catalog`,
      ttl('30s', status === 'critical' ? 'passing' : 'critical'),
      put(`/v1/agent/check/${verb}/{{p}}?note=some%20note`).empty(),
      shows(status, 'some note'),
      get(`/v1/health/state/${status}?filter=CheckID==%22{{p}}%22`)
        .json([
          check('{{self}}', '{{p}}', {
            Status: status,
            Output: 'some note',
            Type: 'ttl',
            Interval: textMatching(/^(0s)?$/),
            Timeout: textMatching(/^(0s)?$/),
          }),
        ])
        .meta('leader'),
      put(`/v1/agent/check/${verb}/{{p}}`).empty(),
      shows(status, ''),
      deregister,
    ),
  ),
  ...REPORTS.map(([, status]) =>
    goldenCase(
      `update makes a check ${status}`,
      ttl(),
      put('/v1/agent/check/update/{{p}}', { Status: status, Output: 'told' }).empty(),
      shows(status, 'told'),
      put('/v1/agent/check/update/{{p}}', { status }).empty(),
      shows(status, ''),
      deregister,
    ),
  ),
  goldenCase(
    'update refuses another word, and what is not JSON',
    ttl(),
    put('/v1/agent/check/update/{{p}}', { Status: 'x' }).fails(400, "Invalid check status: 'x'"),
    put('/v1/agent/check/update/{{p}}', {}).fails(400, "Invalid check status: ''"),
    put('/v1/agent/check/update/{{p}}', 'x').fails(400, textMatching(/^Request decode failed: /)),
    put('/v1/agent/check/update/{{p}}', { Status: 'passing', Colour: 1 }).fails(400, 'Request decode failed: json: unknown field "Colour"'),
    shows('critical', ''),
    deregister,
  ),
  goldenCase(
    'an unknown check is 404, so that clients register again',
    ...REPORTS.map(([verb]) => put(`/v1/agent/check/${verb}/{{p}}`).fails(404, UNKNOWN)),
    put('/v1/agent/check/update/{{p}}', { Status: 'passing' }).fails(404, UNKNOWN),
  ),
  goldenCase(
    'a check of another type takes no reports',
    put('/v1/agent/check/register', { Name: '{{p}}', TCP: '127.0.0.1:1', Interval: '1h' }).empty(),
    put('/v1/agent/check/pass/{{p}}').fails(500, 'CheckID "{{p}}" does not have associated TTL'),
    put('/v1/agent/check/update/{{p}}', { Status: 'passing' }).fails(500, 'CheckID "{{p}}" does not have associated TTL'),
    deregister,
  ),
  goldenCase(
    'reports are PUT alone',
    get('/v1/agent/check/pass/{{p}}').fails(405, 'method GET not allowed').headers({ allow: 'OPTIONS,PUT' }),
    get('/v1/agent/check/update/{{p}}').fails(405, 'method GET not allowed').headers({ allow: 'OPTIONS,PUT' }),
  ),
  goldenCase(
    'a long output is cut',
    ttl(),
    put('/v1/agent/check/update/{{p}}', { Status: 'passing', Output: 'x'.repeat(5000) }).empty(),
    shows('passing', textMatching(/^x+ \.\.\. \(captured 4096 of 5000 bytes\)$/)),
    deregister,
  ),
  goldenCase(
    'a check that nobody reports turns critical when its time is over',
    ttl('1s'),
    put('/v1/agent/check/pass/{{p}}').empty(),
    get('/v1/health/state/critical?filter=CheckID==%22{{p}}%22').json([]).meta('leader').index('i'),
    get('/v1/health/state/critical?filter=CheckID==%22{{p}}%22&index={{i}}&wait=20s')
      .json([
        check('{{self}}', '{{p}}', {
          Output: textContaining('TTL expired'),
          Type: 'ttl',
          Interval: textMatching(/^(0s)?$/),
          Timeout: textMatching(/^(0s)?$/),
        }),
      ])
      .meta('leader')
      .laterIndex('i'),
    deregister,
  ),
  goldenCase(
    'a report moves the index once, the same report again does not',
    ttl(),
    put('/v1/agent/check/pass/{{p}}?note=a').empty(),
    get('/v1/health/state/none').json([]).meta('leader').index('i'),
    put('/v1/agent/check/pass/{{p}}?note=a').empty(),
    get('/v1/health/state/none').json([]).meta('leader').sameIndex('i'),
    put('/v1/agent/check/warn/{{p}}?note=a').empty(),
    get('/v1/health/state/none').json([]).meta('leader').laterIndex('i'),
    deregister,
  ),
];
