/** What one change and the blocking query it wakes cost the server, in time on a processor. */
import type { KonsulProcess } from '../../test/integration/konsul-process.ts';
import { median } from '../load/percentiles.ts';
import { RawConnection } from '../load/raw-connection.ts';
import { getRequest, putRequest } from '../load/recipes.ts';
import { registration } from './bench-server.ts';
import { cpuMs } from './process-stats.ts';

const SERVICE = 'woken';
const PATH = `/v1/health/service/${SERVICE}`;
/** A window in which V8 marks a large heap falls into one of them, and would be the whole of a single one. */
const ROUNDS = 3;

/** Milliseconds per change, over `changes` of them, after as many that only warm up; the median of three rounds. */
export async function wakeCost(server: KonsulProcess, changes: number): Promise<number> {
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await roundCost(server, changes));
  return median(rounds);
}

async function roundCost(server: KonsulProcess, changes: number): Promise<number> {
  const [reader, writer] = (await RawConnection.openMany(server.httpPort, 2)) as [RawConnection, RawConnection];
  await change(writer, 0);
  let index = await indexAfter(reader, 0);
  const wakeOnce = async (n: number): Promise<void> => {
    const waiting = indexAfter(reader, index);
    await change(writer, n);
    index = await waiting;
  };
  for (let n = 1; n <= changes; n++) await wakeOnce(n);
  const beforeMs = cpuMs(server.pid);
  for (let n = 1; n <= changes; n++) await wakeOnce(changes + n);
  const tookMs = cpuMs(server.pid) - beforeMs;
  reader.close();
  writer.close();
  return tookMs / changes;
}

async function change(writer: RawConnection, n: number): Promise<void> {
  const body = JSON.stringify(registration(SERVICE, { node: 'woken', port: 1_000 + n }));
  const { status } = await writer.request(putRequest('/v1/catalog/register', body));
  if (status !== 200) throw new Error(`the registration was answered with ${status}`);
}

/** Waits for an index above `index`. */
async function indexAfter(reader: RawConnection, index: number): Promise<number> {
  const { head } = await reader.request(getRequest(`${PATH}?index=${index}&wait=30s`));
  return Number(/x-consul-index: (\d+)/i.exec(head)?.[1]);
}
