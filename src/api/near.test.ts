/** `near` on every endpoint that knows it, over a real server's state (spec 1.10). */
import { beforeEach, expect, test } from 'vitest';
import { type Send, startTestServer, type TestServer } from '../testing/test-server.ts';

let api: TestServer;
let send: Send;

const NODES = { a: 4, b: 1, c: 2, far: undefined, s1: 0 } as const;

beforeEach(async () => {
  api = await startTestServer();
  send = api.send;
  for (const [node, x] of Object.entries(NODES)) {
    const Service = { ID: node, Service: 'web', Connect: { Native: true } };
    const Check = { Name: 'up', CheckID: 'up', Status: 'passing', ServiceID: node };
    const Address = `10.0.1.${node.charCodeAt(0)}`;
    await send('PUT /v1/catalog/register', { body: { Node: node, Address, SkipNodeUpdate: node === 's1', Service, Check } });
    if (x !== undefined) await place(node, x);
  }
});

const place = (node: string, x: number): Promise<unknown> =>
  send('PUT /v1/coordinate/update', { body: { Node: node, Coord: { Vec: [x, 0, 0, 0, 0, 0, 0, 0], Height: 0.001 } } });

type Item = { readonly Node: string | { readonly Node: string } };

async function order(target: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const reply = await send(`GET /v1/${target}`, { headers });
  return reply
    .json<Item[]>()
    .map(({ Node }) => (typeof Node === 'string' ? Node : Node.Node))
    .join(' ');
}

test.each([
  ['catalog/nodes?'],
  ['catalog/service/web?'],
  ['catalog/connect/web?'],
  ['health/service/web?'],
  ['health/connect/web?'],
  ['health/checks/web?'],
  ['health/state/passing?filter=CheckID%3D%3Dup&'],
])('%s sorts by distance, and what stands nowhere comes last', async (target) => {
  const plain = await order(target);
  expect(plain).toBe('a b c far s1');
  expect(await order(`${target}near=c`)).toBe('c b a s1 far');
  expect(await order(`${target}near=S1`)).toBe('s1 b c a far');
  expect(await order(`${target}near=_agent`)).toBe('s1 b c a far');
  expect([await order(`${target}near=none`), await order(`${target}near=far`), await order(`${target}near=`)]).toEqual([
    plain,
    plain,
    plain,
  ]);
  expect(await order(target)).toBe(plain);
});

test('The address of the client names a node too, as a proxy says it', async () => {
  const near = (address: string): Promise<string> => order('catalog/nodes?near=_ip', { 'x-forwarded-for': address });
  expect(await near(`10.0.1.${'a'.charCodeAt(0)}, 10.9.9.9`)).toBe('a c b s1 far');
  expect([await near('192.0.2.1'), await order('catalog/nodes?near=_ip')]).toEqual(['a b c far s1', 'a b c far s1']);
});

test('Filters hold besides', async () => {
  expect(await order('catalog/nodes?near=a&filter=Node!%3Dc')).toBe('a b s1 far');
});

test('A changed distance is seen at the next read, and after a wait for something else', async () => {
  expect(await order('catalog/service/web?near=s1')).toBe('s1 b c a far');
  const { index } = await send('GET /v1/catalog/service/web?near=s1');
  const waiting = order(`catalog/service/web?near=s1&index=${index}`);
  await place('a', 0.5);
  expect(await order('catalog/service/web?near=s1')).toBe('s1 a b c far');
  await send('PUT /v1/catalog/register', { body: { Node: 'b', SkipNodeUpdate: true, Service: { ID: 'b', Service: 'web', Port: 1 } } });
  expect(await waiting).toBe('s1 a b c far');
});
