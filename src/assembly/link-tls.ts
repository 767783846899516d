/** Reads the files of TLS on links (`tls.internal_rpc`). What cannot be read, or is no PEM, stops the start with its path. */
import { join } from 'node:path';
import type { AgentConfig } from '../config/agent-config.ts';
import type { Disk } from '../runtime/disk.ts';
import { KonsulError, messageOf } from '../runtime/errors.ts';
import type { LinkTls } from '../runtime/ws-link-settings.ts';

type PemKind = 'CERTIFICATE' | 'PRIVATE KEY';

/** `undefined`: links are plain. Throws CONFIG_INVALID with all that is wrong, a line each. */
export async function readLinkTls(
  { link: { tls } }: Pick<AgentConfig, 'link'>,
  disk: Disk,
): Promise<{ readonly tls: LinkTls | undefined }> {
  if (tls === undefined) return { tls: undefined };
  const files = new PemFiles(disk);
  const cert = await files.read(tls.certFile, 'CERTIFICATE');
  const key = await files.read(tls.keyFile, 'PRIVATE KEY');
  const ca = [await files.read(tls.caFile, 'CERTIFICATE'), ...(await files.readFolder(tls.caPath))].filter((text) => text !== '');
  if (files.problems.length > 0) throw new KonsulError('CONFIG_INVALID', files.problems.join('\n'));
  const { verifyIncoming, verifyOutgoing, serverName, minVersion } = tls;
  return { tls: { ...present({ cert, key, ca: ca.join('\n') }), verifyIncoming, verifyOutgoing, serverName, minVersion } };
}

/** The texts that there are. */
const present = (texts: Required<Pick<LinkTls, 'cert' | 'key' | 'ca'>>): Pick<LinkTls, 'cert' | 'key' | 'ca'> =>
  Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ''));

class PemFiles {
  readonly problems: string[] = [];
  readonly #disk: Disk;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  /** '' for no path, and for what is told among the problems. */
  async read(path: string, kind: PemKind): Promise<string> {
    if (path === '') return '';
    try {
      const bytes = await this.#disk.read(path);
      if (bytes === undefined) throw new Error('there is no such file');
      const text = Buffer.from(bytes).toString();
      if (!new RegExp(`-----BEGIN (?:[A-Z]+ )?${kind}-----`).test(text)) throw new Error(`holds no ${kind.toLowerCase()} in PEM`);
      return text;
    } catch (error) {
      this.problems.push(`tls: ${path}: ${messageOf(error)}`);
      return '';
    }
  }

  /** Every file of a folder of certificates. */
  async readFolder(folder: string): Promise<readonly string[]> {
    if (folder === '') return [];
    const names = (await this.#disk.list(folder).catch(() => undefined)) ?? [];
    if (names.length === 0) this.problems.push(`tls: ${folder}: there is no such folder, or nothing in it`);
    return Promise.all(names.map((name) => this.read(join(folder, name), 'CERTIFICATE')));
  }
}
