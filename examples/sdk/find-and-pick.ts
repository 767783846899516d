/** Finds a service and picks one of its instances for each call: from memory, without a request. */
import { createAgent } from '../../src/index.ts'; // in your program: from 'konsul'
import { startLocalServer } from '../../src/testing/local-server.ts';

const server = await startLocalServer();
const agent = await createAgent({ servers: [server.linkAddress], nodeName: 'shop' });

for (const [id, port] of Object.entries({ 'web-1': 8001, 'web-2': 8002 })) {
  await agent.register({ name: 'web', id, address: '10.0.0.7', port, weights: { passing: port === 8001 ? 3 : 1, warning: 1 } });
}

// The first look fetches; from then on the agent is told of every change, and answers from memory: no promise, no copy.
await agent.health('web');
const instances = agent.health('web');
console.log('at hand:', !(instances instanceof Promise) && instances.map(({ id }) => id).join(', '));
console.log('the same array again:', agent.health('web') === instances);

// A handle follows its service for as long as it is open. Of eight picks, six go to the instance that weighs three times as much.
const web = agent.service('web', { pick: { strategy: 'weighted' } });
await web.ready();
const counts = new Map<string, number>();
for (let call = 0; call < 8; call += 1) {
  const { id = 'none' } = web.pick() ?? {};
  counts.set(id, (counts.get(id) ?? 0) + 1);
}
console.log(
  'picks:',
  [...counts]
    .sort()
    .map(([id, count]) => `${id} ${count} times`)
    .join(', '),
);
console.log('live:', web.freshness.isLive);

await agent.close();
await server.stop();
