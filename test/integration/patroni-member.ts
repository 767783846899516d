/**
 * One member of a PostgreSQL cluster under Patroni: the manager, the database it starts, and what they say of themselves. PostgreSQL
 * refuses to run as root, so a test that is root runs both as the user that Debian's package made.
 */
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Child } from './child.ts';
import { httpCall } from './http-call.ts';
import { waitUntil } from './wait-until.ts';

const POSTGRESQL = '/usr/lib/postgresql';
const START_MS = 90_000;

export interface MemberOptions {
  readonly name: string;
  readonly patroni: string;
  readonly folder: string;
  readonly consulPort: number;
  readonly postgresPort: number;
  readonly restPort: number;
}

export type Role = 'primary' | 'replica';

export class PatroniMember {
  readonly #options: MemberOptions;
  readonly #user = userOfPostgres();
  #child: Child | undefined;

  constructor(options: MemberOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  async start(): Promise<void> {
    const { folder, patroni } = this.#options;
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'patroni.json'), JSON.stringify(configOf(this.#options)));
    if (this.#user !== undefined) chownSync(folder, this.#user.uid, this.#user.gid);
    this.#child = await Child.start(patroni, [join(folder, 'patroni.json')], {
      cwd: folder,
      env: { HOME: folder },
      ...(this.#user === undefined ? {} : { user: this.#user }),
    });
  }

  log(): string {
    return this.#child?.log() ?? '';
  }

  /** Whether Patroni says so. */
  async is(role: Role): Promise<boolean> {
    return (await httpCall(`http://127.0.0.1:${this.#options.restPort}/${role}`, { timeoutMs: 2_000 })).status === 200;
  }

  becomes(role: Role): Promise<boolean> {
    const ended = (): never => {
      throw new Error(`${this.name} ended: ${this.log()}`);
    };
    return waitUntil(() => (this.#child?.exit() === undefined ? this.is(role) : ended()), {
      what: `${this.name} to be ${role}: ${this.log().slice(-4_000)}`,
      timeoutMs: START_MS,
      everyMs: 250,
    });
  }

  /** The one column of the rows, a line each. */
  async sql(statement: string): Promise<string> {
    const address = ['-h', '127.0.0.1', '-p', `${this.#options.postgresPort}`, '-U', 'postgres', '-d', 'postgres'];
    const child = await Child.start(`${binFolder()}/psql`, [...address, '-X', '-q', '-A', '-t', '-c', statement], {
      env: { PGPASSWORD: 'secret', PGCONNECT_TIMEOUT: '5' },
    });
    const { code } = await child.exited;
    if (code !== 0) throw new Error(`psql: ${child.log()}`);
    return child.log().trim();
  }

  /** SIGKILL for manager and database: a machine that is gone. */
  async kill(): Promise<void> {
    const pidFile = join(this.#options.folder, 'data/postmaster.pid');
    this.#child?.signal('SIGKILL');
    if (existsSync(pidFile)) {
      const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
      while (signal(pid, 'SIGKILL')) await pause(50);
    }
    // Last: the database holds the manager's output open.
    await this.#child?.exited;
  }
}

/** False if there is no such process any more. */
function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/** Where the newest PostgreSQL of the machine has its programs, or '' if there is none. */
export function binFolder(): string {
  const versions = existsSync(POSTGRESQL) ? readdirSync(POSTGRESQL).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.length === 0 ? '' : `${POSTGRESQL}/${versions[0]}/bin`;
}

function userOfPostgres(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const [, , uid, gid] = /^postgres:.*$/m.exec(readFileSync('/etc/passwd', 'utf8'))?.[0].split(':') ?? [];
  if (uid === undefined || gid === undefined) throw new Error('there is no user postgres: PostgreSQL does not run as root');
  return { uid: Number(uid), gid: Number(gid) };
}

/** Times as short as Patroni allows, so that a dead primary is seen within a few of them. JSON is YAML. */
function configOf({ name, folder, consulPort, postgresPort, restPort }: MemberOptions): object {
  const parameters = { unix_socket_directories: folder, shared_buffers: '16MB', max_connections: 20, fsync: 'off' };
  return {
    scope: 'konsul',
    name,
    restapi: { listen: `127.0.0.1:${restPort}`, connect_address: `127.0.0.1:${restPort}` },
    consul: { host: `127.0.0.1:${consulPort}`, register_service: true },
    bootstrap: {
      dcs: { ttl: 20, loop_wait: 1, retry_timeout: 6, postgresql: { use_pg_rewind: true, parameters } },
      initdb: ['data-checksums', { encoding: 'UTF8' }],
      pg_hba: ['local all all trust', 'host all all 127.0.0.1/32 trust', 'host replication all 127.0.0.1/32 trust'],
    },
    postgresql: {
      listen: `127.0.0.1:${postgresPort}`,
      connect_address: `127.0.0.1:${postgresPort}`,
      data_dir: join(folder, 'data'),
      bin_dir: binFolder(),
      pgpass: join(folder, 'pgpass'),
      parameters,
      authentication: {
        superuser: { username: 'postgres', password: 'secret' },
        replication: { username: 'replicator', password: 'secret' },
      },
    },
  };
}
