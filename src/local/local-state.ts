/**
 * What this agent owns: the services and checks registered on this node. Each change is made durable, then made, then sent to the
 * servers. Offers the agent routes their `LocalNode`, and takes the results of checks; the parts beside this file do the work.
 */
import { join } from 'node:path';
import type { CheckSink } from '../checks/check-sink.ts';
import type { Check, CheckStatus } from '../model/check.ts';
import type { CheckRegistration } from '../model/check-registration.ts';
import { maintenanceCheckId } from '../model/maintenance.ts';
import type { Service, ServiceDefinition } from '../model/service.ts';
import type { StringMap } from '../model/values.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { Part } from '../runtime/lifecycle.ts';
import { AntiEntropy } from './anti-entropy.ts';
import { DEFAULT_MAX_REGISTRATIONS, refuseIfFull } from './capacity.ts';
import { ChangeSignal } from './change-signal.ts';
import type { CheckRunner } from './check-runner.ts';
import { clipOutput } from './clip-output.ts';
import { Effects } from './effects.ts';
import { FileLog } from './file-log.ts';
import { type Journal, memoryJournal } from './journal.ts';
import type { LocalStateOptions } from './local-options.ts';
import { type CheckPut, decodeEntry, encodeEntry, type LogEntry, type ServicePut } from './log-entry.ts';
import { maintenanceCheck } from './maintenance.ts';
import { Reaper } from './reaper.ts';
import { Registry } from './registry.ts';
import { settledWithin } from './settled.ts';

const LOG_FILE = 'local.log';

/** Matches `LocalNode` of `api/`. */
export class LocalState implements CheckSink, Part {
  readonly name = 'local state';
  readonly #options: LocalStateOptions;
  readonly #registry: Registry;
  readonly #antiEntropy: AntiEntropy;
  readonly #runner: CheckRunner;
  readonly #reaper: Reaper;
  readonly #signal: ChangeSignal;
  readonly #journal: Journal;
  /** Changes that are being written: while there are any, what stands in memory is not the last word. */
  #writing = 0;

  private constructor(options: LocalStateOptions, registry: Registry, journal: Journal) {
    const { clock, logger, settings } = options;
    this.#options = options;
    this.#registry = registry;
    this.#journal = journal;
    this.#antiEntropy = new AntiEntropy({ ...options, ...settings, registry });
    this.#runner = options.runner(this);
    this.#reaper = new Reaper({ clock, logger, registry, deregister: (id) => this.deregisterService(id) });
    this.#signal = new ChangeSignal(clock);
  }

  /** Restores what was registered. Throws STORE_UNREADABLE for a newer or foreign log, STORE_FAILED when the disk refuses. */
  static async open(options: LocalStateOptions): Promise<LocalState> {
    const registry = new Registry({ nodeName: options.node.name, nodeId: options.node.id });
    return new LocalState(options, registry, await openJournal(options, registry));
  }

  /** Runs the restored checks, from their last status on, and begins to agree with the servers. */
  async start(): Promise<void> {
    const effects = new Effects({ antiEntropy: this.#antiEntropy, runner: this.#runner, reaper: this.#reaper, signal: this.#signal });
    for (const check of this.#registry.checks.values()) {
      const stored = this.#registry.stored(check.id);
      if (stored !== undefined) effects.checkRegistered(stored, check);
      this.#reaper.observe(check);
    }
    this.#registry.listen(effects);
    this.#reaper.start();
    this.#antiEntropy.start();
  }

  async stop(): Promise<void> {
    await this.#runner.stop();
    this.#reaper.stop();
    this.#antiEntropy.stop();
    await this.#journal.close();
  }

  /** Compares everything with the servers now: to be called when the link, or the leader, is new. */
  fullSync(): Promise<void> {
    return this.#antiEntropy.fullSync();
  }

  get nodeName(): string {
    return this.#options.node.name;
  }

  get nodeId(): string {
    return this.#options.node.id;
  }

  get nodeMeta(): StringMap {
    return this.#options.node.meta ?? {};
  }

  services(): ReadonlyMap<string, Service> {
    return this.#registry.services;
  }

  checks(): ReadonlyMap<string, Check> {
    return this.#registry.checks;
  }

  async registerService(service: ServiceDefinition, checks: readonly CheckRegistration[], replaceChecks: boolean): Promise<void> {
    await this.#put({ op: 'service.put', service, checks, replaceChecks });
  }

  async deregisterService(id: string): Promise<boolean> {
    if (!this.#registry.services.has(id)) return false;
    await this.#commit({ op: 'service.remove', id });
    return true;
  }

  async registerCheck(check: CheckRegistration): Promise<void> {
    const { serviceId } = check;
    if (serviceId !== '' && !this.#registry.services.has(serviceId)) {
      throw new KonsulError('NOT_FOUND', `ServiceID "${serviceId}" does not exist`);
    }
    await this.#put({ op: 'check.put', check, unsetDuration: '0s' });
  }

  async deregisterCheck(id: string): Promise<boolean> {
    if (!this.#registry.checks.has(id)) return false;
    await this.#commit({ op: 'check.remove', id });
    return true;
  }

  async setMaintenance(serviceId: string, enable: boolean, reason: string): Promise<boolean> {
    if (serviceId !== '' && !this.#registry.services.has(serviceId)) return false;
    const id = maintenanceCheckId(serviceId);
    if (enable === this.#registry.checks.has(id)) return true;
    if (enable) await this.#put({ op: 'check.put', check: maintenanceCheck(serviceId, reason), unsetDuration: '' });
    else await this.#commit({ op: 'check.remove', id });
    return true;
  }

  /** A failing disk does not stop the status from being shown and sent; it only fails the call. */
  async updateTtl(checkId: string, status: CheckStatus, output: string): Promise<void> {
    const spec = this.#registry.stored(checkId)?.registration.spec;
    if (spec === undefined) {
      throw new KonsulError('NOT_FOUND', `Unknown check ID "${checkId}". Ensure that the check ID is passed, not the check name.`);
    }
    if (spec.type !== 'ttl') throw new KonsulError('REJECTED', `CheckID "${checkId}" does not have associated TTL`);
    const { checkOutputMaxBytes: max } = this.#options.settings;
    const clipped = clipOutput(output, Math.min(spec.outputMaxBytes || max, max));
    this.#runner.beat(checkId, clipped);
    await this.#setResult(checkId, status, clipped);
    await this.#sent();
  }

  report(checkId: string, status: CheckStatus, output: string): void {
    // The log has told of its failure itself.
    this.#setResult(checkId, status, output).catch(() => {});
    void this.#antiEntropy.flush();
  }

  waitForChange(timeoutMs: number, signal: AbortSignal): Promise<void> {
    return this.#signal.wait(timeoutMs, signal);
  }

  /** The same registration again writes nothing and sends nothing. */
  async #put(entry: ServicePut | CheckPut): Promise<void> {
    if (this.#writing === 0 && this.#registry.isSettled(entry)) return this.#sent();
    refuseIfFull(this.#registry, entry, this.#options.settings.maxRegistrations ?? DEFAULT_MAX_REGISTRATIONS);
    await this.#commit(entry);
  }

  /** Durable, then made, then sent. */
  async #commit(entry: LogEntry): Promise<void> {
    this.#writing += 1;
    try {
      await this.#journal.append(encodeEntry(entry), () => this.#registry.apply(entry));
    } finally {
      this.#writing -= 1;
    }
    await this.#sent();
  }

  /** Made, then durable: a new status must show even when the disk is slow or broken. Output alone is not written. */
  async #setResult(id: string, status: CheckStatus, output: string): Promise<void> {
    const before = this.#registry.checks.get(id);
    if (before === undefined || (before.status === status && before.output === output)) return;
    const entry: LogEntry = { op: 'check.result', id, status, output };
    this.#registry.apply(entry);
    if (before.status !== status) await this.#journal.append(encodeEntry(entry), () => {});
  }

  /** Waits, for a while, until the servers have what was changed. That they do not is no failure: it is sent until they do. */
  async #sent(): Promise<void> {
    await settledWithin(this.#options.clock, this.#options.settings.registerWaitMs, this.#antiEntropy.flush());
  }
}

async function openJournal({ storage, logger }: LocalStateOptions, registry: Registry): Promise<Journal> {
  if (storage === undefined) return memoryJournal;
  return FileLog.open({
    disk: storage.disk,
    path: join(storage.folder, LOG_FILE),
    logger,
    restore: (payloads) => {
      for (const payload of payloads) registry.apply(decodeEntry(payload));
    },
    snapshot: () => Array.from(registry.snapshot(), encodeEntry),
  });
}
