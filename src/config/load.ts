/**
 * From files, environment and flags to one configuration. Later wins: default, files in order, environment, `-hcl`, flags. Every
 * problem names where it was found and what to do. Reads no file itself: the texts are handed in.
 */
import { KonsulError } from '../runtime/errors.ts';
import { Collected } from './collected.ts';
import { type ConfigFormat, parseConfigText } from './config-text.ts';
import type { ConfigValues } from './config-values.ts';
import { readEnvironment } from './environment-reader.ts';
import { FileReader } from './file-reader.ts';
import { readFlags } from './flag-reader.ts';
import { HCL_FLAG } from './flags.ts';
import { type ConfigBlock, ConfigSyntaxError } from './tree.ts';

export interface ConfigFile {
  /** As the user wrote it: begins every problem. */
  readonly path: string;
  readonly text: string;
  /** Default: by the end of the path, and JSON if that does not say. */
  readonly format?: ConfigFormat;
}

export interface ConfigSources {
  readonly files: readonly ConfigFile[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Flag name without dashes to the values given, in order. Names that are no option are left alone. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
}

export interface ReadConfig {
  /** To be used only if there are no problems. */
  readonly values: ConfigValues;
  /** A line each, with its place. */
  readonly problems: readonly string[];
}

/** Throws CONFIG_INVALID with all problems found, a line each. `treeOf` parses a file; it may remember. */
export function loadConfig(sources: ConfigSources, treeOf?: typeof parseFile): ConfigValues {
  const { values, problems } = readConfig(sources, treeOf);
  if (problems.length > 0) throw new KonsulError('CONFIG_INVALID', problems.join('\n'));
  return values;
}

/** The same without throwing, for who has more to check. */
export function readConfig({ files, environment, flags }: ConfigSources, treeOf: typeof parseFile = parseFile): ReadConfig {
  const into = new Collected();
  for (const file of files) readFile(file, treeOf, into);
  readEnvironment(environment, into);
  for (const text of flags.get(HCL_FLAG) ?? []) readFile({ path: `flag -${HCL_FLAG}`, text, format: 'hcl' }, parseFile, into);
  readFlags(flags, into);
  return { values: into.values(), problems: into.problems };
}

function readFile(file: ConfigFile, treeOf: typeof parseFile, into: Collected): void {
  try {
    new FileReader(file.path, into).read(treeOf(file));
  } catch (error) {
    if (!(error instanceof ConfigSyntaxError)) throw error;
    into.report(`${file.path}:${error.line}: ${error.message}`);
  }
}

/** The tree of a file. Throws ConfigSyntaxError. */
export function parseFile(file: ConfigFile): ConfigBlock {
  return parseConfigText(formatToRead(file), file.text);
}

/** The format by which a file is read. */
export const formatToRead = ({ path, format }: ConfigFile): ConfigFormat => format ?? formatOf(path) ?? 'json';

/** The format that the end of a path says; `undefined`: none that is read. */
export function formatOf(path: string): ConfigFormat | undefined {
  const [, ending] = /\.(json|hcl|ya?ml)$/i.exec(path) ?? [];
  const format = ending?.toLowerCase();
  return format === 'yml' ? 'yaml' : (format as ConfigFormat | undefined);
}
