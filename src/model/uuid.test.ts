import { expect, test } from 'vitest';
import { isUuid, uuidProblem } from './uuid.ts';

test.each<[string, string | undefined]>([
  ['77aa0000-0000-4000-8000-000000000001', undefined],
  ['77AA0000-0000-4000-8000-00000000000F', undefined],
  ['', 'UUID must be 36 characters'],
  ['77aa0000-0000-4000-8000-0000000000011', 'UUID must be 36 characters'],
  ['77aa0000-0000-4000-8000-00000000000g', 'Invalid UUID: 77aa0000-0000-4000-8000-00000000000g'],
  ['77aa00000-000-4000-8000-000000000001', 'Invalid UUID: 77aa00000-000-4000-8000-000000000001'],
  ['77aa0000-0000-4000-8000-00000000001\n', 'Invalid UUID: 77aa0000-0000-4000-8000-00000000001\n'],
])('%j: %s', (text, problem) => {
  expect([uuidProblem(text), isUuid(text)]).toEqual([problem, problem === undefined]);
});
