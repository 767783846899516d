/**
 * What this agent owns: the services and checks registered on this node. Each change is made durable, then made, then sent to the
 * servers. Offers the agent routes their `LocalNode`, and takes the results of checks; the parts beside this file do the work.
 */
import { join } from 'node:path';
import { AliasListeners } from '../checks/alias-listeners.ts';
import type { AliasSource } from '../checks/alias-source.ts';
import type { CheckSink } from '../checks/check-sink.ts';
import type { Check, CheckStatus } from '../model/check.ts';
import type { CheckRegistration } from '../model/check-registration.ts';
import type { NodeDefinition } from '../model/commands/catalog.ts';
import { maintenanceCheckId } from '../model/maintenance.ts';
import type { Service, ServiceDefinition } from '../model/service.ts';
import { isEqual, type StringMap } from '../model/values.ts';
import type { Registrations } from '../registration/registrations.ts';
import { invariant, KonsulError } from '../runtime/errors.ts';
import type { Part } from '../runtime/lifecycle.ts';
import { AntiEntropy } from './anti-entropy.ts';
import { DEFAULT_MAX_REGISTRATIONS, refuseIfFull } from './capacity.ts';
import { ChangeSignal } from './change-signal.ts';
import type { CheckRunner } from './check-runner.ts';
import { clipOutput } from './clip-output.ts';
import { definitionChanges } from './definition-changes.ts';
import { warnOfHiddenName } from './dns-names.ts';
import { Effects } from './effects.ts';
import { FileLog } from './file-log.ts';
import { type Journal, MemoryJournal } from './journal.ts';
import type { LocalStateOptions, ReloadableSettings } from './local-options.ts';
import {
  type CheckPut,
  type CheckRemove,
  decodeEntry,
  encodeEntry,
  type LogEntry,
  type ServicePut,
  type ServiceRemove,
} from './log-entry.ts';
import { maintenanceCheck } from './maintenance.ts';
import { Reaper } from './reaper.ts';
import { Registry } from './registry.ts';
import { putsScriptCheck, scriptCheckRemovals } from './script-checks.ts';
import { settledWithin } from './settled.ts';

const LOG_FILE = 'local.log';

/** Matches `LocalNode` of `api/`. */
export class LocalState implements CheckSink, AliasSource, Part {
  readonly name = 'local state';
  readonly #options: LocalStateOptions;
  readonly #registry: Registry;
  readonly #antiEntropy: AntiEntropy;
  readonly #runner: CheckRunner;
  readonly #reaper: Reaper;
  readonly #signal: ChangeSignal;
  readonly #journal: Journal;
  readonly #aliases = new AliasListeners();
  /** Changes that are being written: while there are any, what stands in memory is not the last word. */
  #writing = 0;
  #node: NodeDefinition;
  #isOutputDiscarded: boolean;
  #areScriptsAllowed: boolean;
  /** Ends when the last set of definitions stands. */
  #replacing: Promise<void> = Promise.resolve();

  private constructor(options: LocalStateOptions, registry: Registry, journal: Journal) {
    const { clock, logger, settings } = options;
    this.#options = options;
    this.#node = options.node;
    this.#isOutputDiscarded = settings.discardCheckOutput ?? false;
    this.#areScriptsAllowed = settings.scriptChecksEnabled ?? true;
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
    if (!this.#areScriptsAllowed) this.#dropScripts();
    const effects = new Effects({
      antiEntropy: this.#antiEntropy,
      runner: this.#runner,
      reaper: this.#reaper,
      signal: this.#signal,
      aliases: this.#aliases,
    });
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

  /** Services and checks that the servers do not have yet. */
  get pendingUploads(): number {
    return this.#antiEntropy.pending;
  }

  /** The settings that a reload may change. */
  configure({ checkUpdateIntervalMs, discardCheckOutput = false, scriptChecksEnabled = true }: ReloadableSettings): void {
    this.#antiEntropy.setUpdateInterval(checkUpdateIntervalMs);
    this.#isOutputDiscarded = discardCheckOutput;
    this.#areScriptsAllowed = scriptChecksEnabled;
    if (!scriptChecksEnabled) this.#dropScripts();
  }

  /** Changes what the catalog says of this node (metadata, addresses); its name and id stay. Waits as a registration does. */
  async setNode(node: NodeDefinition): Promise<void> {
    const { id, name } = this.#node;
    invariant(node.id === id && node.name === name, 'a node keeps its name and id while it runs');
    if (isEqual(node, this.#node)) return;
    this.#node = node;
    await this.#sent(this.#antiEntropy.setNode(node));
  }

  get nodeName(): string {
    return this.#node.name;
  }

  get nodeId(): string {
    return this.#node.id;
  }

  get nodeMeta(): StringMap {
    return this.#node.meta ?? {};
  }

  services(): ReadonlyMap<string, Service> {
    return this.#registry.services;
  }

  checks(): ReadonlyMap<string, Check> {
    return this.#registry.checks;
  }

  hasService(serviceId: string): boolean {
    return this.#registry.services.has(serviceId);
  }

  checksOf(serviceId: string): readonly Check[] {
    const { checks } = this.#registry;
    return this.#registry.checkIdsOf(serviceId).flatMap((id) => checks.get(id) ?? []);
  }

  watchAliased(serviceId: string, listener: () => void): () => void {
    return this.#aliases.watch(serviceId, listener);
  }

  /**
   * Makes `registrations` all that is registered from definition files: at once, on disk and visible when this resolves. What is the
   * same stays untouched, with its status. To be called between `open` and `start`, and at every reload: what the last run had from
   * files is here until then. Throws CONFIG_INVALID for a check of an unknown service, else as `registerService`; then nothing changed.
   */
  async setDefinitions(registrations: Registrations): Promise<void> {
    const replaced = this.#replacing.then(() => this.#replaceDefinitions(registrations));
    this.#replacing = replaced.catch(() => {});
    await replaced;
    await this.#sent();
  }

  async registerService(service: ServiceDefinition, checks: readonly CheckRegistration[], replaceChecks: boolean): Promise<void> {
    await this.#put({ op: 'service.put', service, checks, replaceChecks });
  }

  async deregisterService(id: string): Promise<boolean> {
    if (!this.#registry.services.has(id)) return false;
    await this.#remove({ op: 'service.remove', id });
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
    await this.#remove({ op: 'check.remove', id });
    return true;
  }

  async setMaintenance(serviceId: string, enable: boolean, reason: string): Promise<boolean> {
    if (serviceId !== '' && !this.#registry.services.has(serviceId)) return false;
    const id = maintenanceCheckId(serviceId);
    if (enable === this.#registry.checks.has(id)) return true;
    if (enable) await this.#put({ op: 'check.put', check: maintenanceCheck(serviceId, reason), unsetDuration: '' });
    else await this.#remove({ op: 'check.remove', id });
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
    try {
      await this.#setResult(checkId, status, clipped);
    } finally {
      await this.#sent();
    }
  }

  report(checkId: string, status: CheckStatus, output: string): void {
    // The log has told of its failure itself.
    this.#setResult(checkId, status, output).catch(() => {});
    void this.#antiEntropy.flush();
  }

  waitForChange(timeoutMs: number, signal: AbortSignal): Promise<void> {
    return this.#signal.wait(timeoutMs, signal);
  }

  /** Programs may change things meanwhile: each of them then comes before or after this, as the log has it. */
  async #replaceDefinitions(registrations: Registrations): Promise<void> {
    const entries = definitionChanges(this.#registry, registrations);
    if (entries.length > 0) await this.#write(entries);
  }

  /** The same registration again writes nothing and sends nothing. */
  async #put(entry: ServicePut | CheckPut): Promise<void> {
    if (this.#writing > 0 || !this.#registry.isSettled(entry)) await this.#write([entry]);
    await this.#sent();
  }

  async #remove(entry: ServiceRemove | CheckRemove): Promise<void> {
    await this.#write([entry]);
    await this.#sent();
  }

  /** Durable, then made, all at once. */
  async #write(entries: readonly LogEntry[]): Promise<void> {
    refuseIfFull(this.#registry, entries, this.#options.settings.maxRegistrations ?? DEFAULT_MAX_REGISTRATIONS);
    this.#writing += 1;
    try {
      await this.#journal.append(entries.map(encodeEntry), () => {
        for (const entry of entries) this.#registry.apply(entry);
        // Allowed when it was asked for, and switched off while it was written.
        if (!this.#areScriptsAllowed && entries.some(putsScriptCheck)) this.#dropScripts();
      });
    } finally {
      this.#writing -= 1;
    }
    for (const entry of entries) if (entry.op === 'service.put') warnOfHiddenName(entry.service, this.#options.logger);
  }

  /** Made, then durable: a new status must show even when the disk is slow or broken. Output alone is not written. */
  async #setResult(id: string, status: CheckStatus, given: string): Promise<void> {
    const output = this.#isOutputDiscarded ? '' : given;
    const before = this.#registry.checks.get(id);
    if (before === undefined || (before.status === status && before.output === output)) return;
    const entry: LogEntry = { op: 'check.result', id, status, output };
    this.#registry.apply(entry);
    if (before.status !== status) await this.#journal.append([encodeEntry(entry)], () => {});
  }

  /** The checks that programs registered and that run programs: made, then durable, so that a broken disk cannot keep them running. */
  #dropScripts(): void {
    const entries = scriptCheckRemovals(this.#registry);
    for (const entry of entries) {
      this.#registry.apply(entry);
      this.#options.logger.warn({ checkId: entry.id }, 'script check removed: scripts over the API are switched off');
    }
    // The log has told of its failure itself, and the next start drops them again.
    if (entries.length > 0) this.#journal.append(entries.map(encodeEntry), () => {}).catch(() => {});
    void this.#antiEntropy.flush();
  }

  /** Waits, for a while, until the servers have what was changed. That they do not is no failure: it is sent until they do. */
  async #sent(sending: Promise<void> = this.#antiEntropy.flush()): Promise<void> {
    await settledWithin(this.#options.clock, this.#options.settings.registerWaitMs, sending);
  }
}

async function openJournal({ storage, logger }: LocalStateOptions, registry: Registry): Promise<Journal> {
  if (storage === undefined) return new MemoryJournal();
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
