/**
 * Files as a dependency. Syncs are calls of their own, so that a simulation can lose what was not synced and fail the n-th call.
 * Paths are absolute. A missing file is `undefined`, every other failure throws the system's error.
 */

export interface DiskFile {
  /** Bytes in the file. */
  readonly sizeBytes: number;
  /** Writes at the end. What is not synced may be lost, or cut anywhere, by a crash. */
  append(bytes: Uint8Array): Promise<void>;
  /** Resolves when all that was appended is on the device (fdatasync). */
  sync(): Promise<void>;
  /** Cuts the file to `sizeBytes`. */
  truncate(sizeBytes: number): Promise<void>;
  close(): Promise<void>;
}

export interface Disk {
  /** Creates the folder and its parents; fine if it exists. */
  ensureFolder(path: string): Promise<void>;
  /** The whole file, or `undefined` if there is none. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Names of the files in a folder, sorted; a link to a file is one. `undefined` if there is no such folder. */
  list(folder: string): Promise<readonly string[] | undefined>;
  /** Opens for appending; created, mode 0600, if it does not exist. */
  open(path: string): Promise<DiskFile>;
  /** Replaces `to` atomically. */
  rename(from: string, to: string): Promise<void>;
  /** Fine if there is no such file. */
  remove(path: string): Promise<void>;
  /** Makes creations, renames and removals in the folder durable. */
  syncFolder(path: string): Promise<void>;
}
