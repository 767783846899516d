/** `konsul operator autopilot get-config`. */
import { readAutopilot } from '../client/operator.ts';
import { clientFlags, openClient } from './client-flags.ts';
import { type CliCommand, defineCommand } from './define-command.ts';
import { noArguments } from './flag-values.ts';

/** As Consul shows them. */
const SHOWN: readonly string[] = [
  'CleanupDeadServers',
  'LastContactThreshold',
  'MaxTrailingLogs',
  'MinQuorum',
  'ServerStabilizationTime',
  'RedundancyZoneTag',
  'DisableUpgradeMigration',
  'UpgradeVersionTag',
];
const QUOTED: readonly string[] = ['RedundancyZoneTag', 'UpgradeVersionTag'];

export const operatorAutopilotGetConfigCommand: CliCommand = defineCommand({
  name: 'operator autopilot get-config',
  summary: 'Shows how the servers look after their cluster.',
  flags: clientFlags,
  examples: ['konsul operator autopilot get-config'],
  async run(input, tools) {
    noArguments(input);
    const config = await readAutopilot(await openClient(input, tools));
    const lines = SHOWN.map((name) => `${name} = ${QUOTED.includes(name) ? `"${config[name] ?? ''}"` : config[name]}\n`);
    tools.print(lines.join(''));
    return 0;
  },
});
