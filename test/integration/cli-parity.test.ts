/**
 * `konsul` and the real `consul` asked the same of the same server: they must print the same and end alike. Ours runs in this process,
 * which is quicker, but where it starts programs, whose output is not to be had otherwise.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { konsul } from '../fixtures/konsul-cli.ts';
import { realPart, requireRealPart } from '../real-parts.ts';
import { type KonsulProcess, startKonsul } from './konsul-process.ts';
import { konsulProgram, type ProgramRun, runProgram } from './run-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'cli-parity-'));
let server: KonsulProcess;

beforeAll(async () => {
  if (realPart('consul') === undefined) return;
  server = await startKonsul({ dev: true });
  for (const [key, value] of Object.entries(ENTRIES)) await server.call(`/v1/kv/${key}`, { method: 'PUT', body: value });
  await server.call('/v1/kv/a/flagged?flags=18446744073709551615', { method: 'PUT', body: 'x' });
  for (const service of SERVICES) await server.put('/v1/agent/service/register', service);
  writeFileSync(join(folder, 'value.txt'), 'from a file\n');
  writeFileSync(
    join(folder, 'two.json'),
    JSON.stringify({
      services: [
        { name: 'one', port: 1, tags: ['t'] },
        { name: 'two', id: 'two-1' },
      ],
    }),
  );
  writeFileSync(join(folder, 'one.hcl'), 'service {\n  name = "three"\n  port = 3\n  check { ttl = "10s" }\n}\n');
  writeFileSync(join(folder, 'bad.hcl'), 'service {\n  name = \n');
});

afterAll(async () => {
  await server?.stop();
  server?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const ENTRIES = { 'a/b': 'hello', 'a/c': 'line\nline', 'a/empty': '', 'a/d/e': '<&>', 'ä/ö': 'ü' };

const SERVICES = [
  { Name: 'web', Port: 80, Tags: ['blue', 'a'], Meta: { v: '1' } },
  { Name: 'web', ID: 'web-2', Port: 81, Tags: ['green'] },
  { Name: 'db', Port: 5432, Check: { TTL: '10m', Status: 'passing' } },
];

const both = async (words: readonly string[], input?: string): Promise<{ real: ProgramRun; own: ProgramRun }> => {
  const options = { env: { CONSUL_HTTP_ADDR: server.url }, cwd: folder, ...(input === undefined ? {} : { input }) };
  const real = await runProgram([realPart('consul')?.path ?? 'consul', ...words], options);
  const startsProgram = words[0] === 'lock' || words.includes('exit');
  if (startsProgram) return { real, own: await runProgram([...konsulProgram(), ...words], options) };
  return { real, own: await konsul(words, { environment: options.env, ...(input === undefined ? {} : { input }) }) };
};

/** Commands, in order; what one writes the next ones read. */
test.for([
  ['kv get a/b'],
  ['kv get /a/b'],
  ['kv get -base64 a/b'],
  ['kv get -detailed a/flagged'],
  ['kv get -detailed a/empty'],
  ['kv get -recurse a'],
  ['kv get -recurse -base64 a'],
  ['kv get -recurse -detailed a'],
  ['kv get -recurse none'],
  ['kv get -keys a'],
  ['kv get -keys a/'],
  ['kv get -keys -separator= a'],
  ['kv get -keys'],
  ['kv get ä/ö'],
  ['kv get none'],
  ['kv get'],
  ['kv get a b'],
  ['kv put c/new value'],
  ['kv put c/empty'],
  ['kv put -flags=42 c/flags x'],
  ['kv put -flags=-1 c/flags x'],
  ['kv put -cas -modify-index=1 c/new y'],
  ['kv put -cas c/new y'],
  ['kv put -base64 c/b64 aGk='],
  ['kv put c/file @FOLDER/value.txt'],
  ['kv put c/file @FOLDER/none.txt'],
  ['kv put c/piped -'],
  ['kv put -acquire c/lock'],
  ['kv put -acquire -session=none c/lock'],
  ['kv put'],
  ['kv put a b c'],
  ['kv get -recurse c'],
  ['kv export a'],
  ['kv export none'],
  ['kv import [{"key":"i/x","flags":3,"value":"aGVsbG8="},{"key":"i/y","flags":0,"value":""}]'],
  ['kv import -'],
  ['kv import nonsense'],
  ['kv import'],
  ['kv get -recurse -detailed i'],
  ['kv delete c/new'],
  ['kv delete nothere'],
  ['kv delete -recurse i'],
  ['kv delete -cas c/file'],
  ['kv delete -cas -modify-index=1 c/file'],
  ['kv delete'],
  ['kv delete -recurse -cas c'],
  ['catalog datacenters'],
  ['catalog nodes'],
  ['catalog nodes -detailed'],
  ['catalog nodes -service=web'],
  ['catalog nodes -detailed -service=web'],
  ['catalog nodes -service=none'],
  ['catalog nodes -near=_agent'],
  ['catalog nodes -node-meta=none=x'],
  ['catalog nodes -filter=Node==n1'],
  ['catalog nodes extra'],
  ['catalog services'],
  ['catalog services -tags'],
  ['catalog services -node=n1'],
  ['catalog services -node=n1 -tags'],
  ['catalog services -node=none'],
  ['catalog services -node-meta=none=x'],
  ['services register -name=flagged -port=80 -tag=a -tag=b -meta=k=v -address=10.0.0.1 -tagged-address=lan=1.2.3.4:5'],
  ['services register FOLDER/two.json'],
  ['services register FOLDER/one.hcl FOLDER/two.json'],
  ['services register FOLDER/bad.hcl'],
  ['services register FOLDER/none.hcl'],
  ['services register'],
  ['catalog services -tags'],
  ['services deregister -id=none'],
  ['services deregister'],
  ['services deregister -id=web FOLDER/two.json'],
  ['maint'],
  ['maint -enable -reason=why'],
  ['maint -enable -service=web'],
  ['maint'],
  ['maint -disable'],
  ['maint -disable -service=web'],
  ['maint -enable -disable'],
  ['maint -disable -reason=x'],
  ['maint -service=web'],
  ['maint -enable -service=none'],
  ['members'],
  ['members -detailed'],
  ['members -status=alive'],
  ['members -status=left'],
  ['members -status=('],
  ['force-leave'],
  ['join'],
  ['event'],
  ['event -name=x a b'],
  ['event -name=x -tag=y'],
  ['rtt'],
  ['rtt a b c'],
  ['rtt none'],
  ['lock l/x'],
  ['lock -n=0 l/x true'],
  ['lock l/x echo held $CONSUL_LOCK_HELD'],
  ['lock -verbose l/x echo held'],
  ['lock -shell=false l/x echo held'],
  ['lock -n=2 -verbose l/y echo held'],
  ['lock l/x exit 3'],
  ['lock -child-exit-code l/x exit 3'],
  ['lock a/b true'],
  ['kv get -keys -separator= l'],
  ['watch'],
  ['watch -type=bad'],
  ['watch -type=key'],
  ['watch -type=service'],
  ['watch -type=checks -service=a -state=passing'],
  ['watch -type=key -key=a -prefix=b'],
  ['watch -type=services -http-addr=127.0.0.1:1'],
  ['watch -type=key -key=a/b exit 3'],
  ['snapshot save'],
  ['snapshot inspect FOLDER/none'],
  ['snapshot inspect FOLDER/value.txt'],
  ['snapshot restore FOLDER/value.txt'],
  ['operator autopilot get-config'],
  ['operator autopilot set-config -max-trailing-logs=300 -last-contact-threshold=300ms'],
  ['operator autopilot get-config'],
])('%s', async ([line = ''], context) => {
  requireRealPart('consul', context);
  const words = line.replaceAll('FOLDER', folder).split(' ');
  const { real, own } = await both(words, INPUT);
  expect({ code: own.code, out: own.out }, own.err).toEqual({ code: real.code, out: real.out });
});

const INPUT = '[{"key":"i/z","flags":0,"value":"eg=="}]';

/** Every member that Consul's own client shows is there, with the same value; there may be more. */
test.for([
  ['key -key=a/b'],
  ['key -key=none'],
  ['keyprefix -prefix=a/'],
  ['keyprefix -prefix=none'],
  ['services'],
  ['nodes'],
  ['service -service=web'],
  ['service -service=web -tag=green'],
  ['service -service=db -passingonly=true'],
  ['service -service=none'],
  ['checks'],
  ['checks -service=db'],
  ['checks -state=critical'],
  ['event -name=none'],
])('watch -type=%s shows what Consul shows', async ([rest = ''], context) => {
  requireRealPart('consul', context);
  const { real, own } = await both(['watch', `-type=${rest.split(' ')[0]}`, ...rest.split(' ').slice(1)]);
  expect([own.code, own.err]).toEqual([real.code, '']);
  const [shown, expected] = [JSON.parse(own.out), JSON.parse(real.out)];
  if (expected === null || (Array.isArray(expected) && expected.length === 0)) expect(shown).toEqual(expected);
  else expect(shown).toMatchObject(expected);
});

test('a snapshot that one saves the other restores', async (context) => {
  requireRealPart('consul', context);
  const path = join(folder, 'one.snap');
  const environment = { CONSUL_HTTP_ADDR: server.url };
  const saved = await konsul(['snapshot', 'save', path], { environment });
  expect(saved).toMatchObject({ code: 0, out: expect.stringMatching(/^Saved and verified snapshot to index \d+\n$/) });
  const restored = await runProgram([requireRealPart('consul', context).path, 'snapshot', 'restore', path], { env: environment });
  expect(restored).toMatchObject({ code: 0, out: 'Restored snapshot\n' });
  expect(await konsul(['kv', 'get', 'a/b'], { environment })).toMatchObject({ code: 0, out: 'hello\n' });
});
