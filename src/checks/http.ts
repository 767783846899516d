/** The HTTP check: 2xx is passing, 429 a warning, everything else critical. Texts are Consul's. */
import type { CheckStatus } from '../model/check.ts';
import type { HttpProbe } from '../runtime/prober.ts';
import { periodicOf } from './check-fields.ts';
import { type CheckTools, type CheckType, defineCheck, type KindOf } from './define-check.ts';
import { NETWORK_LANES } from './lanes.ts';

const DEFAULT_TIMEOUT_MS = 10_000;
const MAX_REDIRECTS = 10;
const DEFAULT_HEADERS = { 'User-Agent': ['Consul Health Check'], Accept: ['text/plain, text/*, */*'] };

export const httpCheck: CheckType = defineCheck<'http'>({
  type: 'http',
  lanes: NETWORK_LANES,

  kindFrom(fields) {
    if (!fields.http) return undefined;
    return {
      type: 'http',
      ...periodicOf(fields),
      url: fields.http,
      method: fields.method || 'GET',
      headers: fields.header ?? {},
      body: fields.body ?? '',
      disableRedirects: fields.disableRedirects ?? false,
      tlsServerName: fields.tlsServerName ?? '',
      tlsSkipVerify: fields.tlsSkipVerify ?? false,
    };
  },

  async run(spec, tools, signal) {
    const result = await tools.prober.http(probeOf(spec, tools), signal);
    if (!result.ok) return { status: 'critical', output: result.error };
    const status = `${result.status} ${result.statusText}`.trimEnd();
    return { status: statusOf(result.status), output: `HTTP ${spec.method} ${spec.url}: ${status} Output: ${result.body}` };
  },
});

function probeOf(spec: KindOf<'http'>, tools: CheckTools): HttpProbe {
  return {
    url: spec.url,
    method: spec.method,
    headers: withDefaults(spec.headers),
    body: spec.body,
    timeoutMs: spec.timeoutMs || DEFAULT_TIMEOUT_MS,
    maxRedirects: spec.disableRedirects || !tools.followRedirects ? 0 : MAX_REDIRECTS,
    tlsSkipVerify: spec.tlsSkipVerify,
    tlsServerName: spec.tlsServerName,
    keepBytes: tools.outputMaxBytes,
  };
}

/** Header names compare without case: a configured `user-agent` replaces ours. */
function withDefaults(headers: HttpProbe['headers']): HttpProbe['headers'] {
  const given = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const missing = Object.entries(DEFAULT_HEADERS).filter(([name]) => !given.has(name.toLowerCase()));
  return { ...Object.fromEntries(missing), ...headers };
}

function statusOf(httpStatus: number): CheckStatus {
  if (httpStatus >= 200 && httpStatus <= 299) return 'passing';
  return httpStatus === 429 ? 'warning' : 'critical';
}
