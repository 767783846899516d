/** What a reload changes, option by option: what takes effect now, and what waits for a restart. */
import { isDeepStrictEqual } from 'node:util';
import type { AgentConfig } from './agent-config.ts';
import { options } from './schema.ts';

export interface ReloadChanges {
  /** Keys of options that changed and take effect by the reload. */
  readonly applied: readonly string[];
  /** Keys of options that changed and take effect at the next start. To be warned about; the reload does not fail for them. */
  readonly needRestart: readonly string[];
}

/** Compares what both were given; definitions are not options and always reloadable. */
export function reloadableChanges(before: AgentConfig, after: AgentConfig): ReloadChanges {
  const changed = options.filter((option) => !isDeepStrictEqual(before.values.get(option), after.values.get(option)));
  const effective = changed.filter(({ noEffect }) => noEffect === undefined);
  const keys = (isReloadable: boolean): readonly string[] =>
    effective.filter((option) => option.isReloadable === isReloadable).map(({ key }) => key);
  return { applied: keys(true), needRestart: keys(false) };
}

/** The warning for options that a reload did not apply; `undefined` if there are none. */
export function restartWarning({ needRestart }: ReloadChanges): string | undefined {
  return needRestart.length === 0 ? undefined : `takes effect at the next start: ${needRestart.join(', ')}`;
}
