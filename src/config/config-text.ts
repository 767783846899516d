/** A configuration file's text, in whichever format, as a tree. Owns nothing and knows no option: that is `load.ts`. */
import { parseHcl } from './hcl-text.ts';
import { parseJson } from './json-text.ts';
import { type ConfigBlock, ConfigSyntaxError } from './tree.ts';
import { parseYaml } from './yaml-text.ts';

export type ConfigFormat = 'hcl' | 'json' | 'yaml';

/** A hundred thousand definitions fit; more is not read. */
const MAX_CHARS = 32 * 1024 * 1024;

const PARSERS: Readonly<Record<ConfigFormat, (text: string) => ConfigBlock>> = { hcl: parseHcl, json: parseJson, yaml: parseYaml };

/**
 * Throws ConfigSyntaxError with the line, and never with what the file holds, which may be a secret. Empty, or nothing but comments: an
 * empty block. A byte order mark, which some editors write, is skipped. HCL that begins with `{` is read as JSON. Time is linear in the length.
 */
export function parseConfigText(format: ConfigFormat, text: string): ConfigBlock {
  if (text.length > MAX_CHARS) throw new ConfigSyntaxError(1, `is longer than ${MAX_CHARS} characters`);
  const content = text.replace(/^\uFEFF/, '');
  if (content.trim() === '') return { kind: 'block', members: [], line: 1 };
  return PARSERS[format](content);
}
