/** `konsul maint`: takes this node or one of its services out of discovery, and back; without flags shows what is out. */
import { readChecks, readSelf, tellAgent } from '../client/agent.ts';
import type { ApiClient } from '../client/api-client.ts';
import { agentFlags, openClient } from './client-flags.ts';
import { type CliCommand, type CliInput, defineCommand } from './define-command.ts';
import { isOn, noArguments, refuseInput, textFlag } from './flag-values.ts';

const NODE_CHECK = '_node_maintenance';
const SERVICE_CHECK = '_service_maintenance:';

export const maintCommand: CliCommand = defineCommand({
  name: 'maint',
  summary: 'Puts this node or a service into maintenance, or lists what is in it.',
  flags: [
    ...agentFlags,
    { name: 'enable', kind: 'boolean', help: 'Begin maintenance.' },
    { name: 'disable', kind: 'boolean', help: 'End maintenance.' },
    { name: 'reason', kind: 'value', help: 'Why, shown to whoever looks.', example: '-reason="new disk"' },
    { name: 'service', kind: 'value', help: 'The id of one service; without it, the node.', example: '-service=web' },
  ],
  examples: ['konsul maint', 'konsul maint -enable -reason="new disk"', 'konsul maint -disable -service=web'],
  async run(input, tools) {
    noArguments(input);
    assertSense(input);
    const client = await openClient(input, tools);
    if (!isOn(input, 'enable') && !isOn(input, 'disable')) tools.print(await listMaintenance(client));
    else tools.print(`${await switchMaintenance(client, input)}\n`);
    return 0;
  },
});

function assertSense(input: CliInput): void {
  const isEnabled = isOn(input, 'enable');
  const isDisabled = isOn(input, 'disable');
  if (isEnabled && isDisabled) throw refuseInput('Only one of -enable or -disable may be provided');
  if (!isEnabled && (textFlag(input, 'reason') ?? '') !== '') throw refuseInput('Reason may only be provided with -enable');
  if (!isEnabled && !isDisabled && (textFlag(input, 'service') ?? '') !== '')
    throw refuseInput('Service requires either -enable or -disable');
}

async function switchMaintenance(client: ApiClient, input: CliInput): Promise<string> {
  const isEnabled = isOn(input, 'enable');
  const service = textFlag(input, 'service') ?? '';
  const action = service === '' ? 'maintenance' : `service/maintenance/${encodeURIComponent(service)}`;
  await tellAgent(client, action, { enable: String(isEnabled), reason: isEnabled ? (textFlag(input, 'reason') ?? '') : undefined });
  const state = isEnabled ? 'enabled' : 'disabled';
  return service === '' ? `Node maintenance is now ${state}` : `Service maintenance is now ${state} for "${service}"`;
}

async function listMaintenance(client: ApiClient): Promise<string> {
  const [self, checks] = await Promise.all([readSelf(client), readChecks(client)]);
  const blocks = Object.values(checks).map(({ CheckID, Notes, ServiceID }) => {
    if (CheckID === NODE_CHECK) return `Node:\n  Name:   ${self.Config.NodeName}\n  Reason: ${Notes}\n\n`;
    return CheckID.startsWith(SERVICE_CHECK) ? `Service:\n  ID:     ${ServiceID}\n  Reason: ${Notes}\n\n` : '';
  });
  return blocks.join('');
}
