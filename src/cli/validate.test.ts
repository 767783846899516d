import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseArguments } from './argv.ts';
import type { CliTools } from './define-command.ts';
import { validateCommand } from './validate.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'konsul-validate-'));
});

afterEach(() => rm(folder, { recursive: true }));

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `files` are made, then the words are run with `@` for the folder. The folder's path is left out of what is said. */
async function validate(files: Readonly<Record<string, string>>, ...words: readonly string[]): Promise<Outcome> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  let [out, err] = ['', ''];
  const tools: Pick<CliTools, 'print' | 'complain'> = { print: (text) => (out += text), complain: (text) => (err += text) };
  const input = parseArguments(
    validateCommand.flags,
    words.map((word) => word.replace('@', folder)),
  );
  const code = await validateCommand.run(input, tools as CliTools);
  return { code, out: out.replaceAll(`${folder}/`, ''), err: err.replaceAll(`${folder}/`, '') };
}

const GOOD = 'data_dir = "/d"\nserver = true bind_addr = "127.0.0.1"\n';

test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
  ['an HCL file', { 'a.hcl': GOOD }, ['@/a.hcl']],
  ['a JSON file', { 'a.json': '{"data_dir": "/d"}' }, ['@/a.json']],
  ['a YAML file', { 'a.yml': 'data_dir: /d\ncache:\n  service_ttl: 60s\n' }, ['@/a.yml']],
  ['a folder', { 'c/a.hcl': GOOD, 'c/b.json': '{"service": {"name": "web", "check": {"tcp": "a:1", "interval": "1s"}}}' }, ['@/c']],
  ['a file and a folder', { 'a.hcl': GOOD, 'c/b.hcl': 'node_name = "x"' }, ['@/a.hcl', '@/c']],
  ['a file of another name', { 'a.conf': GOOD }, ['-config-format=hcl', '@/a.conf']],
  ['the agent of a node', { 'a.hcl': 'data_dir = "/d" retry_join = ["10.0.0.1", "server.example:8301"]' }, ['@/a.hcl']],
  ['what flags may still say: whether it serves', { 'a.hcl': 'data_dir = "/d" bootstrap_expect = 1' }, ['@/a.hcl']],
  [
    'scripts where they are allowed',
    { 'a.hcl': `${GOOD}enable_local_script_checks = true\ncheck { id = "a" name = "a" args = ["x"] interval = "1s" }` },
    ['@/a.hcl'],
  ],
])('%s is valid', async (_what, files, words) => {
  expect(await validate(files, ...words)).toEqual({ code: 0, out: 'Configuration is valid!\n', err: '' });
});

test.each<[string, Readonly<Record<string, string>>, readonly string[], string]>([
  [
    'no data_dir',
    { 'a.hcl': 'server = true' },
    ['@/a.hcl'],
    'data_dir cannot be empty: name a folder with -data-dir, or use -dev to try it out',
  ],
  ['a broken file', { 'a.hcl': 'server = ' }, ['@/a.hcl'], 'a.hcl:1: '],
  ['no such file', {}, ['@/a.hcl'], 'a.hcl: there is no such file or folder'],
  ['another format', { 'a.hcl': GOOD }, ['-config-format=toml', '@/a.hcl'], 'flag -config-format: must be hcl, json or yaml, not "toml"'],
  ['a misspelt key of a service', { 'a.hcl': `${GOOD}service {\n  nme = "x"\n}` }, ['@/a.hcl'], 'a.hcl:4: '],
  [
    'scripts where they are not allowed',
    { 'a.hcl': `${GOOD}check { id = "a" name = "a" args = ["x"] interval = "1s" }` },
    ['@/a.hcl'],
    'a.hcl:3: ',
  ],
  ['a watch of no type', { 'a.hcl': `${GOOD}watches = [{ type = "keys" args = ["x"] }]` }, ['@/a.hcl'], 'a.hcl:3: '],
  [
    'what this version cannot keep closed',
    { 'a.hcl': `${GOOD}verify_incoming_https = true` },
    ['@/a.hcl'],
    'a.hcl:3: verify_incoming_https: ',
  ],
  ['TLS without its files', { 'a.hcl': `${GOOD}verify_incoming = true` }, ['@/a.hcl'], 'a.hcl:3: verify_incoming: needs ca_file'],
  [
    'a server looked up at a provider',
    { 'a.hcl': `data_dir = "/d"\nretry_join = ["provider=aws tag_key=x"]` },
    ['@/a.hcl'],
    'a.hcl:2: retry_join: must name servers: looking them up at a cloud provider',
  ],
])('%s is not valid, with the reason', async (_what, files, words, reason) => {
  const { code, out, err } = await validate(files, ...words);
  expect([code, out]).toEqual([1, '']);
  expect(err).toContain(`Config validation failed: ${reason}`);
});

test('Problems of options and of definitions are told together', async () => {
  const { err } = await validate({ 'a.hcl': `${GOOD}servre = 1\nservice {\n  nme = "x"\n}\n`, 'b.json': '{' }, '@/a.hcl', '@/b.json');
  expect(err.match(/^(?:Config validation failed: )?(?:a\.hcl:[35]|b\.json:1): /gm)).toHaveLength(3);
});

test('Warnings do not make it invalid', async () => {
  const { code, out, err } = await validate({ 'c/a.hcl': `${GOOD}gossip_lan { gossip_nodes = 3 }`, 'c/README': '' }, '@/c');
  expect([code, out]).toEqual([0, 'Configuration is valid!\n']);
  expect(err).toMatch(/^Warning: c\/README: skipped.*\nWarning: c\/a\.hcl:3: gossip_lan has no effect: .*\n$/);
});

test('-quiet says nothing but what is wrong', async () => {
  expect(await validate({ 'a.hcl': `${GOOD}gossip_lan { gossip_nodes = 3 }` }, '-quiet', '@/a.hcl')).toEqual({ code: 0, out: '', err: '' });
  expect((await validate({ 'a.hcl': 'x = 1' }, '-quiet', '@/a.hcl')).err).toMatch(/^Config validation failed: a\.hcl:1: unknown key "x"/);
});

test('Without a file it says what is missing', async () => {
  expect(await validate({})).toEqual({ code: 1, out: '', err: 'Must specify at least one config file or directory\n' });
});
