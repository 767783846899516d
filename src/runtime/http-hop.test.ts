import { expect, test } from 'vitest';
import { firstHop, type HttpHop, nextHop } from './http-hop.ts';
import type { HttpProbe } from './prober.ts';

const probe: HttpProbe = {
  url: 'http://a.example:80/start?x=1',
  method: 'POST',
  headers: { Authorization: ['secret'], 'X-Trace': ['1'], Host: ['virtual'] },
  body: 'ping',
  timeoutMs: 1_000,
  maxRedirects: 10,
  tlsSkipVerify: false,
  tlsServerName: '',
  keepBytes: 10,
};

const hop = firstHop(probe);
const follow = (status: number, location: string | undefined, from: HttpHop = hop): HttpHop | undefined =>
  nextHop(from, { status, location });

test.each([
  [200, '/x'],
  [304, '/x'],
  [300, '/x'],
  [301, undefined],
])('%i with location %s is no redirect', (status, location) => {
  expect(follow(status, location)).toBeUndefined();
});

test.each([[301], [302], [303]])('%i becomes a GET without a body', (status) => {
  expect(follow(status, '/next')).toMatchObject({ method: 'GET', body: '', url: { href: 'http://a.example/next' } });
});

test.each([[307], [308]])('%i keeps method and body', (status) => {
  expect(follow(status, 'other')).toMatchObject({ method: 'POST', body: 'ping', url: { href: 'http://a.example/other' } });
});

test('HEAD stays HEAD', () => {
  expect(follow(302, '/', { ...hop, method: 'HEAD' })?.method).toBe('HEAD');
});

test('credentials and the Host header do not travel to another host, other headers do', () => {
  expect(follow(302, 'http://b.example/')?.headers).toEqual({ 'X-Trace': ['1'] });
  expect(follow(302, '/same')?.headers).toEqual(probe.headers);
});

test.each([
  ['file:///etc/passwd', 'unsupported protocol scheme "file"'],
  ['http://[', 'parse "http://[": invalid URL'],
])('a redirect to %s is refused', (location, text) => {
  expect(() => follow(302, location)).toThrow(text);
});

test('a URL without a scheme is refused', () => {
  expect(() => firstHop({ ...probe, url: 'not a url' })).toThrow('parse "not a url": invalid URL');
});
