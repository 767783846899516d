import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KonsulError } from '../../runtime/errors.ts';
import { compileFilter } from './evaluate.ts';
import {
  boolField,
  type FieldTable,
  mapField,
  numberField,
  structField,
  structsField,
  textField,
  textMapField,
  textsField,
} from './fields.ts';

interface Part {
  readonly status: string;
  readonly tags: readonly string[];
}

interface Item {
  readonly name: string;
  readonly port: number;
  readonly isOn: boolean;
  readonly tags: readonly string[];
  readonly meta: Readonly<Record<string, string>> | undefined;
  readonly ports: Readonly<Record<string, number>> | undefined;
  readonly parts: readonly Part[];
}

const partFields: FieldTable<Part> = { Status: textField((part) => part.status), Tags: textsField((part) => part.tags) };

const fields: FieldTable<Item> = {
  Name: textField((item) => item.name),
  Datacenter: textField((_, { datacenter }) => datacenter),
  Port: numberField((item) => item.port),
  On: boolField((item) => item.isOn),
  Tags: textsField((item) => item.tags),
  Meta: textMapField((item) => item.meta),
  Ports: mapField(
    (item) => item.ports,
    structField((port: number) => port, { Port: numberField((port) => port) }),
  ),
  Parts: structsField((item) => item.parts, partFields),
  Own: structField((item: Item) => item, { Name: textField((item) => item.name) }),
};

const item: Item = {
  name: 'web-1',
  port: 80,
  isOn: true,
  tags: ['a', 'b'],
  meta: { k: 'v', 'x-y': '', n: '7' },
  ports: { lan: 81 },
  parts: [
    { status: 'passing', tags: [] },
    { status: 'critical', tags: ['t'] },
  ],
};

const bare: Item = { name: '', port: 0, isOn: false, tags: [], meta: undefined, ports: undefined, parts: [] };

const environment = { datacenter: 'dc1' };

function evaluate(expression: string, subject: Item): boolean {
  const matches = compileFilter(fields, expression, environment);
  if (matches === undefined) throw new Error('no filter');
  return matches(subject);
}

function refusal(expression: string): KonsulError {
  try {
    compileFilter(fields, expression, environment);
  } catch (error) {
    if (error instanceof KonsulError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

test.each([
  // expression, for the full item, for the bare one
  ['Name == "web-1"', true, false],
  ['Name != "web-1"', false, true],
  ['Name == "WEB-1"', false, false],
  ['Name contains eb', true, false],
  ['eb in Name', true, false],
  ['"" in Name', true, true],
  ['Name not contains eb', false, true],
  ['Name matches "^w.b"', true, false],
  ['Name matches `B`', false, false],
  ['Name not matches "^w.b"', false, true],
  ['Datacenter == dc1', true, true],
  ['Port == 80', true, false],
  ['Port == "0x50"', true, false],
  ['Port != 80', false, true],
  ['On == true', true, false],
  ['On == t', true, false],
  ['On != 1', false, true],
  ['a in Tags', true, false],
  ['Tags contains a', true, false],
  ['A not in Tags', true, true],
  ['Tags is empty', false, true],
  ['Tags is not empty', true, false],
  ['k in Meta', true, false],
  ['k not in Meta', false, true],
  ['toString in Meta', false, false],
  ['Meta is empty', false, true],
  ['Meta.k == v', true, false],
  ['Meta.k != v', false, true],
  ['Meta.none == v', false, false],
  ['Meta.none != v', true, true],
  ['Meta.none contains v', false, false],
  ['Meta.none not contains v', true, true],
  ['Meta.none matches v', true, true],
  ['Meta.none not matches v', true, true],
  ['Meta.toString == v', false, false],
  ['Meta["x-y"] == ""', true, false],
  ['Meta.n == 7', true, false],
  ['lan in Ports', true, false],
  ['Ports.lan.Port == 81', true, false],
  ['Ports.wan.Port != 81', true, true],
  ['Parts is empty', false, true],
  ['Parts is not empty', true, false],
  ['Parts.Status == critical', true, false],
  ['Parts.Status != passing', true, false],
  ['Parts.Status == warning', false, false],
  ['not Parts.Status == warning', true, true],
  ['Parts.Tags is empty', true, false],
  ['t in Parts.Tags', true, false],
  ['Own.Name == "web-1"', true, false],
  ['Name == x or Port == 80 and On == true', true, false],
  ['(Name == x or Port == 80) and On == false', false, false],
  ['not (Name == x or Port == 80)', false, true],
])('%s', (expression, full, empty) => {
  expect([evaluate(expression, item), evaluate(expression, bare)]).toEqual([full, empty]);
});

test.each([
  ['Foo == 1', 'Selector "Foo" is not valid'],
  ['toString == 1', 'Selector "toString" is not valid'],
  ['Name.x == 1', 'Selector "Name.x" is not valid'],
  ['Meta.a.b == 1', 'Selector "Meta.a.b" is not valid'],
  ['Parts.Foo == 1', 'Selector "Parts.Foo" is not valid'],
  ['Ports.lan.Foo == 1', 'Selector "Ports.lan.Foo" is not valid'],
  ['Own == 1', 'Invalid match operator "Equal" for selector "Own"'],
  ['Ports.lan == 1', 'Invalid match operator "Equal" for selector "Ports.lan"'],
  ['Port matches x', 'Invalid match operator "Matches" for selector "Port"'],
  ['8 in Port', 'Invalid match operator "In" for selector "Port"'],
  ['Name is empty', 'Invalid match operator "Is Empty" for selector "Name"'],
  ['Tags == a', 'Invalid match operator "Equal" for selector "Tags"'],
  ['Meta matches a', 'Invalid match operator "Matches" for selector "Meta"'],
  ['a in Parts', 'Invalid match operator "In" for selector "Parts"'],
  ['Port == x', 'Failed to coerce value "x" for selector "Port": strconv.ParseInt: parsing "x": invalid syntax'],
  ['Port == 1.5', 'Failed to coerce value "1.5" for selector "Port": strconv.ParseInt: parsing "1.5": invalid syntax'],
  [
    'Port == 9223372036854775808',
    'Failed to coerce value "9223372036854775808" for selector "Port": strconv.ParseInt: parsing "9223372036854775808": value out of range',
  ],
  ['On == yes', 'Failed to coerce value "yes" for selector "On": strconv.ParseBool: parsing "yes": invalid syntax'],
  ['Name matches "("', 'Failed to compile regular expression "(": error parsing regexp: missing closing ): `(`'],
  ['Name = x', '1:6 (5): no match found, expected: "!=", "==", "contains", "in", "is", "matches" or "not"'],
])('%s is refused', (expression, reason) => {
  const error = refusal(expression);
  expect(error.message).toBe(`Failed to create boolean expression evaluator: ${reason}`);
  expect([error.code, error.status]).toEqual(['REJECTED', 500]);
});

test('numbers are read as Go reads them', () => {
  const values = ['80', '+80', '0120', '0o120', '0b1010000', '0X50'];
  for (const value of values) expect([value, evaluate(`Port == "${value}"`, item)]).toEqual([value, true]);
  expect(refusal(`Port == "0${'1'.repeat(100_000)}"`).message).toMatch('value out of range');
});

test('no expression is no filter', () => {
  expect(compileFilter(fields, '', environment)).toBeUndefined();
});

const selector = fc.constantFrom(
  'Name',
  'Port',
  'On',
  'Tags',
  'Meta',
  'Meta.k',
  'Meta.none',
  'Ports.lan.Port',
  'Parts',
  'Parts.Status',
  'Own.Name',
  'Foo',
);
const value = fc.oneof(
  fc.constantFrom('a', '80', 'true', 'v', '"("', '".*"'),
  fc.string().map((text) => JSON.stringify(text)),
);
const match = fc.oneof(
  fc
    .tuple(selector, fc.constantFrom('==', '!=', 'contains', 'not contains', 'matches', 'not matches'), value)
    .map((words) => words.join(' ')),
  fc.tuple(value, fc.constantFrom('in', 'not in'), selector).map((words) => words.join(' ')),
  fc.tuple(selector, fc.constantFrom('is empty', 'is not empty')).map((words) => words.join(' ')),
);

test('any expression gives a boolean or REJECTED', () => {
  const expression = fc.array(fc.tuple(fc.constantFrom('and', 'or', 'and not'), match), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(expression, (parts) => {
      const text = parts.map(([word, one], i) => (i === 0 ? one : `${word} ${one}`)).join(' ');
      try {
        expect([true, false]).toContain(evaluate(text, item));
      } catch (error) {
        expect((error as KonsulError).code).toBe('REJECTED');
      }
    }),
    { numRuns: 1_000 },
  );
});

test('an expression and its negation never agree', () => {
  fc.assert(
    fc.property(match, (text) => {
      try {
        const direct = evaluate(text, item);
        expect(evaluate(`not (${text})`, item)).toBe(!direct);
      } catch (error) {
        expect((error as KonsulError).code).toBe('REJECTED');
      }
    }),
  );
});
