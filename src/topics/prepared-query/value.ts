/**
 * Values of the expressions in query templates, and what operators make of them. Integers are bigints and floats are numbers, so that
 * each keeps its kind; a text becomes what the other operand is, as in Consul's HIL. Pure, and bounded: integers wrap at 64 bits.
 */
import { KonsulError } from '../../runtime/errors.ts';

export type Value = string | bigint | number | boolean;

/** What is wrong with a template, or with what it was given: REJECTED. */
export const templateFault = (text: string): KonsulError => new KonsulError('REJECTED', text);

/** How a value is written into a text. */
export const toText = (value: Value): string => String(value);

const wrap = (value: bigint): bigint => BigInt.asIntN(64, value);

/** The integer that a text is, within 64 bits; `undefined` if it is none. */
export function integerOf(text: string): bigint | undefined {
  if (!/^[+-]?\d{1,19}$/.test(text)) return undefined;
  const value = BigInt(text.replace('+', ''));
  return wrap(value) === value ? value : undefined;
}

/** A whole number; fractions are cut off. Throws REJECTED. */
export function toInteger(value: Value): bigint {
  if (typeof value === 'bigint') return value;
  const found = integerOf(typeof value === 'number' ? String(Math.trunc(value)) : toText(value));
  if (found === undefined) throw templateFault(`strconv.ParseInt: parsing ${JSON.stringify(toText(value))}: invalid syntax`);
  return found;
}

/** Read in linear time: no two parts of it fit the same digits. */
const FLOAT = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/;

function toFloat(value: Value): number {
  const found = typeof value === 'string' && !FLOAT.test(value) ? Number.NaN : Number(value);
  if (typeof value === 'boolean' || Number.isNaN(found)) {
    throw templateFault(`strconv.ParseFloat: parsing ${JSON.stringify(toText(value))}: invalid syntax`);
  }
  return found;
}

/** Throws REJECTED. */
export function toBoolean(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  if (value !== 'true' && value !== 'false') throw templateFault(`a boolean is expected, not ${JSON.stringify(toText(value))}`);
  return value === 'true';
}

/** What an operator does to two integers, and to two floats. */
interface Calculation {
  readonly integers: (a: bigint, b: bigint) => bigint;
  readonly floats: (a: number, b: number) => number;
}

const CALCULATIONS: Readonly<Record<string, Calculation>> = {
  '+': { integers: (a, b) => a + b, floats: (a, b) => a + b },
  '-': { integers: (a, b) => a - b, floats: (a, b) => a - b },
  '*': { integers: (a, b) => a * b, floats: (a, b) => a * b },
  '/': { integers: (a, b) => a / nonZero(b), floats: (a, b) => a / nonZero(b) },
  '%': { integers: (a, b) => a % nonZero(b), floats: (a, b) => a % nonZero(b) },
};

/** A division by zero ends Consul 1.8.7 with a panic, and again whenever it replays its log. */
function nonZero<N extends bigint | number>(divisor: N): N {
  if (Number(divisor) === 0) throw templateFault('divide by zero');
  return divisor;
}

const COMPARISONS: Readonly<Record<string, (a: bigint | number, b: bigint | number) => boolean>> = {
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
};

/** What a binary operator gives. Throws REJECTED for operands that it has no use for. */
export function operate(operator: string, left: Value, right: Value): Value {
  if (operator === '==' || operator === '!=') return isSame(left, right) === (operator === '==');
  if (operator === '&&' || operator === '||') {
    const [one, other] = [toBoolean(left), toBoolean(right)];
    return operator === '&&' ? one && other : one || other;
  }
  const hasFloat = typeof left === 'number' || typeof right === 'number';
  const compare = COMPARISONS[operator];
  if (compare !== undefined) return hasFloat ? compare(toFloat(left), toFloat(right)) : compare(toInteger(left), toInteger(right));
  const calculate = CALCULATIONS[operator];
  if (calculate === undefined) throw templateFault(`unknown operator ${operator}`);
  return hasFloat ? calculate.floats(toFloat(left), toFloat(right)) : wrap(calculate.integers(toInteger(left), toInteger(right)));
}

/** The left operand says as what both are compared. */
function isSame(left: Value, right: Value): boolean {
  if (typeof left === 'string') return left === toText(right);
  if (typeof left === 'boolean') return left === toBoolean(right);
  if (typeof left === 'number' || typeof right === 'number') return toFloat(left) === toFloat(right);
  return left === toInteger(right);
}
