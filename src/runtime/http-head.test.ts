import { request } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { headOf } from './http-head.ts';

const servers: Server[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

/** What becomes of a request to a server that answers with these bytes and keeps the connection, unless it is to end it. */
async function ask(bytes: string, { method = 'GET', ends = false } = {}): Promise<unknown> {
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.once('data', () => (ends ? socket.end(bytes) : socket.write(bytes)));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const outgoing = request({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, method, path: 'x:1', agent: false });
  const head = headOf(outgoing);
  outgoing.end();
  const outcome = await head.then(
    ({ statusCode }) => statusCode,
    (error: Error) => error.message,
  );
  outgoing.destroy();
  return outcome;
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
const UPGRADE = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n';

test.each<[string, string, object, unknown]>([
  ['an answer', OK, {}, 200],
  ['a switch of protocols', UPGRADE, {}, 'unexpected upgrade'],
  ['a switch of protocols in an answer that is none', UPGRADE.replace('101 Switching Protocols', '200 OK'), {}, 200],
  ['a tunnel', OK, { method: 'CONNECT' }, 'unexpected upgrade'],
  ['nothing but an end', '', { ends: true }, 'socket hang up'],
  ['half a head', 'HTTP/1.1 200 OK\r\nContent-', { ends: true }, 'socket hang up'],
  ['five interim answers', `${'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(5)}${OK}`, {}, 200],
  ['six of them', `${'HTTP/1.1 100 Continue\r\n\r\n'.repeat(6)}${OK}`, {}, 'too many 1xx informational responses'],
])('of %s comes what is said', async (_name, bytes, how, expected) => {
  expect(await ask(bytes, how)).toEqual(expected);
});
