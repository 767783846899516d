/** Facts about the machine that are read from files: processes and space on a file system. */
import { readdir, statfs } from 'node:fs/promises';

/** How many processes run; 0 where the system does not tell. */
export async function countProcesses(): Promise<number> {
  try {
    return (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).length;
  } catch {
    return 0;
  }
}

/** Bytes and inodes of the file system that holds `path`. */
export interface FileSystemSpace {
  readonly totalBytes: number;
  readonly freeBytes: number;
  readonly availableBytes: number;
  readonly inodes: number;
  readonly freeInodes: number;
}

/** `undefined` where the system does not tell. */
export async function fileSystemSpace(path: string): Promise<FileSystemSpace | undefined> {
  try {
    const { blocks, bfree, bavail, bsize, files, ffree } = await statfs(path);
    return { totalBytes: blocks * bsize, freeBytes: bfree * bsize, availableBytes: bavail * bsize, inodes: files, freeInodes: ffree };
  } catch {
    return undefined;
  }
}
