/** `konsul validate`: says whether an agent would start with these files, and everything that is wrong with them. */
import { configWarnings } from '../config/agent-config.ts';
import { CONFIG_FORMAT_FLAG, configFlags } from '../config/flags.ts';
import { type ConfigFile, readConfig } from '../config/load.ts';
import { checksConfig } from '../config/parts/checks.ts';
import { configProblems } from '../config/refused.ts';
import { registrationsOf } from '../registration/definitions.ts';
import { KonsulError } from '../runtime/errors.ts';
import { NodeDisk } from '../runtime/node-disk.ts';
import { watchesOf } from '../watches/watch-definition.ts';
import { readConfigFiles } from './config-files.ts';
import { type CliCommand, defineCommand } from './define-command.ts';
import { isOn, textFlag } from './flag-values.ts';

export const validateCommand: CliCommand = defineCommand({
  name: 'validate',
  summary: 'Checks configuration files without starting anything.',
  usage: 'FILE_OR_FOLDER…',
  flags: [
    { name: 'quiet', kind: 'boolean', help: 'Say nothing if the files are fine.' },
    ...configFlags.filter(({ name }) => name === CONFIG_FORMAT_FLAG),
  ],
  examples: ['konsul validate /etc/konsul.d', 'konsul validate -config-format=hcl konsul.conf'],
  async run(input, { print, complain }) {
    if (input.args.length === 0) {
      complain('Must specify at least one config file or directory\n');
      return 1;
    }
    const { problems, warnings } = await validate(input.args, textFlag(input, CONFIG_FORMAT_FLAG));
    const isQuiet = isOn(input, 'quiet');
    if (!isQuiet) for (const warning of warnings) complain(`Warning: ${warning}\n`);
    if (problems.length > 0) {
      complain(`Config validation failed: ${problems.join('\n')}\n`);
      return 1;
    }
    if (!isQuiet) print('Configuration is valid!\n');
    return 0;
  },
});

interface Verdict {
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

async function validate(paths: readonly string[], format: string | undefined): Promise<Verdict> {
  try {
    const { files, warnings } = await readConfigFiles(paths, { format, disk: new NodeDisk() });
    return withWarnings(verdictOf(files), warnings);
  } catch (error) {
    if (!(error instanceof KonsulError) || error.code !== 'CONFIG_INVALID') throw error;
    return { problems: error.message.split('\n'), warnings: [] };
  }
}

const withWarnings = ({ problems, warnings }: Verdict, more: readonly string[]): Verdict => ({
  problems,
  warnings: [...more, ...warnings],
});

/** What the environment of the agent will say is not known here. Contradictions are only told of values that could be read. */
function verdictOf(files: readonly ConfigFile[]): Verdict {
  const { values, problems } = readConfig({ files, environment: {}, flags: new Map() });
  const definitions = registrationsOf(values.definitions, { scriptChecksEnabled: checksConfig(values).scriptsFromFiles });
  const contradictions = problems.length > 0 ? [] : configProblems(values);
  const watches = watchesOf(values.definitions);
  const warnings = [...values.warnings, ...configWarnings(values)];
  return { problems: [...problems, ...contradictions, ...definitions.problems, ...watches.problems], warnings };
}
