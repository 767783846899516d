import { expect, test } from 'vitest';
import { lookUpAddresses, templateProblem, withoutTemplates } from './address-template.ts';

const INTERFACES = [
  { name: 'lo', address: '127.0.0.1' },
  { name: 'eth0', address: 'fd00::7' },
  { name: 'eth0', address: '169.254.1.1' },
  { name: 'eth1', address: '10.0.0.7' },
  { name: 'eth2', address: '203.0.113.7' },
  { name: 'eth3', address: 'fd00::8' },
];

test.each([
  ['10.0.0.1', '10.0.0.1'],
  ['{{ GetPrivateIP }}', '10.0.0.7'],
  ['{{GetPublicIP}}', '203.0.113.7'],
  ['{{ GetInterfaceIP "eth1" }}', '10.0.0.7'],
  ['{{ GetInterfaceIP "eth0" }}', '169.254.1.1'],
  ['{{ GetInterfaceIP "eth3" }}', 'fd00::8'],
  ['127.0.0.1 {{ GetPrivateIP }} {{ GetInterfaceIP "lo" }}', '127.0.0.1 10.0.0.7 127.0.0.1'],
])('%s is %s', (text, value) => {
  expect(templateProblem(text)).toBeUndefined();
  expect(lookUpAddresses(text, INTERFACES)).toEqual({ value });
});

test.each([
  ['{{ GetPrivateIP }}', []],
  ['{{ GetPublicIP }}', INTERFACES.slice(0, 4)],
  ['x {{ GetInterfaceIP "wlan0" }}', INTERFACES],
])('%s has no address here', (text, interfaces) => {
  expect(lookUpAddresses(text, interfaces)).toEqual({
    problem: expect.stringMatching(/^this machine has no address for \{\{ Get\w+.*\}\}$/),
  });
});

test.each([
  '{{ GetAllInterfaces | include "name" "eth" | attr "address" }}',
  '{{ GetInterfaceIP eth0 }}',
  '{{}}',
  '1 {{ GetPrivateIP }} {{ x }}',
])('The template %s is not understood', (text) => {
  expect(templateProblem(text)).toMatch(/^may look up an address by \{\{ GetPrivateIP \}\}, .*, not by \{\{.*\}\}$/);
});

test('What stands beside templates can be judged', () => {
  expect(withoutTemplates('a {{ GetPrivateIP }} b {{ x }}', '::1')).toBe('a ::1 b ::1');
});

test('A long text of open braces takes no time', () => {
  expect(templateProblem('{{'.repeat(200_000))).toBeUndefined();
});
