/** The list of CLI commands. */
import { agentCommand } from './agent.ts';
import type { CliCommand } from './define-command.ts';
import { versionCommand } from './version.ts';

export const commands: readonly CliCommand[] = [agentCommand, versionCommand];
