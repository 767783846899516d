/** Every flag of `konsul agent`: those that say what to read, and those of options, old names and keys without effect. */
import { accepted } from './accepted.ts';
import { exampleOf } from './option-example.ts';
import { renamed } from './renamed.ts';
import { options } from './schema.ts';

/** The flag under which files and folders are given, in the order of the command line. */
export const CONFIG_FILE_FLAG = 'config-file';
export const CONFIG_FORMAT_FLAG = 'config-format';
export const HCL_FLAG = 'hcl';

export interface ConfigFlag {
  /** Without dashes. */
  readonly name: string;
  /** Given alone, it is `true`. */
  readonly kind: 'boolean' | 'value';
  readonly help: string;
  readonly example?: string;
  /** Its values are those of another flag, in the order of the command line. */
  readonly into?: string;
}

const sources: readonly ConfigFlag[] = [
  {
    name: CONFIG_FILE_FLAG,
    kind: 'value',
    help: 'A JSON, HCL or YAML file to read, or a folder of such files; may be repeated, later ones win.',
    example: `-${CONFIG_FILE_FLAG}=konsul.hcl`,
  },
  {
    name: 'config-dir',
    kind: 'value',
    help: 'A folder whose .json, .hcl, .yaml and .yml files are read, by name; may be repeated.',
    example: '-config-dir=/etc/konsul.d',
    into: CONFIG_FILE_FLAG,
  },
  {
    name: CONFIG_FORMAT_FLAG,
    kind: 'value',
    help: 'Read every file as hcl, json or yaml, whatever its name.',
    example: `-${CONFIG_FORMAT_FLAG}=hcl`,
  },
  {
    name: HCL_FLAG,
    kind: 'value',
    help: 'A piece of configuration, read after the files; may be repeated.',
    example: `-${HCL_FLAG}='ports { http = 8501 }'`,
  },
];

const ofOptions: readonly ConfigFlag[] = options.flatMap((option) =>
  option.flag === undefined
    ? []
    : [{ name: option.flag, kind: option.type === 'boolean' ? 'boolean' : 'value', help: option.help, example: exampleOf(option) }],
);

const ofOldNames: readonly ConfigFlag[] = renamed.flatMap(({ flag, now }) =>
  flag === undefined ? [] : [{ name: flag, kind: 'value', help: `The old name of -${now.replaceAll('_', '-')}.` }],
);

const withoutEffect: readonly ConfigFlag[] = accepted.flatMap(({ flags = [], isSwitch = false, instead }) =>
  flags.map((name) => ({ name, kind: isSwitch ? ('boolean' as const) : ('value' as const), help: `Has no effect: ${instead}.` })),
);

/** In the order of the help. */
export const configFlags: readonly ConfigFlag[] = [...sources, ...ofOptions, ...ofOldNames, ...withoutEffect];
