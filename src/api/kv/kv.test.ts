import { expect, test } from 'vitest';
import { startTestServer } from '../../testing/test-server.ts';

test('smoke', async () => {
  const { send } = await startTestServer();
  console.log(await send('PUT /v1/kv/a', { body: 'x' }), (await send('GET /v1/kv/a')));
  expect(1).toBe(1);
});
