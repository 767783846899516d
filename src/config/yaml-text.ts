/**
 * YAML 1.2 with the core schema (`on` and `yes` are texts) and one document, read by the `yaml` package. What it composes becomes a tree
 * here, so that aliases are bounded, a name given twice is an error, and no message shows what the file holds.
 */
import { createRequire } from 'node:module';
import type { LineCounter, ParsedNode, Scalar, YAMLError, YAMLMap } from 'yaml';
import {
  asBlock,
  asList,
  type ConfigBlock,
  type ConfigMember,
  type ConfigScalar,
  ConfigSyntaxError,
  type ConfigTree,
  checkDepth,
} from './tree.ts';

/** Loaded with the first YAML text: no other start waits for its eighty modules. */
let loaded: typeof import('yaml') | undefined;

function yaml(): typeof import('yaml') {
  loaded ??= createRequire(import.meta.url)('yaml') as typeof import('yaml');
  return loaded;
}

/** The package needs some microseconds for each character. */
const MAX_CHARS = 1024 * 1024;
/** How many values aliases and merges may add in all: enough for any file a person writes, too few to fill the memory. */
const MAX_ALIASED = 100_000;

const PROBLEMS: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  BAD_DQ_ESCAPE: 'a text has an escape that YAML does not know',
  BAD_INDENT: 'is not indented as what stands around it, or a bracket is not ended',
  BAD_SCALAR_START: 'a text that begins like this needs quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a block stands where one value should: check indent and quotes',
  MISSING_CHAR: 'something is not ended: a quote, a bracket, or a ":" after a name',
  MULTILINE_IMPLICIT_KEY: 'a name must stand in one line: is a ":" missing?',
  MULTIPLE_DOCS: 'must hold one document',
  RESOURCE_EXHAUSTION: 'blocks and lists nest too deep',
  TAB_AS_INDENT: 'a tab cannot indent',
  TAG_RESOLVE_FAILED: 'tags of your own (!name) mean nothing here',
};

/** Throws ConfigSyntaxError. The text must be one document with one mapping; `<<` merges, and what stands beside it wins. */
export function parseYaml(text: string): ConfigBlock {
  if (text.length > MAX_CHARS)
    throw new ConfigSyntaxError(1, `is longer than ${MAX_CHARS} characters: too much for YAML, but not for JSON or HCL`);
  const lines = new (yaml().LineCounter)();
  // The package's own look for names given twice is quadratic.
  const document = yaml().parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false, resolveKnownTags: false });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) throw new ConfigSyntaxError(lines.linePos(problem.pos[0]).line, PROBLEMS[problem.code] ?? 'is not valid YAML');
  if (document.contents === null) return { kind: 'block', members: [], line: 1 };
  const tree = new YamlTree(lines).of(document.contents);
  if (tree.kind === 'block') return tree;
  if (tree.kind === 'scalar' && tree.value === null) return { kind: 'block', members: [], line: tree.line };
  throw new ConfigSyntaxError(tree.line, 'must hold one mapping of names to values');
}

interface Anchored {
  readonly tree: ConfigTree;
  /** How many values it is made of, those behind its own aliases too. */
  readonly size: number;
  /** How many levels of blocks and lists are in it. */
  readonly height: number;
}

class YamlTree {
  readonly #lines: LineCounter;
  /** As far as the file was read: a name may be given again, and counts from there on. */
  readonly #anchors = new Map<string, Anchored>();
  #size = 0;
  #aliased = 0;
  #deepest = 0;

  constructor(lines: LineCounter) {
    this.#lines = lines;
  }

  of(contents: ParsedNode): ConfigTree {
    return this.#tree(contents, 1);
  }

  /** The value behind an alias is used again, not made again. */
  #tree(node: ParsedNode, depth: number): ConfigTree {
    if (yaml().isAlias(node)) return this.#alias(node.source, depth, this.#lineOf(node));
    const { anchor } = node;
    if (anchor === undefined) return this.#plain(node, depth);
    const outer = { size: this.#size, deepest: this.#deepest };
    this.#deepest = depth;
    const tree = this.#plain(node, depth);
    this.#anchors.set(anchor, { tree, size: this.#size - outer.size, height: this.#deepest - depth });
    this.#deepest = Math.max(this.#deepest, outer.deepest);
    return tree;
  }

  #alias(name: string, depth: number, line: number): ConfigTree {
    const anchored = this.#anchors.get(name);
    if (anchored === undefined) throw new ConfigSyntaxError(line, 'an alias (*name) has no anchor (&name) that ends before it');
    this.#addAliased(anchored.size, line);
    this.#reach(depth + anchored.height, line);
    return anchored.tree;
  }

  #addAliased(size: number, line: number): void {
    this.#size += size;
    this.#aliased += size;
    if (this.#aliased > MAX_ALIASED) throw new ConfigSyntaxError(line, `aliases stand for more than ${MAX_ALIASED} values`);
  }

  #reach(depth: number, line: number): void {
    checkDepth(depth, line);
    this.#deepest = Math.max(this.#deepest, depth);
  }

  #plain(node: ParsedNode, depth: number): ConfigTree {
    const line = this.#lineOf(node);
    this.#size++;
    if (yaml().isMap(node)) return this.#block(node as YAMLMap.Parsed, depth, line);
    if (!yaml().isSeq(node)) return this.#scalar(node as Scalar.Parsed, line);
    this.#reach(depth, line);
    return { kind: 'list', items: node.items.map((item) => this.#tree(item as ParsedNode, depth + 1)), line };
  }

  #scalar(node: Scalar.Parsed, line: number): ConfigScalar {
    const value: unknown = node.value;
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return { kind: 'scalar', value, line };
    if (typeof value === 'number' && Number.isFinite(value)) return { kind: 'scalar', value, line };
    throw new ConfigSyntaxError(line, 'a number must be finite');
  }

  #block(node: YAMLMap.Parsed, depth: number, line: number): ConfigBlock {
    this.#reach(depth, line);
    const members = new Map<string, ConfigMember>();
    const merged: ConfigBlock[] = [];
    for (const { key, value } of node.items) {
      const name = this.#nameOf(key, line);
      const keyLine = this.#lineOf(key);
      const member = { name, line: keyLine, value: value === null ? nothingOn(keyLine) : this.#tree(value, depth + 1) };
      if (isMergeKey(key)) merged.push(...blocksToMerge(member));
      else if (members.has(name)) throw new ConfigSyntaxError(member.line, 'a name is given twice in one block');
      else members.set(name, member);
    }
    for (const block of merged) this.#merge(block, members, line);
    return { kind: 'block', members: [...members.values()], line };
  }

  /** What is there already stays, so earlier blocks win over later ones. */
  #merge(block: ConfigBlock, members: Map<string, ConfigMember>, line: number): void {
    this.#addAliased(block.members.length, line);
    for (const member of block.members) if (!members.has(member.name)) members.set(member.name, member);
  }

  /** Numbers and the like as they are written. */
  #nameOf(key: ParsedNode | null, line: number): string {
    if (yaml().isScalar(key)) return typeof key.value === 'string' ? key.value : (key.source ?? '');
    throw new ConfigSyntaxError(key === null ? line : this.#lineOf(key), 'a name must be a text');
  }

  #lineOf(node: ParsedNode): number {
    return this.#lines.linePos(node.range[0]).line;
  }
}

/** A name in `{ … }` may have no value at all. */
const nothingOn = (line: number): ConfigScalar => ({ kind: 'scalar', value: null, line });

const isMergeKey = (key: ParsedNode): boolean => yaml().isScalar(key) && key.type === 'PLAIN' && key.value === '<<';

function blocksToMerge({ line, value }: ConfigMember): readonly ConfigBlock[] {
  return asList(value).map((item) => {
    const block = asBlock(item);
    if (block === undefined) throw new ConfigSyntaxError(line, '<< merges mappings, and this is none');
    return block;
  });
}
