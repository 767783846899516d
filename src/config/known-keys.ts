/** What a key in a file means: an option, a block of them, a definition, an old name, or something that is taken or belongs elsewhere. */
import { type AcceptedKey, accepted, acceptedKey } from './accepted.ts';
import type { Definition } from './definition.ts';
import type { OptionDefinition } from './option.ts';
import { type RenamedKey, renamed, renamedKey } from './renamed.ts';
import { optionOf, options } from './schema.ts';
import { suggest } from './suggest.ts';

export type KeyMeaning =
  | { readonly kind: 'option'; readonly option: OptionDefinition }
  | { readonly kind: 'renamed'; readonly entry: RenamedKey }
  | { readonly kind: 'accepted'; readonly entry: AcceptedKey }
  | { readonly kind: 'definitions'; readonly of: Definition['kind']; readonly mayBeSeveral: boolean }
  | { readonly kind: 'block' }
  | { readonly kind: 'unknown' };

/** Blocks that people put here and that something else reads. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  [
    'resources',
    'memory and CPU are set where the process is started: in the container’s resources, or as MemoryMax= and CPUQuota= of the systemd unit',
  ],
]);

const DEFINITIONS: ReadonlyMap<string, KeyMeaning> = new Map([
  ['service', { kind: 'definitions', of: 'service', mayBeSeveral: false }],
  ['services', { kind: 'definitions', of: 'service', mayBeSeveral: true }],
  ['check', { kind: 'definitions', of: 'check', mayBeSeveral: false }],
  ['checks', { kind: 'definitions', of: 'check', mayBeSeveral: true }],
  ['watches', { kind: 'definitions', of: 'watch', mayBeSeveral: true }],
]);

const leaves: readonly string[] = [...options.map(({ key }) => key), ...renamed.map(({ old }) => old), ...accepted.map(({ key }) => key)];

const blocks: ReadonlySet<string> = new Set(leaves.flatMap(ancestors));

/** All keys that may be meant by a misspelt one, each once. */
export const knownKeys: readonly string[] = [...new Set([...leaves, ...DEFINITIONS.keys(), ...blocks])].filter((key) => !key.endsWith('*'));

function ancestors(key: string): readonly string[] {
  const names = key.split('.');
  return names.slice(1).map((_, at) => names.slice(0, at + 1).join('.'));
}

/** `key` in lower case, with the names of the blocks around it. */
export function meaningOf(key: string): KeyMeaning {
  const option = optionOf(key);
  if (option !== undefined) return { kind: 'option', option };
  const old = renamedKey(key);
  if (old !== undefined) return { kind: 'renamed', entry: old };
  const taken = acceptedKey(key);
  if (taken !== undefined) return { kind: 'accepted', entry: taken };
  const definitions = DEFINITIONS.get(key);
  if (definitions !== undefined) return definitions;
  return blocks.has(key) ? { kind: 'block' } : { kind: 'unknown' };
}

/** What to do about an unknown key: where it belongs, or which one is meant. Compares it with all others. */
export function hintFor(key: string): string {
  const elsewhere = ELSEWHERE.get(key);
  if (elsewhere !== undefined) return elsewhere;
  const name = key.slice(key.lastIndexOf('.') + 1);
  const inAnotherBlock = knownKeys.find((known) => known === name || known.endsWith(`.${name}`));
  const known = suggest(key, knownKeys) ?? inAnotherBlock;
  return known === undefined ? 'see docs/reference/config.md for all keys' : `did you mean "${known}"?`;
}
