import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkKey, kvKey, lockDelayKey, nodeKey, parseKey, serviceKey, sessionKey, stamp } from './record.ts';

const part = fc.string({ unit: fc.constantFrom('a', 'B', '/', '%', '2', 'F', '5', 'é', ' ') });

test('Keys of nodes, services and checks are taken apart into what they were made of, whatever it holds', () => {
  fc.assert(
    fc.property(part, part, (node, id) => {
      const folded = node.toLowerCase();
      expect(parseKey(nodeKey(node))).toEqual({ table: 'node', node: folded, id: '' });
      expect(parseKey(serviceKey(node, id))).toEqual({ table: 'service', node: folded, id });
      expect(parseKey(checkKey(node, id))).toEqual({ table: 'check', node: folded, id });
      expect(parseKey(kvKey(id))).toEqual({ table: 'kv', node: '', id });
      expect(parseKey(sessionKey(id))).toEqual({ table: 'session', node: '', id });
      expect(parseKey(lockDelayKey(id))).toEqual({ table: 'lockdelay', node: '', id });
    }),
  );
});

test('Different things have different keys, but for the case of nodes', () => {
  fc.assert(
    fc.property(part, part, part, part, (node, id, otherNode, otherId) => {
      const isSame = node.toLowerCase() === otherNode.toLowerCase() && id === otherId;
      expect(serviceKey(node, id) === serviceKey(otherNode, otherId)).toBe(isSame);
    }),
  );
});

test('A node and all on it are one range, which holds nothing of another node', () => {
  expect(serviceKey('Web', 'a').startsWith(`${nodeKey('web')}/`)).toBe(true);
  expect(checkKey('web-2', 'a').startsWith(`${nodeKey('web')}/`)).toBe(false);
  expect(serviceKey('web/service', 'a').startsWith(`${nodeKey('web')}/`)).toBe(false);
});

test.each(['', 'kv', 'other/x', 'node/x/other/y', 'nodes/x'])('%j is no key of a record', (key) => {
  expect(parseKey(key)).toBeUndefined();
});

test.each([
  [0, 0, 7, 7],
  [3, 0, 3, 7],
  [3, 5, 3, 5],
])('A record with indexes %i and %i, stamped with 7, has %i and %i', (createIndex, modifyIndex, created, modified) => {
  const record = { createIndex, modifyIndex };
  expect(stamp(record, 7)).toEqual({ createIndex: created, modifyIndex: modified });
  if (modifyIndex !== 0) expect(stamp(record, 7)).toBe(record);
});
