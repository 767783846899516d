/** Follows settings in the key/value store: the newest state, whatever happens in between. */
import { connect, createAgent } from '../../src/index.ts'; // in your program: from 'konsul'
import { startLocalServer } from '../../src/testing/local-server.ts';

const server = await startLocalServer();
const agent = await createAgent({ servers: [server.linkAddress], nodeName: 'shop' });
const operator = await connect({ address: server.address });
await operator.kv.put('shop/banner', 'hello');

// Gives the state at once, then after each change. Trouble on the way is retried inside and shown as `changes.freshness`.
const changes = agent.kv.watch('shop/banner');
for await (const { value, isReset } of changes) {
  console.log(`banner: ${value?.text ?? '(none)'}${isReset ? ' (after a restore)' : ''}`);
  if (value === undefined) break; // leaving the loop frees all that it held
  if (value.text === 'hello') await operator.kv.cas('shop/banner', 'sale!', value.modifyIndex);
  else await operator.kv.delete('shop/banner');
}

await operator.close();
await agent.close();
await server.stop();
