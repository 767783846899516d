/** Section 15: `/v1/config`. What Consul adds to an entry is not asked for: a server may keep entries as they came. */
import { del, type GoldenCase, get, goldenCase, put } from '../golden-case.ts';
import { anyIndex, containing, inAnyOrder, oneOf, type PatternObject, textContaining } from '../pattern.ts';

const entry = (changes: PatternObject = {}): PatternObject => ({ Kind: 'service-defaults', Name: '{{p}}', Protocol: 'http', ...changes });
const shown = (changes: PatternObject = {}): ReturnType<typeof containing> =>
  containing({ ...entry(), CreateIndex: anyIndex, ModifyIndex: anyIndex, ...changes });

export const configCases: readonly GoldenCase[] = [
  goldenCase(
    'an entry is written, read by name, by kind and among all, and deleted',
    put('/v1/config', entry()).json(true),
    get('/v1/config/service-defaults/{{p}}').json(shown()).meta().index('i'),
    get('/v1/config/service-defaults')
      .json(inAnyOrder([shown()], 'and others'))
      .meta(),
    get('/v1/config/')
      .json(inAnyOrder([shown()], 'and others'))
      .meta(),
    put('/v1/config', entry({ Protocol: 'tcp' })).json(true),
    get('/v1/config/service-defaults/{{p}}')
      .json(shown({ Protocol: 'tcp', CreateIndex: '{{i}}' }))
      .meta()
      .laterIndex('i'),
    del('/v1/config/service-defaults/{{p}}').json({}),
    get('/v1/config/service-defaults/{{p}}').fails(404, 'Config entry not found for "service-defaults" / "{{p}}"'),
    del('/v1/config/service-defaults/{{p}}').json({}),
  ),
  goldenCase(
    'an entry is compared by its index',
    put('/v1/config?cas=0', entry()).json(true),
    put('/v1/config?cas=0', entry({ Protocol: 'tcp' })).json(false),
    put('/v1/config?cas=1', entry({ Protocol: 'tcp' })).json(false),
    get('/v1/config/service-defaults/{{p}}').json(shown()).meta().index('m'),
    put('/v1/config?cas={{m}}', entry({ Protocol: 'tcp' })).json(true),
    put('/v1/config?cas=x', entry()).fails(500, textContaining('strconv.ParseUint: parsing "x": invalid syntax')),
    del('/v1/config/service-defaults/{{p}}?cas=1').json(false),
    get('/v1/config/service-defaults/{{p}}')
      .json(shown({ Protocol: 'tcp' }))
      .meta()
      .index('m'),
    del('/v1/config/service-defaults/{{p}}?cas={{m}}').json(true),
  ),
  goldenCase(
    'a query waits for an entry',
    get('/v1/config/service-resolver').json(inAnyOrder([], 'and others')).meta().index('i'),
    get('/v1/config/service-resolver?index={{i}}&wait=20s')
      .json(inAnyOrder([containing({ Kind: 'service-resolver', Name: '{{p}}' })], 'and others'))
      .meta()
      .laterIndex('i')
      .wokenBy(put('/v1/config', { Kind: 'service-resolver', Name: '{{p}}' }).json(true)),
  ),
  goldenCase(
    'the defaults of proxies have one name, which need not be said',
    put('/v1/config', { Kind: 'proxy-defaults', Config: { a: 1 } }).json(true),
    get('/v1/config/proxy-defaults/global')
      .json(containing({ Kind: 'proxy-defaults', Name: 'global', Config: { a: 1 } }))
      .meta(),
    del('/v1/config/proxy-defaults/global').json({}),
  ),
  goldenCase(
    'an entry must be one, of a kind that there is',
    put('/v1/config').fails(400, textContaining('Request decoding failed: EOF')),
    put('/v1/config', '{bad').fails(
      400,
      textContaining("Request decoding failed: invalid character 'b' looking for beginning of object key string"),
    ),
    put('/v1/config', {}).fails(400, textContaining('Request decoding failed: Payload does not contain a kind/Kind key at the top level')),
    put('/v1/config', { Kind: 1 }).fails(400, textContaining('Request decoding failed: Kind value in payload is not a string')),
    put('/v1/config', { Kind: 'nope', Name: 'x' }).fails(400, textContaining('Request decoding failed: invalid config entry kind: nope')),
    put('/v1/config', { Kind: 'service-defaults' }).fails(500, oneOf('Name is required', 'serviceName is required')),
    get('/v1/config/nope').fails(500, 'invalid config entry kind: nope'),
    get('/v1/config/nope/x').fails(500, 'invalid config entry kind: nope'),
    del('/v1/config/nope/x').fails(400, 'invalid config entry kind: nope'),
    del('/v1/config/service-defaults').fails(404, 'Must provide both a kind and name to delete'),
  ),
];
