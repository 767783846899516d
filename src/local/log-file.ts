/** Writes a whole log file beside the present one, for creation and compaction. It counts only once the caller has renamed it. */
import type { Disk, DiskFile } from '../runtime/disk.ts';
import { frameRecord, logHeader } from './log-format.ts';

/** Bytes handed to the disk at once: few enough for other work to go on in between. */
const CHUNK_BYTES = 256 * 1024;

/** Makes `path` a complete, synced log of `payloads`, in place of whatever was there; resolves with their number. Throws what the disk throws. */
export async function writeLogFile(disk: Disk, path: string, payloads: Iterable<Uint8Array>): Promise<number> {
  await disk.remove(path);
  const file = await disk.open(path);
  try {
    await file.append(logHeader());
    const count = await appendInChunks(file, payloads);
    await file.sync();
    return count;
  } finally {
    await file.close().catch(() => {});
  }
}

async function appendInChunks(file: DiskFile, payloads: Iterable<Uint8Array>): Promise<number> {
  let chunk: Buffer[] = [];
  let sizeBytes = 0;
  let count = 0;
  for (const payload of payloads) {
    const frame = frameRecord(payload);
    chunk.push(frame);
    sizeBytes += frame.length;
    count += 1;
    if (sizeBytes < CHUNK_BYTES) continue;
    await file.append(Buffer.concat(chunk));
    chunk = [];
    sizeBytes = 0;
  }
  if (sizeBytes > 0) await file.append(Buffer.concat(chunk));
  return count;
}
