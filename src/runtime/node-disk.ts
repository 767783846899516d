/**
 * The disk of this machine, on `node:fs/promises`. Files keep their own end: positions are explicit, so that a write that
 * failed half-way is overwritten by the next one instead of leaving a hole of rubbish in the middle of a log.
 */
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Disk, DiskFile } from './disk.ts';
import { invariant } from './errors.ts';

const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

export class NodeDisk implements Disk {
  async ensureFolder(path: string): Promise<void> {
    await mkdir(path, { recursive: true, mode: FOLDER_MODE });
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    try {
      return await readFile(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async list(folder: string): Promise<readonly string[] | undefined> {
    try {
      const names: string[] = [];
      for (const entry of await readdir(folder, { withFileTypes: true })) {
        if (entry.isFile() || (entry.isSymbolicLink() && (await isFile(join(folder, entry.name))))) names.push(entry.name);
      }
      return names.sort();
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
      throw error;
    }
  }

  async open(path: string): Promise<DiskFile> {
    // Not O_APPEND: with it, Linux ignores the position of a write.
    const handle = await open(path, constants.O_RDWR | constants.O_CREAT, FILE_MODE);
    try {
      return new NodeFile(handle, (await handle.stat()).size);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  rename(from: string, to: string): Promise<void> {
    return rename(from, to);
  }

  remove(path: string): Promise<void> {
    return rm(path, { force: true });
  }

  async syncFolder(path: string): Promise<void> {
    const handle = await open(join(path, '.'), 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}

/** Through links; a link to nothing is no file. */
const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

/** Appends and cuts must not overlap each other; a sync may run beside an append and covers what was appended before it began. */
class NodeFile implements DiskFile {
  readonly #handle: FileHandle;
  #sizeBytes: number;
  #isWriting = false;
  #syncFailure: { readonly error: unknown } | undefined;

  constructor(handle: FileHandle, sizeBytes: number) {
    this.#handle = handle;
    this.#sizeBytes = sizeBytes;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  append(bytes: Uint8Array): Promise<void> {
    return this.#exclusively(async () => {
      try {
        await writeAll(this.#handle, bytes, this.#sizeBytes);
      } catch (error) {
        // The next append starts here again; cutting only spares readers the torn piece, and a full disk may refuse even that.
        await this.#handle.truncate(this.#sizeBytes).catch(() => {});
        throw error;
      }
      this.#sizeBytes += bytes.byteLength;
    });
  }

  /** After a failed sync the kernel may have dropped the pages and would call the next sync a success: so the file stays failed. */
  async sync(): Promise<void> {
    this.#throwIfFailed();
    try {
      await this.#handle.datasync();
    } catch (error) {
      this.#syncFailure = { error };
      throw error;
    }
  }

  truncate(sizeBytes: number): Promise<void> {
    return this.#exclusively(async () => {
      await this.#handle.truncate(sizeBytes);
      this.#sizeBytes = sizeBytes;
    });
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  async #exclusively(write: () => Promise<void>): Promise<void> {
    this.#throwIfFailed();
    invariant(!this.#isWriting, 'two writes to one file overlap');
    this.#isWriting = true;
    try {
      await write();
    } finally {
      this.#isWriting = false;
    }
  }

  #throwIfFailed(): void {
    if (this.#syncFailure !== undefined) throw this.#syncFailure.error;
  }
}

/** What `writeAll` needs of a file handle. */
export interface PositionedWriter {
  write(bytes: Uint8Array, offset: number, length: number, position: number): Promise<{ readonly bytesWritten: number }>;
}

/** Writes all of `bytes` at `position`, however little the system takes at a time. Throws the system's error. */
export async function writeAll(writer: PositionedWriter, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.byteLength; ) {
    const { bytesWritten } = await writer.write(bytes, done, bytes.byteLength - done, position + done);
    if (bytesWritten === 0) throw new Error('the system wrote nothing and gave no reason');
    done += bytesWritten;
  }
}
