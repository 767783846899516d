/** The tables of docs/reference/config.md, from the lists of options, old names and keys without effect in `src/config/`. */
import type { AcceptedKey } from '../../src/config/accepted.ts';
import { environmentName, type OptionDefinition } from '../../src/config/option.ts';
import { exampleOf } from '../../src/config/option-example.ts';
import type { RenamedKey } from '../../src/config/renamed.ts';
import { formatDurationNs } from '../../src/model/duration.ts';
import { code, groupBy, table } from './page.ts';

export interface ConfigLists {
  readonly options: readonly OptionDefinition[];
  readonly renamed: readonly RenamedKey[];
  readonly accepted: readonly AcceptedKey[];
}

/** One section per block (`ports.http` is in `ports`), in the order of the list; then old names, and what is taken without effect. */
export function renderConfig({ options, renamed, accepted }: ConfigLists): string {
  const oldNames = groupBy(renamed, ({ now }) => now);
  const groups = groupBy(options, ({ key }) => (key.includes('.') ? key.slice(0, key.indexOf('.')) : 'General'));
  const sections = [...groups].map(
    ([group, members]) =>
      `## ${group}\n\n${table(
        HEAD,
        members.map((option) => rowOf(option, oldNames)),
      )}`,
  );
  return [...sections, renderRenamed(renamed), renderAccepted(accepted)].join('\n\n');
}

const HEAD: readonly string[] = ['Key', 'Type', 'Default', 'Flag, environment', 'Takes effect', 'What it does'];

function rowOf(option: OptionDefinition, oldNames: ReadonlyMap<string, readonly RenamedKey[]>): readonly string[] {
  const elsewhere = [option.flag === undefined ? '' : code(`-${option.flag}`), code(environmentName(option.key))];
  const old = (oldNames.get(option.key) ?? []).map((entry) => code(entry.old));
  return [code(option.key), option.type, defaultOf(option), elsewhere.filter(Boolean).join(' '), effectOf(option), helpOf(option, old)];
}

function effectOf({ noEffect, isReloadable }: OptionDefinition): string {
  if (noEffect !== undefined) return 'never';
  return isReloadable ? 'on reload' : 'on restart';
}

function helpOf(option: OptionDefinition, oldNames: readonly string[]): string {
  const { help, noEffect, isSecret } = option;
  const parts = [
    help,
    noEffect === undefined ? '' : `Has no effect: ${noEffect}.`,
    isSecret ? 'Secret: never logged or shown.' : '',
    `Example: ${code(exampleOf(option))}`,
    oldNames.length === 0 ? '' : `Old names: ${oldNames.join(', ')}`,
  ];
  return parts.filter(Boolean).join(' ');
}

function defaultOf({ type, default: value }: OptionDefinition): string {
  if (type === 'duration') return code(formatDurationNs(Number(value) * 1e6));
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'empty' : code(JSON.stringify(value));
  return value === '' ? 'empty' : code(String(value));
}

function renderRenamed(renamed: readonly RenamedKey[]): string {
  const rows = renamed.map(({ old, now, flag }) => [code(old), flag === undefined ? '' : code(`-${flag}`), code(now)]);
  return `## Old names\n\nRead as the new name, with a warning. Where both are given, the new one holds.\n\n${table(['Old name', 'Flag', 'Now'], rows)}`;
}

function renderAccepted(accepted: readonly AcceptedKey[]): string {
  const rows = accepted.map(({ key, flags = [], instead }) => [code(key), flags.map((flag) => code(`-${flag}`)).join(' '), instead]);
  const intro =
    'What these set in Consul does not exist here. They are taken with any value, and all that is below them; a warning says what happens instead.';
  return `## Taken without effect\n\n${intro}\n\n${table(['Key', 'Flag', 'What happens instead'], rows)}`;
}
