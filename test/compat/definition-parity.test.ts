/**
 * Service and check definitions under a real Consul 1.8.7 and here: what it takes is registered alike, what it refuses is refused. Where
 * Konsul is stricter, the list below says why, and Consul has to take it.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { agentChecks } from '../../src/api/agent/checks.ts';
import { agentServices } from '../../src/api/agent/services.ts';
import { parseConfigText } from '../../src/config/config-text.ts';
import type { Definition } from '../../src/config/definition.ts';
import { asBlock, asList, type ConfigTree } from '../../src/config/tree.ts';
import { registrationsOf } from '../../src/registration/definitions.ts';
import { startAgentApi } from '../../src/testing/agent-api.ts';
import { startKonsul } from '../integration/konsul-process.ts';
import { requireRealPart } from '../real-parts.ts';

type Config = Readonly<Record<string, unknown>>;
type Records = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const run = promisify(execFile);

function definitionsOf(config: Config): Definition[] {
  const { members } = parseConfigText('json', JSON.stringify(config));
  const raw = (tree: ConfigTree, kind: Definition['kind']): Definition[] =>
    asList(tree).flatMap((item) => {
      const block = asBlock(item);
      return block === undefined ? [] : [{ kind, path: 'a.json', block }];
    });
  return members.flatMap(({ name, value }) =>
    /^(?:service|check)s?$/.test(name) ? raw(value, name.startsWith('s') ? 'service' : 'check') : [],
  );
}

/** What is registered here, or all that is wrong. */
async function onKonsul(config: Config): Promise<{ problems: readonly string[]; services: Records; checks: Records }> {
  const { registrations, problems } = registrationsOf(definitionsOf(config), { scriptChecksEnabled: config.enable_script_checks === true });
  const { local, send } = await startAgentApi({ routes: [agentServices, agentChecks] });
  const refusal = await local.setDefinitions(registrations).then(
    () => [],
    (error: Error) => [error.message],
  );
  const answerOf = async (call: string): Promise<Records> => (await send(call)).json as Records;
  const [services, checks] = [await answerOf('GET /v1/agent/services'), await answerOf('GET /v1/agent/checks')];
  await local.stop();
  return { problems: [...problems, ...refusal], services, checks };
}

async function onConsul(config: Config): Promise<{ services: Records; checks: Records }> {
  const server = await startKonsul({ dev: true, peer: 'consul', config });
  try {
    const answerOf = async (path: string): Promise<Records> => JSON.parse((await server.call(path)).text) as Records;
    return { services: await answerOf('/v1/agent/services'), checks: await answerOf('/v1/agent/checks') };
  } finally {
    await server.stop();
    server.remove();
  }
}

/** `consul validate`: true for what it takes. */
async function isValidOnConsul(program: string, config: Config): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'definitions-'));
  try {
    writeFileSync(join(folder, 'a.json'), JSON.stringify({ data_dir: join(folder, 'data'), ...config }));
    return await run(program, ['validate', join(folder, 'a.json')], { timeout: 30_000 }).then(
      () => true,
      () => false,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const picked = (records: Records, members: readonly string[]): object =>
  Object.fromEntries(Object.entries(records).map(([id, record]) => [id, Object.fromEntries(members.map((name) => [name, record[name]]))]));

const SERVICE = ['ID', 'Service', 'Kind', 'Tags', 'Meta', 'Port', 'Address', 'TaggedAddresses', 'Weights', 'EnableTagOverride'];
/** The results of checks that run are left out, and `Type`, which 1.8.7 does not know of a check on its own. */
const CHECK = ['CheckID', 'Name', 'Notes', 'Status', 'ServiceID', 'ServiceName', 'ServiceTags'];

const TAKEN: Config = {
  enable_script_checks: true,
  service: { name: 'single', port: 1, check: { ttl: '1h', status: 'passing' } },
  services: [
    {
      name: 'web',
      id: 'web-1',
      tags: ['a', 'b'],
      port: 80,
      address: '10.0.0.1',
      meta: { team: 'ops' },
      token: 't',
      weights: { warning: 3 },
    },
    {
      name: 'wan',
      tagged_addresses: { lan: { address: '10.0.0.2', port: 2 }, wan: { address: 'wan.example', port: 3 } },
      enable_tag_override: true,
    },
    { name: 'six', address: '2001:db8::1', port: 6, weights: {} },
    { name: 'any', address: '0.0.0.0' },
    { ID: 'upper', NAME: 'Upper', Port: 4, Tags: [] },
    { name: ['list'], weights: [{ passing: 2 }] },
    { name: 'we b', port: -1, kind: 'connect-proxy', proxy: { destination_service_name: 'web' }, connect: {} },
    {
      name: 'checked',
      tags: ['t'],
      check: { notes: 'the single one', ttl: '1h', service_id: 'ignored', token: 't' },
      checks: [
        { notes: 'first', ttl: '1h', status: 'warning' },
        { id: 'own', name: 'mine', ttl: '90m', deregister_critical_service_after: '90m' },
        { scriptargs: ['true'], interval: '1h', timeout: '1.5s', output_max_size: 10 },
      ],
    },
  ],
  check: { name: 'node', ttl: '1h', notes: 'of the node' },
  checks: [
    { id: 'only-an-id', ttl: '1h' },
    { name: 'for-web', serviceid: 'web-1', ttl: '1h', status: 'passing' },
    { name: 'http', http: 'http://127.0.0.1:1/', header: { 'X-A': ['1', '2'] }, method: 'HEAD', interval: '1h', tlsskipverify: true },
    { name: 'tcp', tcp: '127.0.0.1:1', interval: '1h', success_before_passing: 1, failures_before_critical: 2 },
  ],
};

test('What Consul takes is registered alike', async (context) => {
  requireRealPart('consul', context);
  const [konsul, consul] = await Promise.all([onKonsul(TAKEN), onConsul(TAKEN)]);
  expect(konsul.problems).toEqual([]);
  expect(picked(konsul.services, SERVICE)).toEqual(picked(consul.services, SERVICE));
  expect(picked(konsul.checks, CHECK)).toEqual(picked(consul.checks, CHECK));
  expect(Object.keys(consul.services).length + Object.keys(consul.checks).length).toBe(19);
});

const TTL = { ttl: '1h' };

const REFUSED_BY_VALIDATE: readonly Config[] = [
  { service: { name: 'web', prot: 1 } },
  { service: { name: 'web', port: '80' } },
  { service: { name: 8 } },
  { service: { name: 'web', tags: 'a' } },
  { service: { name: 'web', meta: { a: 1 } } },
  { service: { name: 'web', meta: [{ a: 'b' }, { c: 'd' }] } },
  { service: { name: 'web', meta: { 'a b': 'c' } } },
  { service: { name: 'web', weights: { passing: 0 } } },
  { service: { name: 'web', enable_tag_override: 'true' } },
  { service: { name: 'web', check: [TTL, TTL] } },
  { service: { name: 'web', check: { ...TTL, intervall: '1s' } } },
  { check: { name: 'x', ttl: '10x' } },
  { check: { name: 'x', tcp: 'h:1', interval: 10 } },
  { check: { name: 'x', args: 'true', interval: '10s' } },
  { check: { name: 'x', http: 'http://h', interval: '10s', header: { a: 'b' } } },
];

test.for(REFUSED_BY_VALIDATE)('Both refuse to validate %j', async (config, context) => {
  const { path } = requireRealPart('consul', context);
  expect(await isValidOnConsul(path, config)).toBe(false);
  expect((await onKonsul(config)).problems).toHaveLength(1);
});

const REFUSED_AT_START: readonly Config[] = [
  { service: { port: 1 } },
  { service: { name: 'web', check: {} } },
  { service: { name: 'web', tagged_addresses: { lan_ipv4: { address: '::1' } } } },
  { service: { name: 'web', check: { args: ['true'], interval: '1s' } } },
  { check: { name: 'x' } },
  { check: TTL },
  { check: { name: 'x', http: 'http://h' } },
  { check: { name: 'x', service_id: 'nobody', ttl: '1h' } },
];

test.for(REFUSED_AT_START)('No agent starts with %j', async (config, context) => {
  requireRealPart('consul', context);
  await expect(onConsul(config)).rejects.toThrow('Error starting agent');
  expect((await onKonsul(config)).problems).toHaveLength(1);
});

/** Each would be found out only later, and far from the file. */
const STRICTER: readonly (readonly [why: string, config: Config])[] = [
  [
    'the last of two definitions wins, silently',
    {
      services: [
        { name: 'web', port: 1 },
        { name: 'web', port: 2 },
      ],
    },
  ],
  [
    'the last of two checks wins, silently',
    {
      checks: [
        { name: 'x', ...TTL },
        { name: 'x', ttl: '2h' },
      ],
    },
  ],
  ['a status that is none is shown as it is', { check: { name: 'x', ...TTL, status: 'green' } }],
  ['a fraction is cut off', { service: { name: 'web', port: 1.5 } }],
];

test.for(STRICTER)('Refused here only: %s', async ([, config], context) => {
  const { path } = requireRealPart('consul', context);
  expect(await isValidOnConsul(path, config)).toBe(true);
  expect((await onKonsul(config)).problems).toHaveLength(1);
});
