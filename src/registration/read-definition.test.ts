import { expect, test } from 'vitest';
import type { Definition } from '../config/definition.ts';
import { parseHcl } from '../config/hcl-text.ts';
import { readRegistrations, registrationsOf } from './definitions.ts';
import { readDefinition } from './read-definition.ts';

const definition = (text: string, kind: Definition['kind'] = 'service'): Definition => ({ kind, path: 'a.hcl', block: parseHcl(text) });
const OFF = { scriptChecksEnabled: false };
const ON = { scriptChecksEnabled: true };

test('A block is read once, with what is wrong with it', () => {
  for (const text of ['name = "web"', 'nmae = "web"']) {
    const given = definition(text);
    expect(readDefinition({ ...given }, OFF)).toBe(readDefinition(given, OFF));
    expect(readDefinition(definition(text), OFF)).not.toBe(readDefinition(given, OFF));
  }
});

test('Another path, another kind and other settings make another reading of the same block', () => {
  const given = definition('id = "a"\nname = "a"\nargs = ["true"]\ninterval = "1s"', 'check');
  const problems = (...of: Parameters<typeof readDefinition>): readonly string[] => readDefinition(...of).problems?.lines ?? [];
  expect(problems(given, ON)).toEqual([]);
  expect(problems(given, OFF)).toEqual([expect.stringContaining('Scripts are disabled')]);
  expect(problems({ ...given, path: 'b.hcl' }, OFF)).toEqual([expect.stringMatching(/^b\.hcl:/)]);
  expect(problems({ ...given, path: 'b.hcl', kind: 'service' }, OFF)).toEqual([
    expect.stringContaining('service.args'),
    expect.stringContaining('interval'),
  ]);
});

test('Ids that meet are told again by the next reading', () => {
  const twice = [definition('name = "web"'), definition('\nname = "web"')];
  const told = ['a.hcl:2: service.name: the id "web" is that of another definition, at a.hcl:1'];
  for (const _ of [1, 2]) expect(registrationsOf(twice, OFF).problems).toEqual(told);
  expect(registrationsOf(twice.slice(1), OFF).problems).toEqual([]);
});

test('Of thousands of problems a hundred are told', () => {
  const many = Array.from({ length: 50_000 }, () => definition('potr = 1'));
  const { problems } = registrationsOf(many, OFF);
  expect([problems.length, problems.at(-1)]).toEqual([101, 'and 49900 more problems']);
  const one = definition(Array.from({ length: 5_000 }, (_, n) => `k${n} = 1`).join('\n'));
  expect(registrationsOf([one], OFF).problems.slice(99)).toEqual(['a.hcl:100: service.k99: unknown key', 'and 4900 more problems']);
});

test('Other work goes on between a thousand definitions and the next', async () => {
  const many = Array.from({ length: 2_500 }, (_, n) => definition(`name = "web-${n}"`));
  let pauses = 0;
  const pause = async (): Promise<void> => {
    pauses += 1;
  };
  const { registrations, problems } = await readRegistrations(many, OFF, { pause });
  expect([pauses, problems]).toEqual([2, []]);
  expect(registrations).toEqual(registrationsOf(many, OFF).registrations);
});
