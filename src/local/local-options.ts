/** What a `LocalState` is made of and how it behaves. Handed in by the assemblies. */
import type { AliasSource } from '../checks/alias-source.ts';
import type { CheckSink } from '../checks/check-sink.ts';
import type { FlapSettings } from '../checks/flap-damper.ts';
import type { NodeDefinition } from '../model/commands/catalog.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Disk } from '../runtime/disk.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Random } from '../runtime/random.ts';
import type { CheckRunner } from './check-runner.ts';
import type { SyncTarget } from './sync-target.ts';

/** What may change while the agent runs. */
export interface ReloadableSettings {
  /** How rarely output alone travels; 0: always at once. */
  readonly checkUpdateIntervalMs: number;
  /** Keeps and sends no output of any result from here on. Default false. */
  readonly discardCheckOutput?: boolean;
  /** False: script and docker checks that programs registered are removed, now and when they come. Default true. */
  readonly scriptChecksEnabled?: boolean;
  /** Default: nothing is damped. */
  readonly flap?: FlapSettings;
}

export interface LocalSettings extends ReloadableSettings {
  /** The most that a registration waits for the servers. */
  readonly registerWaitMs: number;
  /** Between two comparisons with the servers. */
  readonly fullSyncIntervalMs: number;
  /** The most that is kept of what a program reports of a TTL check. */
  readonly checkOutputMaxBytes: number;
  /** Services and checks together. Default 100,000. */
  readonly maxRegistrations?: number;
  /** How long an agent with an empty log keeps what the servers hold for its node, from the first agreement; 0: not. Default 5 min. */
  readonly adoptGraceMs?: number;
  /** A shorter `DeregisterCriticalServiceAfter` is raised to this. Default 1 min, as in Consul. */
  readonly minDeregisterAfterMs?: number;
}

export interface LocalStateOptions {
  /** This node as it goes into the catalog; its id is the owner of what is registered here. */
  readonly node: NodeDefinition;
  readonly target: SyncTarget;
  /** Makes the scheduler of the checks, which reports to `local`, and looks there for what alias checks stand for. */
  readonly runner: (local: CheckSink & AliasSource) => CheckRunner;
  /** Where registrations are kept; `undefined` keeps them in memory only. */
  readonly storage: { readonly disk: Disk; readonly folder: string } | undefined;
  readonly settings: LocalSettings;
  /** Told of every service that is deregistered here, before the servers are. Default: nobody is. */
  readonly deregistered?: (serviceId: string) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}
