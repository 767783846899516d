/** `konsul lock`: runs a program while it holds a lock, and ends it when the lock is lost. */
import type { Holding } from '../client/holding.ts';
import { acquireLock } from '../client/lock.ts';
import { acquireSemaphore } from '../client/semaphore.ts';
import type { ProgramExit, RunningProgram } from '../runtime/child-program.ts';
import { type Clock, SystemClock } from '../runtime/clock.ts';
import { messageOf } from '../runtime/errors.ts';
import { exitText, programOf, shellFlag } from './child-command.ts';
import { clientFlags, openClient } from './client-flags.ts';
import { type CliCommand, type CliInput, type CliTools, defineCommand } from './define-command.ts';
import { durationFlag, isOn, refuseInput, textFlag, wholeFlag } from './flag-values.ts';

const KILL_GRACE_MS = 5_000;
const DEFAULT_MONITOR_RETRIES = 3n;
/** With -child-exit-code: the program failed, not the lock. */
const CHILD_FAILED = 2;

export const lockCommand: CliCommand = defineCommand({
  name: 'lock',
  summary: 'Runs a command while it holds a lock.',
  usage: 'PREFIX COMMAND…',
  flags: [
    ...clientFlags,
    { name: 'child-exit-code', kind: 'boolean', help: 'End with 2 if the command fails.' },
    {
      name: 'monitor-retry',
      kind: 'value',
      help: 'Failed looks at the lock, a second apart, to bear. Default 3.',
      example: '-monitor-retry=3',
    },
    { name: 'n', kind: 'value', help: 'How many may hold it at once. Default 1.', example: '-n=1' },
    { name: 'name', kind: 'value', help: 'A name for the session, for people.', example: '-name=backup' },
    { name: 'pass-stdin', kind: 'boolean', help: 'Let the command read standard input.' },
    shellFlag,
    { name: 'timeout', kind: 'value', help: 'Give up waiting for the lock after this time.', example: '-timeout=30s' },
    { name: 'try', kind: 'value', help: 'The old name of -timeout.', example: '-try=30s' },
    { name: 'verbose', kind: 'boolean', help: 'Say what is being done.' },
  ],
  examples: ['konsul lock jobs/backup ./backup.sh', 'konsul lock -n=3 -timeout=1m jobs/import ./import.sh'],
  async run(input, tools) {
    const [prefix = '', ...words] = input.args;
    if (pathOf(prefix) === '' || words.length === 0) throw refuseInput('Key prefix and child command must be specified');
    const stop = new AbortController();
    void tools.untilSignal().then(() => stop.abort());
    const clock = new SystemClock();
    const holding = await acquire(input, tools, { clock, stop: stop.signal });
    if (holding === undefined) throw refuseInput('Shutdown triggered or timeout during lock acquisition');
    try {
      return await runHeld({ holding, input, tools, clock, stop: stop.signal });
    } finally {
      await holding.release().then(
        () => say(input, tools, 'Cleanup succeeded'),
        (error: unknown) => tools.complain(`Lock release failed: ${messageOf(error)}\n`),
      );
    }
  },
});

async function acquire(input: CliInput, tools: CliTools, life: { clock: Clock; stop: AbortSignal }): Promise<Holding | undefined> {
  const limit = Number(wholeFlag(input, 'n') ?? 1n);
  if (limit < 1) throw refuseInput('Lock holder limit must be positive');
  const timeoutMs = durationFlag(input, 'timeout') ?? durationFlag(input, 'try');
  const [prefix = '', ...words] = input.args;
  const waiting = new AbortController();
  life.stop.addEventListener('abort', () => waiting.abort());
  const timer = timeoutMs === undefined ? undefined : life.clock.after(timeoutMs, () => waiting.abort());
  const path = pathOf(prefix);
  const options = {
    client: await openClient(input, tools),
    clock: life.clock,
    name: textFlag(input, 'name') ?? `Consul lock for '${words.join(' ')}' at '${path}'`,
    monitorRetries: Number(wholeFlag(input, 'monitor-retry') ?? DEFAULT_MONITOR_RETRIES),
    signal: waiting.signal,
  };
  say(input, tools, limit === 1 ? `Setting up lock at path: ${path}/.lock` : `Setting up semaphore (limit ${limit}) at prefix: ${path}`);
  say(input, tools, 'Attempting lock acquisition');
  try {
    return await (limit === 1 ? acquireLock({ ...options, key: `${path}/.lock` }) : acquireSemaphore({ ...options, prefix: path, limit }));
  } finally {
    timer?.cancel();
  }
}

/** Slashes at the ends are no part of it. */
const pathOf = (prefix: string): string => prefix.replace(/^\/|\/$/g, '');

interface Held {
  readonly holding: Holding;
  readonly input: CliInput;
  readonly tools: CliTools;
  readonly clock: Clock;
  readonly stop: AbortSignal;
}

/** The exit code. */
async function runHeld({ holding, input, tools, clock, stop }: Held): Promise<number> {
  say(input, tools, 'Starting handler');
  const child = tools.startProgram({
    args: programOf(input.args.slice(1), input, tools),
    environment: { CONSUL_LOCK_HELD: 'true' },
    input: isOn(input, 'pass-stdin') ? 'inherited' : 'nothing',
  });
  const failure = child.ended.then(exitText, messageOf);
  const cause = await Promise.race([failure.then(() => undefined), holding.lost, aborted(stop)]);
  if (cause !== undefined) {
    say(input, tools, `${stop.aborted ? 'Shutdown triggered' : `Lock lost (${cause})`}, killing child`);
    await end(child, clock);
    return stop.aborted ? 0 : 1;
  }
  say(input, tools, 'Child terminated, releasing lock');
  const text = await failure;
  if (text === '') return 0;
  tools.complain(`Error running handler: ${text}\n`);
  return isOn(input, 'child-exit-code') ? CHILD_FAILED : 0;
}

const aborted = (signal: AbortSignal): Promise<string> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve('stopped');
    else signal.addEventListener('abort', () => resolve('stopped'));
  });

/** Politely first. */
async function end(child: RunningProgram, clock: Clock): Promise<void> {
  const ended: Promise<ProgramExit | undefined> = child.ended.catch(() => undefined);
  child.signal('SIGTERM');
  const timer = clock.after(KILL_GRACE_MS, () => child.signal('SIGKILL'));
  await ended;
  timer.cancel();
}

function say(input: CliInput, tools: CliTools, text: string): void {
  if (isOn(input, 'verbose')) tools.print(`${text}\n`);
}
