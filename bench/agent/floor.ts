/** What any agent on Node takes at least: the memory of a process that holds one WebSocket and an HTTP door, and does nothing. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import { Child } from '../../test/integration/child.ts';
import { waitUntil } from '../../test/integration/wait-until.ts';
import { rssMb } from '../server/process-stats.ts';

const BARE_LINK = fileURLToPath(new URL('../peers/bare-link.mjs', import.meta.url));

/** MB after `settleMs` of idleness. */
export async function floorRssMb(settleMs: number): Promise<number> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const child = await Child.start(process.execPath, ['--max-semi-space-size=4', BARE_LINK, `${port}`]);
  try {
    await waitUntil(() => child.log().includes('ready'), { what: `the bare link: ${child.log()}` });
    await pause(settleMs);
    return rssMb(child.pid);
  } finally {
    await child.stop();
    server.close();
  }
}
