/** Reads the flags of the command line that set options, by their present or old names, or nothing at all. */
import { accepted, acceptedKey } from './accepted.ts';
import type { Collected } from './collected.ts';
import { valueFromFlag } from './option-value.ts';
import { renamed } from './renamed.ts';
import { optionOf, options } from './schema.ts';

/** Values by flag name without dashes. */
type Flags = ReadonlyMap<string, readonly string[]>;

export function readFlags(flags: Flags, into: Collected): void {
  for (const option of options) {
    const given = option.flag === undefined ? undefined : flags.get(option.flag);
    if (given !== undefined) into.take(option, valueFromFlag(option, given), { where: `flag -${option.flag}`, isListFirst: true });
  }
  readOldFlags(flags, into);
  readIneffectiveFlags(flags, into);
}

function readOldFlags(flags: Flags, into: Collected): void {
  for (const { flag, now } of renamed) {
    const given = flag === undefined ? undefined : flags.get(flag);
    if (given === undefined) continue;
    const [where, option, taken] = [`flag -${flag}`, optionOf(now), acceptedKey(now)];
    into.warn(`${where}: is the old name of -${now.replaceAll('_', '-')}`);
    if (option !== undefined) into.take(option, valueFromFlag(option, given), { where, isListFirst: true });
    if (taken !== undefined) into.ignore(now, taken.instead, where);
  }
}

/** Switched off, what is not here needs no warning: `-grpc-port=-1`. */
function readIneffectiveFlags(flags: Flags, into: Collected): void {
  for (const { key, flags: names = [], instead } of accepted) {
    for (const name of names) {
      const last = flags.get(name)?.at(-1) ?? '-1';
      if (last !== '-1' && (last !== 'true' || !name.startsWith('disable-'))) into.ignore(key, instead, `flag -${name}`);
    }
  }
}
