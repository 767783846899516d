/**
 * A disk in memory that forgets what was not synced when it crashes: bytes without `sync`, and creations, renames and removals
 * without `syncFolder`. As strict as POSIX allows, so that code which survives here survives on a real file system.
 */
import { posix } from 'node:path';
import type { Disk, DiskFile } from '../runtime/disk.ts';

export type DiskCall = 'ensureFolder' | 'read' | 'list' | 'open' | 'append' | 'sync' | 'truncate' | 'rename' | 'remove' | 'syncFolder';

/** What of the unsynced survives all the same; by default nothing does. */
export interface CrashOptions {
  /** Bytes of each file's unsynced end that reached the device: a torn last write. */
  readonly keepUnsyncedBytes?: number;
  /** True: creations, renames and removals survived although their folder was not synced. */
  readonly keepUnsyncedEntries?: boolean;
}

/** A file's content: now, and as it was at the last sync. Lives on under another name after a rename. */
interface Inode {
  now: Buffer;
  synced: Buffer;
}

interface Failure {
  readonly call: DiskCall;
  readonly error: Error;
  skip: number;
}

export class MemoryDisk implements Disk {
  /** What was asked of the disk, oldest first: `append /data/log`. For tests about the order of syncs; may be emptied. */
  readonly calls: string[] = [];
  #entries = new Map<string, Inode>();
  #durable = new Map<string, Inode>();
  #failures: Failure[] = [];
  #crashes = 0;

  /** Makes one future `call` throw `error` and do nothing else: the next one, or the one after `skip` good ones. */
  failNext(call: DiskCall, error: Error, skip: number = 0): void {
    this.#failures.push({ call, error, skip });
  }

  /** The machine stops and comes back. Files that are open fail from now on. */
  crash(options: CrashOptions = {}): void {
    this.#crashes += 1;
    if (options.keepUnsyncedEntries === true) this.#durable = new Map(this.#entries);
    else this.#entries = new Map(this.#durable);
    for (const inode of this.#entries.values()) {
      inode.synced = survivorOf(inode, options.keepUnsyncedBytes ?? 0);
      inode.now = inode.synced;
    }
  }

  /** Paths of all files, sorted. */
  paths(): readonly string[] {
    return [...this.#entries.keys()].sort();
  }

  /** Replaces a file's content on the device, as a broken device or a foreign program would; creates it if it is missing. */
  plant(path: string, bytes: Uint8Array): void {
    const content = Buffer.from(bytes);
    const inode = { now: content, synced: content };
    this.#entries.set(path, inode);
    this.#durable.set(path, inode);
  }

  async ensureFolder(path: string): Promise<void> {
    this.#enter('ensureFolder', path);
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    this.#enter('read', path);
    const inode = this.#entries.get(path);
    return inode && Uint8Array.from(inode.now);
  }

  /** A folder exists as long as it holds a file, at any depth. */
  async list(folder: string): Promise<readonly string[] | undefined> {
    this.#enter('list', folder);
    const prefix = `${folder.replace(/\/+$/, '')}/`;
    const below = this.paths().flatMap((path) => (path.startsWith(prefix) ? [path.slice(prefix.length)] : []));
    return below.length === 0 ? undefined : below.filter((name) => !name.includes('/'));
  }

  async open(path: string): Promise<DiskFile> {
    this.#enter('open', path);
    const inode = this.#entries.get(path) ?? { now: Buffer.alloc(0), synced: Buffer.alloc(0) };
    this.#entries.set(path, inode);
    const crashes = this.#crashes;
    return new MemoryFile(inode, (call) => {
      if (crashes !== this.#crashes) throw new Error(`EIO: ${path} was open when the disk crashed`);
      this.#enter(call, path);
    });
  }

  async rename(from: string, to: string): Promise<void> {
    this.#enter('rename', `${from} ${to}`);
    const inode = this.#entries.get(from);
    if (inode === undefined) throw Object.assign(new Error(`ENOENT: no such file, rename '${from}'`), { code: 'ENOENT' });
    this.#entries.delete(from);
    this.#entries.set(to, inode);
  }

  async remove(path: string): Promise<void> {
    this.#enter('remove', path);
    this.#entries.delete(path);
  }

  async syncFolder(path: string): Promise<void> {
    this.#enter('syncFolder', path);
    const isInFolder = (file: string): boolean => posix.dirname(file) === path.replace(/(?<=.)\/+$/, '');
    for (const file of [...this.#durable.keys()].filter(isInFolder)) this.#durable.delete(file);
    for (const [file, inode] of this.#entries) if (isInFolder(file)) this.#durable.set(file, inode);
  }

  /** Records a call and throws if it was told to fail. */
  #enter(call: DiskCall, path: string): void {
    this.calls.push(`${call} ${path}`);
    const failure = this.#failures.find((other) => other.call === call);
    if (failure === undefined) return;
    if (failure.skip > 0) {
      failure.skip -= 1;
      return;
    }
    this.#failures = this.#failures.filter((other) => other !== failure);
    throw failure.error;
  }
}

class MemoryFile implements DiskFile {
  readonly #inode: Inode;
  readonly #enter: (call: DiskCall) => void;
  #isOpen = true;

  constructor(inode: Inode, enter: (call: DiskCall) => void) {
    this.#inode = inode;
    this.#enter = enter;
  }

  get sizeBytes(): number {
    return this.#inode.now.length;
  }

  async append(bytes: Uint8Array): Promise<void> {
    this.#call('append');
    this.#inode.now = Buffer.concat([this.#inode.now, bytes]);
  }

  async sync(): Promise<void> {
    this.#call('sync');
    this.#inode.synced = this.#inode.now;
  }

  async truncate(sizeBytes: number): Promise<void> {
    this.#call('truncate');
    const { now } = this.#inode;
    this.#inode.now = Buffer.concat([now.subarray(0, sizeBytes)], sizeBytes);
  }

  async close(): Promise<void> {
    this.#isOpen = false;
  }

  #call(call: DiskCall): void {
    if (!this.#isOpen) throw new Error(`EBADF: ${call} after close`);
    this.#enter(call);
  }
}

/** Content after a crash: a torn end survives only where nothing before it was changed since the sync. */
function survivorOf({ now, synced }: Inode, keepUnsyncedBytes: number): Buffer {
  const isAppended = now.length > synced.length && now.subarray(0, synced.length).equals(synced);
  return isAppended ? now.subarray(0, synced.length + keepUnsyncedBytes) : synced;
}
