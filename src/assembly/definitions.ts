/** What definition files say, ready for the parts that run it. */
import type { AgentConfig } from '../config/agent-config.ts';
import { readRegistrations } from '../registration/definitions.ts';
import type { Registrations } from '../registration/registrations.ts';
import type { Clock } from '../runtime/clock.ts';
import { KonsulError } from '../runtime/errors.ts';
import { type WatchDefinition, watchesOf } from '../watches/watch-definition.ts';

export interface ReadyDefinitions {
  readonly registrations: Registrations;
  readonly watches: readonly WatchDefinition[];
}

/** Throws CONFIG_INVALID with the problems, a line each. Other work goes on meanwhile; blocks that were read before cost nothing. */
export async function readDefinitions(
  { definitions, checks }: Pick<AgentConfig, 'definitions' | 'checks'>,
  clock: Pick<Clock, 'pause'>,
): Promise<ReadyDefinitions> {
  const registered = await readRegistrations(definitions, { scriptChecksEnabled: checks.scriptsFromFiles }, clock);
  const watched = watchesOf(definitions);
  const problems = [...registered.problems, ...watched.problems];
  if (problems.length > 0) throw new KonsulError('CONFIG_INVALID', problems.join('\n'));
  return { registrations: registered.registrations, watches: watched.watches };
}
