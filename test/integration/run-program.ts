/** A program run to its end, with what it wrote kept apart; killed when it takes too long. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface ProgramRun {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface ProgramOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads on standard input; default nothing. */
  readonly input?: string;
  readonly cwd?: string;
}

const TIMEOUT_MS = 30_000;

export function runProgram([command = '', ...args]: readonly string[], options: ProgramOptions = {}): Promise<ProgramRun> {
  return new Promise((resolve) => {
    const env = { ...process.env, ...options.env };
    const child = execFile(
      command,
      args,
      { env, timeout: TIMEOUT_MS, killSignal: 'SIGKILL', ...(options.cwd === undefined ? {} : { cwd: options.cwd }) },
      (error, out, err) => {
        resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : null, out, err });
      },
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input ?? '');
  });
}

/** `konsul` as built, or another build (KONSUL_TEST_PROGRAM). */
export const konsulProgram = (): readonly string[] => [
  process.execPath,
  process.env.KONSUL_TEST_PROGRAM ?? fileURLToPath(new URL('../../dist/bin/konsul.js', import.meta.url)),
];
