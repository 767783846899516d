/** The file that holds the process id while the process runs (`pid_file`). */
import type { Disk } from '../runtime/disk.ts';
import { KonsulError, messageOf } from '../runtime/errors.ts';

/** Runs `task` while the file is there; '' for no file. Throws CONFIG_INVALID if it cannot be written. */
export async function withPidFile<T>(
  path: string,
  { pid, disk }: { readonly pid: number; readonly disk: Disk },
  task: () => Promise<T>,
): Promise<T> {
  if (path === '') return task();
  await writePid(path, pid, disk);
  try {
    return await task();
  } finally {
    await disk.remove(path);
  }
}

async function writePid(path: string, pid: number, disk: Disk): Promise<void> {
  try {
    await disk.remove(path);
    const file = await disk.open(path);
    await file.append(Buffer.from(`${pid}\n`)).finally(() => file.close());
  } catch (error) {
    throw new KonsulError('CONFIG_INVALID', `pid_file: cannot write ${path}: ${messageOf(error)}`, { cause: error });
  }
}
