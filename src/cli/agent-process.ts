/**
 * The life of `konsul agent`: opens a server or a client agent, serves until a signal or a request asks to stop, reloads on the way, and ends with a last
 * line that says why. Owns the log and what systemd is told.
 */
import { resolve } from 'node:path';
import { readLinkTls } from '../assembly/link-tls.ts';
import type { ProcessControl } from '../assembly/process-control.ts';
import type { AgentConfig } from '../config/agent-config.ts';
import { reloadableChanges, reloadedConfig, restartWarning } from '../config/reload.ts';
import { type Clock, SystemClock } from '../runtime/clock.ts';
import { Coalesced } from '../runtime/coalesce.ts';
import type { Disk } from '../runtime/disk.ts';
import { KonsulError, messageOf } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import { NodeProber } from '../runtime/node-prober.ts';
import { SystemRandom } from '../runtime/random.ts';
import { NodeUdpSender } from '../runtime/udp-sender.ts';
import { WsTransport } from '../runtime/ws-link.ts';
import { banner, readyText } from './agent-banner.ts';
import { AgentLog } from './agent-log.ts';
import type { ConfigSource } from './config-source.ts';
import type { CliTools } from './define-command.ts';
import type { Hangups } from './hangups.ts';
import { PidFile } from './pid-file.ts';
import { SystemNotify } from './system-notify.ts';

export interface AgentProcessOptions {
  readonly config: AgentConfig;
  readonly source: ConfigSource;
  readonly cli: CliTools;
  readonly disk: Disk;
  readonly hangups: Hangups;
}

/** Why the process stops: a signal, or what was asked over the API. */
interface StopReason {
  readonly text: string;
  readonly signal: 'SIGINT' | 'SIGTERM' | undefined;
}

/** What a process needs of whichever it runs: `server/server.ts` or `agent/agent.ts`. */
interface Running {
  readonly nodeId: string;
  readonly httpAddresses: readonly string[];
  start(): Promise<void>;
  reload(config: AgentConfig): Promise<void>;
  leave(): Promise<void>;
  stop(): Promise<void>;
}

const WATCH_INTERVAL_MS = 1_000;
/** How long a reload that is under way may hold up the end. */
const RELOAD_END_MS = 2_000;

export class AgentProcess {
  readonly #cli: CliTools;
  readonly #disk: Disk;
  readonly #source: ConfigSource;
  readonly #clock: Clock = new SystemClock();
  readonly #prober: NodeProber;
  readonly #hangups: Hangups;
  readonly #stopping = new AbortController();
  readonly #reloads = new Coalesced(() => this.#reloadOnce());
  #config: AgentConfig;
  #running: Running | undefined;
  #log: AgentLog | undefined;
  #notify: SystemNotify | undefined;

  constructor({ config, source, cli, disk, hangups }: AgentProcessOptions) {
    this.#config = config;
    this.#source = source;
    this.#cli = cli;
    this.#prober = new NodeProber({ clock: this.#clock, dockerHost: cli.environment.DOCKER_HOST ?? '' });
    this.#disk = disk;
    this.#hangups = hangups;
  }

  /** Resolves with the exit code once everything has stopped. Throws what kept it from starting. */
  async run(): Promise<number> {
    const log = await AgentLog.open(this.#config.log, { clock: this.#clock, disk: this.#disk, cli: this.#cli });
    this.#log = log;
    try {
      return await this.#serve(log);
    } finally {
      this.#stopping.abort();
      await log.close();
    }
  }

  async #serve(log: AgentLog): Promise<number> {
    const logger = log.logger.child({ component: 'agent' });
    const { environment, pid } = this.#cli;
    const notify = new SystemNotify({ environment, pid, prober: this.#prober, clock: this.#clock, logger });
    this.#notify = notify;
    const stop = this.#untilStopped();
    const running = await beforeStop(stop.asked, () => this.#open(log, stop.ask));
    this.#running = running;
    this.#cli.print(banner(this.#config, running.nodeId));
    for (const warning of this.#config.warnings) logger.warn({}, warning);
    const pidFile = new PidFile(this.#config.pidFile, { pid, disk: this.#disk });
    try {
      await this.#start(running, { pidFile, stopAsked: stop.asked });
      await notify.ready();
      this.#cli.print(readyText(this.#config, running.httpAddresses));
      this.#hangups.listen(() => void this.#reload().catch(() => {}));
      if (this.#config.autoReload) void this.#watchFiles(logger);
      const reason = await stop.asked;
      logger.info({ reason: reason.text }, 'stopping');
      await this.#stop(running, reason);
      this.#cli.print(`==> Konsul agent stopped: ${reason.text}\n`);
      return 0;
    } finally {
      await pidFile.remove();
    }
  }

  async #stop(running: Running, reason: StopReason): Promise<void> {
    this.#stopping.abort();
    await this.#notify?.stopping();
    if (this.#leavesOn(reason)) await running.leave();
    await Promise.race([this.#reloads.idle(), this.#clock.sleep(RELOAD_END_MS)]);
    await running.stop();
  }

  #untilStopped(): { readonly asked: Promise<StopReason>; readonly ask: (text: string) => void } {
    let ask: (text: string) => void = () => {};
    const overApi = new Promise<StopReason>((settle) => {
      ask = (text) => settle({ text, signal: undefined });
    });
    const bySignal = this.#cli.untilSignal().then((name) => ({ text: name, signal: name as 'SIGINT' | 'SIGTERM' }));
    return { asked: Promise.race([overApi, bySignal]), ask };
  }

  #leavesOn({ signal }: StopReason): boolean {
    const { onTerminate, onInterrupt } = this.#config.leave;
    return (signal === 'SIGTERM' && onTerminate) || (signal === 'SIGINT' && onInterrupt);
  }

  /** Loads only what the role needs: an agent knows no store and no authority. */
  async #open({ logger, hub }: AgentLog, stop: (reason: string) => void): Promise<Running> {
    const config = this.#config;
    const clock = this.#clock;
    const random = new SystemRandom();
    const control: ProcessControl = { reload: () => this.#reload(), stop, logs: hub };
    const transport = new WsTransport({ clock, ...(await readLinkTls(config, this.#disk)) });
    const openUdp = (address: string): NodeUdpSender => new NodeUdpSender(address);
    const tools = { clock, random, disk: this.#disk, prober: this.#prober, logger, transport, openUdp, control };
    if (!config.isServer) return (await import('../agent/agent.ts')).Agent.open(config, tools);
    const [{ Server }, { openEngine }] = await Promise.all([import('../server/server.ts'), import('../store/engines.ts')]);
    const store = { path: resolve(config.dataDir, 'store'), random, logger: logger.child({ component: 'store' }) };
    return Server.open(config, { ...tools, openEngine: () => openEngine(config.engine, store) });
  }

  async #start(
    running: Running,
    { pidFile, stopAsked }: { readonly pidFile: PidFile; readonly stopAsked: Promise<StopReason> },
  ): Promise<void> {
    try {
      await beforeStop(stopAsked, () => running.start());
      await pidFile.write();
    } catch (error) {
      await running.stop();
      if (error instanceof KonsulError && error.code === 'CONFIG_INVALID') throw error;
      throw new KonsulError('REJECTED', `the agent could not start: ${explainStart(error)}`, { cause: error });
    }
  }

  /** Resolves when what the files say now is in force. Throws SHUTTING_DOWN once the process stops. */
  async #reload(): Promise<void> {
    if (this.#stopping.signal.aborted) throw new KonsulError('SHUTTING_DOWN', 'the agent is stopping');
    await this.#reloads.run();
  }

  /** All or nothing: what is wrong is told before anything changes. */
  async #reloadOnce(): Promise<void> {
    const logger = (this.#log as AgentLog).logger.child({ component: 'agent' });
    void this.#notify?.reloading();
    try {
      const read = await this.#source.read();
      const config = reloadedConfig(this.#config, read);
      await this.#running?.reload(config);
      this.#log?.setLevel(config.log.level);
      const changes = reloadableChanges(this.#config, read);
      const ignored = restartWarning(changes);
      if (ignored !== undefined) logger.warn({}, ignored);
      for (const warning of read.warnings) if (!this.#config.warnings.includes(warning)) logger.warn({}, warning);
      this.#config = { ...config, warnings: read.warnings };
      logger.info({ changed: changes.applied }, 'configuration reloaded');
    } catch (error) {
      logger.error({ error: messageOf(error) }, 'configuration not reloaded: nothing has changed');
      throw error;
    } finally {
      void this.#notify?.ready();
    }
  }

  /** Looks at the files once a second (`auto_reload_config`): links and mounts, as in Kubernetes, change without an event. */
  async #watchFiles(logger: Logger): Promise<void> {
    const { signal } = this.#stopping;
    let trouble = '';
    for (;;) {
      await this.#clock.sleep(WATCH_INTERVAL_MS, signal);
      if (signal.aborted) return;
      const seen = await this.#source.look().catch((error: unknown) => ({ problem: messageOf(error) }));
      const problem = typeof seen === 'string' ? '' : seen.problem;
      if (problem !== '' && problem !== trouble) logger.warn({ error: problem }, 'the configuration files cannot be read');
      trouble = problem;
      if (seen !== 'changed') continue;
      logger.info({}, 'the configuration files have changed');
      await this.#reload().catch(() => {});
    }
  }
}

/** Runs a step of the start, given up when the process is asked to stop: a disk that hangs must not make it impossible to stop. */
function beforeStop<T>(asked: Promise<StopReason>, step: () => Promise<T>): Promise<T> {
  const early = asked.then(({ text }): never => {
    throw new KonsulError('SHUTTING_DOWN', `stopped by ${text} before it had started`);
  });
  return Promise.race([step(), early]);
}

/** The system's error with what to do about it, where that is known. */
function explainStart(error: unknown): string {
  const { code, port } = error as { readonly code?: string; readonly port?: number };
  if (code !== 'EADDRINUSE') return messageOf(error);
  return `port ${port} is in use: stop the program that listens there, or take another port with -http-port (${messageOf(error)})`;
}
