/** Writes that change nothing: no index moves, no byte of the data folder changes. */
import type { KonsulProcess } from '../../test/integration/konsul-process.ts';
import type { BenchGroup } from '../benches.ts';
import { registration, withServer } from './bench-server.ts';
import { fileStates } from './process-stats.ts';

const ROUNDS = 100;
const READS = [
  '/v1/kv/same',
  '/v1/kv/?recurse',
  '/v1/health/service/web',
  '/v1/catalog/services',
  '/v1/catalog/nodes',
  '/v1/health/state/any',
];

export const noChange: BenchGroup = {
  name: 'no-change',
  run: ({ report }) =>
    withServer({}, async (server) => {
      await writeTheSame(server);
      const [indexes, files] = [await indexesOf(server), fileStates(server.dataDir)];
      for (let round = 0; round < ROUNDS; round++) await writeTheSame(server);
      const moved = (await indexesOf(server)).filter((index, n) => index !== indexes[n]).length;
      const changed = fileStates(server.dataDir) === files ? 0 : 1;
      const name = `${ROUNDS} times the same KV value, catalog and agent registration`;
      report.row({ name: `${name}: indexes moved`, value: moved, unit: 'count', goal: '0', ok: moved === 0 });
      report.row({ name: `${name}: files changed`, value: changed, unit: 'count', goal: '0', ok: changed === 0 });
    }),
};

async function writeTheSame(server: KonsulProcess): Promise<void> {
  await server.put('/v1/kv/same?flags=1', 'value');
  await server.put('/v1/catalog/register', registration('web', { node: 'ext', port: 80 }));
  await server.put('/v1/agent/service/register', { Name: 'api', Port: 81, Tags: ['a'], Check: { TTL: '1h', Status: 'passing' } });
}

function indexesOf(server: KonsulProcess): Promise<number[]> {
  return Promise.all(READS.map(async (path) => (await server.call(path)).index));
}
