/** Finds the checks that run programs and were registered over the API: where that is switched off they must not run, however they came. */
import type { CheckRemove, LogEntry } from './log-entry.ts';
import type { Registry } from './registry.ts';

const RUNS_A_PROGRAM: ReadonlySet<string> = new Set(['script', 'docker']);

/** What removes all that stand. Definition files have their own switch, and are judged when they are read. */
export function scriptCheckRemovals(registry: Registry): CheckRemove[] {
  const ids = [...registry.checks.keys()].filter((id) => {
    const stored = registry.stored(id);
    return stored?.source === 'api' && RUNS_A_PROGRAM.has(stored.registration.spec.type);
  });
  return ids.map((id) => ({ op: 'check.remove', id, source: 'api' }));
}

/** Whether `entry` puts a check that runs a program, whoever asked for it. */
export function putsScriptCheck(entry: LogEntry): boolean {
  if (entry.op !== 'service.put' && entry.op !== 'check.put') return false;
  const checks = entry.op === 'service.put' ? entry.checks : [entry.check];
  return checks.some(({ spec }) => RUNS_A_PROGRAM.has(spec.type));
}
