import { expect, test } from 'vitest';
import { HttpRules, parseCidr } from './http-rules.ts';

const rules = (part: Partial<ConstructorParameters<typeof HttpRules>[0]>): HttpRules =>
  new HttpRules({ blockEndpoints: [], allowWriteFrom: [], responseHeaders: {}, ...part });

test('Closed endpoints are closed by the beginning of their path', () => {
  const closed = rules({ blockEndpoints: ['/v1/kv/', '/v1/agent/self'] });
  expect(closed.blocked('/v1/kv/a')).toMatchObject({ status: 403, body: { text: 'Endpoint is blocked by agent configuration' } });
  expect(closed.blocked('/v1/agent/self')).toBeDefined();
  expect(closed.blocked('/v1/agent/services')).toBeUndefined();
});

test.each([
  ['PUT', '10.1.2.3', true],
  ['PUT', '::ffff:10.1.2.3', true],
  ['DELETE', '11.1.2.3', false],
  ['POST', 'fd00::1', true],
  ['PUT', 'fe80::1', false],
  ['GET', '11.1.2.3', true],
  ['HEAD', '11.1.2.3', true],
  ['OPTIONS', '11.1.2.3', true],
  ['PUT', '', true],
  ['PUT', 'nonsense', false],
])('%s from "%s" is allowed: %s', (method, address, isAllowed) => {
  const limited = rules({ allowWriteFrom: ['10.0.0.0/8', 'fd00::/8'] });
  const ask = (): void => limited.demandAccess(method, address);
  if (isAllowed) expect(ask).not.toThrow();
  else expect(ask).toThrow(expect.objectContaining({ code: 'PERMISSION_DENIED', message: 'Access is restricted' }));
});

test('Without a list everybody may write', () => {
  expect(() => rules({}).demandAccess('PUT', '11.1.2.3')).not.toThrow();
});

test.each(['10.0.0.0', '10.0.0.0/33', 'x/8', '10.0.0.0/8/9', '::/129', '', '10.0.0.0/-1', '10.0.0.0/ 8'])(
  '"%s" is no CIDR block',
  (text) => {
    expect(parseCidr(text)).toBeUndefined();
    expect(() => rules({ allowWriteFrom: [text] })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  },
);

test('A change that is refused leaves the rules as they were', () => {
  const limited = rules({ allowWriteFrom: ['10.0.0.0/8'], responseHeaders: { A: 'b' } });
  expect(() => limited.update({ allowWriteFrom: ['x'], blockEndpoints: [], responseHeaders: {} })).toThrow();
  expect(() => limited.demandAccess('PUT', '11.0.0.1')).toThrow();
  expect(limited.responseHeaders).toEqual({ A: 'b' });
  limited.update({ allowWriteFrom: [], blockEndpoints: ['/'], responseHeaders: {} });
  expect(() => limited.demandAccess('PUT', '11.0.0.1')).not.toThrow();
  expect(limited.blocked('/v1/kv/a')).toBeDefined();
});
