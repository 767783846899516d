/** What broken and hostile clients send: each gets a clear error, nothing is half written, memory stays bounded and the process lives. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Reply } from './http-call.ts';
import { type KonsulProcess, startKonsul, testedPeer } from './konsul-process.ts';
import { rawExchange, statusesOf } from './raw-socket.ts';

const RSS_GROWTH_LIMIT_KIB = 150 * 1024;
const VALUE_LIMIT_BYTES = 512 * 1024;
const isKonsul = testedPeer() === 'konsul';

let server: KonsulProcess;
let rssAtStartKib = 0;

beforeAll(async () => {
  server = await startKonsul({ config: { limits: { http_max_conns_per_client: 1_000 } } });
  await server.put('/v1/kv/sane', 'yes');
  rssAtStartKib = rssKib();
});

/** After everything: the process is the same, healthy, and no bigger than it should be. */
afterAll(async () => {
  try {
    expect((await server.call('/v1/kv/sane?raw')).text).toBe('yes');
    expect((await server.call('/v1/kv/?keys')).json<string[]>().filter((key) => key.startsWith('bad'))).toEqual([]);
    if (isKonsul) expect(rssKib() - rssAtStartKib).toBeLessThan(RSS_GROWTH_LIMIT_KIB);
  } finally {
    await server.kill();
    server.remove();
  }
});

function rssKib(): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]);
}

interface Case {
  readonly what: string;
  readonly path: string;
  readonly method?: string;
  readonly body?: unknown;
  readonly status: number | readonly number[];
  readonly text?: RegExp;
  /** Consul 1.8 did this otherwise. */
  readonly newer?: boolean;
}

const manyOperations = (count: number): unknown[] =>
  Array.from({ length: count }, (_, n) => ({ KV: { Verb: 'set', Key: `bad/txn/${n}`, Value: 'eA==' } }));

const REFUSED: readonly Case[] = [
  { what: 'half of a JSON object', path: '/v1/agent/service/register', body: '{"Name": "web"', status: 400, text: /decode|EOF/i },
  { what: 'no body', path: '/v1/agent/service/register', body: '', status: 400, text: /decode|EOF/i },
  { what: 'an array for an object', path: '/v1/agent/service/register', body: '[]', status: 400, text: /decode|unmarshal|expected/i },
  { what: 'text for a port', path: '/v1/agent/service/register', body: { Name: 'bad', Port: 'http' }, status: 400, text: /decode/i },
  { what: 'a number for tags', path: '/v1/agent/service/register', body: { Name: 'bad', Tags: 7 }, status: 400, text: /decode/i },
  { what: 'an unknown field', path: '/v1/agent/service/register', body: { Name: 'bad', Prot: 80 }, status: 400, text: /Prot/ },
  { what: 'a service without a name', path: '/v1/agent/service/register', body: { Port: 80 }, status: 400, text: /name/i },
  { what: 'a duration without a unit', path: '/v1/agent/service/register', body: { Name: 'bad', Check: { TTL: '10' } }, status: 400 },
  { what: 'a check of no type', path: '/v1/agent/check/register', body: { Name: 'bad' }, status: 400 },
  { what: 'a port out of range', path: '/v1/agent/service/register', body: { Name: 'bad', Port: 1e99 }, status: 400 },
  { what: 'invalid UTF-8 in JSON', path: '/v1/agent/service/register', body: Buffer.from([0x22, 0xff, 0xfe, 0x22]), status: 400 },
  { what: 'JSON nested 100,000 deep', path: '/v1/agent/service/register', body: '['.repeat(100_000), status: 400 },
  { what: 'a bad wait', path: '/v1/kv/sane?index=1&wait=soon', method: 'GET', status: 400, text: /Invalid wait time/ },
  { what: 'a negative index', path: '/v1/kv/sane?index=-1', method: 'GET', status: 400, text: /Invalid index/ },
  { what: 'an index that is no number', path: '/v1/kv/sane?index=abc', method: 'GET', status: 400, text: /Invalid index/ },
  {
    what: 'a filter that does not parse',
    path: '/v1/catalog/nodes?filter=Node%20=%3D%3D',
    method: 'GET',
    status: [400, 500],
    text: /filter|expression/i,
  },
  {
    what: 'a filter on no field',
    path: '/v1/catalog/nodes?filter=Nose%20%3D%3D%20x',
    method: 'GET',
    status: [400, 500],
    text: /Selector "Nose"/,
  },
  { what: 'a CAS that is no number', path: '/v1/kv/bad?cas=x', body: 'v', status: [400, 500], text: /"x"/ },
  { what: 'flags that are no number', path: '/v1/kv/bad?flags=-1', body: 'v', status: [400, 500], text: /"-1"/ },
  {
    what: 'two conflicting consistency modes',
    path: '/v1/kv/sane?stale&consistent',
    method: 'GET',
    status: 400,
    text: /conflicting semantics/,
  },
  { what: '129 operations in a transaction', path: '/v1/txn', body: manyOperations(129), status: 413, text: /129 > 128/, newer: true },
  { what: 'a verb that is none', path: '/v1/txn', body: [{ KV: { Verb: 'sett', Key: 'bad' } }], status: [400, 409, 500] },
  { what: 'a value that is no base64', path: '/v1/txn', body: [{ KV: { Verb: 'set', Key: 'bad', Value: '%%%' } }], status: 400 },
  {
    what: 'a value one byte too long',
    path: '/v1/kv/bad',
    body: Buffer.alloc(VALUE_LIMIT_BYTES + 1),
    status: 413,
    text: /too large/,
    newer: true,
  },
  { what: 'a session for a node that is none', path: '/v1/session/create', body: { Node: 'none' }, status: [400, 500] },
  { what: 'a session TTL below the minimum', path: '/v1/session/create', body: { TTL: '1ns' }, status: [400, 500], text: /TTL/ },
  { what: 'a wrong method', path: '/v1/kv/sane', method: 'PATCH', status: 405, text: /PATCH not allowed/ },
  { what: 'a path that is no endpoint', path: '/v1/none', method: 'GET', status: 404, newer: true },
  { what: 'a snapshot that is none', path: '/v1/snapshot', body: 'no archive', status: [400, 500] },
];

describe('refused with a clear error', () => {
  for (const { what, path, method, body, status, text, newer } of REFUSED) {
    test.skipIf(newer === true && !isKonsul)(what, async () => {
      const reply = await server.call(path, { method: method ?? 'PUT', body });
      expect([status].flat()).toContain(reply.status);
      expect(reply.text).toMatch(text ?? /./);
      expect(reply.text.length).toBeLessThan(2_000);
      expect(reply.text).not.toMatch(/node:internal|at \w+ \(/); // no stack traces
    });
  }
});

test('a value of exactly the limit is taken', async () => {
  const value = Buffer.alloc(VALUE_LIMIT_BYTES, 'x');
  expect((await server.put('/v1/kv/limit', value)).text).toBe('true');
  expect((await server.call('/v1/kv/limit?raw')).body.equals(value)).toBe(true);
  await server.call('/v1/kv/limit', { method: 'DELETE' });
});

test.runIf(isKonsul)('128 operations in a transaction are taken, and removed again', async () => {
  expect((await server.put('/v1/txn', manyOperations(128))).status).toBe(200);
  expect((await server.call('/v1/kv/bad/txn/?recurse', { method: 'DELETE' })).status).toBe(200);
});

test('field names in any case are one field', async () => {
  const register = (body: string): Promise<Reply> => server.put('/v1/agent/service/register', body);
  expect((await register('{"name":"cased","PORT":81,"tAgS":["a"]}')).status).toBe(200);
  expect((await server.call('/v1/agent/service/cased')).json()).toMatchObject({ Service: 'cased', Port: 81, Tags: ['a'] });
  await server.put('/v1/agent/service/deregister/cased');
});

test('names that mean something to JavaScript are names like any other', async () => {
  for (const name of ['__proto__', 'constructor', 'hasOwnProperty', 'toString']) {
    expect((await server.put(`/v1/kv/proto/${name}`, name)).text).toBe('true');
    expect((await server.call(`/v1/kv/proto/${name}?raw`)).text).toBe(name);
    const registration = `{"Name":"${name}","Meta":{"${name}":"x"},"Port":1}`;
    expect((await server.put('/v1/agent/service/register', registration)).status).toBe(200);
    expect((await server.call(`/v1/agent/service/${name}`)).text).toContain(`"${name}":"x"`);
    expect((await server.call('/v1/agent/services')).text).toContain(`"${name}":{`);
    expect((await server.put(`/v1/agent/service/deregister/${name}`)).status).toBe(200);
  }
  const refused = await server.put('/v1/agent/service/register', '{"Name":"bad","__proto__":{"Port":1}}');
  expect(refused.status).toBe(400);
  await server.call('/v1/kv/proto/?recurse', { method: 'DELETE' });
});

test('a key of 100 KB is stored whole or refused, never cut', async () => {
  const key = 'k'.repeat(100_000);
  const put = await server.put(`/v1/kv/${key}`, 'v');
  if (put.status === 200) {
    expect((await server.call(`/v1/kv/${key}?raw`)).text).toBe('v');
    await server.call(`/v1/kv/${key}`, { method: 'DELETE' });
  } else {
    expect([400, 413, 414, 431, 500]).toContain(put.status);
    expect((await server.call('/v1/kv/kkkk?keys')).status).toBe(404);
  }
});

test.runIf(isKonsul)('a chunked value that grows past the limit is refused', async () => {
  const head = 'PUT /v1/kv/bad HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n';
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  const result = await rawExchange(server.httpPort, [head, ...Array.from({ length: 9 }, () => chunk), '0\r\n\r\n'], {
    until: (received) => received.includes('\r\n\r\n'),
  });
  expect(statusesOf(result.received)).toEqual([413]);
});

test('a chunked body with a broken length is refused', async () => {
  const head = 'PUT /v1/kv/bad HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n';
  const result = await rawExchange(server.httpPort, [head, 'zz\r\nxx\r\n'], { until: (received) => received.includes('\r\n\r\n') });
  expect(statusesOf(result.received).filter((status) => status < 400)).toEqual([]);
});

test('a body that is cut off writes nothing', async () => {
  const result = await rawExchange(server.httpPort, ['PUT /v1/kv/bad HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf'], {
    forMs: 200,
  });
  expect(statusesOf(result.received)).toEqual([]);
  expect((await server.call('/v1/kv/bad')).status).toBe(404);
});

test('a declared length that disagrees with the transfer encoding is refused or read as one body, never as two requests', async () => {
  const smuggled = 'GET /v1/kv/sane?raw HTTP/1.1\r\nHost: x\r\n\r\n';
  const head = `PUT /v1/kv/bad2 HTTP/1.1\r\nHost: x\r\nContent-Length: ${smuggled.length + 5}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`;
  const result = await rawExchange(server.httpPort, [head + smuggled], { forMs: 500 });
  expect(statusesOf(result.received).length).toBeLessThanOrEqual(isKonsul ? 1 : 2);
  await server.call('/v1/kv/bad2', { method: 'DELETE' });
});

test('a thousand headers are answered or refused', async () => {
  const headers = Array.from({ length: 1_000 }, (_, n) => `X-Header-${n}: ${n}\r\n`).join('');
  const result = await rawExchange(server.httpPort, [`GET /v1/kv/sane HTTP/1.1\r\nHost: x\r\n${headers}\r\n`], {
    until: (received) => received.includes('\r\n\r\n'),
  });
  expect([200, 400, 431]).toContain(statusesOf(result.received)[0]);
});

test.runIf(isKonsul)('a header of 1 MB is refused', async () => {
  const result = await rawExchange(
    server.httpPort,
    ['GET /v1/kv/sane HTTP/1.1\r\nHost: x\r\nX-Long: ', 'x'.repeat(1_000_000), '\r\n\r\n'],
    {
      until: (received) => received.includes('\r\n\r\n'),
    },
  );
  expect([[], [400], [431]]).toContainEqual(statusesOf(result.received));
});

test('a body without an end is cut off, in bounded memory', async () => {
  const before = rssKib();
  const megabyte = Buffer.alloc(1024 * 1024, 'x');
  function* endless(): Generator<string | Uint8Array> {
    yield 'PUT /v1/kv/bad HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n';
    for (let n = 0; n < 300; n++) {
      yield '100000\r\n';
      yield megabyte;
      yield '\r\n';
    }
  }
  const result = await rawExchange(server.httpPort, endless(), { forMs: 5_000 });
  expect(statusesOf(result.received).filter((status) => status < 400)).toEqual([]);
  if (isKonsul) {
    expect(result.closedByServer).toBe(true);
    expect(rssKib() - before).toBeLessThan(100 * 1024);
  }
});

test('a hundred slow senders do not keep others waiting', async () => {
  const head = 'PUT /v1/kv/bad HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n';
  const drips = Array.from({ length: 100 }, () => rawExchange(server.httpPort, head.split(''), { everyMs: 20, forMs: 1_500 }));
  const tookMs: number[] = [];
  for (let n = 0; n < 50; n++) {
    const startedMs = performance.now();
    expect((await server.call('/v1/kv/sane?raw')).text).toBe('yes');
    tookMs.push(performance.now() - startedMs);
  }
  expect(tookMs.sort((a, b) => a - b)[25]).toBeLessThan(200);
  for (const drip of await Promise.all(drips)) expect(statusesOf(drip.received).filter((status) => status === 200)).toEqual([]);
});

const GARBAGE: readonly (readonly [string, string | Uint8Array])[] = [
  ['random bytes', Buffer.from(Array.from({ length: 4_096 }, (_, n) => (n * 7919 + (n >> 3)) & 0xff))],
  ['zeros', Buffer.alloc(10_000)],
  ['a TLS hello', Buffer.from('160301020001000000fc0303', 'hex')],
  ['the HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['a line that never ends', 'G'.repeat(200_000)],
  ['a URL with a space', 'GET /v1/kv/a b HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['a bare line feed', 'GET /v1/kv/sane HTTP/1.1\nHost: x\nContent-Length: -1\n\n'],
  ['an escape cut in half', 'GET /v1/kv/%f HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
  ['a NUL in the key', 'PUT /v1/kv/bad%00key HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nConnection: close\r\n\r\nv'],
  ['bytes that are no UTF-8 in the key', 'GET /v1/kv/%ff%fe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
];

for (const [what, bytes] of GARBAGE) {
  test(`${what} gets an error or a closed connection`, async () => {
    const result = await rawExchange(server.httpPort, [bytes], { forMs: 1_000, until: (received) => received.includes('\r\n\r\n') });
    expect(statusesOf(result.received).filter((status) => status < 400 || status > 500)).toEqual([]);
    expect((await server.call('/v1/status/leader')).status).toBe(200);
  });
}

test('pipelined requests are answered in order', async () => {
  const paths = ['/v1/kv/sane?raw', '/v1/kv/none', '/v1/none', '/v1/kv/sane?raw', '/v1/status/leader'];
  const requests = Array.from({ length: 40 }, () => paths)
    .flat()
    .map((path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`)
    .join('');
  const wanted = Array.from({ length: 40 }, () => [200, 404, 404, 200, 200]).flat();
  const result = await rawExchange(server.httpPort, [requests], { until: (received) => statusesOf(received).length === wanted.length });
  expect(statusesOf(result.received)).toEqual(wanted);
});

test('a hundred connections that send nothing hold nobody up', async () => {
  const silent = Array.from({ length: 100 }, () => rawExchange(server.httpPort, [], { forMs: 500 }));
  expect((await server.call('/v1/kv/sane?raw')).text).toBe('yes');
  await Promise.all(silent);
});
