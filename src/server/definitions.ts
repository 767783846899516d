/** What definition files say, ready for the parts that run it. */
import type { AgentConfig } from '../config/agent-config.ts';
import { registrationsOf } from '../registration/definitions.ts';
import type { Registrations } from '../registration/registrations.ts';
import { KonsulError } from '../runtime/errors.ts';
import { type WatchDefinition, watchesOf } from '../watches/watch-definition.ts';

export interface ReadyDefinitions {
  readonly registrations: Registrations;
  readonly watches: readonly WatchDefinition[];
}

/** Throws CONFIG_INVALID with all problems, a line each. */
export function readDefinitions({ definitions, checks }: Pick<AgentConfig, 'definitions' | 'checks'>): ReadyDefinitions {
  const registered = registrationsOf(definitions, { scriptChecksEnabled: checks.scriptsFromFiles });
  const watched = watchesOf(definitions);
  const problems = [...registered.problems, ...watched.problems];
  if (problems.length > 0) throw new KonsulError('CONFIG_INVALID', problems.join('\n'));
  return { registrations: registered.registrations, watches: watched.watches };
}
