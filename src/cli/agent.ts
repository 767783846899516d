/** `konsul agent`: runs a server until it is told to stop. */
import { resolve } from 'node:path';
import { type AgentConfig, agentConfig } from '../config/agent-config.ts';
import { loadConfig } from '../config/load.ts';
import { options } from '../config/schema.ts';
import { SystemClock } from '../runtime/clock.ts';
import type { Disk } from '../runtime/disk.ts';
import { KonsulError, messageOf } from '../runtime/errors.ts';
import { NodeDisk } from '../runtime/node-disk.ts';
import { NodeProber } from '../runtime/node-prober.ts';
import { PinoLogger } from '../runtime/pino-logger.ts';
import { SystemRandom } from '../runtime/random.ts';
import { thisMachine } from '../server/machine.ts';
import { Server } from '../server/server.ts';
import { openEngine } from '../store/engines.ts';
import { banner, readyText } from './agent-banner.ts';
import { type CliCommand, type CliInput, type CliTools, defineCommand } from './define-command.ts';

const CONFIG_FILE = 'config-file';

export const agentCommand: CliCommand = defineCommand({
  name: 'agent',
  summary: 'Runs a server until it is told to stop (SIGINT or SIGTERM).',
  flags: [
    { name: CONFIG_FILE, kind: 'value', help: 'A JSON file to read; may be repeated, later ones win.' },
    ...options.flatMap(({ flag, type, help }) =>
      flag === undefined ? [] : [{ name: flag, kind: type === 'boolean' ? ('boolean' as const) : ('value' as const), help }],
    ),
  ],
  examples: ['konsul agent -dev', 'konsul agent -server -data-dir=/var/lib/konsul -client=127.0.0.1'],
  async run(input, tools) {
    const disk = new NodeDisk();
    const config = await readConfig(input, tools, disk);
    const pidFile = await writePidFile(config, tools, disk);
    try {
      return await serve(config, tools, disk);
    } finally {
      if (pidFile !== '') await disk.remove(pidFile);
    }
  },
});

async function readConfig({ flags, args }: CliInput, { environment }: CliTools, disk: Disk): Promise<AgentConfig> {
  if (args.length > 0) throw new KonsulError('CONFIG_INVALID', `unexpected argument "${args[0]}": konsul agent takes flags only`);
  const files = [];
  for (const path of flags.get(CONFIG_FILE) ?? []) {
    const bytes = await disk.read(path);
    if (bytes === undefined) throw new KonsulError('CONFIG_INVALID', `flag -${CONFIG_FILE}: there is no file ${path}`);
    files.push({ path, text: Buffer.from(bytes).toString() });
  }
  return agentConfig(loadConfig({ files, environment, flags }), thisMachine());
}

async function serve(config: AgentConfig, tools: CliTools, disk: Disk): Promise<number> {
  const clock = new SystemClock();
  const random = new SystemRandom();
  const logger = PinoLogger.create({
    clock,
    stream: { write: (line) => tools.print(line) },
    level: config.logLevel,
    isJson: config.isLogJson,
  });
  const signal = tools.untilSignal();
  const server = await Server.open(config, {
    clock,
    random,
    disk,
    prober: new NodeProber({ clock }),
    logger,
    openEngine: () =>
      openEngine(config.engine, { path: resolve(config.dataDir, 'store'), random, logger: logger.child({ component: 'store' }) }),
  });
  tools.print(banner(config, server.nodeId));
  try {
    await server.start();
  } catch (error) {
    await server.stop();
    throw new KonsulError('REJECTED', `the agent could not start: ${messageOf(error)}`, { cause: error });
  }
  tools.print(readyText(config, server.httpAddresses));
  const name = await signal;
  logger.child({ component: 'agent' }).info({ signal: name }, 'stopping');
  await server.stop();
  tools.print(`==> Konsul agent stopped: ${name}\n`);
  return 0;
}

async function writePidFile({ pidFile }: AgentConfig, { pid }: CliTools, disk: Disk): Promise<string> {
  if (pidFile === '') return '';
  await disk.remove(pidFile);
  const file = await disk.open(pidFile);
  await file.append(Buffer.from(`${pid}\n`));
  await file.close();
  return pidFile;
}
