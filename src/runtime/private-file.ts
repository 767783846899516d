/** Files that only this user may read, for libraries that open them by path (lmdb). Errors are the system's. */
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface FileHead {
  /** Bytes in the whole file; 0 for one that was just created. */
  readonly sizeBytes: number;
  /** The first bytes, fewer than asked for if the file is shorter. */
  readonly bytes: Uint8Array;
}

/** Creates the folder (mode 0700) and the file (0600) unless they exist, and reads the file's first `headBytes`. */
export async function openPrivateFile(path: string, headBytes: number): Promise<FileHead> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // Made for appending, as that creates what is missing and leaves alone what is there; nothing is written.
  return withFile(path, 'a+', async (file) => {
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.min(headBytes, size));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return { sizeBytes: size, bytes: buffer.subarray(0, bytesRead) };
  });
}

/** Makes an existing file at least `sizeBytes` long; what is added reads as zeros and takes no space on the device. */
export function growFile(path: string, sizeBytes: number): Promise<void> {
  return withFile(path, 'r+', async (file) => {
    if ((await file.stat()).size < sizeBytes) await file.truncate(sizeBytes);
  });
}

/**
 * Makes an existing file at least `sizeBytes` long by writing zeros at its end, so that a later write in this range cannot fail for
 * want of space. Leaves the file as it was when there is not enough.
 */
export function fillFile(path: string, sizeBytes: number): Promise<void> {
  return withFile(path, 'r+', async (file) => {
    const { size } = await file.stat();
    try {
      let position = size;
      while (position < sizeBytes) position += await writeZeros(file, position, sizeBytes - position);
    } catch (error) {
      await file.truncate(size);
      throw error;
    }
  });
}

/** Makes an existing file empty. */
export function emptyFile(path: string): Promise<void> {
  return withFile(path, 'r+', (file) => file.truncate(0));
}

const ZEROS: Buffer = Buffer.alloc(64 * 1024);

async function writeZeros(file: FileHandle, position: number, atMost: number): Promise<number> {
  const { bytesWritten } = await file.write(ZEROS, 0, Math.min(atMost, ZEROS.length), position);
  return bytesWritten;
}

async function withFile<T>(path: string, mode: string, task: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, mode, 0o600);
  try {
    return await task(file);
  } finally {
    await file.close();
  }
}
