/** One at a time: work under a lock, with a number that tells the storage behind it who came later. */
import { connect } from '../../src/index.ts'; // in your program: from 'konsul'
import { startLocalServer } from '../../src/testing/local-server.ts';

const server = await startLocalServer();
const konsul = await connect({ address: server.address });
const numbers: number[] = [];

const nightly = (name: string): Promise<string> =>
  konsul.lock('jobs/nightly', { name, waitMs: 60_000 }, async ({ fencingNumber, signal }) => {
    // `signal` aborts when the lock is lost: pass it on to whatever takes time.
    signal.throwIfAborted();
    numbers.push(fencingNumber);
    console.log(
      'one holds it; the number of the next is greater:',
      numbers.every((number, at) => number > (numbers[at - 1] ?? 0)),
    );
    return 'done';
  });

console.log(await Promise.all([nightly('first'), nightly('second')]));

await konsul
  .lock('jobs/nightly', async ({ signal }) => {
    // Somebody ends the session of the holder: the work is told, and the caller, too, whatever the work came to.
    const { session = '' } = (await konsul.kv.get('jobs/nightly', { consistent: true })) ?? {};
    await fetch(`${server.address}/v1/session/destroy/${session}`, { method: 'PUT' });
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  })
  .catch((error) => console.log(`${error.code}: ${error.message}`));

await konsul.close();
await server.stop();
