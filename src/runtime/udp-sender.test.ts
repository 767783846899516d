import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { NodeUdpSender } from './udp-sender.ts';

const open: { close(): void }[] = [];

afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

async function listen(type: 'udp4' | 'udp6', host: string): Promise<Socket> {
  const socket = createSocket(type);
  open.push(socket);
  socket.bind(0, host);
  await once(socket, 'listening');
  return socket;
}

function sender(address: string): NodeUdpSender {
  const made = new NodeUdpSender(address);
  open.push(made);
  return made;
}

test.each([
  ['udp4', '127.0.0.1', '127.0.0.1'],
  ['udp4', '127.0.0.1', 'localhost'],
  ['udp6', '::1', '[::1]'],
] as const)('Over %s at %s a packet to %s arrives', async (type, host, name) => {
  const socket = await listen(type, host);
  const heard = once(socket, 'message');
  await sender(`${name}:${socket.address().port}`).send(Buffer.from('a:1|c'));
  expect(String((await heard)[0])).toBe('a:1|c');
});

test('A name that cannot be resolved fails the packet', async () => {
  await expect(sender('no.such.host.invalid:8125').send(Buffer.from('a'))).rejects.toMatchObject({ syscall: 'getaddrinfo' });
});
