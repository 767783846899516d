/** Each thread has a cache of its own, fed by the agent of the process: reads scale with cores, since nothing is shared. */
import { once } from 'node:events';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { connect, createAgent } from '../../src/index.ts'; // in your program: from 'konsul'
import { startLocalServer } from '../../src/testing/local-server.ts';
import { startThread } from './thread.ts'; // in your program: new Worker(url, …)

if (isMainThread) await main();
else await worker();

async function main(): Promise<void> {
  const server = await startLocalServer();
  const agent = await createAgent({ servers: [server.linkAddress], nodeName: 'shop' });
  await agent.register({ name: 'web', id: 'web-1', port: 8001 });

  const port = agent.port();
  const thread = startThread(import.meta.url, { workerData: { port }, transferList: [port] });
  thread.on('message', (line) => console.log(line));
  await once(thread, 'message');
  await agent.register({ name: 'web', id: 'web-2', port: 8002 });
  await once(thread, 'exit');

  await agent.close();
  await server.stop();
}

async function worker(): Promise<void> {
  const konsul = await connect({ port: workerData.port });
  for await (const { value } of konsul.watch('service', { name: 'web' })) {
    parentPort?.postMessage(`the worker sees ${value.map(({ id }) => id).join(', ')}`);
    if (value.length === 2) break;
  }
  parentPort?.postMessage(`at hand in the worker: ${Array.isArray(konsul.health('web'))}`);
  await konsul.close();
}
