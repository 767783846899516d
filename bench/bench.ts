/**
 * Entry of `npm run bench -- NAME [--json] [--quick | --long] [--only GROUP]`: runs one bench, or all. Exit code 1 if a group could not be measured;
 * a missed goal is a row, not a failure.
 */
import { parseArgs } from 'node:util';
import { type Bench, type BenchContext, benches } from './benches.ts';
import { calibration } from './calibration.ts';
import { jsonReport, tableReport } from './report.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, quick: { type: 'boolean' }, long: { type: 'boolean' }, only: { type: 'string' } },
});

function chosen(): readonly Bench[] {
  if (positionals.length === 0) return benches;
  const unknown = positionals.filter((name) => !benches.some((bench) => bench.name === name));
  if (unknown.length > 0) throw new Error(`no bench ${unknown.join(', ')}; there are: ${benches.map((bench) => bench.name).join(', ')}`);
  return benches.filter((bench) => positionals.includes(bench.name));
}

async function runAll(context: BenchContext): Promise<void> {
  const groups = chosen().flatMap((bench) => bench.groups);
  const wanted = groups.filter(({ name }) => context.only === undefined || name.includes(context.only));
  for (const group of [calibration, ...wanted]) {
    context.report.progress(group.name);
    try {
      await group.run(context);
    } catch (error) {
      process.exitCode = 1;
      context.report.progress(`${group.name} could not be measured: ${error instanceof Error ? error.stack : error}`);
    }
  }
}

await runAll({
  report: values.json === true ? jsonReport() : tableReport(),
  isQuick: values.quick === true,
  isLong: values.long === true,
  only: values.only,
});
