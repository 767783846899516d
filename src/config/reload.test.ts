import { expect, test } from 'vitest';
import { type AgentConfig, agentConfig } from './agent-config.ts';
import { loadConfig } from './load.ts';
import { reloadableChanges, restartWarning } from './reload.ts';

const configOf = (text: string): AgentConfig =>
  agentConfig(loadConfig({ files: [{ path: 'f.hcl', text }], environment: {}, flags: new Map([['dev', ['true']]]) }), {
    hostName: 'h',
    address: '10.0.0.1',
  });

test.each([
  ['', '', [], []],
  ['', 'log_level = "debug"', ['log_level'], []],
  ['', 'log_level = "info"', [], []],
  ['node_meta { a = "1" }', 'node_meta { a = "1" }', [], []],
  ['node_meta { a = "1" }', 'node_meta { a = "2" }', ['node_meta'], []],
  ['', 'ports { http = 1 }\nnode_name = "x"\ndiscard_check_output = true', ['discard_check_output'], ['node_name', 'ports.http']],
  ['service { name = "a" }', 'service { name = "b" }', [], []],
  ['', 'recursors = ["9.9.9.9"]\nacl { tokens { agent = "x" } }', [], []],
])('From %j to %j a reload applies %j, and %j waits for a restart', (before, after, applied, needRestart) => {
  expect(reloadableChanges(configOf(before), configOf(after))).toEqual({ applied, needRestart });
});

test('A warning names what waits for a restart', () => {
  expect(restartWarning({ applied: ['log_level'], needRestart: [] })).toBeUndefined();
  expect(restartWarning({ applied: [], needRestart: ['node_name', 'ports.http'] })).toBe(
    'takes effect at the next start: node_name, ports.http',
  );
});
