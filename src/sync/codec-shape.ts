/**
 * Shapes of what comes over a link. A shape gives `undefined` for a value that fits, else what is wrong and where (`.views[3].key is not
 * a text`); members that it does not name are let through: a newer minor version may have them. Nothing is allocated for what fits.
 */
export type Shape = (value: unknown) => string | undefined;

const leaf =
  (fits: (value: unknown) => boolean, what: string): Shape =>
  (value) =>
    fits(value) ? undefined : ` is not ${what}`;

export const text: Shape = leaf((value) => typeof value === 'string', 'a text');
export const flag: Shape = leaf((value) => typeof value === 'boolean', 'true or false');
export const finite: Shape = leaf((value) => typeof value === 'number' && Number.isFinite(value), 'a number');
export const bytes: Shape = leaf((value) => value instanceof Uint8Array, 'bytes');
export const anything: Shape = () => undefined;

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

/** Ids, indexes, positions. */
export const count: Shape = leaf(isCount, 'a safe integer of 0 or more');
/** Half a digest, the id of an exchange. */
export const uint32: Shape = leaf((value) => isCount(value) && (value as number) <= 0xffff_ffff, 'an integer of 32 bits');
/** See `Uint64`: a bigint only where a number would not be exact. */
export const uint64: Shape = leaf(
  (value) => isCount(value) || (typeof value === 'bigint' && value > BigInt(Number.MAX_SAFE_INTEGER) && value < 2n ** 64n),
  'an integer of 64 bits',
);

/** A status of HTTP from `least` up: what else were written as one would break off the connection. */
export const statusFrom = (least: number): Shape =>
  leaf((value) => isCount(value) && (value as number) >= least && (value as number) <= 599, `a status of ${least} to 599`);

const isMembers = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

/** An object with at least these members. */
export function members(shapes: Readonly<Record<string, Shape>>): Shape {
  const list = Object.entries(shapes);
  return (value) => {
    if (!isMembers(value)) return ' is not an object';
    for (const [name, shape] of list) {
      const problem = shape(Object.hasOwn(value, name) ? value[name] : undefined);
      if (problem !== undefined) return `.${name}${problem}`;
    }
    return undefined;
  };
}

/** An object whose members all have one shape. */
export const mapOf =
  (shape: Shape): Shape =>
  (value) => {
    if (!isMembers(value)) return ' is not an object';
    for (const key of Object.keys(value)) {
      const problem = shape(value[key]);
      if (problem !== undefined) return `.${shown(key)}${problem}`;
    }
    return undefined;
  };

export const listOf =
  (shape: Shape): Shape =>
  (value) => {
    if (!Array.isArray(value)) return ' is not a list';
    for (let at = 0; at < value.length; at += 1) {
      const problem = shape(value[at]);
      if (problem !== undefined) return `[${at}]${problem}`;
    }
    return undefined;
  };

/** A list of exactly these. */
export const tuple =
  (...shapes: readonly Shape[]): Shape =>
  (value) => {
    if (!Array.isArray(value) || value.length !== shapes.length) return ` is not a list of ${shapes.length}`;
    for (const [at, shape] of shapes.entries()) {
      const problem = shape(value[at]);
      if (problem !== undefined) return `[${at}]${problem}`;
    }
    return undefined;
  };

/** Of the one shape and of the other. */
export const both =
  (one: Shape, other: Shape): Shape =>
  (value) =>
    one(value) ?? other(value);

/** `undefined`, or of the shape. */
export const optional =
  (shape: Shape): Shape =>
  (value) =>
    value === undefined ? undefined : shape(value);

/** One of a few words. */
export const oneOf = (words: readonly string[]): Shape =>
  leaf((value) => typeof value === 'string' && words.includes(value), `one of ${words.join(', ')}`);

/** The first shape for lists, the other for anything else. */
export const listOr =
  (list: Shape, other: Shape): Shape =>
  (value) =>
    Array.isArray(value) ? list(value) : other(value);

/** Chosen by a member that is a word. A word that is not in the table is a problem, also `constructor`. */
export function byWord(name: string, shapes: Readonly<Record<string, Shape>>): Shape {
  const table = new Map(Object.entries(shapes));
  return (value) => {
    if (!isMembers(value)) return ' is not an object';
    const word = Object.hasOwn(value, name) ? value[name] : undefined;
    const shape = typeof word === 'string' ? table.get(word) : undefined;
    return shape === undefined ? `.${name} is ${typeof word === 'string' ? `unknown: ${shown(word)}` : 'not a text'}` : shape(value);
  };
}

const MAX_SHOWN = 40;

/** A text of the other side's choice, short and on one line. */
const shown = (word: string): string => JSON.stringify(word.length > MAX_SHOWN ? `${word.slice(0, MAX_SHOWN)}…` : word);
