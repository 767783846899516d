/** The tables of docs/reference/metrics.md, from the one list of metrics in `src/runtime/metric-names.ts`. */
import type { MetricDefinition } from '../../src/runtime/metric-names.ts';
import { code, groupBy, table } from './page.ts';

const HEAD: readonly string[] = ['Name', 'Type', 'Unit', 'Labels', 'Where', 'Meaning'];

/** One section per first two words of a name (`consul.raft.apply` is in `consul.raft`), in the order of the list. */
export function renderMetrics(definitions: Readonly<Record<string, MetricDefinition>>): string {
  const groups = groupBy(Object.entries(definitions), ([name]) => name.split('.').slice(0, 2).join('.'));
  return [...groups].map(([group, members]) => `## ${group}\n\n${table(HEAD, members.map(rowOf))}`).join('\n\n');
}

const WHERE = { server: 'servers', agent: 'agents' } as const;

const rowOf = ([name, { type, unit, labels, help, on }]: readonly [string, MetricDefinition]): string[] => [
  code(name),
  type,
  unit,
  labels.map(code).join(' '),
  on === undefined ? 'both' : WHERE[on],
  help,
];
