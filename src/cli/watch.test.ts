import { afterEach, expect, test } from 'vitest';
import { fakePrograms, startCli } from '../../test/fixtures/konsul-cli.ts';
import type { ProgramExit } from '../runtime/child-program.ts';
import { FakeApi } from '../testing/fake-api.ts';

const apis: FakeApi[] = [];

afterEach(async () => {
  for (const api of apis.splice(0)) await api.stop();
});

/** A view of which the test sets the value; a query with its index waits. */
async function start(end: () => ProgramExit) {
  let index = 5;
  let wake: () => void = () => {};
  const api = await FakeApi.start(async ({ line }) => {
    if (line.includes(`index=${index}&`)) await new Promise<void>((resolve) => (wake = resolve));
    return { headers: { 'X-Consul-Index': String(index) }, body: { at: [String(index)] } };
  });
  apis.push(api);
  const programs = fakePrograms(end);
  const run = startCli(['watch', '-type=services', '-shell=false', '-datacenter=dc2', 'job', '-x'], {
    environment: { CONSUL_HTTP_ADDR: api.address },
    startProgram: programs.startProgram,
  });
  const change = (): void => {
    index += 1;
    wake();
  };
  return { api, programs, run, change };
}

test('the command runs at once and at each change, with the result and its index', async () => {
  const { api, programs, run, change } = await start(() => ({ code: 0, signal: '' }));
  await programs.untilStarted(1);
  await expect.poll(() => api.lines.length).toBe(2);
  change();
  await programs.untilStarted(2);
  run.signal('SIGINT');
  expect(await run.done).toBe(0);
  expect(programs.started).toEqual([
    { args: ['job', '-x'], environment: { CONSUL_INDEX: '5' }, input: Buffer.from('{"at":["5"]}\n') },
    { args: ['job', '-x'], environment: { CONSUL_INDEX: '6' }, input: Buffer.from('{"at":["6"]}\n') },
  ]);
  expect(api.lines.slice(0, 2)).toEqual(['GET /v1/catalog/services?dc=dc2', 'GET /v1/catalog/services?index=5&dc=dc2']);
});

test('a command that fails ends the watch', async () => {
  const { run } = await start(() => ({ code: 3, signal: '' }));
  expect([await run.done, run.complained()]).toEqual([1, 'Error executing handler: exit status 3\n']);
});
