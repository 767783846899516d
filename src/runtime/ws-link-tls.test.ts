/** Who may link to whom: `tls.internal_rpc`. */
import { afterEach, describe, expect, test } from 'vitest';
import { selfSigned } from '../testing/self-signed.ts';
import { SystemClock } from './clock.ts';
import type { Link } from './link.ts';
import { WsTransport } from './ws-link.ts';
import type { LinkTls } from './ws-link-settings.ts';

const clock = new SystemClock();
const never = new AbortController().signal;
const server = selfSigned('server.dc1.consul');
const agent = selfSigned('agent');
const stranger = selfSigned('stranger');

const serverTls: LinkTls = { ...server, ca: agent.cert, verifyIncoming: true, verifyOutgoing: true, minVersion: 'TLSv1.2' };
const agentTls: LinkTls = { ...agent, ca: server.cert, verifyIncoming: false, verifyOutgoing: true, minVersion: 'TLSv1.2' };

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const transportOf = (tls: LinkTls | undefined): WsTransport => new WsTransport({ clock, tls, handshakeTimeoutMs: 2_000 });

async function listen(transport: WsTransport): Promise<string> {
  const listener = await transport.listen('127.0.0.1:0', (link) => link.onMessage((message) => link.send(message)));
  closers.push(() => listener.close());
  return listener.address;
}

/** Links, and waits for an echo: with TLS 1.3 a client learns late that its certificate was refused. Resolves with why not. */
async function linkOnce(transport: WsTransport, address: string): Promise<string> {
  try {
    const link = await transport.dial(address, never);
    const answer = await echo(link);
    link.close('done');
    return answer;
  } catch (error) {
    return (error as Error).message;
  }
}

const echo = (link: Link): Promise<string> =>
  new Promise((resolve) => {
    link.onClose(resolve);
    link.onMessage((message) => resolve(Buffer.from(message).toString()));
    link.send(Buffer.from('linked'));
  });

const without = (tls: LinkTls, ...names: readonly (keyof LinkTls)[]): LinkTls =>
  Object.fromEntries(Object.entries(tls).filter(([name]) => !names.includes(name as keyof LinkTls))) as unknown as LinkTls;

describe('a link with TLS', () => {
  test.each<readonly [string, LinkTls | undefined, LinkTls | undefined]>([
    ['both verify', serverTls, agentTls],
    ['the server has the name that was asked for', serverTls, { ...agentTls, serverName: 'server.dc1.consul' }],
    ['the newest version', { ...serverTls, minVersion: 'TLSv1.3' }, agentTls],
    ['only the agent verifies', { ...serverTls, verifyIncoming: false }, without(agentTls, 'cert', 'key')],
    ['only the server verifies', serverTls, { ...agentTls, ca: stranger.cert, verifyOutgoing: false }],
    [
      'nobody verifies',
      without({ ...serverTls, verifyIncoming: false }, 'ca'),
      { verifyIncoming: false, verifyOutgoing: false, minVersion: 'TLSv1.2' },
    ],
    ['the agent trusts one of several', serverTls, { ...agentTls, ca: `${stranger.cert}${server.cert}` }],
  ])('stands where %s', async (_, listening, dialling) => {
    expect(await linkOnce(transportOf(dialling), await listen(transportOf(listening)))).toBe('linked');
  });

  test.each<readonly [string, LinkTls | undefined, LinkTls | undefined, RegExp]>([
    ['an agent without a certificate', serverTls, without(agentTls, 'cert', 'key'), /certificate required|handshake failure|EOF/],
    ['an agent whose certificate nobody vouches for', serverTls, { ...agentTls, ...stranger }, /tls: |EOF|reset by peer/],
    ['a server that nobody vouches for', { ...serverTls, ...stranger }, agentTls, /self-signed certificate/],
    ['a server of another name', serverTls, { ...agentTls, serverName: 'server.dc2.consul' }, /does not match certificate's altnames/],
    ['an agent that trusts nobody', serverTls, without(agentTls, 'ca'), /self-signed certificate/],
    ['a server that trusts nobody', without(serverTls, 'ca'), agentTls, /tls: |EOF|reset by peer/],
    ['an agent without TLS', serverTls, undefined, /EOF|reset by peer/],
    ['a server without TLS', undefined, agentTls, /first record does not look like a TLS handshake/],
  ])('is refused to %s', async (_, listening, dialling, reason) => {
    const address = await listen(transportOf(listening));
    const error = await transportOf(dialling)
      .dial(address, never)
      .then(
        (link) => new Promise<unknown>((resolve) => link.onClose((text) => resolve(new Error(text)))),
        (thrown: unknown) => thrown,
      );
    expect((error as Error).message).toMatch(reason);
  });

  test.each<readonly [string, LinkTls, string]>([
    ['without a certificate', without(serverTls, 'cert'), 'needs a certificate and its key'],
    ['without a key', without(serverTls, 'key'), 'needs a certificate and its key'],
    ['with what is no certificate', { ...serverTls, cert: 'x' }, 'the certificates for links cannot be used: '],
    ['with the key of another certificate', { ...serverTls, key: agent.key }, 'the certificates for links cannot be used: '],
  ])('is not listened for %s', async (_, tls, message) => {
    await expect(transportOf(tls).listen('127.0.0.1:0', () => {})).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(message),
    });
  });

  test('is not dialled with what is no certificate', async () => {
    const address = await listen(transportOf(serverTls));
    await expect(transportOf({ ...agentTls, cert: 'x' }).dial(address, never)).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });

  test('follows certificates that are renewed, both ways, while links that stand go on', async () => {
    const listening = transportOf(serverTls);
    const dialling = transportOf(agentTls);
    const address = await listen(listening);
    const old = await dialling.dial(address, never);
    closers.push(() => old.close('the test is over'));
    listening.renewTls({ ...serverTls, ...stranger, ca: stranger.cert });
    expect(await linkOnce(dialling, address)).toContain('self-signed certificate');
    dialling.renewTls({ ...agentTls, ...stranger, ca: stranger.cert });
    expect(await linkOnce(dialling, address)).toBe('linked');
    expect(await echo(old)).toBe('linked');
  });
});
