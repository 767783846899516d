/** A child process with a bounded log that never outlives the process that started it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { within } from './wait-until.ts';

const LOG_LIMIT_CHARS = 256 * 1024;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ChildOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Default: those of this process. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export class Child {
  readonly pid: number;
  /** Resolves when the process is gone, however it ended. */
  readonly exited: Promise<Exit>;
  readonly #process: ChildProcess;
  #log = '';
  #exit: Exit | undefined;

  private constructor(child: ChildProcess) {
    this.#process = child;
    this.pid = child.pid as number;
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => this.#append(text));
    this.exited = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        running.delete(child);
        this.#exit = { code, signal };
        resolve(this.#exit);
      });
    });
  }

  /** Rejects if the command cannot be started. */
  static start(command: string, args: readonly string[], options: ChildOptions = {}): Promise<Child> {
    return new Promise((resolve, reject) => {
      const child = spawn(command, args, {
        stdio: ['ignore', 'pipe', 'pipe'],
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
        env: { ...process.env, ...options.env },
        ...options.user,
      });
      child.once('error', reject);
      child.once('spawn', () => {
        running.add(child);
        resolve(new Child(child));
      });
    });
  }

  /** Its standard output and error, the last 256 Ki characters of them. */
  log(): string {
    return this.#log;
  }

  /** `undefined` while it runs. */
  exit(): Exit | undefined {
    return this.#exit;
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Sends `signal` and waits; after `graceMs` (10 s) it is killed, and that is an error. */
  async stop(signal: NodeJS.Signals = 'SIGTERM', graceMs = 10_000): Promise<Exit> {
    this.signal(signal);
    try {
      return await within(graceMs, `the end of process ${this.pid} after ${signal}`, this.exited);
    } catch (error) {
      this.signal('SIGKILL');
      await this.exited;
      throw error;
    }
  }

  #append(text: string): void {
    this.#log = (this.#log + text).slice(-LOG_LIMIT_CHARS);
  }
}
