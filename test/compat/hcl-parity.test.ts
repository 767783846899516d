/**
 * A real Consul 1.8.7 reads the same HCL files as Konsul's reader: both take or refuse them, and what Consul then says of itself is what
 * the reader found in them. The files are about HCL; their keys are all good for 1.8.7.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, type TestContext, test } from 'vitest';
import { parseConfigText } from '../../src/config/config-text.ts';
import type { Plain, PlainBlock } from '../fixtures/config/plain-tree.ts';
import { damaged } from '../fixtures/config/random-config.ts';
import { Child } from '../integration/child.ts';
import { type KonsulProcess, startKonsul } from '../integration/konsul-process.ts';
import { realPart, requireRealPart } from '../real-parts.ts';
import { type Expected, expectedOf, filesOf, folderOf, narrowed, readHclFile, readOnByConsul } from './hcl-parity.ts';

/** For the one route that reads HCL and says at once what it thinks of it. */
const TOKEN = 'root';
const folder = mkdtempSync(join(tmpdir(), 'hcl-parity-'));
const baseFile = join(folder, 'base.json');
const expected = expectedOf(filesOf('good').map((file) => readHclFile('good', file)));
let consul: KonsulProcess | undefined;
let reported: PlainBlock;

beforeAll(async () => {
  writeFileSync(baseFile, JSON.stringify({ data_dir: join(folder, 'data') }));
  if (realPart('consul') === undefined) return;
  const acl = { enabled: true, default_policy: 'allow', tokens: { master: TOKEN } };
  const config = { enable_local_script_checks: true, acl };
  consul = await startKonsul({ dev: true, peer: 'consul', config, flags: ['-config-dir', folderOf('good')] });
  reported = (await consul.call('/v1/agent/self')).json<{ DebugConfig: PlainBlock }>().DebugConfig;
});

afterAll(async () => {
  await consul?.stop();
  consul?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const needsConsul = (context: TestContext): { readonly path: string } => requireRealPart('consul', context);

/** What Consul says against the file, if it refuses it. */
async function refusal(program: string, path: string): Promise<string | undefined> {
  const child = await Child.start(program, ['validate', baseFile, path]);
  return (await child.exited).code === 0 ? undefined : child.log();
}

const byIdentity = (blocks: Plain | undefined): ReadonlyMap<string, PlainBlock> =>
  new Map((blocks as readonly PlainBlock[]).map((block) => [String(block.ID || block.Name), block]));

function expectAlike(found: Plain | undefined, wanted: Expected['services']): void {
  const foundById = byIdentity(found);
  const wantedById = byIdentity(wanted);
  expect([...foundById.keys()].sort()).toEqual([...wantedById.keys()].sort());
  for (const [id, block] of wantedById) expect({ id, ...narrowedBlock(foundById.get(id), block) }).toEqual({ id, ...block });
}

const narrowedBlock = (found: Plain | undefined, wanted: PlainBlock): PlainBlock => narrowed(found, wanted) as PlainBlock;

test('Consul takes the good files', async (context) => {
  expect(await refusal(needsConsul(context).path, folderOf('good'))).toBeUndefined();
});

test('Consul refuses each broken file for its syntax, but for those that it reads on', async (context) => {
  const { path: program } = needsConsul(context);
  const taken: string[] = [];
  for (const file of filesOf('broken')) {
    const log = await refusal(program, `${folderOf('broken')}/${file}`);
    if (log === undefined) taken.push(file);
    // A complaint about a key or its type, and not about HCL, is a line with a star.
    expect(log ?? '', file).not.toMatch(/^\s*\* /m);
  }
  expect(taken).toEqual(readOnByConsul.map(({ file }) => file).sort());
});

test('services are as Consul reports them', (context) => {
  needsConsul(context);
  expect(expected.services.length).toBeGreaterThan(30);
  expectAlike(reported.Services, expected.services);
});

test('checks of the node are as Consul reports them', (context) => {
  needsConsul(context);
  expect(expected.checks.length).toBeGreaterThan(15);
  expectAlike(reported.Checks, expected.checks);
});

test('settings are as Consul reports them', (context) => {
  needsConsul(context);
  expect(Object.keys(expected.settings).length).toBeGreaterThan(10);
  expect(narrowed(reported, expected.settings)).toEqual(expected.settings);
});

test('the API of Consul shows the same services and checks', async (context) => {
  needsConsul(context);
  const services = (await consul?.call('/v1/agent/services'))?.json<Record<string, PlainBlock>>() ?? {};
  const shown = (service: PlainBlock): Plain => [service.Tags ?? [], service.Port ?? 0, service.Meta ?? {}];
  for (const service of expected.services) expect(shown(services[String(service.ID ?? service.Name)] ?? {})).toEqual(shown(service));
  const checks = (await consul?.call('/v1/agent/checks'))?.json<Record<string, PlainBlock>>() ?? {};
  for (const check of expected.checks) expect(checks[String(check.ID)]?.Notes).toBe(check.Notes ?? '');
});

/** Values, which that route does not look at, and the places where Consul reads on (`readOnByConsul`): behind "=", and at a brace. */
const OWN_REASONS = /^(not a number|a name is given|expected a value, got)|got "}"$/;

function fault(text: string): string | undefined {
  try {
    parseConfigText('hcl', text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

test('a damaged file is refused by both or by neither', async (context) => {
  needsConsul(context);
  const files = filesOf('good').map((file) => readFileSync(`${folderOf('good')}/${file}`, 'utf8'));
  const call = { method: 'POST', headers: { 'X-Consul-Token': TOKEN } };
  await fc.assert(
    fc.asyncProperty(damaged(fc.constantFrom(...files)), async (text) => {
      fc.pre(!/^\s*(\{|$)/.test(text));
      const found = fault(text);
      fc.pre(!OWN_REASONS.test(found ?? ''));
      const reply = await consul?.call('/v1/acl/rules/translate', { ...call, body: text });
      expect(reply?.status, `${found ?? 'taken'} here; there: ${reply?.text}`).toBe(found === undefined ? 200 : 400);
    }),
    { numRuns: 300 },
  );
});
