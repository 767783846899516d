/** `konsul catalog services`: the names of the services, of all nodes or of one. */
import type { ApiClient } from '../client/api-client.ts';
import { readNodeServices, readServices, type ServiceTags } from '../client/catalog.ts';
import { clientFlags, openClient } from './client-flags.ts';
import { columns } from './columns.ts';
import { type CliCommand, type CliInput, defineCommand } from './define-command.ts';
import { isOn, noArguments, textFlag, textsFlag } from './flag-values.ts';

/** Consul sets tags further off than other columns. */
const TAGS_GAP = 6;

export const catalogServicesCommand: CliCommand = defineCommand({
  name: 'catalog services',
  summary: 'Lists the services of the catalog.',
  flags: [
    ...clientFlags,
    { name: 'node', kind: 'value', help: 'Only services of this node, by name or id.', example: '-node=web-1' },
    {
      name: 'node-meta',
      kind: 'value',
      help: 'Only services of nodes with this metadata; may be repeated.',
      example: '-node-meta=rack=r1',
    },
    { name: 'tags', kind: 'boolean', help: 'Show the tags of each service.' },
  ],
  examples: ['konsul catalog services', 'konsul catalog services -tags -node=web-1'],
  async run(input, tools) {
    noArguments(input);
    const services = await servicesOf(await openClient(input, tools), input);
    const names = Object.keys(services).toSorted();
    if (names.length === 0) tools.complain('No services match the given query - try expanding your search.\n');
    const rows = names.map((name) => (isOn(input, 'tags') ? [name, (services[name] ?? []).toSorted().join(',')] : [name]));
    tools.print(columns(rows, TAGS_GAP));
    return 0;
  },
});

async function servicesOf(client: ApiClient, input: CliInput): Promise<ServiceTags> {
  const node = textFlag(input, 'node');
  if (node !== undefined) return (await readNodeServices(client, node)) ?? {};
  return readServices(client, { 'node-meta': textsFlag(input, 'node-meta').map((pair) => pair.replace('=', ':')) });
}
