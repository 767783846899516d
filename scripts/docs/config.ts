/** The tables of docs/reference/config.md, from the one list of options in `src/config/schema.ts`. */
import { environmentName, type OptionDefinition } from '../../src/config/option.ts';
import { formatDurationNs } from '../../src/model/duration.ts';
import { code, groupBy, table } from './page.ts';

/** One section per group (`ports.http` is in `ports`), in the order of the list. */
export function renderConfig(options: readonly OptionDefinition[]): string {
  const groups = groupBy(options, ({ key }) => (key.includes('.') ? key.slice(0, key.indexOf('.')) : 'General'));
  return [...groups].map(([group, members]) => `## ${group}\n\n${table(HEAD, members.map(rowOf))}`).join('\n\n');
}

const HEAD: readonly string[] = ['Key', 'Type', 'Default', 'Flag, environment', 'Takes effect', 'What it does'];

function rowOf(option: OptionDefinition): readonly string[] {
  const elsewhere = [option.flag === undefined ? '' : code(`-${option.flag}`), code(environmentName(option.key))];
  const effect = option.isReloadable ? 'on reload' : 'on restart';
  return [code(option.key), option.type, defaultOf(option), elsewhere.filter(Boolean).join(' '), effect, helpOf(option)];
}

function helpOf({ help, example, isSecret }: OptionDefinition): string {
  const parts = [help, isSecret ? 'Secret: never logged or shown.' : '', `Example: ${code(example)}`];
  return parts.filter(Boolean).join(' ');
}

function defaultOf({ type, default: value }: OptionDefinition): string {
  if (type === 'duration') return code(formatDurationNs(Number(value) * 1e6));
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'empty' : code(JSON.stringify(value));
  return value === '' ? 'empty' : code(String(value));
}
