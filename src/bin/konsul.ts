#!/usr/bin/env -S node --max-semi-space-size=4
/** The program: argument vector and environment in, exit code out. */
import { runCli } from '../cli/run.ts';

/** The first signal asks to stop; the second ends at once. */
function untilSignal(): Promise<string> {
  return new Promise((resolve) => {
    let isAsked = false;
    for (const name of ['SIGINT', 'SIGTERM'] as const) {
      process.on(name, () => {
        if (isAsked) process.exit(1);
        isAsked = true;
        resolve(name);
      });
    }
  });
}

// Signals alone do not keep a process alive, and all timers inside are unref'd.
const hold = setInterval(() => {}, 2 ** 30);
process.exitCode = await runCli(process.argv.slice(2), {
  environment: process.env,
  print: (text) => void process.stdout.write(text),
  complain: (text) => void process.stderr.write(text),
  untilSignal,
  pid: process.pid,
});
clearInterval(hold);
