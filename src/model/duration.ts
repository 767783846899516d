/** Go's duration texts (`1m30s`, `100ms`), as Consul reads and shows them. */

const UNIT_NS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, μs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3_600e9 };

const MAX_NS = 2 ** 63;

/** Nanoseconds of a Go duration text, or `undefined` if it is none (a bare number other than 0 is none). */
export function parseDurationNs(text: string): number | undefined {
  const sign = text.startsWith('-') ? -1 : 1;
  const body = text.replace(/^[+-]/, '');
  if (body === '0') return 0;
  if (!/^(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(body)) return undefined;
  let total = 0;
  for (const [, number = '', unit = ''] of body.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g)) {
    total += Number(number) * (UNIT_NS[unit] ?? 0);
  }
  return total < MAX_NS ? sign * Math.round(total) : undefined;
}

/** Milliseconds of a Go duration text, or `undefined`. Fractions of a millisecond are kept. */
export function parseDurationMs(text: string): number | undefined {
  const ns = parseDurationNs(text);
  return ns === undefined ? undefined : ns / 1e6;
}

/** The text Go shows for a duration: `0s`, `1.5s`, `1m30s`, `24h0m0s`. */
export function formatDurationNs(ns: number): string {
  if (ns === 0) return '0s';
  const sign = ns < 0 ? '-' : '';
  const abs = Math.abs(ns);
  if (abs < 1e3) return `${sign}${abs}ns`;
  if (abs < 1e6) return `${sign}${abs / 1e3}µs`;
  if (abs < 1e9) return `${sign}${abs / 1e6}ms`;
  const hours = Math.floor(abs / 3_600e9);
  const minutes = Math.floor((abs % 3_600e9) / 60e9);
  const seconds = `${Number(((abs % 60e9) / 1e9).toFixed(9))}s`;
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}` : `${sign}${seconds}`;
}
