import { expect, test } from 'vitest';
import { startTestServer } from '../../testing/test-server.ts';

test('The leader and the peers are the server, without meta headers, whatever index is asked for', async () => {
  const { send, store } = await startTestServer();
  const leader = await send('GET /v1/status/leader?index=x&wait=y');
  expect(leader.text).toBe('"127.0.0.1:8300"');
  expect(leader.headers).toEqual({ 'Content-Type': 'application/json', 'X-Consul-Default-Acl-Policy': 'allow' });
  expect((await send('GET /v1/status/peers')).text).toBe('["127.0.0.1:8300"]');
  expect((await send('GET /v1/status/leader?dc=mars')).text).toBe('No path to datacenter');
  store.depose();
  store.failNext('campaign');
  expect((await send('GET /v1/status/leader')).text).toBe('""');
});
