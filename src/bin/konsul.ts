#!/usr/bin/env -S node --max-semi-space-size=4
/** The program: argument vector and environment in, exit code out. */
import { runCli } from '../cli/run.ts';
import { startProgram } from '../runtime/child-program.ts';
import { readWhole } from '../runtime/read-whole.ts';

/** The first signal asks to stop; the second ends at once. */
function untilSignal(): Promise<string> {
  return new Promise((resolve) => {
    // Signals alone do not keep a process alive, and all timers inside are unref'd.
    setInterval(() => {}, 2 ** 30);
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

// A log that nobody reads any more must not take the server down.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const code = await runCli(process.argv.slice(2), {
  environment: process.env,
  print: (text) => void process.stdout.write(text),
  complain: (text) => void process.stderr.write(text),
  readInput: () => readWhole(process.stdin),
  startProgram,
  untilSignal,
  onHangup: (react) => void process.on('SIGHUP', react),
  pid: process.pid,
});
// What is stuck, in a call of the system for one, must not hold the process.
process.exit(code);
