/** What a CLI command is. One file per command; `commands.ts` is the list. */
import type { StartProgram } from '../runtime/child-program.ts';

export interface CliFlag {
  /** Without dashes; given as `-name`, `--name`, `-name=value`. */
  readonly name: string;
  /** `boolean` flags take no value, or `=true` / `=false`. */
  readonly kind: 'boolean' | 'value';
  readonly help: string;
  /** Shown when the value is missing: `-name=value`. */
  readonly example?: string;
  /** Its values are kept under the name of this other flag, in the order of the command line. */
  readonly into?: string;
}

export interface CliInput {
  /** Flag name to the values given, in order. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
  /** What came behind the flags. */
  readonly args: readonly string[];
}

/** The process as a command sees it. */
export interface CliTools {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Writes to standard output, without adding a line end. */
  print(text: string | Uint8Array): void;
  /** Writes to standard error. */
  complain(text: string): void;
  /** All of standard input. Throws TOO_LARGE beyond 256 MiB. */
  readInput(): Promise<Uint8Array>;
  /** Starts a program that writes where this process writes. */
  readonly startProgram: StartProgram;
  /** Resolves at the first SIGINT or SIGTERM, with its name; a second one ends the process at once. */
  untilSignal(): Promise<string>;
  /** Calls `react` at each SIGHUP, which then does not end the process. */
  onHangup(react: () => void): void;
  readonly pid: number;
}

export interface CliCommand {
  /** As typed: `agent`, `kv get`. */
  readonly name: string;
  readonly summary: string;
  /** What comes behind the flags: `KEY [DATA]`. */
  readonly usage?: string;
  readonly flags: readonly CliFlag[];
  readonly examples: readonly string[];
  /** Resolves with the exit code. A thrown error is shown and becomes 1. */
  run(input: CliInput, tools: CliTools): Promise<number>;
}

export const defineCommand = (command: CliCommand): CliCommand => Object.freeze(command);
