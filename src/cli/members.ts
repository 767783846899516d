/** `konsul members`: who belongs to the cluster of the agent that is asked. */
import { type Member, readMembers } from '../client/agent.ts';
import { agentFlags, openClient } from './client-flags.ts';
import { columns } from './columns.ts';
import { type CliCommand, type CliInput, defineCommand } from './define-command.ts';
import { isOn, noArguments, refuseInput, textFlag } from './flag-values.ts';

/** No member matched: as in Consul, scripts ask it this way whether somebody is there. */
const NOBODY = 2;

export const membersCommand: CliCommand = defineCommand({
  name: 'members',
  summary: 'Lists the members of the cluster.',
  flags: [
    ...agentFlags,
    { name: 'detailed', kind: 'boolean', help: 'Show all tags instead of the usual columns.' },
    { name: 'filter', kind: 'value', help: 'A filter expression on the members.', example: `-filter='Tags.role == "consul"'` },
    { name: 'segment', kind: 'value', help: 'Accepted for scripts of Consul Enterprise; there is one segment.', example: '-segment=x' },
    { name: 'status', kind: 'value', help: 'Only members whose status matches this regular expression.', example: '-status=^alive$' },
    { name: 'wan', kind: 'boolean', help: 'List the servers of all datacenters.' },
  ],
  examples: ['konsul members', 'konsul members -detailed', "konsul members -status='left|failed'"],
  async run(input, tools) {
    noArguments(input);
    const status = statusPattern(input);
    const query = { wan: isOn(input, 'wan') ? '1' : undefined, segment: textFlag(input, 'segment'), filter: textFlag(input, 'filter') };
    const members = (await readMembers(await openClient(input, tools), query)).filter((member) => status.test(statusOf(member)));
    if (members.length === 0) return NOBODY;
    const sorted = members.toSorted(
      (a, b) => compare(a.Tags.dc, b.Tags.dc) || compare(a.Tags.segment, b.Tags.segment) || compare(a.Name, b.Name),
    );
    tools.print(columns(isOn(input, 'detailed') ? detailed(sorted) : usual(sorted)));
    return 0;
  },
});

function statusPattern(input: CliInput): RegExp {
  const text = textFlag(input, 'status') ?? '.*';
  try {
    return new RegExp(text);
  } catch {
    throw refuseInput(`Failed to compile status regexp: ${text}`);
  }
}

const compare = (a = '', b = ''): number => (a < b ? -1 : a > b ? 1 : 0);

const STATUSES: readonly string[] = ['none', 'alive', 'leaving', 'left', 'failed'];

const statusOf = ({ Status }: Member): string => STATUSES[Status] ?? 'unknown';

const addressOf = ({ Addr, Port }: Member): string => `${Addr.includes(':') ? `[${Addr}]` : Addr}:${Port}`;

function usual(members: readonly Member[]): readonly (readonly string[])[] {
  const rows = members.map((member) => {
    const { Name, Tags, ProtocolCur } = member;
    const isServer = Tags.role === 'consul';
    const protocol = Tags.vsn ?? String(ProtocolCur);
    return [
      Name,
      addressOf(member),
      statusOf(member),
      isServer ? 'server' : 'client',
      buildOf(Tags.build),
      protocol,
      Tags.dc ?? '',
      segmentOf(Tags),
    ];
  });
  return [['Node', 'Address', 'Status', 'Type', 'Build', 'Protocol', 'DC', 'Segment'], ...rows];
}

/** `1.8.7:0d4b6b6d` without its revision. */
const buildOf = (build = 'unknown'): string => build.split(':')[0] ?? '';

function segmentOf(tags: Member['Tags']): string {
  if (tags.role === 'consul') return '<all>';
  return tags.segment === undefined || tags.segment === '' ? '<default>' : tags.segment;
}

function detailed(members: readonly Member[]): readonly (readonly string[])[] {
  const rows = members.map((member) => {
    const tags = Object.entries({ ...member.Tags, segment: segmentOf(member.Tags) }).map(([name, value]) => `${name}=${value}`);
    return [member.Name, addressOf(member), statusOf(member), tags.toSorted().join(',')];
  });
  return [['Node', 'Address', 'Status', 'Tags'], ...rows];
}
