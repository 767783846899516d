import { expect, test } from 'vitest';
import { entryName, entryNameProblem, kindProblem } from './config-entry.ts';

test.each([
  ['service-defaults', undefined],
  ['jwt-provider', undefined],
  ['Service-Defaults', 'invalid config entry kind: Service-Defaults'],
  ['', 'invalid config entry kind: '],
  ['__proto__', 'invalid config entry kind: __proto__'],
])('The kind "%s": %s', (kind, problem) => {
  expect(kindProblem(kind)).toBe(problem);
});

test.each([
  ['service-defaults', 'web', 'web', undefined],
  ['service-defaults', '', '', 'Name is required'],
  ['proxy-defaults', '', 'global', undefined],
  ['proxy-defaults', 'global', 'global', undefined],
  ['proxy-defaults', 'web', 'web', 'invalid name ("web"), only "global" is supported'],
  ['mesh', '', 'mesh', undefined],
  ['exported-services', 'other', 'other', 'invalid name ("other"), only "default" is supported'],
])('A %s of the name "%s" is kept as "%s": %s', (kind, name, kept, problem) => {
  expect(entryName(kind, name)).toBe(kept);
  expect(entryNameProblem(kind, entryName(kind, name))).toBe(problem);
});
