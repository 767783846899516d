/** Writes a whole log file beside the present one, for creation and compaction. It counts only once the caller has renamed it. */
import type { Disk, DiskFile } from '../runtime/disk.ts';
import { frameRecord, logHeader } from './log-format.ts';

/** Bytes handed to the disk at once. */
const CHUNK_BYTES = 1024 * 1024;

/** Makes `path` a complete, synced log of `payloads`, in place of whatever was there. Throws what the disk throws. */
export async function writeLogFile(disk: Disk, path: string, payloads: readonly Uint8Array[]): Promise<void> {
  await disk.remove(path);
  const file = await disk.open(path);
  try {
    await appendInChunks(file, [logHeader(), ...payloads.map(frameRecord)]);
    await file.sync();
  } finally {
    await file.close().catch(() => {});
  }
}

async function appendInChunks(file: DiskFile, frames: readonly Buffer[]): Promise<void> {
  let chunk: Buffer[] = [];
  let sizeBytes = 0;
  for (const frame of frames) {
    chunk.push(frame);
    sizeBytes += frame.length;
    if (sizeBytes < CHUNK_BYTES) continue;
    await file.append(Buffer.concat(chunk));
    chunk = [];
    sizeBytes = 0;
  }
  if (sizeBytes > 0) await file.append(Buffer.concat(chunk));
}
