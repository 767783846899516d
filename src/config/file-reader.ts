/** Reads the tree of one configuration file: every key is an option, a definition, an old name, taken without effect, or a problem. */
import type { AcceptedKey } from './accepted.ts';
import type { Collected } from './collected.ts';
import { hintFor, type KeyMeaning, meaningOf } from './known-keys.ts';
import { valueFromTree } from './option-value.ts';
import type { RenamedKey } from './renamed.ts';
import { optionOf } from './schema.ts';
import { asBlock, asList, asSingle, type ConfigBlock, type ConfigMember, type ConfigTree } from './tree.ts';

type Definitions = KeyMeaning & { readonly kind: 'definitions' };

interface OldMember {
  readonly entry: RenamedKey;
  readonly member: ConfigMember;
}

export class FileReader {
  readonly #path: string;
  readonly #into: Collected;
  /** Keys that stand in this file. */
  readonly #seen = new Set<string>();
  /** Read last: where a file has the new name too, that one holds. */
  readonly #old: OldMember[] = [];

  constructor(path: string, into: Collected) {
    this.#path = path;
    this.#into = into;
  }

  /** To be called once. */
  read(file: ConfigBlock): void {
    this.#readBlock(file, '');
    for (const old of this.#old) this.#readOld(old);
  }

  /** Blocks nest as deep as `tree.ts` allows. */
  #readBlock(block: ConfigBlock, prefix: string): void {
    for (const member of block.members) {
      // Consul compares the names of options without their case.
      if (!isNull(member.value)) this.#readMember(`${prefix}${member.name.toLowerCase()}`, member);
    }
  }

  /** `where` is said of it: an old name is read as its new one, and stands where it was written. */
  #readMember(key: string, member: ConfigMember, where: string = this.#where(key, member)): void {
    const meaning = meaningOf(key);
    switch (meaning.kind) {
      case 'option':
        this.#seen.add(key);
        this.#into.take(meaning.option, valueFromTree(meaning.option, member.value), { where });
        break;
      case 'renamed':
        this.#old.push({ entry: meaning.entry, member });
        break;
      case 'accepted':
        this.#readAccepted(key, meaning.entry, { value: member.value, where });
        break;
      case 'definitions':
        this.#readDefinitions(key, meaning, member);
        break;
      case 'block':
        this.#readInner(key, member);
        break;
      case 'unknown':
        this.#into.report(() => `${this.#path}:${member.line}: unknown key ${quoted(key)}; ${hintFor(key)}`);
    }
  }

  #readAccepted(key: string, { instead }: AcceptedKey, { value, where }: { readonly value: ConfigTree; readonly where: string }): void {
    this.#seen.add(key);
    if (!isOff(key, value)) this.#into.ignore(key, instead, where);
  }

  #readInner(key: string, member: ConfigMember): void {
    const block = asBlock(member.value);
    if (block !== undefined) this.#readBlock(block, `${key}.`);
    else this.#into.report(`${this.#where(key, member)}: must be one block${countOf(member.value)}`);
  }

  #readDefinitions(key: string, meaning: Definitions, member: ConfigMember): void {
    const items = asList(member.value).map(asSingle);
    if (holdsOptions(key, member.value)) this.#readInner(key, member);
    else if (items.length > 1 && !meaning.mayBeSeveral)
      this.#into.report(`${this.#where(key, member)}: stands ${items.length} times; write ${key}s = [{ … }, { … }]`);
    else for (const item of items) this.#readDefinition(key, meaning.of, item);
  }

  #readDefinition(key: string, kind: Definitions['of'], item: ConfigTree): void {
    if (item.kind === 'block') this.#into.definitions.push({ kind, path: this.#path, block: item });
    else if (!isNull(item)) this.#into.report(`${this.#path}:${item.line}: ${key}: must be a block`);
  }

  #readOld({ entry: { old, now, alsoTrue }, member }: OldMember): void {
    const where = this.#where(old, member);
    this.#into.warn(`${where}: is the old name of ${now}`);
    const option = optionOf(now);
    if (option?.type === 'strings' || !this.#seen.has(now)) this.#readMember(now, member, where);
    const also = alsoTrue === undefined ? undefined : optionOf(alsoTrue);
    if (also !== undefined) this.#into.take(also, { value: true }, { where });
  }

  #where(key: string, { line }: ConfigMember): string {
    return `${this.#path}:${line}: ${key}`;
  }
}

const isNull = (tree: ConfigTree): boolean => tree.kind === 'scalar' && tree.value === null;

const countOf = (tree: ConfigTree): string => (tree.kind === 'list' ? `, not a list of ${tree.items.length}` : '');

const quoted = (key: string): string => JSON.stringify(key.length > 60 ? `${key.slice(0, 60)}…` : key);

/** `checks` is a list of definitions, and a block of options whose names no definition has. */
function holdsOptions(key: string, tree: ConfigTree): boolean {
  const members = asBlock(tree)?.members ?? [];
  return members.length > 0 && members.every(({ name }) => optionOf(`${key}.${name.toLowerCase()}`) !== undefined);
}

/** What is not here and is switched off needs no warning: `connect { enabled = false }`, `ports { grpc = -1 }`, `disable_update_check = true`. */
function isOff(key: string, tree: ConfigTree): boolean {
  const name = key.slice(key.lastIndexOf('.') + 1);
  if (tree.kind === 'block') return tree.members.every((member) => isOff(member.name, member.value));
  if (tree.kind === 'list') return tree.items.every((item) => isOff(name, item));
  return tree.value === null || tree.value === name.startsWith('disable_') || tree.value === -1;
}
