import { expect, test } from 'vitest';
import { agentConfig } from '../config/agent-config.ts';
import { loadConfig } from '../config/load.ts';
import { localSettings } from './local-settings.ts';

const settingsOf = (text: string) => {
  const flags = new Map([['dev', ['true']]]);
  return localSettings(
    agentConfig(loadConfig({ files: [{ path: 'f.hcl', text }], environment: {}, flags }), { hostName: 'h', address: '10.0.0.1' }),
  );
};

test.each([
  ['', { scriptChecksEnabled: false, discardCheckOutput: false, checkUpdateIntervalMs: 300_000 }],
  ['enable_script_checks = true', { scriptChecksEnabled: true }],
  ['enable_local_script_checks = true', { scriptChecksEnabled: false }],
  ['discard_check_output = true\ncheck_update_interval = "7s"', { discardCheckOutput: true, checkUpdateIntervalMs: 7_000 }],
])('with %j the local state is told %o', (text, expected) => {
  expect(settingsOf(text)).toMatchObject(expected);
});
