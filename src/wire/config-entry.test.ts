import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ConfigEntry } from '../model/config-entry.ts';
import { configEntryFrom, configEntryJson } from './config-entry.ts';
import { parseJson } from './json.ts';

const from = (text: string): ReturnType<typeof configEntryFrom> => configEntryFrom(Buffer.from(text));
const entry = (content: ConfigEntry['content']): ConfigEntry => ({ kind: 'mesh', name: 'a"b', content, createIndex: 3, modifyIndex: 4 });

test('An entry is its kind, its name and the rest as it came', () => {
  expect(from('{"Kind":"service-defaults","Name":"web","Protocol":"http","Meta":{"Name":"kept"},"mesh_gateway":{}}')).toEqual({
    kind: 'service-defaults',
    name: 'web',
    content: { Protocol: 'http', Meta: { Name: 'kept' }, mesh_gateway: {} },
  });
});

test.each([
  ['{"kind":"mesh","name":"x"}', 'x'],
  ['{"Kind":"mesh","NAME":"x"}', 'x'],
  ['{"Kind":"mesh"}', ''],
])('%s has the name "%s"', (text, name) => {
  expect(from(text)).toEqual({ kind: 'mesh', name, content: {} });
});

test('Indexes that a client sends back are not content', () => {
  expect(from('{"Kind":"mesh","CreateIndex":5,"ModifyIndex":6,"create_index":7}').content).toEqual({});
});

test('A member named __proto__ is a member like others', () => {
  const { content } = from('{"Kind":"mesh","__proto__":{"polluted":true}}');
  expect(Object.keys(content)).toEqual(['__proto__']);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  expect(configEntryJson(entry(content))).toContain('"__proto__":{"polluted":true}');
});

test.each([
  ['', 'EOF'],
  [' \n', 'EOF'],
  ['{bad', "invalid character 'b' looking for beginning of object key string"],
  ['[]', "'' expected a map, got 'slice'"],
  ['"x"', "'' expected a map, got 'string'"],
  ['{}', 'Payload does not contain a kind/Kind key at the top level'],
  ['{"Kind":1}', 'Kind value in payload is not a string'],
  ['{"Kind":"nope","Name":"web"}', 'invalid config entry kind: nope'],
  ['{"Kind":"mesh","Name":1}', "'Name' expected type 'string', got 'number'"],
])('%s is refused: %s', (text, reason) => {
  expect(() => from(text)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST', message: `Request decoding failed: ${reason}` }));
});

test('Whatever a body holds is shown as it came, integers of any size too', () => {
  const integer = fc
    .bigInt({ min: -(2n ** 80n), max: 2n ** 80n })
    .map((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value));
  const value = fc.oneof(fc.jsonValue(), integer, fc.array(integer)).map((json) => json as ConfigEntry['content'][string]);
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.string().filter((name) => name !== ''),
        value,
        { maxKeys: 5 },
      ),
      (members) => {
        const content = Object.fromEntries(Object.entries(members).filter(([name]) => !/^(kind|name|(create|modify)_*index)$/i.test(name)));
        const shown = configEntryJson(entry(content));
        const again = configEntryFrom(Buffer.from(shown));
        expect(configEntryJson({ ...entry(again.content), name: again.name })).toBe(shown);
        expect(parseJson(shown)).toMatchObject({ Kind: 'mesh', Name: 'a"b', CreateIndex: 3, ModifyIndex: 4 });
      },
    ),
  );
});
