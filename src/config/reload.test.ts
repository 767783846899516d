import { expect, test } from 'vitest';
import { type AgentConfig, agentConfig } from './agent-config.ts';
import { loadConfig } from './load.ts';
import { hclExample } from './option-example.ts';
import { reloadableChanges, reloadedConfig, restartWarning } from './reload.ts';
import { options } from './schema.ts';

const configOf = (...texts: readonly string[]): AgentConfig =>
  agentConfig(loadConfig({ files: texts.map((text) => ({ path: 'f.hcl', text })), environment: {}, flags: new Map([['dev', ['true']]]) }), {
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

test.each([
  ['node_name = "beta"\ndatacenter = "dc2"', { nodeName: 'h', datacenter: 'dc1' }],
  ['advertise_addr = "10.9.9.9"\nports { server = 9300 http = 1 }', { advertiseAddress: '127.0.0.1', serverPort: 8300 }],
  ['node_meta { a = "1" }\nlog_level = "debug"', { nodeMeta: { a: '1' }, log: { level: 'debug' } }],
  ['telemetry { metrics_prefix = "x" prefix_filter = ["+a"] }', { telemetry: { prefix: 'consul', rules: ['+a'] } }],
])('A running agent that reads %j goes on with %j', (text, expected) => {
  expect(reloadedConfig(configOf(''), configOf(text))).toMatchObject(expected);
});

test('A machine that is called otherwise by now is still the same node', () => {
  const renamed = { ...configOf('log_level = "debug"'), nodeName: 'other' };
  expect(reloadedConfig(configOf(''), renamed)).toMatchObject({ nodeName: 'h', log: { level: 'debug' } });
});

test('What is taken away takes its default again, if a reload may change it', () => {
  const running = reloadedConfig(configOf('log_level = "debug"\nsession_ttl_min = "30s"\ndatacenter = "east"'), configOf(''));
  expect(running).toMatchObject({ log: { level: 'info' }, sessionTtlMinMs: 10_000, datacenter: 'east' });
  expect(reloadableChanges(running, configOf('')).needRestart).toEqual(['datacenter']);
});

/** Some options of TLS need others. */
const TLS_FILES = 'tls { defaults { ca_file = "/ca" cert_file = "/c" key_file = "/k" } }';

const startable = options.filter((option) => option.noEffect === undefined && option.key !== 'dev_mode');

test.each(startable.map((option) => [option.key, option] as const))('A reload changes %s only if the reference says so', (_key, option) => {
  const before = configOf(TLS_FILES);
  const read = configOf(TLS_FILES, hclExample(option));
  const after = reloadedConfig(before, read);
  expect(after.values.get(option)).toEqual((option.isReloadable ? read : before).values.get(option));
});
