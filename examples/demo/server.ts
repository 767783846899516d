/** The server of the demo: a child process on free loopback ports with its data in memory, or one that runs already. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const READY_BOUND_MS = 10_000;

export interface DemoServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** `runningUrl`: use that server and leave it running. */
export async function startServer(runningUrl?: string): Promise<DemoServer> {
  if (runningUrl !== undefined) return { url: runningUrl, stop: async () => undefined };
  const [httpPort, serverPort] = [await freePort(), await freePort()];
  const program = fileURLToPath(new URL('../../dist/bin/konsul.js', import.meta.url));
  const flags = ['agent', '-dev', '-node', 'demo', '-bind', '127.0.0.1', '-http-port', `${httpPort}`, '-server-port', `${serverPort}`];
  const child = spawn(process.execPath, ['--max-semi-space-size=4', program, ...flags, '-log-level', 'warn'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  process.once('exit', () => child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${httpPort}`;
  await ready(url, child);
  return { url, stop: () => stop(child) };
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  const deadlineMs = performance.now() + READY_BOUND_MS;
  while (performance.now() < deadlineMs && child.exitCode === null) {
    const leader = await fetch(`${url}/v1/status/leader`).then(
      (reply) => reply.json(),
      () => '',
    );
    if (leader !== '') return;
    await pause(5);
  }
  child.kill('SIGKILL');
  throw new Error('the server did not start; `npm run build` makes it');
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGINT');
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
