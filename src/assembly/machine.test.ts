import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { hostFacts, thisMachine } from './machine.ts';

test('The machine has its host name, and an IPv4 address', () => {
  expect(thisMachine()).toEqual({
    hostName: hostname(),
    address: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/),
    interfaces: expect.arrayContaining([expect.objectContaining({ name: 'lo', address: '127.0.0.1' })]),
  });
});

test('The facts are those that clients of agent/host read', async () => {
  const facts = await hostFacts({ dataDir: '', nowMs: 1_000_000_000_000 });
  expect(facts).toMatchObject({
    Memory: { total: expect.any(Number), used: expect.any(Number), usedPercent: expect.any(Number) },
    CPU: expect.arrayContaining([expect.objectContaining({ cpu: 0, modelName: expect.any(String) })]),
    Host: { hostname: hostname(), os: 'linux', procs: expect.any(Number) },
    Errors: null,
  });
  expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
});
