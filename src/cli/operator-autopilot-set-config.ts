/** `konsul operator autopilot set-config`: changes what is given, leaves the rest. */
import { type AutopilotConfig, readAutopilot, writeAutopilot } from '../client/operator.ts';
import { formatDurationNs } from '../model/duration.ts';
import { clientFlags, openClient } from './client-flags.ts';
import { type CliCommand, type CliInput, defineCommand } from './define-command.ts';
import { durationFlag, noArguments, refuseInput, switchFlag, textFlag, wholeFlag } from './flag-values.ts';

export const operatorAutopilotSetConfigCommand: CliCommand = defineCommand({
  name: 'operator autopilot set-config',
  summary: 'Changes how the servers look after their cluster.',
  flags: [
    ...clientFlags,
    {
      name: 'cleanup-dead-servers',
      kind: 'value',
      help: 'Remove dead servers when a new one comes.',
      example: '-cleanup-dead-servers=true',
    },
    {
      name: 'last-contact-threshold',
      kind: 'value',
      help: 'Silence that makes a server unhealthy.',
      example: '-last-contact-threshold=200ms',
    },
    { name: 'max-trailing-logs', kind: 'value', help: 'Entries behind that make a server unhealthy.', example: '-max-trailing-logs=250' },
    { name: 'min-quorum', kind: 'value', help: 'Remove no server when fewer than this would be left.', example: '-min-quorum=3' },
    {
      name: 'server-stabilization-time',
      kind: 'value',
      help: 'How long a new server must be healthy.',
      example: '-server-stabilization-time=10s',
    },
    {
      name: 'disable-upgrade-migration',
      kind: 'value',
      help: 'Kept for scripts of Consul Enterprise.',
      example: '-disable-upgrade-migration=true',
    },
    { name: 'redundancy-zone-tag', kind: 'value', help: 'Kept for scripts of Consul Enterprise.', example: '-redundancy-zone-tag=zone' },
    { name: 'upgrade-version-tag', kind: 'value', help: 'Kept for scripts of Consul Enterprise.', example: '-upgrade-version-tag=build' },
  ],
  examples: ['konsul operator autopilot set-config -cleanup-dead-servers=false'],
  async run(input, tools) {
    noArguments(input);
    const changes = changesOf(input);
    const client = await openClient(input, tools);
    if (!(await writeAutopilot(client, { ...(await readAutopilot(client)), ...changes })))
      throw refuseInput('Configuration could not be atomically updated, please try again');
    tools.print('Configuration updated!\n');
    return 0;
  },
});

/** What was given, under the names of the API. */
function changesOf(input: CliInput): AutopilotConfig {
  const duration = (name: string): string | undefined => {
    const ms = durationFlag(input, name);
    return ms === undefined ? undefined : formatDurationNs(ms * 1e6);
  };
  const all = {
    CleanupDeadServers: switchFlag(input, 'cleanup-dead-servers'),
    LastContactThreshold: duration('last-contact-threshold'),
    MaxTrailingLogs: wholeFlag(input, 'max-trailing-logs'),
    MinQuorum: wholeFlag(input, 'min-quorum'),
    ServerStabilizationTime: duration('server-stabilization-time'),
    DisableUpgradeMigration: switchFlag(input, 'disable-upgrade-migration'),
    RedundancyZoneTag: textFlag(input, 'redundancy-zone-tag'),
    UpgradeVersionTag: textFlag(input, 'upgrade-version-tag'),
  };
  return Object.fromEntries(Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
