/** A service that this program registered: reports of its TTL checks, and its end. */
import { deregisterService, registerService, reportCheck } from '../client/agent.ts';
import type { ApiClient } from '../client/api-client.ts';
import type { CheckStatus } from '../model/check.ts';
import type { Clock } from '../runtime/clock.ts';
import { KonsulError, messageOf } from '../runtime/errors.ts';
import type { RegisterDefinition } from './definition.ts';
import { Heartbeat } from './heartbeat.ts';
import { type ReadCheck, type ReadDefinition, readDefinition } from './read-definition.ts';

export interface RegisterOptions {
  /**
   * When `register` resolves. Default: once the servers have it, or after half a second: the registration stays, and is sent until they
   * have it. `disk`: once it is on the agent's disk. `synced`: only once the servers have it; else it fails with what is the matter.
   */
  readonly wait?: 'disk' | 'synced';
}

/** What a heartbeat is to report. */
export interface HealthReport {
  readonly status: CheckStatus;
  readonly output?: string;
}

export interface HeartbeatOptions {
  /** Asked before each report; a throw is reported as critical, with its text. Default: passing. */
  readonly report?: () => HealthReport | Promise<HealthReport>;
  /** Which TTL check, where there are several. */
  readonly checkId?: string;
}

export interface Registration {
  /** Of the service, on its node. */
  readonly id: string;
  readonly name: string;
  readonly checkIds: readonly string[];
  /** Why the last heartbeat was not taken; `undefined` while all is well. */
  readonly error: KonsulError | undefined;
  /** Report a TTL check; `checkId` where there are several. */
  pass(output?: string, checkId?: string): Promise<void>;
  warn(output?: string, checkId?: string): Promise<void>;
  fail(output?: string, checkId?: string): Promise<void>;
  /** Reports the TTL check now, and from then on three times in its TTL. Resolves at the first report. */
  heartbeat(options?: HeartbeatOptions): Promise<void>;
  /** Ends the heartbeat; the check turns critical when its TTL is over. */
  stopHeartbeat(): void;
  /** Deregisters service and checks, and ends the heartbeat. */
  deregister(): Promise<void>;
}

const BEATS_PER_TTL = 3;

export interface RegistrationTools {
  readonly api: ApiClient;
  readonly clock: Clock;
  /** Called when it has ended: it needs no more care. */
  readonly onEnd: (registration: ApiRegistration) => void;
}

export class ApiRegistration implements Registration {
  readonly id: string;
  readonly name: string;
  readonly checkIds: readonly string[];
  readonly #ttlChecks: readonly ReadCheck[];
  readonly #tools: RegistrationTools;
  readonly #heartbeats = new Map<string, Heartbeat>();
  #error: KonsulError | undefined;

  private constructor({ id, name, checks }: ReadDefinition, tools: RegistrationTools) {
    this.id = id;
    this.name = name;
    this.checkIds = checks.map((check) => check.id);
    this.#ttlChecks = checks.filter(({ ttlMs }) => ttlMs !== undefined);
    this.#tools = tools;
  }

  /** Registers, replacing what has the same id. Throws BAD_REQUEST with all that is wrong, or what the agent refuses. */
  static async open(definition: RegisterDefinition, { wait }: RegisterOptions, tools: RegistrationTools): Promise<ApiRegistration> {
    const read = readDefinition(definition);
    await registerService(tools.api, read.body, { 'replace-existing-checks': true, wait });
    return new ApiRegistration(read, tools);
  }

  get error(): KonsulError | undefined {
    return this.#error;
  }

  pass(output = '', checkId?: string): Promise<void> {
    return this.#report({ status: 'passing', output }, this.#ttlCheck(checkId));
  }

  warn(output = '', checkId?: string): Promise<void> {
    return this.#report({ status: 'warning', output }, this.#ttlCheck(checkId));
  }

  fail(output = '', checkId?: string): Promise<void> {
    return this.#report({ status: 'critical', output }, this.#ttlCheck(checkId));
  }

  async heartbeat({ report = passing, checkId }: HeartbeatOptions = {}): Promise<void> {
    const check = this.#ttlCheck(checkId);
    this.#heartbeats.get(check.id)?.stop();
    const heartbeat = new Heartbeat({
      clock: this.#tools.clock,
      everyMs: (check.ttlMs ?? 0) / BEATS_PER_TTL,
      beat: async () => this.#report(await reportOf(report), check),
      settled: (error) => {
        this.#error = error;
      },
    });
    this.#heartbeats.set(check.id, heartbeat);
    await heartbeat.start();
  }

  stopHeartbeat(): void {
    for (const heartbeat of this.#heartbeats.values()) heartbeat.stop();
    this.#heartbeats.clear();
  }

  async deregister(): Promise<void> {
    this.stopHeartbeat();
    this.#tools.onEnd(this);
    await deregisterService(this.#tools.api, this.id);
  }

  #report({ status, output = '' }: HealthReport, check: ReadCheck): Promise<void> {
    return reportCheck(this.#tools.api, check.id, { status, output });
  }

  #ttlCheck(id: string | undefined): ReadCheck {
    const found = id === undefined ? this.#ttlChecks : this.#ttlChecks.filter((check) => check.id === id);
    const [check] = found;
    if (check !== undefined && found.length === 1) return check;
    throw new KonsulError('BAD_REQUEST', noCheckText(this, this.#ttlChecks, id));
  }
}

function noCheckText({ name }: Registration, ttlChecks: readonly ReadCheck[], id: string | undefined): string {
  if (ttlChecks.length === 0) return `${name} has no TTL check to report: register it with { checks: [{ ttlMs: 10_000 }] }`;
  const ids = ttlChecks.map((check) => check.id).join(', ');
  return id === undefined ? `${name} has several TTL checks: say which (${ids})` : `${name} has no TTL check ${id}; it has ${ids}`;
}

const passing = (): HealthReport => ({ status: 'passing' });

async function reportOf(report: () => HealthReport | Promise<HealthReport>): Promise<HealthReport> {
  try {
    return await report();
  } catch (error) {
    return { status: 'critical', output: messageOf(error) };
  }
}
