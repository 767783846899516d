import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linkAddress, linkAddressProblem, withPort } from './link-address.ts';

test.each([
  ['server-1.example', 'server-1.example:8300'],
  ['server-1.example.', 'server-1.example.:8300'],
  ['localhost', 'localhost:8300'],
  ['a_b', 'a_b:8300'],
  ['10.0.0.1', '10.0.0.1:8300'],
  ['10.0.0.1:8301', '10.0.0.1:8301'],
  ['10.0.0.1:08301', '10.0.0.1:8301'],
  [' 10.0.0.1 ', '10.0.0.1:8300'],
  ['tcp://10.0.0.1:8301', '10.0.0.1:8301'],
  ['fd00::7', '[fd00::7]:8300'],
  ['[fd00::7]', '[fd00::7]:8300'],
  ['[fd00::7]:8301', '[fd00::7]:8301'],
  ['tcp://[::1]:8301', '[::1]:8301'],
])('%s is the server at %s', (text, address) => {
  expect(linkAddress(text)).toBe(address);
  expect(linkAddressProblem(text)).toBeUndefined();
});

test.each([
  '',
  ' ',
  ':8300',
  'a:',
  'a:b',
  'a:0',
  'a:65536',
  'a:123456',
  'a b',
  'a/b',
  'a:1/x',
  'http://a:1',
  '[10.0.0.1]:1',
  '[fd00::7',
  '[fd00::7]:x',
  'fd00::7:x',
  '10.0.0.999',
  '10.0.0',
  '-a',
  'a..b',
  'user@host',
  'é',
  'a'.repeat(254),
  '1'.repeat(100_000),
])('%s is no server', (text) => {
  expect(linkAddress(text)).toBeUndefined();
  expect(linkAddressProblem(text)).toMatch(/^must be servers as host or host:port, not "/);
});

test.each([
  ['provider=aws tag_key=x', /^must name servers: looking them up at a cloud provider/],
  ['{{ GetPrivateIP }}:8300', /^must name servers: an address of this machine/],
])('%s is refused with what to do', (text, problem) => {
  expect(linkAddressProblem(text)).toMatch(problem);
});

test('Whatever is taken is taken again as the same, and its port is one', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.domain(), fc.ipV4(), fc.ipV6()), fc.option(fc.nat(70_000)), (host, port) => {
      const address = linkAddress(port === null ? host : withPort(host, port));
      if (address === undefined) return;
      expect(linkAddress(address)).toBe(address);
      expect(Number(address.slice(address.lastIndexOf(':') + 1))).toBeGreaterThan(0);
    }),
  );
});
