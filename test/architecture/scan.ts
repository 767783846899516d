/**
 * Reads a TypeScript source into what the architecture rules need: its imports and the free names it uses. The parser is the one that
 * Vitest ships; what counts as an import or a use is decided here. Knows no rule.
 */
import { parseAst } from 'vitest/node';

export interface Import {
  /** As written: `../model/kv.ts`, `node:fs`, `pino`. */
  readonly specifier: string;
  /** The imported names; `*` for a namespace, a default or a dynamic import, nothing for a bare import. */
  readonly names: readonly string[];
  readonly isTypeOnly: boolean;
  readonly isReExport: boolean;
  readonly line: number;
}

/** A name used without being a member of something: `Date`, or with its member: `Math.random`. */
export interface NameUse {
  readonly name: string;
  readonly line: number;
}

export interface Source {
  /** From the root of the repository, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly lineCount: number;
  readonly imports: readonly Import[];
  readonly names: readonly NameUse[];
}

/** Parses one file. Throws a SyntaxError that names the file if it is not TypeScript. */
export function scan(path: string, text: string): Source {
  const lineOf = lineFinder(text);
  const imports: Import[] = [];
  const names: NameUse[] = [];
  walk(parse(path, text), undefined, (node, parent) => {
    const found = importOf(node, lineOf);
    if (found !== undefined) imports.push(found);
    const name = freeName(node, parent);
    if (name !== undefined) names.push({ name, line: lineOf(node.start) });
  });
  return { path, text, lineCount: text.split('\n').length - (text.endsWith('\n') ? 1 : 0), imports, names };
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

function parse(path: string, text: string): Node {
  try {
    return parseAst(text, { lang: 'ts' }) as unknown as Node;
  } catch (error) {
    throw new SyntaxError(`${path}: ${String(error)}`, { cause: error });
  }
}

function walk(node: Node, parent: Node | undefined, visit: (node: Node, parent: Node | undefined) => void): void {
  visit(node, parent);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) walk(child, node, visit);
  }
}

function lineFinder(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => starts.findLastIndex((start) => start <= offset) + 1;
}

function importOf(node: Node, lineOf: (offset: number) => number): Import | undefined {
  const source = isNode(node.source) ? node.source.value : undefined;
  if (typeof source !== 'string') return undefined;
  const specifiers = (node.specifiers as readonly Node[] | undefined) ?? [];
  const isTypeOnly = node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type';
  const isReExport = node.type.startsWith('Export');
  const isWhole = node.type === 'ImportExpression' || node.type === 'ExportAllDeclaration';
  const names = isWhole ? ['*'] : specifiers.filter((each) => each.importKind !== 'type').map(importedName);
  return { specifier: source, names, isTypeOnly, isReExport, line: lineOf(node.start) };
}

function importedName(specifier: Node): string {
  const imported = specifier.imported ?? specifier.local;
  const isNamed = specifier.type === 'ImportSpecifier' || specifier.type === 'ExportSpecifier';
  return isNamed && isNode(imported) ? String(imported.name ?? imported.value) : '*';
}

/** Where an identifier only names a member, not a thing: `a.Date`, `{ Date: 1 }`, `import { Date as D }`. */
const NAMING_FIELDS: readonly string[] = ['property', 'key', 'imported', 'label'];

function freeName(node: Node, parent: Node | undefined): string | undefined {
  if (node.type === 'MemberExpression') return memberName(node);
  if (node.type !== 'Identifier' || parent === undefined) return undefined;
  const isComputed = parent.computed === true || parent.shorthand === true;
  if (!isComputed && NAMING_FIELDS.some((field) => parent[field] === node)) return undefined;
  return String(node.name);
}

function memberName(node: Node): string | undefined {
  const { object, property } = node as { readonly object?: unknown; readonly property?: unknown };
  if (!isNode(object) || !isNode(property) || object.type !== 'Identifier') return undefined;
  return `${String(object.name)}.${String(property.name ?? property.value)}`;
}
