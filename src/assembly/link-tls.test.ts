import { expect, test } from 'vitest';
import { type AgentConfig, agentConfig } from '../config/agent-config.ts';
import { loadConfig } from '../config/load.ts';
import type { Disk } from '../runtime/disk.ts';
import { MemoryDisk } from '../testing/memory-disk.ts';
import { selfSigned } from '../testing/self-signed.ts';
import { readLinkTls } from './link-tls.ts';

const { cert, key } = selfSigned('server.dc1.consul');

const configOf = (tls: object): AgentConfig =>
  agentConfig(loadConfig({ files: [{ path: 'f', text: JSON.stringify({ data_dir: '/d', tls }) }], environment: {}, flags: new Map() }), {
    hostName: 'h',
    address: '10.0.0.7',
  });

async function diskWith(files: Readonly<Record<string, string>>): Promise<Disk> {
  const disk = new MemoryDisk();
  for (const [path, text] of Object.entries(files)) {
    await disk.ensureFolder(path.slice(0, path.lastIndexOf('/')));
    const file = await disk.open(path);
    await file.append(Buffer.from(text));
    await file.close();
  }
  return disk;
}

const FILES = { '/t/cert': cert, '/t/key': key, '/t/ca': cert };

test('Without TLS nothing is read', async () => {
  expect(await readLinkTls(configOf({}), {} as Disk)).toEqual({ tls: undefined });
});

test('Files become texts, with what is to be verified', async () => {
  const internal_rpc = { ca_file: '/t/ca', cert_file: '/t/cert', key_file: '/t/key', verify_outgoing: true, verify_server_hostname: true };
  expect(await readLinkTls(configOf({ internal_rpc }), await diskWith(FILES))).toEqual({
    tls: { cert, key, ca: cert, verifyIncoming: false, verifyOutgoing: true, serverName: 'server.dc1.consul', minVersion: 'TLSv1.2' },
  });
});

test('What is not given is not there: an agent may verify and show nothing', async () => {
  const { tls } = await readLinkTls(configOf({ defaults: { ca_file: '/t/ca' } }), await diskWith(FILES));
  expect([tls?.ca, tls && 'cert' in tls, tls && 'key' in tls]).toEqual([cert, false, false]);
});

test('All certificates of a folder are trusted, besides those of the file', async () => {
  const other = selfSigned('other').cert;
  const disk = await diskWith({ ...FILES, '/cas/a.pem': other, '/cas/b.crt': cert });
  const { tls } = await readLinkTls(configOf({ defaults: { ca_file: '/t/ca', ca_path: '/cas' } }), disk);
  expect(tls?.ca).toBe([cert, other, cert].join('\n'));
});

test('Everything that is wrong is told at once, with its path and without what the file holds', async () => {
  const internal_rpc = { ca_path: '/none', ca_file: '/t/missing', cert_file: '/t/key', key_file: '/t/text' };
  const disk = await diskWith({ ...FILES, '/t/text': 'very secret' });
  await expect(readLinkTls(configOf({ internal_rpc }), disk)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: [
      'tls: /t/key: holds no certificate in PEM',
      'tls: /t/text: holds no private key in PEM',
      'tls: /t/missing: there is no such file',
      'tls: /none: there is no such folder, or nothing in it',
    ].join('\n'),
  });
});

test('A file that cannot be read says why', async () => {
  const disk = await diskWith(FILES);
  const broken: Disk = Object.assign(Object.create(disk), { read: () => Promise.reject(new Error('EACCES: permission denied')) });
  await expect(readLinkTls(configOf({ defaults: { ca_file: '/t/ca' } }), broken)).rejects.toThrow('tls: /t/ca: EACCES: permission denied');
});
