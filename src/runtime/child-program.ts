/**
 * A program that runs as a part of a command line: it writes where this process writes, and may read what it reads. For programs whose
 * output is wanted as a value, and which must never outlive a limit, see `probe-exec.ts`.
 */
import { spawn } from 'node:child_process';
import { env } from 'node:process';
import { KonsulError } from './errors.ts';
import { startErrorText } from './probe-exec.ts';

export interface ProgramStart {
  /** Program and arguments; no shell. Never empty. */
  readonly args: readonly string[];
  /** Added to the environment of this process. */
  readonly environment: Readonly<Record<string, string>>;
  /** What it reads: bytes, nothing, or the standard input of this process. */
  readonly input: Uint8Array | 'nothing' | 'inherited';
}

export interface ProgramExit {
  /** `undefined` when a signal ended it. */
  readonly code: number | undefined;
  /** The signal's name; '' if it ended by itself. */
  readonly signal: string;
}

export interface RunningProgram {
  /** Resolves when it has ended. Rejects with NOT_FOUND if it could not be started. */
  readonly ended: Promise<ProgramExit>;
  /** Without effect once it has ended. */
  signal(name: 'SIGTERM' | 'SIGKILL' | 'SIGINT' | 'SIGHUP'): void;
}

/** How a command gets its programs, so that tests can stand in for them. */
export type StartProgram = (start: ProgramStart) => RunningProgram;

/** Starts a program of this machine. Its output goes to the standard output and error of this process. */
export const startProgram: StartProgram = ({ args, environment, input }) => {
  const [program = '', ...rest] = args;
  const stdin = input === 'inherited' ? 'inherit' : input === 'nothing' ? 'ignore' : 'pipe';
  const child = spawn(program, rest, { stdio: [stdin, 'inherit', 'inherit'], env: { ...env, ...environment } });
  const ended = new Promise<ProgramExit>((resolve, reject) => {
    child.once('error', (error) => reject(new KonsulError('NOT_FOUND', startErrorText(program, error), { cause: error })));
    child.once('exit', (code, signal) => resolve({ code: code ?? undefined, signal: signal ?? '' }));
  });
  // A program may end without reading what it was given.
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  return { ended, signal: (name) => void child.kill(name) };
};
