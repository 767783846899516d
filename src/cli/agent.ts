/** `konsul agent`: runs a server, or the agent of a node, until it is told to stop. */
import { configFlags } from '../config/flags.ts';
import { SystemClock } from '../runtime/clock.ts';
import { KonsulError } from '../runtime/errors.ts';
import { NodeDisk } from '../runtime/node-disk.ts';
import { ConfigSource } from './config-source.ts';
import { type CliCommand, defineCommand } from './define-command.ts';
import { Hangups } from './hangups.ts';

export const agentCommand: CliCommand = defineCommand({
  name: 'agent',
  summary: 'Runs a server, or the agent of a node, until it is told to stop (SIGINT or SIGTERM); SIGHUP reloads its configuration.',
  flags: configFlags,
  examples: [
    'konsul agent -dev',
    'konsul agent -server -data-dir=/var/lib/konsul -client=127.0.0.1',
    'konsul agent -server -config-dir=/etc/konsul.d',
    'konsul agent -retry-join=10.0.0.1 -data-dir=/var/lib/konsul',
  ],
  async run({ flags, args }, cli) {
    if (args.length > 0) throw new KonsulError('CONFIG_INVALID', `unexpected argument "${args[0]}": konsul agent takes flags only`);
    const hangups = new Hangups(cli);
    const disk = new NodeDisk();
    const source = new ConfigSource({ flags, environment: cli.environment, disk, clock: new SystemClock() });
    const config = await source.read();
    // Loaded here: it is many modules, and the other commands need none of them.
    const { AgentProcess } = await import('./agent-process.ts');
    return new AgentProcess({ config, source, cli, disk, hangups }).run();
  },
});
