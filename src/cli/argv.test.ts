import { expect, test } from 'vitest';
import { findCommand, parseArguments } from './argv.ts';
import { type CliCommand, type CliFlag, defineCommand } from './define-command.ts';

const FLAGS: readonly CliFlag[] = [
  { name: 'dev', kind: 'boolean', help: '' },
  { name: 'server', kind: 'boolean', help: '' },
  { name: 'node', kind: 'value', help: '' },
  { name: 'http-port', kind: 'value', help: '', example: '-http-port=8500' },
  { name: 'node-meta', kind: 'value', help: '' },
];

function parse(line: string): { readonly flags: Record<string, readonly string[]>; readonly args: readonly string[] } {
  const { flags, args } = parseArguments(FLAGS, line === '' ? [] : line.split(' '));
  return { flags: Object.fromEntries(flags), args };
}

test.each<[string, Record<string, readonly string[]>, readonly string[]]>([
  ['', {}, []],
  ['-dev', { dev: ['true'] }, []],
  ['--dev', { dev: ['true'] }, []],
  ['-dev=false', { dev: ['false'] }, []],
  ['-dev=', { dev: [''] }, []],
  ['-node web', { node: ['web'] }, []],
  ['-node=web', { node: ['web'] }, []],
  ['--node=web', { node: ['web'] }, []],
  ['-node=', { node: [''] }, []],
  ['-node=a=b', { node: ['a=b'] }, []],
  ['-http-port -1', { 'http-port': ['-1'] }, []],
  ['-node -dev', { node: ['-dev'] }, []],
  ['-node --', { node: ['--'] }, []],
  ['-node-meta a:1 -node-meta=b:2', { 'node-meta': ['a:1', 'b:2'] }, []],
  ['-dev false -server', { dev: ['true'] }, ['false', '-server']],
  ['-dev a -dev b', { dev: ['true'] }, ['a', '-dev', 'b']],
  ['a -none', {}, ['a', '-none']],
  ['-dev -- -server', { dev: ['true'] }, ['-server']],
  ['-dev - -server', { dev: ['true'] }, ['-', '-server']],
])('%s is read as a Go program reads it', (line, flags, args) => {
  expect(parse(line)).toEqual({ flags, args });
});

test('Values may hold spaces and line ends', () => {
  expect(parseArguments(FLAGS, ['-node=a\nb c', '-node', 'd e']).flags.get('node')).toEqual(['a\nb c', 'd e']);
});

test.each([
  ['-dve', 'unknown flag -dve; did you mean -dev?'],
  ['--htp-port=1', 'unknown flag -htp-port; did you mean -http-port?'],
  ['-dev -something-else', 'unknown flag -something-else'],
  ['-no-dev', 'unknown flag -no-dev; did you mean -node?'],
  ['-constructor', 'unknown flag -constructor'],
  ['-=x', 'bad flag syntax: -=x'],
  ['-dev -node', 'flag -node: a value is missing'],
  ['-http-port', 'flag -http-port: a value is missing (for example -http-port=8500)'],
  ['---dev', 'bad flag syntax: ---dev'],
])('%s is refused: %s', (line, message) => {
  expect(() => parse(line)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message }));
});

const command = (name: string): CliCommand => defineCommand({ name, summary: '', flags: [], examples: [], run: async () => 0 });
const COMMANDS = ['kv', 'kv get', 'agent'].map(command);

test.each([
  ['agent -dev', 'agent', ['-dev']],
  ['kv get a', 'kv get', ['a']],
  ['kv put a', 'kv', ['put', 'a']],
  ['kv', 'kv', []],
])('%s is the command %s', (line, name, rest) => {
  const found = findCommand(COMMANDS, line.split(' '));
  expect([found?.command.name, found?.rest]).toEqual([name, rest]);
});

test.each(['', 'agnt', 'get kv', '-dev agent'])('%s is no command', (line) => {
  expect(findCommand(COMMANDS, line.split(' '))).toBeUndefined();
});
