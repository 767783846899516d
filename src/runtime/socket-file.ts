/** The file of a unix socket: cleared before it is listened on, and given to whom it is for afterwards. Errors are the system's. */
import { chmod, chown, lstat, readFile, rm } from 'node:fs/promises';
import { KonsulError } from './errors.ts';

export interface SocketOwner {
  /** A name or a number; '' leaves it. */
  readonly user: string;
  readonly group: string;
  /** Octal; '' leaves it. */
  readonly mode: string;
}

/** Removes a socket that a process left behind. Throws CONFIG_INVALID if something else stands there. */
export async function clearSocketFile(path: string): Promise<void> {
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found === undefined) return;
  if (!found.isSocket()) throw new KonsulError('CONFIG_INVALID', `${path} is no socket: remove it, or listen somewhere else`);
  await rm(path);
}

/** Throws CONFIG_INVALID for a user, group or mode that is none. */
export async function grantSocketFile(path: string, { user, group, mode }: SocketOwner): Promise<void> {
  if (user !== '' || group !== '') await chown(path, await idOf(user, '/etc/passwd'), await idOf(group, '/etc/group'));
  if (mode === '') return;
  if (!/^0?[0-7]{3,4}$/.test(mode)) throw new KonsulError('CONFIG_INVALID', `unix_sockets.mode: must be octal as in "0660", not "${mode}"`);
  await chmod(path, Number.parseInt(mode, 8));
}

/** What leaves an owner as it is. */
const UNCHANGED = -1;

async function idOf(name: string, list: string): Promise<number> {
  if (name === '') return UNCHANGED;
  if (/^\d{1,10}$/.test(name)) return Number(name);
  const lines = (await readFile(list, 'utf8')).split('\n').map((line) => line.split(':'));
  const id = lines.find(([known]) => known === name)?.[2];
  if (id === undefined) throw new KonsulError('CONFIG_INVALID', `unix_sockets: there is no "${name}" in ${list}`);
  return Number(id);
}
