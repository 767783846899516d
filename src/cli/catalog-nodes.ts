/** `konsul catalog nodes`: the nodes of the catalog, all or those that hold a service. */
import type { ApiClient } from '../client/api-client.ts';
import { type CatalogNode, readNodes, readServiceNodes } from '../client/catalog.ts';
import { clientFlags, openClient } from './client-flags.ts';
import { columns } from './columns.ts';
import { type CliCommand, type CliInput, defineCommand } from './define-command.ts';
import { isOn, noArguments, textFlag, textsFlag } from './flag-values.ts';

export const catalogNodesCommand: CliCommand = defineCommand({
  name: 'catalog nodes',
  summary: 'Lists the nodes of the catalog.',
  flags: [
    ...clientFlags,
    { name: 'detailed', kind: 'boolean', help: 'Show whole ids, tagged addresses and metadata.' },
    { name: 'filter', kind: 'value', help: 'A filter expression on the nodes.', example: `-filter='Meta.rack == "r1"'` },
    { name: 'near', kind: 'value', help: 'Sort by distance from this node; _agent is the one asked.', example: '-near=_agent' },
    { name: 'node-meta', kind: 'value', help: 'Only nodes with this metadata; may be repeated.', example: '-node-meta=rack=r1' },
    {
      name: 'service',
      kind: 'value',
      help: 'Only nodes with an instance of this service, a line for each instance.',
      example: '-service=web',
    },
  ],
  examples: ['konsul catalog nodes', 'konsul catalog nodes -detailed -service=web'],
  async run(input, tools) {
    noArguments(input);
    const nodes = await nodesOf(await openClient(input, tools), input);
    if (nodes.length === 0) tools.complain('No nodes match the given query - try expanding your search.\n');
    else tools.print(columns(isOn(input, 'detailed') ? detailed(nodes) : brief(nodes)));
    return 0;
  },
});

async function nodesOf(client: ApiClient, input: CliInput): Promise<readonly CatalogNode[]> {
  const query = {
    near: textFlag(input, 'near'),
    filter: textFlag(input, 'filter'),
    'node-meta': textsFlag(input, 'node-meta').map((pair) => pair.replace('=', ':')),
  };
  const service = textFlag(input, 'service');
  if (service === undefined) return readNodes(client, query);
  const instances = await readServiceNodes(client, service, query);
  return instances.map((instance) => ({ ...instance, Meta: instance.NodeMeta }));
}

const SHORT_ID_LENGTH = 8;

const brief = (nodes: readonly CatalogNode[]): readonly (readonly string[])[] => [
  ['Node', 'ID', 'Address', 'DC'],
  ...nodes.map(({ Node, ID, Address, Datacenter }) => [Node, ID.slice(0, SHORT_ID_LENGTH), Address, Datacenter]),
];

const detailed = (nodes: readonly CatalogNode[]): readonly (readonly string[])[] => [
  ['Node', 'ID', 'Address', 'DC', 'TaggedAddresses', 'Meta'],
  ...nodes.map(({ Node, ID, Address, Datacenter, TaggedAddresses, Meta }) => [
    Node,
    ID,
    Address,
    Datacenter,
    pairsText(TaggedAddresses),
    pairsText(Meta),
  ]),
];

const pairsText = (pairs: Readonly<Record<string, string>> | null): string =>
  Object.entries(pairs ?? {})
    .map(([name, value]) => `${name}=${value}`)
    .toSorted()
    .join(', ');
