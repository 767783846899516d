import { expect, test } from 'vitest';
import type { TcpProbe } from '../runtime/prober.ts';
import { exited, FakeProber, httpAnswer } from './fake-prober.ts';

const tcp: TcpProbe = { host: 'h', port: 1, timeoutMs: 1, tls: false, tlsSkipVerify: false, tlsServerName: '' };
const never = new AbortController().signal;

test('targets are healthy unless told otherwise, and attempts are remembered', async () => {
  const prober = new FakeProber();
  expect(await prober.tcp(tcp, never)).toEqual({ ok: true });
  expect(await prober.exec({ args: ['x'], timeoutMs: 1, keepBytes: 1 }, never)).toEqual(exited(0));
  prober.onTcp = () => ({ ok: false, error: 'refused' });
  expect(await prober.tcp(tcp, never)).toEqual({ ok: false, error: 'refused' });
  expect(prober.calls.map(({ kind }) => kind)).toEqual(['tcp', 'exec', 'tcp']);
});

test('a slow attempt runs until it is answered or aborted', async () => {
  const prober = new FakeProber();
  prober.onTcp = () => new Promise(() => {});
  const abort = new AbortController();
  const attempt = prober.tcp(tcp, abort.signal);
  expect(prober.running).toBe(1);
  abort.abort();
  expect(await attempt).toEqual({ ok: false, error: 'aborted' });
  expect(prober.running).toBe(0);
});

test('answers count bytes, not characters', () => {
  expect(httpAnswer(200, 'OK', 'é')).toMatchObject({ bodyBytes: 2 });
  expect(exited(1, '€')).toMatchObject({ outputBytes: 3 });
});
