/**
 * One run of a program: no shell, a process group of its own, so that everything it started can be ended with it.
 * A run always ends: by itself, by time-out or abort (the group is killed), or a grace time later if even that does not help.
 */
import { type ChildProcess, spawn } from 'node:child_process';
// Uses of `process` outside bin and config: `child.kill` reaches the program, not its group; an environment is added to, not replaced.
import { env, kill } from 'node:process';
import type { Clock, Timer } from './clock.ts';
import { Deadline } from './deadline.ts';
import { messageOf } from './errors.ts';
import type { ExecProbe, ExecProbeResult } from './prober.ts';
import { TailBuffer } from './tail-buffer.ts';

/** How long pipes may stay open after the program has ended: something it left behind may hold them for ever. */
const DRAIN_MS = 250;
/** How long a killed program may take to go: one that waits for a dead disk does not. */
const KILL_GRACE_MS = 1_000;

/** Resolves with the result of one run; never rejects. No process of the group is left. */
export async function probeExec(probe: ExecProbe, signal: AbortSignal, clock: Clock): Promise<ExecProbeResult> {
  if (signal.aborted) return startFailure('aborted');
  const [program = '', ...args] = probe.args;
  try {
    const child = spawn(program, args, {
      detached: true,
      stdio: [probe.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
      ...(probe.environment === undefined ? {} : { env: { ...env, ...probe.environment } }),
    });
    // A program may end without reading what it was given.
    child.stdin?.on('error', () => {});
    child.stdin?.end(probe.input);
    return await new ExecAttempt(child, probe, clock).run(signal);
  } catch (error) {
    return startFailure(startErrorText(program, error));
  }
}

class ExecAttempt {
  readonly #child: ChildProcess;
  readonly #tail: TailBuffer;
  readonly #timeoutMs: number;
  readonly #clock: Clock;
  #grace: Timer | undefined;
  #exitCode: number | undefined;
  #hasExited = false;
  #isKilled = false;
  #isClosed = false;

  constructor(child: ChildProcess, probe: ExecProbe, clock: Clock) {
    this.#child = child;
    this.#tail = new TailBuffer(probe.keepBytes);
    this.#timeoutMs = probe.timeoutMs;
    this.#clock = clock;
  }

  /** Rejects with the system's error if the program could not be started. */
  async run(signal: AbortSignal): Promise<ExecProbeResult> {
    const deadline = new Deadline(this.#clock, this.#timeoutMs, signal);
    try {
      await this.#ended(deadline.signal);
    } finally {
      deadline.release();
      this.#leaveNothing();
    }
    return {
      exitCode: this.#isKilled ? undefined : this.#exitCode,
      timedOut: this.#isKilled && deadline.hasTimedOut,
      error: this.#isKilled && !deadline.hasTimedOut ? 'aborted' : undefined,
      output: this.#tail.text(),
      outputBytes: this.#tail.totalBytes,
    };
  }

  #ended(signal: AbortSignal): Promise<void> {
    const child = this.#child;
    return new Promise((resolve, reject) => {
      for (const pipe of [child.stdout, child.stderr]) {
        pipe?.on('data', (chunk: Buffer) => this.#tail.push(chunk));
        pipe?.on('error', () => {});
      }
      child.on('error', (error) => {
        if (child.pid === undefined) reject(error);
      });
      child.once('exit', (code) => {
        this.#hasExited = true;
        this.#exitCode = code ?? undefined;
        this.#endWithin(DRAIN_MS, resolve);
      });
      child.once('close', () => {
        this.#isClosed = true;
        resolve();
      });
      signal.addEventListener('abort', () => {
        if (this.#hasExited) return;
        this.#isKilled = true;
        this.#killGroup();
        this.#endWithin(KILL_GRACE_MS, resolve);
      });
    });
  }

  #endWithin(delayMs: number, end: () => void): void {
    this.#grace?.cancel();
    this.#grace = this.#clock.after(delayMs, end);
  }

  #leaveNothing(): void {
    this.#grace?.cancel();
    if (this.#isClosed || this.#child.pid === undefined) return;
    this.#killGroup();
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
    this.#child.unref();
  }

  /** The group has the program's number, and the system gives that to nobody else while a member lives. */
  #killGroup(): void {
    if (this.#child.pid === undefined) return;
    try {
      kill(-this.#child.pid, 'SIGKILL');
    } catch {
      // ESRCH: all have ended.
    }
  }
}

const startFailure = (error: string): ExecProbeResult => ({ exitCode: undefined, timedOut: false, error, output: '', outputBytes: 0 });

/** Why a program could not be started, in the words of Go's `os/exec`, which operators know. */
export function startErrorText(program: string, error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' && !program.includes('/')) return `exec: "${program}": executable file not found in $PATH`;
  if (code === 'ENOENT') return `fork/exec ${program}: no such file or directory`;
  if (code === 'EACCES') return `fork/exec ${program}: permission denied`;
  return `fork/exec ${program}: ${messageOf(error)}`;
}
