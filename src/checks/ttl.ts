/** The TTL check: the program itself reports in time, or the check turns critical. It has no attempts; `ttl-timer.ts` watches the time. */
import { msOf } from './check-fields.ts';
import { type CheckType, defineCheck } from './define-check.ts';

export const ttlCheck: CheckType = defineCheck<'ttl'>({
  type: 'ttl',

  kindFrom(fields) {
    const ttlMs = msOf(fields.ttlNs);
    return ttlMs > 0 ? { type: 'ttl', ttlMs } : undefined;
  },
});

/** The output of a check whose time ran out. */
export const expiredText = (lastOutput: string): string =>
  lastOutput === '' ? 'TTL expired' : `TTL expired (last output before timeout follows): ${lastOutput}`;
