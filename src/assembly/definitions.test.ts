import { expect, test } from 'vitest';
import { loadConfig } from '../config/load.ts';
import { checksConfig } from '../config/parts/checks.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { readDefinitions } from './definitions.ts';

const read = (text: string) => {
  const values = loadConfig({ files: [{ path: 'a.hcl', text }], environment: {}, flags: new Map() });
  return readDefinitions({ definitions: values.definitions, checks: checksConfig(values) }, new FakeClock());
};

test('services, checks and watches are ready for the parts that run them', async () => {
  const { registrations, watches } = await read(`
    service { name = "web" }
    check { name = "c", ttl = "1s" }
    watches = [{ type = "nodes", args = ["true"] }]
  `);
  expect(registrations.services.map(({ service }) => service.id)).toEqual(['web']);
  expect(registrations.checks.map(({ id }) => id)).toEqual(['c']);
  expect(watches.map(({ path }) => path)).toEqual(['/v1/catalog/nodes']);
});

test('the problems of all of them are thrown together', async () => {
  const text = 'service { nmae = "web" }\nwatches = [{ type = "nodse", args = ["true"] }]';
  await expect(read(text)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(/^a\.hcl:1: service\.nmae: .*\na\.hcl:2: watch\.type: .*$/),
  });
});
