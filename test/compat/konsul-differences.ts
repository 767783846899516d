/** Where Konsul does not answer as the golden cases say, on purpose. What is only not built yet does not belong here. */
import type { Difference } from './differences.ts';

const NO_ALIAS = 'alias checks are refused as a whole, with a text that says so';

/** Each is needed. */
export const konsulDifferences: readonly Difference[] = [
  {
    why: 'deliberate',
    in: 'common: cached answers',
    steps: [1],
    at: /^header (x-cache|age)$/,
    note: 'a server holds every view, so that its first answer is a hit',
  },
  { why: 'deliberate', in: 'agent check: a check is invalid', steps: [7], at: 'text', note: NO_ALIAS },
  { why: 'deliberate', in: 'agent check: a check of a service is held', steps: [5], at: 'text', note: NO_ALIAS },
];
