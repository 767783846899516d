/** `konsul version`. */
import { API_BUILD_DATE, API_LEVEL, API_REVISION } from '../model/api-level.ts';
import { KONSUL_VERSION } from '../model/version.ts';
import { stringifyJson } from '../wire/json.ts';
import { type CliCommand, defineCommand } from './define-command.ts';

export const versionCommand: CliCommand = defineCommand({
  name: 'version',
  summary: 'Shows the version, and the level of the Consul API that is offered.',
  flags: [{ name: 'format', kind: 'value', help: '`pretty` (default) or `json`.', example: '-format=json' }],
  examples: ['konsul version', 'konsul version -format=json'],
  async run({ flags }, tools) {
    if (flags.get('format')?.at(-1) === 'json') {
      tools.print(
        `${stringifyJson({ Version: KONSUL_VERSION, ApiLevel: API_LEVEL, Revision: API_REVISION, BuildDate: API_BUILD_DATE })}\n`,
      );
    } else tools.print(`Konsul v${KONSUL_VERSION}\nConsul API ${API_LEVEL}\nRevision ${API_REVISION}\n`);
    return 0;
  },
});
