/** What a reload changes, option by option: what takes effect now, and what waits for a restart. */
import { isDeepStrictEqual } from 'node:util';
import { type AgentConfig, agentConfig } from './agent-config.ts';
import { optionOf, options } from './schema.ts';

export interface ReloadChanges {
  /** Keys of options that changed and take effect by the reload. */
  readonly applied: readonly string[];
  /** Keys of options that changed and take effect at the next start. To be warned about; the reload does not fail for them. */
  readonly needRestart: readonly string[];
}

/**
 * What a running agent goes on with after it read `next`: its own configuration, with the options that a reload may change, and the
 * definitions, as they are now. What else the files say, and what the machine is called by now, waits for a restart.
 */
export function reloadedConfig(running: AgentConfig, next: AgentConfig): AgentConfig {
  const values = running.values.overlaid(next.values, (key) => optionOf(key)?.isReloadable === true);
  return agentConfig(values, { hostName: running.nodeName, address: running.advertiseAddress });
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
