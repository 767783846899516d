/** Section 9: `/v1/event/*`. Every agent hears of an event in its own time, so the cases wait for it. */
import { ABSENT, type GoldenCase, get, goldenCase, put, type Step } from '../golden-case.ts';
import { anyIndex, anyNumber, anyUuid, capture, type PatternObject, textContaining } from '../pattern.ts';

const event = (changes: PatternObject = {}): PatternObject => ({
  ID: anyUuid,
  Name: '{{p}}',
  Payload: null,
  NodeFilter: '',
  ServiceFilter: '',
  TagFilter: '',
  Version: 1,
  LTime: anyNumber,
  ...changes,
});

const fire = (query: string, body: string, changes: PatternObject = {}): Step =>
  put(`/v1/event/fire/{{p}}${query}`, body).json(event({ LTime: 0, ...changes }));

/** Of all meta headers there is the index alone. */
const list = (query: string, events: readonly PatternObject[]): Step =>
  get(`/v1/event/list?name={{p}}${query}`)
    .json(events)
    .headers({ 'x-consul-index': events.length === 0 ? '1' : anyIndex });

export const eventCases: readonly GoldenCase[] = [
  goldenCase(
    'an event is fired, and wakes who waits for it',
    list('', []),
    list('&index=1&wait=20s', [event({ ID: '{{id}}', Payload: 'Z28=' })]).wokenBy(
      fire('', 'go', { ID: capture('id', anyUuid), Payload: 'Z28=' }),
    ),
    list('', [event({ ID: '{{id}}', Payload: 'Z28=' })]),
    list('&index=2&wait=20s', [event({ ID: '{{id}}', Payload: 'Z28=' })]),
  ),
  goldenCase(
    'events come in the order in which they were fired',
    list('&index=1&wait=20s', [event({ ID: '{{first}}' })]).wokenBy(fire('', '', { ID: capture('first', anyUuid) })),
    fire('', 'b', { ID: capture('second', anyUuid), Payload: 'Yg==' }),
    put('/v1/event/fire/{{p}}-end').json(event({ Name: '{{p}}-end', LTime: 0 })),
    get('/v1/event/list?name={{p}}-end&index=1&wait=5s')
      .json([event({ Name: '{{p}}-end' })])
      .headers({ 'x-consul-index': anyIndex }),
    list('', [event({ ID: '{{first}}' }), event({ ID: '{{second}}', Payload: 'Yg==' })]),
  ),
  goldenCase(
    'an agent keeps the events that are meant for it',
    put('/v1/agent/service/register', { Name: '{{p}}-web', Tags: ['v1'] }).empty(),
    fire('?node=no-such-node', '', { NodeFilter: 'no-such-node' }),
    fire('?service={{p}}-db', '', { ServiceFilter: '{{p}}-db' }),
    fire('?service={{p}}-web&tag=v2', '', { ServiceFilter: '{{p}}-web', TagFilter: 'v2' }),
    list('&index=1&wait=20s', [event({ NodeFilter: '{{self}}', ServiceFilter: '^{{p}}-w', TagFilter: '[12]$' })]).wokenBy(
      fire('?node={{self}}&service=^{{p}}-w&tag=[12]$', '', { NodeFilter: '{{self}}', ServiceFilter: '^{{p}}-w', TagFilter: '[12]$' }),
    ),
  ),
  goldenCase(
    'the parameters that filter at the firing filter no list',
    list('&index=1&wait=20s', [event()]).wokenBy(fire('', '')),
    list('&node=(&service=none&tag=none', [event()]),
  ),
  goldenCase('a list waits for as long as it is told', list('&index=1&wait=300ms', []).afterMs(300)),
  goldenCase(
    'an event that cannot be',
    put('/v1/event/fire/').fails(400, 'Missing name'),
    put('/v1/event/fire/x?tag=t').fails(500, 'Cannot provide tag filter without service filter'),
    put('/v1/event/fire/x?node=(').fails(500, 'Invalid node filter: error parsing regexp: missing closing ): `(`'),
    put('/v1/event/fire/x?service=(').fails(500, 'Invalid service filter: error parsing regexp: missing closing ): `(`'),
    put('/v1/event/fire/x?service=s&tag=(').fails(500, 'Invalid tag filter: error parsing regexp: missing closing ): `(`'),
    get('/v1/event/list?index=x').fails(400, 'Invalid index'),
    get('/v1/event/list?wait=x').fails(400, 'Invalid wait time'),
  ),
  goldenCase(
    'an event has its limits, to the byte',
    put('/v1/event/fire/e', 'x'.repeat(413)).json(event({ Name: 'e', Payload: Buffer.from('x'.repeat(413)).toString('base64'), LTime: 0 })),
    put('/v1/event/fire/e', 'x'.repeat(420)).fails(
      500,
      textContaining('encoded user event exceeds configured limit of 512 bytes after encoding'),
    ),
    put('/v1/event/fire/e', 'x'.repeat(444)).fails(
      500,
      textContaining('encoded user event exceeds configured limit of 512 bytes after encoding'),
    ),
    put('/v1/event/fire/e', 'x'.repeat(445)).fails(
      500,
      textContaining('": user event exceeds configured limit of 512 bytes before encoding'),
    ),
  ),
  goldenCase(
    'an answer to a firing has no index',
    put('/v1/event/fire/{{p}}')
      .json(event({ LTime: 0 }))
      .headers({ 'x-consul-index': ABSENT }),
  ),
];
