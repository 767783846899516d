/** A local state for tests: on a memory disk and a fake clock, with servers in memory and a runner that only records. */
import type { CheckRunner } from '../local/check-runner.ts';
import type { LocalSettings, LocalStateOptions } from '../local/local-options.ts';
import { LocalState } from '../local/local-state.ts';
import type { CheckStatus } from '../model/check.ts';
import type { CheckRegistration } from '../model/check-registration.ts';
import type { CheckOptions, CheckSpec } from '../model/check-spec.ts';
import type { NodeDefinition } from '../model/commands/catalog.ts';
import { DEFAULT_WEIGHTS, type ServiceDefinition } from '../model/service.ts';
import { NO_REGISTRATIONS, type Registrations } from '../registration/registrations.ts';
import { type Logger, silentLogger } from '../runtime/logger.ts';
import { SeededRandom } from '../runtime/random.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeSyncTarget } from './fake-sync-target.ts';
import { MemoryDisk } from './memory-disk.ts';

/** The node that the local state is for. */
export const NODE: NodeDefinition = {
  id: 'node-id-1',
  name: 'edge-1',
  address: '10.0.0.1',
  taggedAddresses: undefined,
  meta: { rack: 'a' },
  locality: undefined,
};

const SETTINGS: LocalSettings = {
  registerWaitMs: 500,
  fullSyncIntervalMs: 300_000,
  checkUpdateIntervalMs: 300_000,
  checkOutputMaxBytes: 64,
  adoptGraceMs: 0,
};

/** What the runner was last told of a check. */
export interface RunningCheck {
  readonly spec: CheckSpec;
  readonly last: { readonly status: CheckStatus; readonly output: string };
}

export class RecordingRunner implements CheckRunner {
  readonly running: Map<string, RunningCheck> = new Map();
  readonly beats: string[] = [];

  set(checkId: string, spec: CheckSpec, last: RunningCheck['last']): void {
    this.running.set(checkId, { spec, last });
  }

  remove(checkId: string): void {
    this.running.delete(checkId);
  }

  beat(checkId: string): void {
    this.beats.push(checkId);
  }

  stop(): void {
    this.running.clear();
  }
}

export interface LocalAgent {
  readonly clock: FakeClock;
  readonly target: FakeSyncTarget;
  readonly disk: MemoryDisk;
  readonly runner: RecordingRunner;
  readonly local: LocalState;
}

export interface LocalAgentOptions {
  /** Those of an agent before it, for a restart. */
  readonly disk?: MemoryDisk;
  readonly target?: FakeSyncTarget;
  readonly settings?: Partial<LocalSettings>;
  /** What its files define at the start; default nothing. */
  readonly definitions?: Registrations;
  readonly isMemoryOnly?: boolean;
  readonly logger?: Logger;
  /** Default: one that only records. */
  readonly runner?: LocalStateOptions['runner'];
}

/** Opens and starts a local state, and lets its first full sync end. */
export async function startLocalAgent(options: LocalAgentOptions = {}): Promise<LocalAgent> {
  const { disk = new MemoryDisk(), target = new FakeSyncTarget(), isMemoryOnly = false, logger = silentLogger } = options;
  const { settings, definitions = NO_REGISTRATIONS } = options;
  const clock = new FakeClock();
  const runner = new RecordingRunner();
  const local = await LocalState.open({
    node: NODE,
    target,
    runner: options.runner ?? (() => runner),
    storage: isMemoryOnly ? undefined : { disk, folder: '/data' },
    settings: { ...SETTINGS, ...settings },
    clock,
    random: new SeededRandom(1),
    logger,
  });
  await local.setDefinitions(definitions);
  await local.start();
  await clock.settle();
  return { clock, target, disk, runner, local };
}

/** An instance of `web` on port 80 with the tag `v1`. */
export const webService = (id: string, more: Partial<ServiceDefinition> = {}): ServiceDefinition => ({
  id,
  name: 'web',
  kind: '',
  tags: ['v1'],
  address: '',
  port: 80,
  socketPath: '',
  taggedAddresses: undefined,
  meta: undefined,
  weights: DEFAULT_WEIGHTS,
  enableTagOverride: false,
  proxy: undefined,
  connectNative: false,
  locality: undefined,
  ...more,
});

/** A check with a TTL of 10 s; `serviceId` '' for one of the node. */
export const ttlCheck = (id: string, serviceId: string, more: Partial<CheckOptions & { ttlMs: number }> = {}): CheckRegistration => ({
  id,
  name: 'alive',
  notes: '',
  serviceId,
  status: undefined,
  spec: {
    type: 'ttl',
    ttlMs: 10_000,
    successBeforePassing: 0,
    failuresBeforeWarning: 0,
    failuresBeforeCritical: 0,
    outputMaxBytes: 0,
    deregisterAfterMs: 0,
    ...more,
  },
});
