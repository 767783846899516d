import fc from 'fast-check';
import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { KonsulError } from '../runtime/errors.ts';
import { type DecodeOptions, decodeBody } from './decode.ts';
import { bool, bytes, duration, float, int, list, map, object, opaque, type Schema, stringMap, text, uint64 } from './schema.ts';

interface CheckBody {
  readonly ID?: string;
  readonly Interval?: number;
  readonly ScriptArgs?: readonly string[];
  readonly Header?: Readonly<Record<string, readonly string[]>>;
}

const checkBody: Schema<CheckBody> = object({
  ID: text(),
  Interval: duration({ description: 'How often the check runs.' }),
  ScriptArgs: list(text(), { aliases: ['Args', 'script_args'] }),
  Header: map(list(text())),
});

const serviceBody = object({
  Name: text(),
  Port: int(),
  Flags: uint64(),
  Tags: list(text()),
  Meta: stringMap(),
  EnableTagOverride: bool({ aliases: ['enable_tag_override'] }),
  Weight: float(),
  Value: bytes(),
  Proxy: opaque(),
  Check: checkBody,
  Checks: list(checkBody),
  Definition: object({ HTTP: text(), Inner: object({ A: int() }) }, { lenient: true }),
});

const decode = (json: string, options?: DecodeOptions): Record<string, unknown> =>
  decodeBody(serviceBody, Buffer.from(json), options) as Record<string, unknown>;

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof KonsulError && error.code === 'BAD_REQUEST') return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

test.each([
  ['{"Name":"web","Port":80}', { Name: 'web', Port: 80 }],
  ['{"name":"web","PORT":80}', { Name: 'web', Port: 80 }],
  ['{"Name":"a","name":"b"}', { Name: 'b' }],
  ['{"Name":"a","name":null}', { Name: 'a' }],
  ['{"Name":null,"Tags":null,"Check":null}', {}],
  ['null', {}],
  [' {} \n', {}],
  ['{"Tags":["a",null]}', { Tags: ['a', ''] }],
  ['{"Checks":[null,{"ID":"c"}]}', { Checks: [{}, { ID: 'c' }] }],
  ['{"Meta":{"a":"1","B":null}}', { Meta: { a: '1', B: '' } }],
  ['{"enable_tag_override":true}', { EnableTagOverride: true }],
  ['{"ENABLE_TAG_OVERRIDE":true,"EnableTagOverride":false}', { EnableTagOverride: false }],
  ['{"EnableTagOverride":false,"enable_tag_override":true}', { EnableTagOverride: false }],
  ['{"Check":{"args":["a"]}}', { Check: { ScriptArgs: ['a'] } }],
  ['{"Check":{"Header":{"X":["1","2"]}}}', { Check: { Header: { X: ['1', '2'] } } }],
  ['{"Check":{"Interval":"1m30s"}}', { Check: { Interval: 90e9 } }],
  ['{"Check":{"Interval":10000000000}}', { Check: { Interval: 10e9 } }],
  ['{"Flags":3304740253564472344}', { Flags: 3304740253564472344n }],
  ['{"Flags":42}', { Flags: 42 }],
  ['{"Weight":1.5}', { Weight: 1.5 }],
  ['{"Proxy":{"Config":{"n":12345678901234567890}}}', { Proxy: { Config: { n: 12345678901234567890n } } }],
  ['{"Definition":{"HTTP":"x","Other":1,"Inner":{"A":1,"B":2}}}', { Definition: { HTTP: 'x', Inner: { A: 1 } } }],
  ['{"Namespace":"","Partition":"default"}', {}],
])('%s decodes to its canonical form', (json, value) => {
  expect(decode(json)).toEqual(value);
});

test.each([
  ['', 'EOF'],
  [' \n', 'EOF'],
  ['{"Name"', 'unexpected EOF'],
  ['x', "invalid character 'x' looking for beginning of value"],
  ['{"Prot":1}', 'json: unknown field "Prot"'],
  ['{"Check":{"Script":"x"}}', 'json: unknown field "Script"'],
  ['{"Namespace":"team"}', 'json: unknown field "Namespace"'],
  ['{"Port":"80"}', 'json: cannot unmarshal string into Go struct field .Port of type int'],
  ['{"Port":1.5}', 'json: cannot unmarshal number 1.5 into Go struct field .Port of type int'],
  ['{"Port":9007199254740993}', 'json: cannot unmarshal number 9007199254740993 into Go struct field .Port of type int'],
  ['{"Flags":-1}', 'json: cannot unmarshal number -1 into Go struct field .Flags of type uint64'],
  ['{"Flags":18446744073709551616}', 'json: cannot unmarshal number 18446744073709551616 into Go struct field .Flags of type uint64'],
  ['{"Name":1}', 'json: cannot unmarshal number into Go struct field .Name of type string'],
  ['{"Name":12345678901234567890}', 'json: cannot unmarshal number into Go struct field .Name of type string'],
  ['{"EnableTagOverride":"true"}', 'json: cannot unmarshal string into Go struct field .EnableTagOverride of type bool'],
  ['{"Tags":"a"}', 'json: cannot unmarshal string into Go struct field .Tags of type slice'],
  ['{"Meta":{"a":{}}}', 'json: cannot unmarshal object into Go struct field .Meta of type string'],
  ['{"Check":{"Header":[]}}', 'json: cannot unmarshal array into Go struct field .Check.Header of type map'],
  ['{"Check":{"Interval":"ten"}}', 'time: invalid duration "ten"'],
  ['{"Check":{"Interval":true}}', 'json: cannot unmarshal bool into Go struct field .Check.Interval of type time.Duration'],
  [
    '{"Check":{"Interval":9223372036854775808}}',
    'json: cannot unmarshal number 9223372036854775808 into Go struct field .Check.Interval of type time.Duration',
  ],
  ['{"Value":"a"}', 'illegal base64 data at input byte 1'],
  ['{"Value":"a-b="}', 'illegal base64 data at input byte 1'],
  ['[]', 'json: cannot unmarshal array into Go value of type struct'],
])('%s is refused with Go’s words', (json, message) => {
  expect(refusal(() => decode(json))).toBe(`Request decode failed: ${message}`);
});

test('options choose the prefix, what an empty body is, and the hint about namespaces', () => {
  expect(refusal(() => decode('', { prefix: 'Failed to parse body: ' }))).toBe('Failed to parse body: EOF');
  expect(decode('', { empty: 'allow' })).toEqual({});
  expect(decodeBody(list(text()), new Uint8Array(), { empty: 'allow' })).toEqual([]);
  expect(refusal(() => decode('{"namespace":"team"}', { namespaceHint: true }))).toBe(
    'Request decode failed: json: unknown field "namespace" - Namespaces are a Consul Enterprise feature',
  );
});

test('base64 becomes bytes, line breaks and all', () => {
  expect(decode('{"Value":"aGVs\\nbG8="}').Value).toEqual(Buffer.from('hello'));
  expect(decode('{"Value":null}')).toEqual({});
});

test('bytes that are no UTF-8 are replaced', () => {
  expect(decodeBody(serviceBody, Buffer.from([...Buffer.from('{"Name":"a'), 0xff, ...Buffer.from('"}')]))).toEqual({ Name: 'a\ufffd' });
});

test('a __proto__ key of a map is an ordinary key, and of an object an unknown field', () => {
  const { Meta } = decode('{"Meta":{"__proto__":"x"}}') as { Meta: Record<string, string> };
  expect(Object.entries(Meta)).toEqual([['__proto__', 'x']]);
  expect(refusal(() => decode('{"__proto__":{"Name":"x"}}'))).toContain('unknown field "__proto__"');
  expect(refusal(() => decode('{"constructor":1}'))).toContain('unknown field "constructor"');
});

test('plain TypeBox schemas are understood, too', () => {
  const schema = Type.Object({
    Verb: Type.String(),
    Index: Type.Optional(Type.Integer()),
    Meta: Type.Record(Type.String(), Type.Boolean()),
  });
  expect(decodeBody(schema, Buffer.from('{"verb":"set","meta":{"a":true}}'))).toEqual({ Verb: 'set', Meta: { a: true } });
});

test('a schema is plain JSON Schema', () => {
  expect(JSON.parse(JSON.stringify(object({ Wait: duration({ description: 'd', aliases: ['w'] }), Meta: stringMap() })))).toEqual({
    type: 'object',
    properties: {
      Wait: { type: ['string', 'integer'], format: 'go-duration', description: 'd', aliases: ['w'] },
      Meta: { type: 'object', additionalProperties: { type: 'string' } },
    },
    additionalProperties: false,
  });
});

test('whatever the body, the outcome is a value or BAD_REQUEST', () => {
  const key = fc.constantFrom(
    'Name',
    'port',
    'Tags',
    'Meta',
    'Check',
    'Checks',
    'Flags',
    'Proxy',
    'Definition',
    'Value',
    'Interval',
    '__proto__',
  );
  const json = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, fc.jsonValue(), fc.array(tie('value')), fc.dictionary(key, tie('value'), { noNullPrototype: true })),
  })).value;
  fc.assert(
    fc.property(json, (value) => {
      try {
        decode(JSON.stringify(value));
      } catch (error) {
        expect((error as KonsulError).code).toBe('BAD_REQUEST');
      }
    }),
  );
});
