/**
 * What this agent owns: the services and checks registered on this node. Each change is made durable, then made, then sent to the
 * servers. Offers the agent routes their `LocalNode`, and takes the results of checks; the parts beside this file do the work.
 */
import { AliasListeners } from '../checks/alias-listeners.ts';
import type { AliasSource } from '../checks/alias-source.ts';
import type { CheckSink } from '../checks/check-sink.ts';
import type { CheckResult as Result } from '../checks/define-check.ts';
import { NO_DAMPING } from '../checks/flap-damper.ts';
import type { Check, CheckStatus } from '../model/check.ts';
import type { CheckRegistration } from '../model/check-registration.ts';
import type { NodeDefinition } from '../model/commands/catalog.ts';
import { maintenanceCheckId } from '../model/maintenance.ts';
import type { RemoteNode } from '../model/remote-node.ts';
import type { Service, ServiceDefinition } from '../model/service.ts';
import type { SyncWait } from '../model/sync-wait.ts';
import { isEqual, type StringMap } from '../model/values.ts';
import type { Registrations } from '../registration/registrations.ts';
import { invariant, KonsulError } from '../runtime/errors.ts';
import type { Part } from '../runtime/lifecycle.ts';
import { Adoption, DEFAULT_ADOPT_GRACE_MS } from './adoption.ts';
import { AntiEntropy } from './anti-entropy.ts';
import { DEFAULT_MAX_REGISTRATIONS, refuseIfFull } from './capacity.ts';
import { ChangeSignal } from './change-signal.ts';
import { CheckResults } from './check-results.ts';
import type { CheckRunner } from './check-runner.ts';
import { clipOutput } from './clip-output.ts';
import { definitionChanges, isRedefined } from './definition-changes.ts';
import { warnOfHiddenName } from './dns-names.ts';
import { Effects } from './effects.ts';
import type { Journal } from './journal.ts';
import type { LocalStateOptions, ReloadableSettings } from './local-options.ts';
import { type CheckPut, definitionsIn, encodeEntry, type LetGo, type LogEntry, type ServicePut } from './log-entry.ts';
import { maintenanceCheck } from './maintenance.ts';
import { openJournal } from './open-journal.ts';
import { Reaper } from './reaper.ts';
import { Registry } from './registry.ts';
import { releasesOf } from './released.ts';
import { putsScriptCheck, scriptCheckRemovals } from './script-checks.ts';
import { settledWithin } from './settled.ts';
import type { Concerned } from './subject.ts';
import { refuseUnsynced, SYNCED_TIMEOUT_MS } from './unsynced.ts';

/** See `LocalNode` of `api/`. */
export interface RegisterOptions {
  readonly replaceChecks?: boolean;
  readonly token?: string;
  readonly wait?: SyncWait;
}

export interface MaintenanceMode {
  readonly enable: boolean;
  readonly reason: string;
}

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
  readonly #adoption: Adoption;
  readonly #results: CheckResults;
  /** Changes that are being written: while there are any, what stands in memory is not the last word. */
  #writing = 0;
  #node: NodeDefinition;
  #areScriptsAllowed: boolean;
  /** Ends when the last set of definitions stands. */
  #replacing: Promise<void> = Promise.resolve();

  private constructor(options: LocalStateOptions, registry: Registry, journal: Journal) {
    const { clock, settings } = options;
    this.#options = options;
    this.#node = options.node;
    this.#areScriptsAllowed = settings.scriptChecksEnabled ?? true;
    this.#registry = registry;
    this.#journal = journal;
    this.#antiEntropy = new AntiEntropy({ ...options, ...settings, registry, compared: (remote) => this.#compared(remote) });
    this.#runner = options.runner(this);
    this.#reaper = new Reaper({ ...options, ...settings, registry, deregister: (id) => this.deregisterService(id) });
    this.#adoption = new Adoption({
      clock,
      registry,
      graceMs: settings.adoptGraceMs ?? DEFAULT_ADOPT_GRACE_MS,
      over: () => this.#endAdoption(),
    });
    this.#results = new CheckResults({
      ...options,
      registry,
      journal,
      reaper: this.#reaper,
      flap: settings.flap ?? NO_DAMPING,
      isOutputDiscarded: settings.discardCheckOutput ?? false,
      changed: (checkId) => this.#antiEntropy.sendResult(checkId),
    });
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
      registry: this.#registry,
      runner: this.#runner,
      reaper: this.#reaper,
      damper: this.#results.damper,
      signal: this.#signal,
      aliases: this.#aliases,
      deregistered: this.#options.deregistered ?? (() => {}),
    });
    for (const check of this.#registry.checks.values()) {
      const stored = this.#registry.stored(check.id);
      if (stored !== undefined) effects.checkRegistered(stored, check);
      this.#reaper.observe(check);
    }
    this.#registry.listen(effects);
    this.#antiEntropy.start();
  }

  /**
   * The node leaves the cluster, and what is sent after that would bring it back: so nothing is, for good. Resolves when what is on the
   * way has ended. What is registered from here on is on disk, and the servers hear of it after the next start.
   */
  stopSending(): Promise<void> {
    return this.#antiEntropy.stop();
  }

  async stop(): Promise<void> {
    await this.#runner.stop();
    this.#reaper.stop();
    this.#results.damper.stop();
    this.#adoption.stop();
    void this.stopSending();
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

  /** Checks that are held because they change all the time. */
  get flappingChecks(): number {
    return this.#results.damper.heldCount;
  }

  /** Whether the log was new, and what the servers hold for this node is kept until programs have registered again. */
  get isAdopting(): boolean {
    return this.#adoption.isActive;
  }

  /** The settings that a reload may change. */
  configure(settings: ReloadableSettings): void {
    const { checkUpdateIntervalMs, discardCheckOutput = false, scriptChecksEnabled = true, flap = NO_DAMPING } = settings;
    this.#results.configure({ flap, isOutputDiscarded: discardCheckOutput });
    this.#antiEntropy.setUpdateInterval(checkUpdateIntervalMs);
    this.#areScriptsAllowed = scriptChecksEnabled;
    if (!scriptChecksEnabled) this.#dropScripts();
  }

  /** Changes what the catalog says of this node (metadata, addresses); its name and id stay. Waits as a registration does. */
  async setNode(node: NodeDefinition): Promise<void> {
    const { id, name } = this.#node;
    invariant(node.id === id && node.name === name, 'a node keeps its name and id while it runs');
    if (isEqual(node, this.#node)) return;
    this.#node = node;
    await this.#briefly(this.#antiEntropy.setNode(node));
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

  async registerService(
    service: ServiceDefinition,
    checks: readonly CheckRegistration[],
    { replaceChecks = false, token = '', wait = 'briefly' }: RegisterOptions = {},
  ): Promise<void> {
    const replaced = replaceChecks ? this.#registry.checkIdsOf(service.id) : [];
    await this.#put({ op: 'service.put', service, checks, replaceChecks, ...(token === '' ? {} : { token }) });
    await this.#sent(wait, [['service', service.id], ...checksNamed([...replaced, ...checks.map(({ id }) => id)])]);
  }

  async deregisterService(id: string, wait: SyncWait = 'briefly'): Promise<boolean> {
    if (!this.#registry.services.has(id)) return false;
    const checkIds = this.#registry.checkIdsOf(id);
    await this.#write([{ op: 'service.remove', id }]);
    await this.#sent(wait, [['service', id], ...checksNamed(checkIds)]);
    return true;
  }

  async registerCheck(check: CheckRegistration, wait: SyncWait = 'briefly'): Promise<void> {
    const { serviceId } = check;
    if (serviceId !== '' && !this.#registry.services.has(serviceId)) {
      throw new KonsulError('NOT_FOUND', `ServiceID "${serviceId}" does not exist`);
    }
    await this.#put({ op: 'check.put', check, unsetDuration: '0s' });
    await this.#sent(wait, checksNamed([check.id]));
  }

  async deregisterCheck(id: string, wait: SyncWait = 'briefly'): Promise<boolean> {
    if (!this.#registry.checks.has(id)) return false;
    await this.#write([{ op: 'check.remove', id }]);
    await this.#sent(wait, checksNamed([id]));
    return true;
  }

  async setMaintenance(serviceId: string, { enable, reason }: MaintenanceMode, wait: SyncWait = 'briefly'): Promise<boolean> {
    if (serviceId !== '' && !this.#registry.services.has(serviceId)) return false;
    const id = maintenanceCheckId(serviceId);
    if (enable !== this.#registry.checks.has(id)) {
      if (enable) await this.#put({ op: 'check.put', check: maintenanceCheck(serviceId, reason), unsetDuration: '' });
      else await this.#write([{ op: 'check.remove', id }]);
    } else if (wait === 'briefly') return true;
    await this.#sent(wait, checksNamed([id]));
    return true;
  }

  /** A failing disk does not stop the status from being shown and sent; it only fails the call. */
  async updateTtl(checkId: string, { status, output }: Result, wait: SyncWait = 'briefly'): Promise<void> {
    const spec = this.#registry.stored(checkId)?.registration.spec;
    if (spec === undefined) {
      throw new KonsulError('NOT_FOUND', `Unknown check ID "${checkId}". Ensure that the check ID is passed, not the check name.`);
    }
    if (spec.type !== 'ttl') throw new KonsulError('REJECTED', `CheckID "${checkId}" does not have associated TTL`);
    const { checkOutputMaxBytes: max } = this.#options.settings;
    const clipped = clipOutput(output, Math.min(spec.outputMaxBytes || max, max));
    this.#runner.beat(checkId, clipped);
    try {
      await this.#report(checkId, { status, output: clipped });
    } finally {
      await this.#sent(wait, checksNamed([checkId]));
    }
  }

  report(checkId: string, status: CheckStatus, output: string): void {
    // The log has told of its failure itself.
    this.#report(checkId, { status, output }).catch(() => {});
    this.#antiEntropy.sendResult(checkId);
  }

  waitForChange(timeoutMs: number, signal: AbortSignal): Promise<void> {
    return this.#signal.wait(timeoutMs, signal);
  }

  /** Programs may change things meanwhile: each of them then comes before or after this, as the log has it. */
  async #replaceDefinitions(registrations: Registrations): Promise<void> {
    const entries = definitionChanges(this.#registry, registrations);
    for (const [kind, definition] of entries.flatMap(definitionsIn)) {
      if (isRedefined(this.#registry, kind, definition)) this.#antiEntropy.asked(kind, definition.id);
    }
    if (entries.length > 0) await this.#write(entries);
  }

  /** What a program asks for. The same registration again writes nothing and sends nothing. */
  async #put(entry: ServicePut | CheckPut): Promise<void> {
    for (const [kind, { id }] of definitionsIn(entry)) this.#antiEntropy.asked(kind, id);
    if (this.#writing === 0 && this.#registry.isSettled(entry)) return;
    const checks = entry.op === 'service.put' ? entry.checks : [entry.check];
    await this.#write([entry, ...this.#adoption.resultsOf(checks)]);
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

  async #report(checkId: string, result: Result): Promise<void> {
    this.#adoption.reported(checkId);
    await this.#results.set(checkId, result);
  }

  /** The servers hold this, and it is about to be compared: what is adopted is taken over, and what others deregistered is let go. */
  async #compared(remote: RemoteNode): Promise<void> {
    const { nodeId: owner } = this;
    this.#make(this.#adoption.agreed(remote, owner));
    const isAskedFor = (kind: LetGo['kind'], id: string): boolean => this.#antiEntropy.isAskedFor(kind, id);
    const entries = releasesOf(this.#registry, remote.tombstones, { owner, isAskedFor });
    if (entries.length === 0) return;
    for (const { kind, id } of entries) this.#options.logger.info({ kind, id }, 'let go of what was deregistered elsewhere');
    // The log has told of its failure itself: it all stays, and the next comparison tries again.
    await this.#write(entries).catch(() => {});
  }

  #endAdoption(): void {
    this.#make([{ op: 'adoption', isActive: false }]);
    void this.fullSync();
  }

  /** The checks that programs registered and that run programs. */
  #dropScripts(): void {
    const entries = scriptCheckRemovals(this.#registry);
    for (const { id } of entries) {
      this.#options.logger.warn({ checkId: id }, 'script check removed: scripts over the API are switched off');
    }
    this.#make(entries);
    void this.#antiEntropy.send([]);
  }

  /** Made, then durable, so that a broken disk cannot keep it from happening. It has told of its failure itself, and the next start does this again. */
  #make(entries: readonly LogEntry[]): void {
    for (const entry of entries) this.#registry.apply(entry);
    if (entries.length > 0) this.#journal.append(entries.map(encodeEntry), () => {}).catch(() => {});
  }

  /** Waits, as long as was asked, until the servers have what was changed. It is sent until they do, in any case. */
  async #sent(wait: SyncWait = 'briefly', concerned: Concerned = []): Promise<void> {
    const sending = this.#antiEntropy.send(concerned);
    if (wait === 'briefly') await this.#briefly(sending);
    if (wait === 'synced') refuseUnsynced(await this.#antiEntropy.confirmed(concerned, SYNCED_TIMEOUT_MS));
  }

  /** That it takes longer is no failure. */
  async #briefly(sending: Promise<void>): Promise<void> {
    await settledWithin(this.#options.clock, this.#options.settings.registerWaitMs, sending);
  }
}

const checksNamed = (ids: readonly string[]): Concerned => ids.map((id) => ['check', id] as const);
