/** The programs behind `konsul lock` and `konsul watch`: as words for a shell, or as they are. */
import type { ProgramExit } from '../runtime/child-program.ts';
import type { CliFlag, CliInput, CliTools } from './define-command.ts';
import { switchFlag } from './flag-values.ts';

export const shellFlag: CliFlag = {
  name: 'shell',
  kind: 'boolean',
  help: 'Run COMMAND in a shell ($SHELL, or sh). Default true; -shell=false runs it as it is.',
};

/** Program and arguments for the words of a command. */
export function programOf(words: readonly string[], input: CliInput, { environment }: Pick<CliTools, 'environment'>): readonly string[] {
  if (switchFlag(input, 'shell') === false) return words;
  return [environment.SHELL || '/bin/sh', '-c', words.join(' ')];
}

/** How a program ended, in Go's words; '' if all is fine. */
export function exitText({ code, signal }: ProgramExit): string {
  if (signal !== '') return `signal: ${signal}`;
  return code === 0 ? '' : `exit status ${code}`;
}
