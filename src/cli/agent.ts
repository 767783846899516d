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
    {
      name: CONFIG_FILE,
      kind: 'value',
      help: 'A JSON file to read; may be repeated, later ones win.',
      example: `-${CONFIG_FILE}=konsul.json`,
    },
    ...options.flatMap(({ flag, type, help, example }) =>
      flag === undefined ? [] : [{ name: flag, kind: type === 'boolean' ? ('boolean' as const) : ('value' as const), help, example }],
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
    files.push({ path, text: await readText(path, disk) });
  }
  return agentConfig(loadConfig({ files, environment, flags }), thisMachine());
}

async function readText(path: string, disk: Disk): Promise<string> {
  const bytes = await disk.read(path).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'EISDIR' ? `${path} is a folder; name each file in it` : `cannot read ${path}: ${messageOf(error)}`;
    throw new KonsulError('CONFIG_INVALID', `flag -${CONFIG_FILE}: ${reason}`, { cause: error });
  });
  if (bytes === undefined) throw new KonsulError('CONFIG_INVALID', `flag -${CONFIG_FILE}: there is no file ${path}`);
  return Buffer.from(bytes).toString();
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
  const log = logger.child({ component: 'agent' });
  const signal = tools.untilSignal();
  tools.onHangup(() => log.warn({}, 'SIGHUP is ignored: this version reads its configuration at start only'));
  const server = await beforeSignal(signal, () =>
    Server.open(config, {
      clock,
      random,
      disk,
      prober: new NodeProber({ clock }),
      logger,
      openEngine: () =>
        openEngine(config.engine, { path: resolve(config.dataDir, 'store'), random, logger: logger.child({ component: 'store' }) }),
    }),
  );
  tools.print(banner(config, server.nodeId));
  try {
    await beforeSignal(signal, () => server.start());
  } catch (error) {
    await server.stop();
    throw new KonsulError('REJECTED', `the agent could not start: ${explainStart(error)}`, { cause: error });
  }
  tools.print(readyText(config, server.httpAddresses));
  const name = await signal;
  log.info({ signal: name }, 'stopping');
  await server.stop();
  tools.print(`==> Konsul agent stopped: ${name}\n`);
  return 0;
}

/** Runs a step of the start, given up when a signal asks to stop: a disk that hangs must not make a process that cannot be stopped. */
function beforeSignal<T>(signal: Promise<string>, step: () => Promise<T>): Promise<T> {
  const early = signal.then((name): never => {
    throw new KonsulError('SHUTTING_DOWN', `stopped by ${name} before it had started`);
  });
  return Promise.race([step(), early]);
}

/** The system's error with what to do about it, where that is known. */
function explainStart(error: unknown): string {
  const { code, port } = error as { readonly code?: string; readonly port?: number };
  if (code !== 'EADDRINUSE') return messageOf(error);
  return `port ${port} is in use: stop the program that listens there, or take another port with -http-port (${messageOf(error)})`;
}

async function writePidFile({ pidFile }: AgentConfig, { pid }: CliTools, disk: Disk): Promise<string> {
  if (pidFile === '') return '';
  try {
    await disk.remove(pidFile);
    const file = await disk.open(pidFile);
    await file.append(Buffer.from(`${pid}\n`)).finally(() => file.close());
  } catch (error) {
    throw new KonsulError('CONFIG_INVALID', `flag -pid-file: cannot write ${pidFile}: ${messageOf(error)}`, { cause: error });
  }
  return pidFile;
}
