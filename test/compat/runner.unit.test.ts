/** The runner against a small server of its own: what it sends, and what it finds in the answers. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { ABSENT, get, goldenCase, put, request, type Step } from './golden-case.ts';
import { anyNumber, capture } from './pattern.ts';
import { type CaseRun, runCase } from './runner.ts';
import { structuralDifferences } from './structure.ts';

const ENDPOINT = { Vary: 'Accept-Encoding', 'X-Consul-Default-Acl-Policy': 'allow' };
const JSON_TYPE = { 'Content-Type': 'application/json' };
let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

type Answerer = (incoming: IncomingMessage, body: string, response: ServerResponse) => void;

async function run(answer: Answerer, ...steps: readonly Step[]): Promise<CaseRun> {
  server = createServer(async (incoming, response) => {
    let body = '';
    for await (const chunk of incoming) body += String(chunk);
    answer(incoming, body, response);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return runCase(goldenCase('case', ...steps), { url, self: 'n1', selfId: 'id1', runId: 'run' }, 5);
}

const problems = (outcome: CaseRun): string[][] =>
  outcome.performed.map((step) => step.mismatches.map(({ at, problem }) => `${at} ${problem}`));

test('paths, headers and bodies are sent as they are, with names filled in', async () => {
  const outcome = await run(
    ({ method, url, headers }, body, response) =>
      response.writeHead(200, { ...ENDPOINT, ...JSON_TYPE }).end(JSON.stringify([method, url, headers['x-a'], body])),
    request('PATCH', '/v1//a/../%2F?x={{p}}&y=%zz', 'b {{self}}')
      .sending({ 'X-A': '{{selfId}}' })
      .json(['PATCH', '/v1//a/../%2F?x=run-0005&y=%zz', 'id1', 'b n1']),
  );
  expect(problems(outcome)).toEqual([[]]);
});

test('a captured value and an index are used by later steps', async () => {
  const outcome = await run(
    ({ url }, _, response) =>
      response.writeHead(200, { ...ENDPOINT, ...JSON_TYPE, 'X-Consul-Index': '12' }).end(url?.endsWith('12') ? '8' : '7'),
    get('/a').json(capture('n', anyNumber)).index('i').headers({ 'x-consul-knownleader': ABSENT }),
    get('/a?{{n}}').json('{{n}}').sameIndex('i'),
    get('/a?{{i}}').json('{{n}}').laterIndex('i'),
  );
  expect(problems(outcome)).toEqual([[], [], ['json  differs', 'header x-consul-index differs']]);
});

test('every thing that is wrong is found, not only the first', async () => {
  const outcome = await run(
    (_, __, response) => response.writeHead(404, { 'X-Consul-Index': '0', 'Content-Type': 'text/plain' }).end('gone'),
    get('/a').json([]).meta('leader'),
    put('/a', 'x').empty(),
    get('/a').text('gone', 404).fromNoEndpoint(),
  );
  const [meta, empty, text] = problems(outcome);
  expect(meta).toEqual([
    'status differs',
    'json missing',
    'header vary missing',
    'header x-consul-default-acl-policy missing',
    'header content-type differs',
    'header x-consul-index differs',
    'header x-consul-knownleader missing',
    'header x-consul-lastcontact missing',
    'header x-consul-query-backend missing',
    'header x-consul-effective-consistency missing',
  ]);
  expect(empty).toContain('header x-consul-index unexpected');
  expect(empty).toContain('body unexpected');
  expect(text).toEqual(['header content-type differs']);
});

test('a zipped body is unzipped', async () => {
  const outcome = await run(
    (_, __, response) => response.writeHead(200, { ...ENDPOINT, ...JSON_TYPE, 'Content-Encoding': 'gzip' }).end(gzipSync('[1]')),
    get('/a').json([1]).headers({ 'content-encoding': 'gzip' }),
  );
  expect(problems(outcome)).toEqual([[]]);
});

test('an answer that comes before what should wake it is found', async () => {
  const held: ServerResponse[] = [];
  const answer =
    (early: boolean): Answerer =>
    ({ method }, _, response) => {
      response.writeHead(200, ENDPOINT);
      if (method === 'PUT') for (const waiting of held.splice(0)) waiting.end();
      if (method === 'DELETE' && !early) held.push(response);
      else response.end();
    };
  const steps = request('DELETE', '/wait').empty().wokenBy(put('/change').empty());
  expect(problems(await run(answer(false), steps))).toEqual([[], []]);
  server?.close();
  expect(problems(await run(answer(true), steps))).toEqual([[], ['time differs']]);
});

test('two servers are compared by headers, members and types', async () => {
  const answering =
    (json: string, headers: Record<string, string>): Answerer =>
    (_, __, response) =>
      response.writeHead(200, { ...JSON_TYPE, ...headers }).end(json);
  const first = await run(answering('[{"a":null,"b":1,"run-0005":1}]', { 'X-One': '1' }), get('/a').json([]));
  server?.close();
  const second = await run(answering('[{"a":[],"c":1,"run-0005":2}]', {}), get('/a').json([]));
  expect(
    structuralDifferences([first], [second])
      .map(({ at, problem }) => `${at} ${problem}`)
      .sort(),
  ).toEqual(['header x-one missing', 'json [].a differs', 'json [].b missing', 'json [].c unexpected']);
});
