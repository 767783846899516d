/** The processes of the demo: a server with its data in memory and agents without any, on free loopback ports. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const READY_BOUND_MS = 10_000;

export interface DemoProcess {
  readonly url: string;
  /** Where agents link to; 0 for an agent. */
  readonly linkPort: number;
  stop(): Promise<void>;
}

/** `runningUrl`: use that server and leave it running. */
export async function startServer(runningUrl?: string): Promise<DemoProcess> {
  if (runningUrl !== undefined) return { url: runningUrl, linkPort: 0, stop: async () => undefined };
  const linkPort = await freePort();
  return start(['-dev', '-node', 'server', '-server-port', `${linkPort}`], linkPort);
}

/** An agent of the server behind that port; ready when it has found the server. */
export async function startAgent(name: string, linkPort: number): Promise<DemoProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'konsul-demo-'));
  const agent = await start(['-node', name, '-data-dir', folder, '-retry-join', `127.0.0.1:${linkPort}`, '-retry-interval', '1s'], 0);
  const removed = async (): Promise<void> => {
    await agent.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...agent, stop: removed };
}

async function start(flags: readonly string[], linkPort: number): Promise<DemoProcess> {
  const httpPort = await freePort();
  const program = fileURLToPath(new URL('../../dist/bin/konsul.js', import.meta.url));
  const common = ['agent', '-bind', '127.0.0.1', '-http-port', `${httpPort}`, '-log-level', 'error'];
  const child = spawn(process.execPath, ['--max-semi-space-size=4', program, ...common, ...flags], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  process.once('exit', () => child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${httpPort}`;
  await ready(url, child);
  return { url, linkPort, stop: () => stop(child) };
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  const deadlineMs = performance.now() + READY_BOUND_MS;
  while (performance.now() < deadlineMs && child.exitCode === null) {
    if (await knowsLeader(url)) return;
    await pause(5);
  }
  child.kill('SIGKILL');
  throw new Error('a process of the demo did not start; `npm run build` makes it');
}

/** False before it listens, and while an agent has not found its server. */
async function knowsLeader(url: string): Promise<boolean> {
  try {
    const reply = await fetch(`${url}/v1/status/leader`);
    return reply.ok ? (await reply.json()) !== '' : false;
  } catch {
    return false;
  }
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const holder = createServer().listen(0, '127.0.0.1', () => {
      const address = holder.address();
      holder.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
