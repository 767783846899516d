/**
 * What a configuration file says, whatever its format: values with the lines on which they stand. Made by `config-text.ts`. A YAML
 * alias is the very value it names, with that value's lines.
 */

export interface ConfigScalar {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** From 1. */
  readonly line: number;
}

export interface ConfigList {
  readonly kind: 'list';
  readonly items: readonly ConfigTree[];
  readonly line: number;
}

export interface ConfigMember {
  readonly name: string;
  readonly line: number;
  readonly value: ConfigTree;
}

/** An object. Each name once, in the order of the file. */
export interface ConfigBlock {
  readonly kind: 'block';
  readonly members: readonly ConfigMember[];
  readonly line: number;
}

/** At most `MAX_DEPTH` deep, so that it may be walked recursively. */
export type ConfigTree = ConfigScalar | ConfigList | ConfigBlock;

/** How deep blocks and lists may nest, the whole file being the first level. */
export const MAX_DEPTH = 100;

/** A text that is not of its format. The message never shows what the file holds: it may be a secret. */
export class ConfigSyntaxError extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.name = 'ConfigSyntaxError';
    this.line = line;
  }
}

/** Throws if level `depth` (the whole file is 1) is deeper than `MAX_DEPTH`. */
export function checkDepth(depth: number, line: number): void {
  if (depth > MAX_DEPTH) throw new ConfigSyntaxError(line, `blocks and lists nest more than ${MAX_DEPTH} deep`);
}

/** A value where one is expected: HCL writes `ports { … }` and `ports = [{ … }]` for the same, so Consul takes the only item of a list for the list. */
export function asSingle(tree: ConfigTree): ConfigTree {
  const [only, ...more] = tree.kind === 'list' ? tree.items : [];
  return only === undefined || more.length > 0 ? tree : only;
}

/** A block where one is expected, also as the only item of a list; `undefined` for anything else. */
export function asBlock(tree: ConfigTree): ConfigBlock | undefined {
  const single = asSingle(tree);
  return single.kind === 'block' ? single : undefined;
}

/** The values where several may stand: a list's items, or the value alone, as `service { … }` written once is a list of one. */
export function asList(tree: ConfigTree): readonly ConfigTree[] {
  return tree.kind === 'list' ? tree.items : [tree];
}
