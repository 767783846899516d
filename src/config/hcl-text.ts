/**
 * HCL 1 as Consul's agent takes it: the grammar, and what repeated names mean. Where Consul reads on over the end of a file that is cut
 * short, this is an error. (Learnt from hashicorp/hcl 1.0: hcl/parser, decoder.)
 */
import { HclScanner, type HclToken, type HclTokenKind } from './hcl-scanner.ts';
import { parseJson } from './json-text.ts';
import { asList, type ConfigBlock, type ConfigList, type ConfigMember, ConfigSyntaxError, type ConfigTree, checkDepth } from './tree.ts';

const MAX_SHOWN_CHARS = 40;

/**
 * Throws ConfigSyntaxError. A text that begins with `{` is JSON, as for Consul, and there a comma may stand before a closing brace or
 * bracket. `a "b" { … }` is `a` with a block `b` in it. A name that comes again: blocks and lists follow each other in one list, of other
 * values the last one counts, both kinds together are an error.
 */
export function parseHcl(text: string): ConfigBlock {
  if (text.trimStart().startsWith('{')) return parseJson(text, { trailingCommas: true });
  const zero = text.indexOf('\0');
  if (zero >= 0) throw new ConfigSyntaxError(text.slice(0, zero).split('\n').length, 'unexpected null character (0x00)');
  return new HclParser(text).file();
}

class HclParser {
  readonly #scanner: HclScanner;
  #token: HclToken;

  constructor(text: string) {
    this.#scanner = new HclScanner(text);
    this.#token = this.#scanner.next();
  }

  file(): ConfigBlock {
    return { kind: 'block', members: this.#members('end', 1), line: 1 };
  }

  #members(close: '}' | 'end', depth: number): readonly ConfigMember[] {
    checkDepth(depth, this.#token.line);
    const members = new HclMembers();
    while (!this.#at(close)) {
      if (this.#at('end')) throw this.#unexpected('object expected closing "}"');
      this.#item(members, depth);
      if (this.#at(',')) this.#advance();
    }
    return members.all();
  }

  #item(members: HclMembers, depth: number): void {
    const [name, ...labels] = this.#keys();
    const innerDepth = depth + labels.length;
    checkDepth(innerDepth, name.line);
    if (labels.length > 0 && this.#at('=')) throw this.#unexpected('nested object expected "{"');
    if (this.#at('=')) this.#advance();
    members.add(name, labelled(labels, this.#value(innerDepth + 1)));
  }

  /** At least one, and behind them an `=` or a `{`. */
  #keys(): [HclKey, ...HclKey[]] {
    if (!isKey(this.#token)) throw this.#unexpected('expected a name');
    const keys: [HclKey, ...HclKey[]] = [keyOf(this.#advance())];
    while (isKey(this.#token)) keys.push(keyOf(this.#advance()));
    if (this.#at('=') || this.#at('{')) return keys;
    throw this.#unexpected(`key ${shown(keys[0])} expected start of object ('{') or assignment ('=')`);
  }

  #value(depth: number): ConfigTree {
    const { kind, line } = this.#token;
    if (kind === '{') return this.#block(depth);
    if (kind === '[') return this.#list(depth);
    if (kind === 'string' || kind === 'heredoc' || kind === 'number' || kind === 'boolean')
      return { kind: 'scalar', value: this.#advance().value, line };
    throw this.#unexpected(kind === 'name' ? 'expected a value; a text needs quotes' : 'expected a value');
  }

  #block(depth: number): ConfigBlock {
    const { line } = this.#advance();
    const members = this.#members('}', depth);
    this.#advance();
    return { kind: 'block', members, line };
  }

  /** HCL asks for a comma between items, unless the first is a list, and does not mind more of them. */
  #list(depth: number): ConfigList {
    const { line } = this.#advance();
    checkDepth(depth, line);
    const items: ConfigTree[] = [];
    this.#skipCommas();
    while (!this.#at(']')) {
      const item = this.#value(depth + 1);
      items.push(item);
      if (!this.#skipCommas() && item.kind !== 'list' && !this.#at(']'))
        throw this.#unexpected('error parsing list, expected comma or list end');
    }
    this.#advance();
    return { kind: 'list', items, line };
  }

  #skipCommas(): boolean {
    const isComma = this.#at(',');
    while (this.#at(',')) this.#advance();
    return isComma;
  }

  #at(kind: HclTokenKind): boolean {
    return this.#token.kind === kind;
  }

  #advance(): HclToken {
    const token = this.#token;
    this.#token = this.#scanner.next();
    return token;
  }

  #unexpected(expected: string): ConfigSyntaxError {
    const { kind, line } = this.#token;
    return new ConfigSyntaxError(line, `${expected}, got ${NAMES.get(kind) ?? `"${kind}"`}`);
  }
}

const NAMES: ReadonlyMap<string, string> = new Map([
  ['end', 'the end of the file'],
  ['name', 'a bare word'],
  ['string', 'a text'],
  ['heredoc', 'a heredoc'],
  ['number', 'a number'],
  ['boolean', 'a boolean'],
]);

interface HclKey {
  readonly name: string;
  readonly line: number;
  readonly isBare: boolean;
}

const isKey = ({ kind }: HclToken): boolean => kind === 'name' || kind === 'string';
const keyOf = ({ kind, value, line }: HclToken): HclKey => ({ name: String(value), line, isBare: kind === 'name' });

/** A quoted key may be a value that lost its name and its `=`, and so a secret. */
function shown({ name, isBare }: HclKey): string {
  if (!isBare) return '"…"';
  return `'${name.length > MAX_SHOWN_CHARS ? `${name.slice(0, MAX_SHOWN_CHARS)}…` : name}'`;
}

/** `"b" "c"` around a value: blocks with one member each. */
function labelled(labels: readonly HclKey[], value: ConfigTree): ConfigTree {
  return labels.reduceRight<ConfigTree>(
    (inner, { name, line }) => ({ kind: 'block', members: [{ name, line, value: inner }], line }),
    value,
  );
}

/** The members of one block by name, each with all values it was given. */
class HclMembers {
  readonly #members = new Map<string, { readonly line: number; readonly values: ConfigTree[] }>();

  add({ name, line }: HclKey, value: ConfigTree): void {
    const member = this.#members.get(name);
    if (member === undefined) this.#members.set(name, { line, values: [value] });
    else if (isScalar(member.values[0]) !== isScalar(value))
      throw new ConfigSyntaxError(line, 'a name is given a value here and a block or list elsewhere');
    else if (isScalar(value)) this.#members.set(name, { line, values: [value] });
    else member.values.push(value);
  }

  all(): readonly ConfigMember[] {
    return [...this.#members].map(([name, { line, values }]) => ({ name, line, value: combined(values) }));
  }
}

const isScalar = (tree: ConfigTree | undefined): boolean => tree?.kind === 'scalar';

function combined(values: readonly ConfigTree[]): ConfigTree {
  const [first, ...more] = values as readonly [ConfigTree, ...ConfigTree[]];
  if (more.length === 0) return first;
  return { kind: 'list', items: values.flatMap((value) => asList(value)), line: first.line };
}
