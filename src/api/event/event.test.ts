/** The event endpoints over a real server's state (spec section 9). */
import { beforeEach, expect, test } from 'vitest';
import type { Authorizer } from '../../acl/authorizer.ts';
import type { UserEvent } from '../../model/user-event.ts';
import { type Reply, requestOf, type Send, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { createView, type View } from '../../topics/view.ts';
import type { ApiContext } from '../context.ts';
import { EventInbox } from './inbox.ts';
import { eventList } from './list.ts';

let api: TestServer;
let send: Send;

beforeEach(async () => {
  api = await startTestServer();
  send = api.send;
});

interface Event {
  readonly ID: string;
  readonly Name: string;
  readonly Payload: string | null;
  readonly LTime: number;
}

const fire = async (target: string, body: unknown = ''): Promise<Event> =>
  (await send(`PUT /v1/event/fire/${target}`, { body })).json<Event>();
const list = (query: string = ''): Promise<Reply> => send(`GET /v1/event/list${query}`);
const names = async (query: string = ''): Promise<string[]> => (await list(query)).json<Event[]>().map(({ Name }) => Name);
const shown = ({ status, text }: Reply): unknown => [status, text];
const indexOf = (reply: Reply): string | undefined => reply.headers['X-Consul-Index'];

test('An event is answered as it was fired, without its place', async () => {
  const reply = await send('PUT /v1/event/fire/deploy?node=s&service=web&tag=v1', { body: 'go' });
  const { ID } = reply.json<Event>();
  expect(ID).toMatch(/^[0-9a-f-]{36}$/);
  expect(shown(reply)).toEqual([
    200,
    `{"ID":"${ID}","Name":"deploy","Payload":"Z28=","NodeFilter":"s","ServiceFilter":"web","TagFilter":"v1","Version":1,"LTime":0}`,
  ]);
});

test('Events are listed with their places, the oldest first, with an index made of the last id', async () => {
  expect([(await list()).text, indexOf(await list())]).toEqual(['[]', '1']);
  const [first, last] = [await fire('a'), await fire('b/c', 'x')];
  const reply = await list();
  expect(reply.json()).toMatchObject([
    { ID: first.ID, Name: 'a', Payload: null, LTime: 1 },
    { ID: last.ID, Name: 'b/c', Payload: 'eA==', LTime: 2 },
  ]);
  const hex = last.ID.replaceAll('-', '');
  expect(indexOf(reply)).toBe(String(BigInt(`0x${hex.slice(0, 16)}`) ^ BigInt(`0x${hex.slice(16)}`)));
  expect(reply.headers).not.toHaveProperty('X-Consul-KnownLeader');
});

test('A name picks events, and the index is that of the last one picked', async () => {
  await fire('a');
  const alone = indexOf(await list());
  await fire('b');
  expect([await names('?name=a'), indexOf(await list('?name=a'))]).toEqual([['a'], alone]);
  expect([await names('?name=none'), indexOf(await list('?name=none'))]).toEqual([[], '1']);
});

test.each([
  ['?node=s1', true],
  ['?node=%5Es', true],
  ['?node=other', false],
  ['?service=web', true],
  ['?service=we', true],
  ['?service=%5Ee', false],
  ['?service=web%26tag', false],
  ['?service=web&tag=v1', true],
  ['?service=web&tag=v2', false],
  ['?service=db&tag=v1', false],
  ['?node=s1&service=db&tag=blue', true],
  ['?node=other&service=web', false],
])('This agent, with web (v1) and db (blue) on the node s1, keeps an event for %s: %s', async (filters, isKept) => {
  await send('PUT /v1/agent/service/register', { body: { Name: 'web', Tags: ['v1'] } });
  await send('PUT /v1/agent/service/register', { body: { Name: 'db', Tags: ['blue'] } });
  await fire(`e${filters}`);
  expect(await names()).toEqual(isKept ? ['e'] : []);
});

test('A service that comes after an event does not find it, and one that goes does not lose it, read or not', async () => {
  await fire('early?service=web');
  await send('PUT /v1/agent/service/register', { body: { Name: 'web' } });
  await fire('while?service=web');
  await send('PUT /v1/agent/service/deregister/web');
  await fire('late?service=web');
  expect(await names()).toEqual(['while']);
});

test.each([
  ['no name', '', 400, 'Missing name'],
  ['a tag alone', 'e?tag=t', 500, 'Cannot provide tag filter without service filter'],
  ['half an expression for nodes', 'e?node=(', 500, 'Invalid node filter: error parsing regexp: missing closing ): `(`'],
  ['half an expression for services', 'e?service=(', 500, 'Invalid service filter: error parsing regexp: missing closing ): `(`'],
  ['half an expression for tags', 'e?service=s&tag=(', 500, 'Invalid tag filter: error parsing regexp: missing closing ): `(`'],
  ['an endless expression', `e?node=${'x'.repeat(513)}`, 500, 'Invalid node filter: error parsing regexp: expression too large'],
  [
    'an endless name',
    'y'.repeat(500),
    500,
    '1 error occurred:\n\t* error broadcasting event to segment "": user event exceeds configured limit of 512 bytes before encoding\n\n',
  ],
])('An event with %s is refused', async (_what, target, status, text) => {
  expect(shown(await send(`PUT /v1/event/fire/${target}`))).toEqual([status, text]);
  expect((await list()).text).toBe('[]');
});

test.each([
  ['a word for an index', '?index=x', 'Invalid index'],
  ['a negative index', '?index=-1', 'Invalid index'],
  ['an index of 65 bits', '?index=18446744073709551616', 'Invalid index'],
  ['an endless index', `?index=${'9'.repeat(10_000)}`, 'Invalid index'],
  ['a word for a wait', '?wait=x', 'Invalid wait time'],
])('A list with %s is 400', async (_what, query, text) => {
  expect(shown(await list(query))).toEqual([400, text]);
});

test('A query waits while the last event is the one it knows, whichever index is the greater', async () => {
  await fire('a');
  for (let n = 0; n < 5; n++) {
    const index = indexOf(await list());
    const waiting = list(`?index=${index}`);
    await api.clock.advance(1_000);
    await fire(`b${n}`);
    expect((await waiting).json<Event[]>().at(-1)?.Name).toBe(`b${n}`);
    expect(indexOf(await waiting)).not.toBe(index);
  }
});

test('A query of an empty list waits for the first event, and another index answers at once', async () => {
  const waiting = list('?index=1');
  const other = await list('?index=7');
  expect([other.text, indexOf(other)]).toEqual(['[]', '1']);
  await fire('a');
  expect((await waiting).json()).toHaveLength(1);
});

test('A query is not woken by events that are not shown, and ends with its time', async () => {
  let isOver = false;
  const waiting = list('?index=1&name=a&wait=10s').finally(() => {
    isOver = true;
  });
  await fire('b');
  await fire('a?node=other');
  await api.clock.advance(9_999);
  expect(isOver).toBe(false);
  await api.clock.advance(1);
  expect((await waiting).text).toBe('[]');
});

test('Without a wait a query ends after ten minutes, without a random extra', async () => {
  const waiting = list('?index=1');
  await api.clock.advance(600_000);
  expect((await waiting).text).toBe('[]');
});

test('A query ends when the client has gone, and when everything was replaced', async () => {
  const gone = new AbortController();
  const left = send('GET /v1/event/list?index=1', { signal: gone.signal });
  gone.abort();
  expect((await left).text).toBe('[]');
  const { bytes } = await send('GET /v1/snapshot');
  const waiting = list('?index=1');
  await send('PUT /v1/snapshot', { body: bytes });
  expect((await waiting).text).toBe('[]');
});

test('Events and their places outlive the server', async () => {
  const flags = { 'node-id': '11111111-2222-3333-4444-555555555555' };
  const first = await startTestServer({ flags });
  await first.send('PUT /v1/event/fire/a');
  await first.stop();
  const second = await startTestServer({ flags, store: first.store });
  await second.send('PUT /v1/event/fire/b');
  expect((await second.send('GET /v1/event/list')).json()).toMatchObject([
    { Name: 'a', LTime: 1 },
    { Name: 'b', LTime: 2 },
  ]);
});

test('No more than 256 events are listed', async () => {
  for (let n = 0; n < 260; n++) await fire(`e${n}`);
  const listed = await names();
  expect([listed.length, listed[0], listed.at(-1)]).toEqual([256, 'e4', 'e259']);
});

test('Who may not read an event does not see it', async () => {
  const event = (name: string): UserEvent => ({
    ...{ id: '9d17615e-f580-be43-d7fe-7fe522be472b', name, payload: undefined, nodeFilter: '', serviceFilter: '', tagFilter: '' },
    ...{ lTime: 1, createIndex: 1, modifyIndex: 1 },
  });
  const read = (): View<UserEvent> => createView(1, [event('open'), event('secret')]);
  const authorizer: Authorizer = { allows: ({ kind }, name) => kind === 'filter' && name === 'open' };
  const request = { ...requestOf('GET /v1/event/list'), rest: '', authorizer };
  const eventInbox = new EventInbox({ nodeName: 's1', services: () => new Map() });
  const context = { backend: { read }, eventInbox, clock: api.clock, settings: { maxQueryTimeMs: 1 } };
  const { body } = await eventList.handle(request, context as unknown as ApiContext);
  expect(body).toMatchObject({ kind: 'list', list: { items: [{ name: 'open' }] } });
});
