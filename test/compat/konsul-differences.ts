/** Where Konsul does not answer as the golden cases say, on purpose. What is only not built yet does not belong here. */
import type { Difference } from './differences.ts';

/** Each is needed. */
export const konsulDifferences: readonly Difference[] = [
  {
    why: 'deliberate',
    in: 'common: cached answers',
    steps: [1],
    at: /^header (x-cache|age)$/,
    note: 'a server holds every view, so that its first answer is a hit',
  },
];
