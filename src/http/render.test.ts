import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Clock } from '../runtime/clock.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { type Reply, replyOf } from '../testing/test-server.ts';
import { createView } from '../topics/view.ts';
import { indentJson } from '../wire/json.ts';
import { type Answer, emptyAnswer, jsonAnswer, lazyJsonAnswer, listAnswer, textAnswer } from './answer.ts';
import { Renderer } from './render.ts';

interface Ways {
  readonly isPretty?: boolean;
  readonly acceptsGzip?: boolean;
  readonly indentsAlways?: boolean;
  readonly clock?: Clock;
}

const responseTo = (answer: Answer, { isPretty = false, acceptsGzip = false, indentsAlways = false, clock = new FakeClock() }: Ways = {}) =>
  new Renderer({ clock, indentsAlways, indent: indentJson }).render(answer, { isPretty, acceptsGzip });

const render = async (answer: Answer, ways?: Ways): Promise<Reply> => replyOf(await responseTo(answer, ways));

const numbers = (count: number, where?: (n: number) => boolean): Answer =>
  listAnswer<number>({ items: Array.from({ length: count }, (_, n) => n), where, encode: (n) => `{"N":${n}}` });

/** The same list in an object. */
const framed = (count: number, where?: (n: number) => boolean): Answer =>
  listAnswer<number>({
    items: Array.from({ length: count }, (_, n) => n),
    where,
    encode: (n) => `{"N":${n}}`,
    within: { before: '{"a":"[0]","list":', after: ',"b":[1],"c":{}}' },
  });

test.each<[string, Answer, string | undefined, string]>([
  ['nothing', emptyAnswer(404), undefined, ''],
  ['a text', textAnswer(400, 'Mißlungen'), 'text/plain; charset=utf-8', 'Mißlungen'],
  ['JSON', jsonAnswer('{"a":[1]}'), 'application/json', '{"a":[1]}'],
  ['an empty list', numbers(0), 'application/json', '[]'],
  ['a list', numbers(3), 'application/json', '[{"N":0},{"N":1},{"N":2}]'],
  ['a list with nothing left', numbers(3, () => false), 'application/json', '[]'],
  ['a list with something left', numbers(3, (n) => n > 0), 'application/json', '[{"N":1},{"N":2}]'],
  ['an object with a list', framed(2), 'application/json', '{"a":"[0]","list":[{"N":0},{"N":1}],"b":[1],"c":{}}'],
  ['an object with an empty list', framed(2, () => false), 'application/json', '{"a":"[0]","list":[],"b":[1],"c":{}}'],
  ['bytes', { status: 200, headers: {}, body: { kind: 'bytes', bytes: Buffer.from('\0') } }, undefined, '\0'],
])('%s has its content type, and is compact', async (_what, answer, type, text) => {
  const reply = await render(answer);
  expect([reply.status, reply.headers['Content-Type'], reply.text]).toEqual([answer.status, type, text]);
});

test('The content type of the route wins', async () => {
  expect((await render(textAnswer(503, '{}', { 'Content-Type': 'application/json' }))).headers).toEqual({
    'Content-Type': 'application/json',
  });
});

const OBJECT = jsonAnswer('{"a":[1,{}]}');
const OBJECT_LINES = '{\n    "a": [\n        1,\n        {}\n    ]\n}';
const LIST_LINES = '[\n    {\n        "N": 0\n    },\n    {\n        "N": 1\n    }\n]';

test.each<[string, Answer, Ways, string]>([
  ['?pretty indents an object', OBJECT, { isPretty: true }, `${OBJECT_LINES}\n`],
  ['?pretty indents a list', numbers(2), { isPretty: true }, `${LIST_LINES}\n`],
  ['?pretty of an empty list', numbers(0), { isPretty: true }, '[]\n'],
  ['a development agent indents, without a newline', OBJECT, { indentsAlways: true }, OBJECT_LINES],
  ['a development agent indents a list', numbers(2), { indentsAlways: true }, LIST_LINES],
  ['a development agent with ?pretty', numbers(2), { indentsAlways: true, isPretty: true }, `${LIST_LINES}\n`],
  ['a text is never indented', textAnswer(400, '{"a":1}'), { isPretty: true }, '{"a":1}'],
])('%s', async (_what, answer, ways, text) => {
  expect((await render(answer, ways)).text).toBe(text);
});

test('A long list is the same text as a short one, plain and pretty', async () => {
  for (const ways of [{}, { isPretty: true }, { indentsAlways: true }]) {
    const expected = JSON.stringify(Array.from({ length: 1_001 }, (_, N) => ({ N })));
    const reply = await render(numbers(1_001), ways);
    expect(JSON.stringify(reply.json())).toBe(expected);
    expect(reply.text.endsWith('isPretty' in ways ? '\n]\n' : ']')).toBe(true);
    expect(
      (
        await render(
          numbers(1_001, () => false),
          ways,
        )
      ).text.trim(),
    ).toBe('[]');
  }
  expect((await responseTo(numbers(1_000))).body).toBeInstanceOf(Buffer);
  expect((await responseTo(numbers(1_001))).body).not.toBeInstanceOf(Buffer);
});

test.each<[what: string, ways: Ways]>([
  ['compact', {}],
  ['?pretty', { isPretty: true }],
  ['a development agent', { indentsAlways: true }],
])('An object with a list is the text that the whole object would be, long or short: %s', async (_what, ways) => {
  for (const count of [0, 1, 3, 1_001]) {
    const list = Array.from({ length: count }, (_, N) => ({ N }));
    const whole = jsonAnswer(JSON.stringify({ a: '[0]', list, b: [1], c: {} }));
    expect((await render(framed(count), ways)).text).toBe((await render(whole, ways)).text);
  }
  expect((await responseTo(framed(1_001), ways)).body).not.toBeInstanceOf(Buffer);
});

/** A clock that the work itself moves, and that writes down when other work was let in. */
class WorkClock extends FakeClock {
  readonly pauses: number[] = [];
  workMs = 0;

  override nowMs(): number {
    return this.workMs;
  }

  override pause(): Promise<void> {
    this.pauses.push(this.workMs);
    return super.pause();
  }
}

const slowList = (clock: WorkClock, count: number, where?: (n: number) => boolean): Answer =>
  listAnswer<number>({
    items: Array.from({ length: count }, (_, n) => n),
    where: (n) => {
      clock.workMs += 1;
      return where?.(n) ?? true;
    },
    encode: String,
  });

test.each<[string, ((n: number) => boolean) | undefined]>([
  ['all are shown', undefined],
  ['none is shown', () => false],
])('A long list never holds the event loop for more than 5 ms and one item, when %s', async (_what, where) => {
  const clock = new WorkClock();
  await render(slowList(clock, 1_200, where), { clock });
  const stalls = clock.pauses.map((atMs, i) => atMs - (clock.pauses[i - 1] ?? 0));
  expect(stalls.length).toBeGreaterThan(200);
  expect(Math.max(...stalls)).toBeLessThanOrEqual(6);
});

test('Of many long lists at one moment, one slice is rendered before other work is let in', async () => {
  const [clock, other] = [new WorkClock(), new FakeClock()];
  const renderer = new Renderer({ clock, indentsAlways: false, indent: indentJson });
  const lists = Array.from({ length: 10 }, async () =>
    replyOf(await renderer.render(slowList(clock, 1_200), { isPretty: false, acceptsGzip: false })),
  );
  let isOver = false;
  const replies = Promise.all(lists).finally(() => {
    isOver = true;
  });
  const stalls: number[] = [];
  while (!isOver) {
    const before = clock.workMs;
    await other.pause();
    stalls.push(clock.workMs - before);
  }
  expect((await replies).map((reply) => reply.json<number[]>().length)).toEqual(Array(10).fill(1_200));
  expect(Math.max(...stalls)).toBeLessThanOrEqual(6);
});

test('A list of few but large items is not held whole in memory', async () => {
  const item = `"${'x'.repeat(100_000)}"`;
  const large = listAnswer<number>({ items: Array.from({ length: 200 }, (_, n) => n), where: undefined, encode: () => item });
  const { body } = await responseTo(large);
  expect(body).not.toBeInstanceOf(Buffer);
  const chunks: number[] = [];
  for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk.length);
  expect(Math.max(...chunks)).toBeLessThan(250_000);
  expect(chunks.reduce((sum, size) => sum + size, 0)).toBe(200 * 100_003 + 1);
});

test('Whoever stops reading a long list stops its rendering', async () => {
  const clock = new WorkClock();
  const { body } = await responseTo(slowList(clock, 100_000), { clock });
  for await (const _chunk of body as AsyncIterable<Uint8Array>) break;
  expect(clock.workMs).toBeLessThan(10);
});

const LONG = 'x'.repeat(1_400);

test.each<[string, Answer, string]>([
  ['a text', textAnswer(200, LONG), LONG],
  ['JSON', jsonAnswer(`"${LONG}"`), `"${LONG}"`],
  ['a list', numbers(500), JSON.stringify(Array.from({ length: 500 }, (_, N) => ({ N })))],
  ['a long list', numbers(2_000), JSON.stringify(Array.from({ length: 2_000 }, (_, N) => ({ N })))],
  ['bytes', { status: 200, headers: {}, body: { kind: 'bytes', bytes: Buffer.from(LONG) } }, LONG],
])('%s of 1,400 bytes is compressed for who takes it, and for nobody else', async (_what, answer, text) => {
  const zipped = await render(answer, { acceptsGzip: true });
  expect(zipped.headers['Content-Encoding']).toBe('gzip');
  expect(gunzipSync(zipped.bytes).toString()).toBe(text);
  const plain = await render(answer);
  expect([plain.headers['Content-Encoding'], plain.text]).toEqual([undefined, text]);
});

test('A stream is compressed on its way if its route says so and the client takes it', async () => {
  const streamed = (): Answer => ({
    status: 200,
    headers: {},
    body: { kind: 'stream', chunks: Readable.from([Buffer.from('a'), Buffer.from('b')]), isCompressible: true },
  });
  const zipped = await render(streamed(), { acceptsGzip: true });
  expect([zipped.headers['Content-Encoding'], gunzipSync(zipped.bytes).toString()]).toEqual(['gzip', 'ab']);
  expect((await render(streamed())).text).toBe('ab');
});

test('Less than 1,400 bytes are not compressed, nor is what comes as a stream', async () => {
  const stream = (async function* () {
    yield Buffer.from(LONG);
  })();
  const short = await render(textAnswer(200, LONG.slice(1)), { acceptsGzip: true });
  const streamed = await render({ status: 200, headers: {}, body: { kind: 'stream', chunks: stream } }, { acceptsGzip: true });
  expect([short.text.length, streamed.text.length]).toEqual([1_399, 1_400]);
  expect([short, streamed].map((reply) => reply.headers['Content-Encoding'])).toEqual([undefined, undefined]);
});

test('A remembered answer is rendered once per variant, and compressed once', async () => {
  let renders = 0;
  const view = createView<number>(1, [1, 2]);
  const answer = (selection: string): Answer => ({
    ...listAnswer<number>({ items: view.items, where: undefined, encode: (n) => `"${n}${LONG}${++renders && ''}"` }),
    memo: { variants: view.variants, selection },
  });
  const first = await responseTo(answer('a'));
  expect((await responseTo(answer('a'))).body).toBe(first.body);
  expect(renders).toBe(2);
  const zipped = await responseTo(answer('a'), { acceptsGzip: true });
  const again = responseTo(answer('a'), { acceptsGzip: true });
  expect(again).not.toBeInstanceOf(Promise);
  expect((await again).body).toBe(zipped.body);
  expect(renders).toBe(2);
  await responseTo(answer('a'), { isPretty: true });
  await responseTo(answer('b'));
  expect(renders).toBe(6);
  expect((await render(answer('a'), { isPretty: true })).text).toMatch(/^\[\n {4}"1x/);
});

/** An answer whose memory tells of each compressed body it is given. */
const zippable = (onGzip: () => void): Answer => {
  const { variants } = createView(1, []);
  const set: typeof variants.set = (selection, rendered) => {
    if (rendered.gzip !== undefined) onGzip();
    variants.set(selection, rendered);
  };
  return { ...jsonAnswer(`"${LONG}"`), memo: { variants: { get: (selection) => variants.get(selection), set }, selection: '' } };
};

test('A hundred readers of one answer at one moment have it compressed once', async () => {
  let compressions = 0;
  const answer = zippable(() => {
    compressions += 1;
  });
  const renderer = new Renderer({ clock: new FakeClock(), indentsAlways: false, indent: indentJson });
  const all = Array.from({ length: 100 }, () => renderer.render(answer, { isPretty: false, acceptsGzip: true }));
  const bodies = new Set((await Promise.all(all)).map(({ body }) => body));
  expect([bodies.size, compressions]).toEqual([1, 1]);
});

test('A compression that failed is tried again', async () => {
  const failures = [new Error('out of memory')];
  const answer = zippable(() => {
    const failure = failures.pop();
    if (failure !== undefined) throw failure;
  });
  const renderer = new Renderer({ clock: new FakeClock(), indentsAlways: false, indent: indentJson });
  const renderOnce = async (): Promise<Reply> => replyOf(await renderer.render(answer, { isPretty: false, acceptsGzip: true }));
  await expect(renderOnce()).rejects.toThrow('out of memory');
  expect((await renderOnce()).headers['Content-Encoding']).toBe('gzip');
});

test('JSON that is made when needed is not made where it is remembered', async () => {
  let made = 0;
  const view = createView(1, []);
  const answer: Answer = { ...lazyJsonAnswer(() => `{"made":${++made}}`), memo: { variants: view.variants, selection: '' } };
  expect((await render(answer)).text).toBe('{"made":1}');
  expect((await render(answer)).text).toBe('{"made":1}');
});

test('Answers without a memo are rendered anew each time', async () => {
  let renders = 0;
  const answer = listAnswer<number>({ items: [1], where: undefined, encode: () => String(++renders) });
  expect([(await render(answer)).text, (await render(answer)).text]).toEqual(['[1]', '[2]']);
});
