/** The local state of a process, as its configuration makes it. */
import { join } from 'node:path';
import { CheckScheduler } from '../checks/scheduler.ts';
import type { AgentConfig } from '../config/agent-config.ts';
import { CatalogAliases } from '../local/catalog-aliases.ts';
import { LocalState } from '../local/local-state.ts';
import type { SyncTarget } from '../local/sync-target.ts';
import type { NodeDefinition } from '../model/commands/catalog.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Disk } from '../runtime/disk.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Prober } from '../runtime/prober.ts';
import type { Random } from '../runtime/random.ts';
import type { Backend } from '../topics/backend.ts';
import { localSettings } from './local-settings.ts';
import type { Telemetry } from './telemetry.ts';

export interface OpenLocalOptions {
  readonly config: AgentConfig;
  readonly node: NodeDefinition;
  readonly target: SyncTarget;
  /** Where alias checks look for other nodes. */
  readonly backend: Backend;
  readonly telemetry: Telemetry;
  readonly deregistered?: (serviceId: string) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly disk: Disk;
  readonly prober: Prober;
  readonly logger: Logger;
}

/** Throws as `LocalState.open` does. */
export function openLocal({ config, node, target, backend, telemetry, deregistered, ...tools }: OpenLocalOptions): Promise<LocalState> {
  const { clock, random, prober, disk, logger } = tools;
  const { checks, sync } = config;
  return LocalState.open({
    node,
    target,
    runner: (local) =>
      new CheckScheduler({
        ...{ clock, random, prober, sink: local, aliases: local, remoteAliases: new CatalogAliases({ backend, clock }) },
        settings: { outputMaxBytes: checks.outputMaxBytes, followRedirects: checks.followsRedirects },
        meters: telemetry.checks,
      }),
    storage: config.dataDir === '' ? undefined : { disk, folder: join(config.dataDir, 'local') },
    settings: {
      registerWaitMs: sync.registerWaitMs,
      fullSyncIntervalMs: sync.fullSyncIntervalMs,
      checkOutputMaxBytes: checks.outputMaxBytes,
      adoptGraceMs: sync.adoptGraceMs,
      minDeregisterAfterMs: checks.minDeregisterAfterMs,
      ...localSettings(config),
    },
    ...(deregistered === undefined ? {} : { deregistered }),
    clock,
    random,
    logger: logger.child({ component: 'agent' }),
  });
}
