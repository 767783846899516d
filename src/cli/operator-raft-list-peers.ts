/** `konsul operator raft list-peers`. */
import { type RaftServer, readRaftServers } from '../client/operator.ts';
import { clientFlags, openClient } from './client-flags.ts';
import { columns } from './columns.ts';
import { type CliCommand, defineCommand } from './define-command.ts';
import { noArguments } from './flag-values.ts';

export const operatorRaftListPeersCommand: CliCommand = defineCommand({
  name: 'operator raft list-peers',
  summary: 'Lists the servers and which of them leads.',
  flags: clientFlags,
  examples: ['konsul operator raft list-peers'],
  async run(input, tools) {
    noArguments(input);
    const servers = await readRaftServers(await openClient(input, tools));
    const rows = servers.map(({ ID, Node, Address, Leader, Voter, ProtocolVersion }) => [
      Node || '(unknown)',
      ID,
      Address,
      Leader ? 'leader' : 'follower',
      String(Voter),
      ProtocolVersion || '<=1',
    ]);
    const isCounted = servers.every(({ LastIndex }) => LastIndex !== undefined);
    const progress = isCounted ? progressOf(servers) : [];
    const head = ['Node', 'ID', 'Address', 'State', 'Voter', 'RaftProtocol', ...(isCounted ? ['Commit Index', 'Trails Leader By'] : [])];
    tools.print(columns([head, ...rows.map((row, at) => [...row, ...(progress[at] ?? [])])]));
    return 0;
  },
});

/** How far each server is, and how far behind the leader. */
function progressOf(servers: readonly RaftServer[]): readonly (readonly string[])[] {
  const leaderIndex = servers.find(({ Leader }) => Leader)?.LastIndex ?? 0;
  return servers.map(({ Leader, LastIndex = 0 }) => {
    const behind = leaderIndex - LastIndex;
    return [String(LastIndex), Leader || leaderIndex === 0 ? '-' : `${behind} ${behind === 1 ? 'commit' : 'commits'}`];
  });
}
