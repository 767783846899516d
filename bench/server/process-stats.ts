/** What the kernel knows of a process, Linux only. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const TICKS_PER_S = 100;

/** Resident memory, mapped pages of files included. */
export function rssMb(pid: number): number {
  const kib = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) / 1024;
}

/** Time on a processor so far, all threads, user and system; resolution 10 ms. */
export function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_S;
}

/** Path, size and time of change of every file below `folder`, one a line; the lock file of lmdb changes with each reader and is left out. */
export function fileStates(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (path) => !path.endsWith('lock.mdb') && !path.endsWith('-lock'),
  );
  return files
    .sort()
    .map((path) => [path, statSync(join(folder, path))] as const)
    .filter(([, state]) => state.isFile())
    .map(([path, state]) => `${path} ${state.size} ${state.mtimeMs}`)
    .join('\n');
}

/** What the threads of a process did so far; only differences mean something. Threads that ended in between are left out. */
export interface ThreadWork {
  /** Time on a processor, in nanoseconds' resolution. */
  readonly cpuMs: number;
  /** How often a thread gave the processor back by itself: each wait that then woke. */
  readonly sleeps: number;
}

export function threadWork(pid: number): ThreadWork {
  const work = { cpuMs: 0, sleeps: 0 };
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const folder = `/proc/${pid}/task/${thread}`;
    work.cpuMs += Number(readFileSync(`${folder}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
    work.sleeps += Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(readFileSync(`${folder}/status`, 'utf8'))?.[1]);
  }
  return work;
}
