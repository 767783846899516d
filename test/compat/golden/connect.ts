/** Section 15: what clients ask of a mesh and of peering, where there is neither. */
import { del, type GoldenCase, get, goldenCase, put, request } from '../golden-case.ts';
import { oneOf, textContaining } from '../pattern.ts';

const DISABLED = 'Connect must be enabled in order to use this endpoint';
const NO_PEERING = 'peering must be enabled to use this endpoint';
const UNKNOWN = '77aa0000-0000-4000-8000-000000000001';

export const connectCases: readonly GoldenCase[] = [
  goldenCase(
    'what needs a mesh says that there is none',
    get('/v1/connect/ca/roots').fails(500, DISABLED),
    get('/v1/connect/ca/configuration').fails(500, DISABLED),
    put('/v1/connect/ca/configuration', {}).fails(500, DISABLED),
    get('/v1/agent/connect/ca/roots').fails(500, DISABLED),
    get('/v1/agent/connect/ca/leaf/web').fails(500, DISABLED),
    get('/v1/discovery-chain/web').fails(500, DISABLED),
    request('POST', '/v1/discovery-chain/web', {}).fails(500, DISABLED),
  ),
  goldenCase(
    'nobody is authorized by a mesh that is not there',
    request('POST', '/v1/agent/connect/authorize', {
      Target: 'web',
      ClientCertURI: 'spiffe://11111111-2222-3333-4444-555555555555.consul/ns/default/dc/dc1/svc/api',
    }).fails(500, textContaining(DISABLED)),
  ),
  goldenCase(
    'there are no intentions, and everything is allowed',
    get('/v1/connect/intentions').json([]).meta().index('i'),
    get('/v1/connect/intentions?index={{i}}&wait=300ms').json([]).meta().sameIndex('i').afterMs(300),
    get('/v1/connect/intentions/match?by=source&name={{p}}').json(oneOf({ '{{p}}': null }, { '{{p}}': [] })),
    get('/v1/connect/intentions/check?source={{p}}&destination=web').json({ Allowed: true }),
    get(`/v1/connect/intentions/${UNKNOWN}`).fails(404, textContaining('Intention not found')),
    get('/v1/connect/intentions/exact?source={{p}}&destination=web').fails(404, textContaining('Intention not found')),
  ),
  goldenCase(
    'a question about intentions must be whole',
    get('/v1/connect/intentions/match').fails(500, "required query parameter 'by' not set"),
    get('/v1/connect/intentions/match?by=x&name=a').fails(500, "'by' parameter must be one of 'source' or 'destination'"),
    get('/v1/connect/intentions/match?by=source').fails(500, "required query parameter 'name' not set"),
    get('/v1/connect/intentions/check').fails(500, "required query parameter 'source' not set"),
    get('/v1/connect/intentions/check?source=a').fails(500, "required query parameter 'destination' not set"),
  ),
  goldenCase(
    'intentions are not kept without a mesh',
    request('POST', '/v1/connect/intentions', { SourceName: '{{p}}', DestinationName: 'web', Action: 'allow' }).fails(500, DISABLED),
    put(`/v1/connect/intentions/${UNKNOWN}`, {}).fails(500, DISABLED),
    del(`/v1/connect/intentions/${UNKNOWN}`).fails(500, DISABLED),
    put('/v1/connect/intentions/exact?source={{p}}&destination=web', {}).fails(500, DISABLED),
    del('/v1/connect/intentions/exact?source={{p}}&destination=web').fails(500, DISABLED),
  ),
  goldenCase(
    'there is no peering',
    get('/v1/peerings').json([]).meta(),
    get('/v1/exported-services').json([]).meta(),
    get('/v1/imported-services').json([]).meta(),
    get('/v1/peering/{{p}}').fails(404, 'Peering not found for "{{p}}"'),
    request('POST', '/v1/peering/token', {}).fails(500, textContaining(NO_PEERING)),
    request('POST', '/v1/peering/establish', {}).fails(500, textContaining(NO_PEERING)),
    del('/v1/peering/{{p}}').fails(500, textContaining(NO_PEERING)),
  ),
];
