/** Registers this program with a check that it feeds itself, and looks at it from elsewhere. */
import { connect, createAgent } from '../../src/index.ts'; // in your program: from 'konsul'
import { startLocalServer } from '../../src/testing/local-server.ts';

const server = await startLocalServer();
const agent = await createAgent({ servers: [server.linkAddress], nodeName: 'worker-1' });
const elsewhere = await connect({ address: server.address });

// What is wrong with a definition is said all at once, before anything is sent.
await agent
  .register({ name: 'jobs', prot: 9000, checks: [{ http: 'http://127.0.0.1/' }] } as never)
  .catch((error) => console.log(error.message));

const registration = await agent.register({ name: 'jobs', port: 9000, checks: [{ ttlMs: 10_000 }] });
const status = async (): Promise<string | undefined> => (await elsewhere.health('jobs', { passing: false }))[0]?.status;
console.log('before the first report:', await status());

// Reports now, and from then on three times in each TTL. A throw is reported as critical, with its text.
let diskIsFull = false;
await registration.heartbeat({
  report: () => {
    if (diskIsFull) throw new Error('disk full');
    return { status: 'passing' };
  },
});
console.log('with a heartbeat:', await status());

diskIsFull = true;
await registration.heartbeat({ report: () => ({ status: 'warning', output: 'disk nearly full' }) });
console.log('with another report:', await status());

await registration.deregister();
console.log('afterwards:', (await elsewhere.health('jobs', { passing: false })).length, 'instances');

await elsewhere.close();
await agent.close();
await server.stop();
