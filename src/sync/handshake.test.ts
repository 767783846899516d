import { expect, test } from 'vitest';
import { SeededRandom } from '../runtime/random.ts';
import { PROTOCOL, type ProtocolVersion } from './frames.ts';
import { isProof, newNonce, type ProofInput, proofOf, protocolProblem } from './handshake.ts';

const [major, minor] = PROTOCOL;
const input: ProofInput = { key: Buffer.from('k'.repeat(32)), role: 'agent', serverNonce: 's', agentNonce: 'a', nodeId: 'n' };

test('a proof is right for its own input alone', () => {
  const proof = proofOf(input);
  expect(proof).toMatch(/^[0-9a-f]{64}$/);
  expect(isProof(proof, input)).toBe(true);
  const others: Partial<ProofInput>[] = [
    { key: Buffer.from('x'.repeat(32)) },
    { role: 'server' },
    { serverNonce: 't' },
    { agentNonce: 'b' },
    { nodeId: 'm' },
    { serverNonce: 's","a', agentNonce: '' },
  ];
  for (const other of others) expect(isProof(proof, { ...input, ...other })).toBe(false);
});

test.each([
  ['', false],
  ['0', false],
  ['x'.repeat(64), false],
  ['é'.repeat(64), false],
])('%s proves nothing', (proof, expected) => {
  expect(isProof(proof, input)).toBe(expected);
});

test('without a key only the empty proof is right', () => {
  const none = { ...input, key: undefined };
  expect(proofOf(none)).toBe('');
  expect(isProof('', none)).toBe(true);
  expect(isProof(proofOf(input), none)).toBe(false);
});

test('nonces differ', () => {
  const random = new SeededRandom(1);
  const nonces = Array.from({ length: 100 }, () => newNonce(random));
  expect(new Set(nonces).size).toBe(100);
  expect(nonces[0]).toMatch(/^[0-9a-f]{64}$/);
});

test.each<[ProtocolVersion, RegExp | undefined]>([
  [[major, minor], undefined],
  [[major, minor + 1], undefined],
  [[major, minor + 2], /upgrade this one/],
  [[major + 1, minor], /upgrade this one/],
  [[major - 1, minor], /upgrade that one/],
])('protocol %s: %s', (theirs, problem) => {
  if (problem === undefined) expect(protocolProblem(theirs)).toBeUndefined();
  else expect(protocolProblem(theirs)).toMatch(problem);
});
