/** `konsul rtt`: the round trip time between two nodes, as their coordinates tell it. */
import { readSelf } from '../client/agent.ts';
import type { ApiClient } from '../client/api-client.ts';
import { type NodeCoordinate, readAreas, readCoordinates } from '../client/catalog.ts';
import { distanceSeconds, type Position } from '../model/coordinate.ts';
import { positionFrom } from '../wire/coordinate.ts';
import { agentFlags, openClient } from './client-flags.ts';
import { type CliCommand, type CliInput, defineCommand } from './define-command.ts';
import { isOn, refuseInput } from './flag-values.ts';

export const rttCommand: CliCommand = defineCommand({
  name: 'rtt',
  summary: 'Estimates the round trip time between two nodes.',
  usage: 'NODE [NODE]',
  flags: [...agentFlags, { name: 'wan', kind: 'boolean', help: 'The nodes are servers of datacenters, named server.datacenter.' }],
  examples: ['konsul rtt web-1', 'konsul rtt web-1 db-1', 'konsul rtt -wan s1.dc1 s1.dc2'],
  async run(input, tools) {
    const [first, second, ...rest] = input.args;
    if (first === undefined || rest.length > 0) throw refuseInput('One or two node names must be specified');
    const client = await openClient(input, tools);
    const other = second ?? (await ownName(client, input));
    const nodes = isOn(input, 'wan') ? await wanNodes(client, [first, other]) : await readCoordinates(client);
    const ms = distanceSeconds(positionOf(nodes, first), positionOf(nodes, other)) * 1_000;
    tools.print(`Estimated ${first} <-> ${other} rtt: ${ms.toFixed(3)} ms (using ${isOn(input, 'wan') ? 'WAN' : 'LAN'} coordinates)\n`);
    return 0;
  },
});

async function ownName(client: ApiClient, input: CliInput): Promise<string> {
  const { Config } = await readSelf(client);
  return isOn(input, 'wan') ? `${Config.NodeName}.${Config.Datacenter}` : Config.NodeName;
}

/** The servers of all datacenters, under their full names. The area's name is in small letters, in Consul's documentation in large ones. */
async function wanNodes(client: ApiClient, names: readonly string[]): Promise<readonly NodeCoordinate[]> {
  if (!names.every((name) => name.includes('.'))) throw refuseInput('Node names must be specified as <node name>.<datacenter> with -wan');
  const areas = (await readAreas(client)).filter(({ AreaID }) => AreaID.toLowerCase() === 'wan');
  return areas.flatMap(({ Datacenter, Coordinates }) =>
    Coordinates.map((found) => (found.Node.endsWith(`.${Datacenter}`) ? found : { ...found, Node: `${found.Node}.${Datacenter}` })),
  );
}

function positionOf(nodes: readonly NodeCoordinate[], name: string): Position {
  const found = nodes.find(({ Node }) => Node === name);
  if (found === undefined) throw refuseInput(`Could not find a coordinate for node "${name}"`);
  return positionFrom(found);
}
