/** Opens the log of an agent, and replays it into its registry. A log that holds nothing begins with an adoption. */
import { join } from 'node:path';
import { DEFAULT_ADOPT_GRACE_MS } from './adoption.ts';
import { FileLog } from './file-log.ts';
import { type Journal, MemoryJournal } from './journal.ts';
import type { LocalStateOptions } from './local-options.ts';
import { decodeEntry, encodeEntry, type LogEntry } from './log-entry.ts';
import type { Registry } from './registry.ts';

const LOG_FILE = 'local.log';

/** Throws STORE_UNREADABLE for a newer or foreign log, STORE_FAILED when the disk refuses. */
export async function openJournal(options: LocalStateOptions, registry: Registry): Promise<Journal> {
  const { journal, isNew } = await openLog(options, registry);
  const hasTime = (options.settings.adoptGraceMs ?? DEFAULT_ADOPT_GRACE_MS) > 0;
  const isActive = hasTime && (isNew || registry.isAdopting);
  if (isActive === registry.isAdopting) return journal;
  const entry: LogEntry = { op: 'adoption', isActive };
  await journal.append([encodeEntry(entry)], () => registry.apply(entry));
  return journal;
}

interface OpenedLog {
  readonly journal: Journal;
  readonly isNew: boolean;
}

async function openLog({ storage, logger }: LocalStateOptions, registry: Registry): Promise<OpenedLog> {
  if (storage === undefined) return { journal: new MemoryJournal(), isNew: true };
  let isNew = true;
  const journal = await FileLog.open({
    disk: storage.disk,
    path: join(storage.folder, LOG_FILE),
    logger,
    restore: (payloads) => {
      isNew = payloads.length === 0;
      for (const payload of payloads) registry.apply(decodeEntry(payload));
    },
    snapshot: () => encoded(registry),
    liveRecords: () => registry.services.size + 2 * registry.checks.size,
  });
  return { journal, isNew };
}

function* encoded(registry: Registry): Iterable<Uint8Array> {
  for (const entry of registry.snapshot()) yield encodeEntry(entry);
}
