/**
 * What tells an agent from others of its name, and this start of it from the last (DESIGN section 5): the node id and a counter of starts,
 * both in the data folder, and a run id. The counter is durable before it is used, so that no two starts on one folder have the same.
 */
import { join } from 'node:path';
import type { AgentConfig } from '../config/agent-config.ts';
import type { Disk } from '../runtime/disk.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Random } from '../runtime/random.ts';
import type { AgentIdentity } from '../sync/frames.ts';
import { keepFile, nodeIdOf } from './identity.ts';

export interface IdentityTools {
  readonly disk: Disk;
  readonly random: Random;
  readonly logger: Logger;
}

const BOOT_FILE = 'boot';
/** Longer numbers are not exact. */
const BOOT = /^[1-9]\d{0,14}\n?$/;

/**
 * The identity of this start; without a data folder every start is the first. Where no count is found, or a damaged one, counting begins
 * anew and the agent is fresh: servers then ask whoever holds the name before they let it in, so the small count is not taken for that of
 * an old copy. Throws CONFIG_INVALID for a damaged node id, and what the disk throws.
 */
export async function openIdentity(config: Pick<AgentConfig, 'nodeId' | 'dataDir'>, tools: IdentityTools): Promise<AgentIdentity> {
  const { disk, random } = tools;
  const nodeId = await nodeIdOf(config, disk, random);
  const last = await lastBoot(config.dataDir, tools);
  const boot = last + 1;
  if (config.dataDir !== '') await keepFile(disk, join(config.dataDir, BOOT_FILE), `${boot}\n`);
  return Object.freeze({ nodeId, boot, runId: random.uuid(), isFresh: last === 0 });
}

/** 0: there was none that counts. */
async function lastBoot(dataDir: string, { disk, logger }: IdentityTools): Promise<number> {
  if (dataDir === '') return 0;
  const path = join(dataDir, BOOT_FILE);
  const kept = Buffer.from((await disk.read(path)) ?? []).toString('latin1');
  if (BOOT.test(kept)) return Number(kept);
  if (kept !== '') logger.warn({ path }, 'the count of starts is damaged, and begins anew');
  return 0;
}
