import { expect, test } from 'vitest';
import { sourceAddress, sourceNode } from './source-address.ts';

test.each<[forwarded: string | readonly string[] | undefined, remoteAddress: string, address: string]>([
  [undefined, '10.0.0.1', '10.0.0.1'],
  [undefined, '::ffff:10.0.0.1', '10.0.0.1'],
  [undefined, 'FE80::1', 'fe80::1'],
  [undefined, '', ''],
  ['10.0.0.2', '10.0.0.1', '10.0.0.2'],
  [' 10.0.0.2 , 10.0.0.3', '10.0.0.1', '10.0.0.2'],
  [['10.0.0.2', '10.0.0.3'], '10.0.0.1', '10.0.0.2'],
  ['2001:DB8::1', '10.0.0.1', '2001:db8::1'],
  ['unknown, 10.0.0.3', '10.0.0.1', '10.0.0.1'],
  ['', '10.0.0.1', '10.0.0.1'],
  ['x', 'y', ''],
])('Forwarded for %j from %j is %j', (forwarded, remoteAddress, address) => {
  expect(sourceAddress({ headers: { 'x-forwarded-for': forwarded }, remoteAddress })).toBe(address);
});

test('The node of a request is that of the agent that was asked first, else of this one', () => {
  const settings = { nodeName: 'here' };
  expect(sourceNode({ headers: {} }, settings)).toBe('here');
  expect(sourceNode({ headers: { 'x-konsul-agent-node': '' } }, settings)).toBe('here');
  expect(sourceNode({ headers: { 'x-konsul-agent-node': ['a', 'b'] } }, settings)).toBe('here');
  expect(sourceNode({ headers: { 'x-konsul-agent-node': 'there' } }, settings)).toBe('there');
});
