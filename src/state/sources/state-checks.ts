/** Checks by status. The index is that of all checks, as in Consul. */
import type { Check } from '../../model/check.ts';
import { stateChecksTopic } from '../../topics/state-checks.ts';
import { byId } from '../instances.ts';
import { defineSource, type Source } from '../source.ts';

export const stateChecksSource: Source = defineSource({
  topic: stateChecksTopic,
  content: ({ catalog }, key) => {
    const items: Check[] = [];
    for (const { checks } of catalog.entries()) {
      for (const check of byId(checks.values())) if (key === 'any' || check.status === key) items.push(check);
    }
    return { index: () => catalog.checksIndex, items };
  },
  touchedBy: {
    *check({ before, after }) {
      yield 'any';
      if (before !== undefined) yield before.status;
      if (after !== undefined) yield after.status;
    },
  },
});
