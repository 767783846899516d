import { expect, test } from 'vitest';
import type { LogFields, Logger } from '../runtime/logger.ts';
import { silentLogger } from '../runtime/logger.ts';
import { exited, FakeProber, httpAnswer } from '../testing/fake-prober.ts';
import type { WatchHandler } from './watch-definition.ts';
import { runHandler } from './watch-handler.ts';

const RESULT = { index: '42', text: '{"web":[]}\n' };
const SCRIPT: WatchHandler = { kind: 'script', args: ['/bin/x', '1'] };
const HTTP: WatchHandler = {
  kind: 'http',
  url: 'http://h/p',
  method: 'PUT',
  headers: { 'x-a': ['b', 'c'] },
  timeoutMs: 3_000,
  tlsSkipVerify: true,
};

async function run(handler: WatchHandler, prepare: (prober: FakeProber) => void = () => {}, signal = new AbortController().signal) {
  const prober = new FakeProber();
  prepare(prober);
  const errors: LogFields[] = [];
  const logger: Logger = { ...silentLogger, error: (fields) => errors.push(fields) };
  await runHandler(handler, RESULT, { prober, logger, signal });
  return { calls: prober.calls, errors };
}

test('a script reads the result and finds the index in its environment', async () => {
  const { calls, errors } = await run(SCRIPT);
  expect(errors).toEqual([]);
  expect(calls).toMatchObject([
    { kind: 'exec', probe: { args: ['/bin/x', '1'], environment: { CONSUL_INDEX: '42' }, input: Buffer.from(RESULT.text) } },
  ]);
});

test('an HTTP handler gets the result, its type and its index', async () => {
  const { calls, errors } = await run(HTTP);
  expect(errors).toEqual([]);
  expect(calls[0]?.probe).toMatchObject({
    url: 'http://h/p',
    method: 'PUT',
    headers: { 'Content-Type': ['application/json'], 'X-Consul-Index': ['42'], 'x-a': ['b', 'c'] },
    body: RESULT.text,
    timeoutMs: 3_000,
    tlsSkipVerify: true,
  });
});

test.each<[string, WatchHandler, (prober: FakeProber) => void, LogFields]>([
  ['a script that fails', SCRIPT, (prober) => (prober.onExec = () => exited(3, 'no')), { program: '/bin/x', exitCode: 3, output: 'no' }],
  ['an answer that is no success', HTTP, (prober) => (prober.onHttp = () => httpAnswer(503, 'x', 'busy')), { status: 503, output: 'busy' }],
  ['a target that is gone', HTTP, (prober) => (prober.onHttp = () => ({ ok: false, error: 'refused' })), { error: 'refused' }],
])('%s is logged as an error', async (_name, handler, prepare, fields) => {
  expect((await run(handler, prepare)).errors).toEqual([expect.objectContaining(fields)]);
});

test('what is broken off by a stop is no error', async () => {
  expect((await run(SCRIPT, () => {}, AbortSignal.abort())).errors).toEqual([]);
});

test('a prober that throws is an error in the log, not of the watch', async () => {
  const broken = (prober: FakeProber): void => {
    prober.onExec = () => {
      throw new Error('broken');
    };
  };
  expect((await run(SCRIPT, broken)).errors).toEqual([{ error: 'broken' }]);
});
