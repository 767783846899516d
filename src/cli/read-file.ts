/** Files of the user, paths as typed, and arguments that may be data, a file or standard input: `text`, `@file`, `-`. */
import { join, resolve } from 'node:path';
import { messageOf } from '../runtime/errors.ts';
import { NodeDisk } from '../runtime/node-disk.ts';
import type { CliTools } from './define-command.ts';
import { refuseInput } from './flag-values.ts';

const disk = new NodeDisk();

/** The bytes that an argument stands for. Throws BAD_REQUEST for a file that cannot be read. */
export async function readDataArgument(argument: string, tools: Pick<CliTools, 'readInput'>): Promise<Uint8Array> {
  if (argument === '-') return tools.readInput();
  return argument.startsWith('@') ? readFile(argument.slice(1)) : Buffer.from(argument);
}

/** The content of a file. Throws BAD_REQUEST that says what it was read for: `flag -ca-file: open x: no such file or directory`. */
export async function readFile(path: string, what = 'Failed to read file'): Promise<Uint8Array> {
  const bytes = await disk.read(resolve(path)).catch((error: unknown) => {
    throw refuseInput(`${what}: ${messageOf(error)}`);
  });
  if (bytes === undefined) throw refuseInput(`${what}: open ${path}: no such file or directory`);
  return bytes;
}

/** The content of each file in a folder, by name. Throws like `readFile`. */
export async function readFolder(path: string, what: string): Promise<readonly Uint8Array[]> {
  const names = await disk.list(resolve(path)).catch((error: unknown) => {
    throw refuseInput(`${what}: ${messageOf(error)}`);
  });
  if (names === undefined) throw refuseInput(`${what}: open ${path}: no such folder`);
  return Promise.all(names.map((name) => readFile(join(path, name), what)));
}
