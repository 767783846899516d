/** The TTL check: the program itself reports in time, or the check turns critical. It has no attempts; `ttl-timer.ts` watches the time. */
import { msOf } from './check-fields.ts';
import { type CheckType, defineCheck } from './define-check.ts';

export const ttlCheck: CheckType = defineCheck<'ttl'>({
  type: 'ttl',
  maxConcurrent: 0,

  kindFrom(fields) {
    const ttlMs = msOf(fields.ttlNs);
    return ttlMs > 0 ? { type: 'ttl', ttlMs } : undefined;
  },
});

/** The output of a check whose time ran out. */
export const expiredText = (lastOutput: string): string =>
  lastOutput === '' ? 'TTL expired' : `TTL expired (last output before timeout follows): ${lastOutput}`;

/** The output of a TTL report, cut to `maxBytes` of UTF-8 with Consul's note of it. */
export function cutTtlOutput(output: string, maxBytes: number): string {
  const bytes = Buffer.from(output);
  if (bytes.length <= maxBytes) return output;
  return `${wholeCharacters(bytes, maxBytes)} ... (captured ${maxBytes} of ${bytes.length} bytes)`;
}

/** The first `maxBytes` without a character that the cut would split. */
function wholeCharacters(bytes: Buffer, maxBytes: number): string {
  let end = maxBytes;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end).toString();
}
