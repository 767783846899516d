/** The list of CLI commands, in the groups in which `konsul help` shows them. */
import { agentCommand } from './agent.ts';
import { catalogDatacentersCommand } from './catalog-datacenters.ts';
import { catalogNodesCommand } from './catalog-nodes.ts';
import { catalogServicesCommand } from './catalog-services.ts';
import type { CliCommand } from './define-command.ts';
import { eventCommand } from './event.ts';
import { forceLeaveCommand } from './force-leave.ts';
import { infoCommand } from './info.ts';
import { joinCommand } from './join.ts';
import { keygenCommand } from './keygen.ts';
import { kvDeleteCommand } from './kv-delete.ts';
import { kvExportCommand } from './kv-export.ts';
import { kvGetCommand } from './kv-get.ts';
import { kvImportCommand } from './kv-import.ts';
import { kvPutCommand } from './kv-put.ts';
import { leaveCommand } from './leave.ts';
import { lockCommand } from './lock.ts';
import { maintCommand } from './maint.ts';
import { membersCommand } from './members.ts';
import { monitorCommand } from './monitor.ts';
import { operatorAutopilotGetConfigCommand } from './operator-autopilot-get-config.ts';
import { operatorAutopilotSetConfigCommand } from './operator-autopilot-set-config.ts';
import { operatorRaftListPeersCommand } from './operator-raft-list-peers.ts';
import { reloadCommand } from './reload.ts';
import { rttCommand } from './rtt.ts';
import { servicesDeregisterCommand } from './services-deregister.ts';
import { servicesRegisterCommand } from './services-register.ts';
import { snapshotInspectCommand } from './snapshot-inspect.ts';
import { snapshotRestoreCommand } from './snapshot-restore.ts';
import { snapshotSaveCommand } from './snapshot-save.ts';
import { validateCommand } from './validate.ts';
import { versionCommand } from './version.ts';
import { watchCommand } from './watch.ts';

export interface CommandGroup {
  readonly title: string;
  readonly commands: readonly CliCommand[];
}

export const commandGroups: readonly CommandGroup[] = [
  { title: 'Run an agent', commands: [agentCommand, validateCommand, reloadCommand, leaveCommand] },
  { title: 'Look at it', commands: [membersCommand, infoCommand, monitorCommand, rttCommand, versionCommand] },
  {
    title: 'Services',
    commands: [
      servicesRegisterCommand,
      servicesDeregisterCommand,
      maintCommand,
      catalogServicesCommand,
      catalogNodesCommand,
      catalogDatacentersCommand,
    ],
  },
  { title: 'Keys and locks', commands: [kvGetCommand, kvPutCommand, kvDeleteCommand, kvExportCommand, kvImportCommand, lockCommand] },
  { title: 'Changes', commands: [watchCommand, eventCommand] },
  {
    title: 'Operate the cluster',
    commands: [
      joinCommand,
      forceLeaveCommand,
      snapshotSaveCommand,
      snapshotRestoreCommand,
      snapshotInspectCommand,
      operatorRaftListPeersCommand,
      operatorAutopilotGetConfigCommand,
      operatorAutopilotSetConfigCommand,
      keygenCommand,
    ],
  },
];

export const commands: readonly CliCommand[] = commandGroups.flatMap((group) => group.commands);
