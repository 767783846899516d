/**
 * The guide as an operator follows it: every file that it shows is written, every command is run as it stands, beside a real Consul, and
 * prints what is shown under it. And what it tells to install is what systemd takes.
 */
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, type TestContext } from 'vitest';
import { type RealPartName, requireRealPart } from '../real-parts.ts';
import { freePorts } from './free-port.ts';
import { test } from './konsul-test.ts';
import { konsulProgram, type ProgramRun, runProgram } from './run-program.ts';
import { waitUntil, within } from './wait-until.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const GUIDE = 'docs/guides/coming-from-consul.md';
const BOUND_S = 90;
/** Stands before what each command prints. */
const MARK = '\u001e';

interface ShownFile {
  readonly kind: 'file';
  readonly path: string;
  readonly text: string;
}

interface Commands {
  readonly kind: 'commands';
  readonly text: string;
  /** Without a block under it: nothing. `…` stands for anything within a line. */
  readonly output: string;
}

type Step = ShownFile | Commands;

const guide = readFileSync(join(REPOSITORY, GUIDE), 'utf8');
const program = konsulProgram().at(-1) as string;

/** The blocks in their order: `sh` is run, `text` is what that printed, and `hcl` is the file that its first line names. */
function stepsOf(text: string): Step[] {
  const steps: Step[] = [];
  for (const [, language = '', body = ''] of text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)) {
    const last = steps.at(-1);
    const path = /^# (\S+)\n/.exec(body)?.[1];
    if (language === 'sh') steps.push({ kind: 'commands', text: body, output: '' });
    else if (language === 'hcl' && path !== undefined) steps.push({ kind: 'file', path, text: body });
    else if (language === 'text' && last?.kind === 'commands' && last.output === '') steps[steps.length - 1] = { ...last, output: body };
    else throw new Error(`a block of ${language} that nobody checks:\n${body}`);
  }
  return steps;
}

/** One shell for all, as an operator has it; it ends at the first command that fails, and with all that it started. */
const scriptOf = (steps: readonly Step[]): string =>
  [
    'set -euo pipefail',
    'exec 2>&1',
    `trap 'kill -KILL $(jobs -p) 2> /dev/null' EXIT`,
    ...steps.map((step) => (step.kind === 'commands' ? `printf '${MARK}'\n${step.text}` : writing(step))),
    `printf '${MARK}'`,
  ].join('\n');

const writing = ({ path, text }: ShownFile): string => `mkdir -p '${dirname(path)}'\ncat > '${path}' <<'END_OF_FILE'\n${text}END_OF_FILE\n`;

const patternOf = (output: string): RegExp => {
  const parts = output.split('…').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
};

/** A folder with the programs, and one to work in that looks like a clone. */
function furnish(folder: string, consul: string): { readonly programs: string; readonly work: string } {
  const [programs, work] = [join(folder, 'programs'), join(folder, 'work')];
  for (const path of [programs, work]) mkdirSync(path);
  symlinkSync(program, join(programs, 'konsul'));
  symlinkSync(consul, join(programs, 'consul'));
  symlinkSync(join(REPOSITORY, 'deploy'), join(work, 'deploy'));
  return { programs, work };
}

test('every command of the guide does what it says, beside a real Consul', async ({ start, run, folder, skip }) => {
  const { programs, work } = furnish(folder, requireRealPart('consul', { skip }).path);
  const steps = stepsOf(guide);
  const commands = steps.filter((step) => step.kind === 'commands');
  for (const { path, text } of filesBeforeCommands(steps)) {
    mkdirSync(dirname(join(work, path)), { recursive: true });
    writeFileSync(join(work, path), text);
  }
  const old = await start({ peer: 'consul', flags: ['-config-dir', join(work, 'consul.d')] });
  await old.put('/v1/kv/app/color', 'blue');
  await old.put('/v1/kv/app/size?flags=7', '9');
  const isInCatalog = async (): Promise<boolean> => (await old.call('/v1/catalog/service/web')).json<unknown[]>().length > 0;
  await waitUntil(isInCatalog, { what: 'the service of its files' });

  const [port] = await freePorts(1);
  const env = {
    ...{ old: `127.0.0.1:${old.httpPort}`, new: `127.0.0.1:${port}`, root: join(folder, 'root') },
    PATH: `${programs}:${process.env.PATH}`,
  };
  writeFileSync(join(folder, 'guide.sh'), scriptOf(steps));
  const child = await run('timeout', ['--signal=KILL', `${BOUND_S}`, 'bash', join(folder, 'guide.sh')], { cwd: work, env });
  await within(BOUND_S * 1_000, 'the guide', child.exited);
  const printed = child.log().split(MARK).slice(1);
  for (const [n, { text, output }] of commands.entries()) expect(printed[n] ?? 'was not reached', text).toMatch(patternOf(output));
  expect(printed, 'one more mark at the end').toHaveLength(commands.length + 1);
  expect(commands.length).toBeGreaterThanOrEqual(10);

  expect((await old.call('/v1/kv/app/color?raw')).text).toBe('green');
  expect((await old.call('/v1/kv/app/size')).json()).toMatchObject([{ Flags: 7, Value: 'OQ==' }]);
  for (const path of ['systemd/system/konsul.service', 'sysusers.d/konsul.conf', 'konsul.d/web.hcl'])
    expect(existsSync(join(env.root, 'etc', path)), path).toBe(true);
});

const filesBeforeCommands = (steps: readonly Step[]): readonly ShownFile[] =>
  steps.slice(
    0,
    steps.findIndex(({ kind }) => kind === 'commands'),
  ) as ShownFile[];

function askSystemd(tool: RealPartName, args: readonly string[], skip: TestContext['skip']): Promise<ProgramRun> {
  return runProgram([requireRealPart(tool, { skip }).path, ...args]);
}

test('systemd finds nothing wrong with the unit', async ({ folder, skip }) => {
  const unit = readFileSync(join(REPOSITORY, 'deploy/systemd/konsul.service'), 'utf8');
  const path = join(folder, 'konsul.service');
  // The program must be there, and this one is not installed.
  const here = unit.replace(/^ExecStart=konsul /m, `ExecStart=${program} `);
  writeFileSync(path, here);
  expect(await askSystemd('systemd-analyze', ['verify', path], skip)).toEqual({ code: 0, out: '', err: '' });
  // It only warns of a line that it does not know, which is why `err` counts.
  writeFileSync(path, here.replace('WatchdogSec', 'WatchdogSecond'));
  expect((await askSystemd('systemd-analyze', ['verify', path], skip)).err).toContain('WatchdogSecond');
});

test('systemd would make the user that the unit runs as', async ({ folder, skip }) => {
  const file = join(REPOSITORY, 'deploy/systemd/konsul.sysusers');
  const { code, out, err } = await askSystemd('systemd-sysusers', ['--dry-run', `--root=${folder}`, file], skip);
  expect(`${out}${err}`).toMatch(/Creating user 'konsul'/);
  expect(code).toBe(0);
});

test('the links of the README, of the guide and of the decisions lead to files', () => {
  const pages = ['README.md', 'CONTRIBUTING.md', GUIDE, 'docs/adr/README.md', 'docs/performance/README.md'];
  const dead = pages.flatMap((page) => linksOf(page).filter((target) => !existsSync(resolve(REPOSITORY, dirname(page), target))));
  expect(dead).toEqual([]);
  expect(linksOf('docs/adr/README.md').length).toBeGreaterThanOrEqual(10);
});

const linksOf = (page: string): string[] =>
  [...readFileSync(join(REPOSITORY, page), 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target = '']) => target);
