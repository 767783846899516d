/** The requests of a chain of redirects: what is asked at each hop, and which headers may travel along. Pure. */
import type { HttpProbe } from './prober.ts';

export interface HttpHop {
  readonly url: URL;
  readonly method: string;
  readonly headers: HttpProbe['headers'];
  readonly body: string;
}

/** Of an answer: what decides about the next hop. */
export interface HopAnswer {
  readonly status: number;
  /** The `Location` header. */
  readonly location: string | undefined;
}

const KEEPS_METHOD: readonly number[] = [307, 308];
const REDIRECTS: readonly number[] = [301, 302, 303, ...KEEPS_METHOD];
/** Meant for one host only. */
const BOUND_TO_HOST: readonly string[] = ['authorization', 'cookie', 'cookie2', 'proxy-authorization', 'www-authenticate', 'host'];

/** The first request of a probe. Throws if its URL is none, or is not http(s). */
export const firstHop = (probe: HttpProbe): HttpHop => ({
  url: httpUrl(probe.url),
  method: probe.method,
  headers: probe.headers,
  body: probe.body,
});

/** The request that `answer` sends us to, or `undefined` if it is no redirect. Throws like `firstHop`. */
export function nextHop(hop: HttpHop, answer: HopAnswer): HttpHop | undefined {
  if (answer.location === undefined || !REDIRECTS.includes(answer.status)) return undefined;
  const url = httpUrl(answer.location, hop.url);
  const headers = url.host === hop.url.host ? hop.headers : withoutBoundHeaders(hop.headers);
  if (KEEPS_METHOD.includes(answer.status)) return { ...hop, url, headers };
  return { url, method: hop.method === 'HEAD' ? 'HEAD' : 'GET', headers, body: '' };
}

function httpUrl(text: string, base?: URL): URL {
  if (!URL.canParse(text, base?.href)) throw new Error(`parse "${text}": invalid URL`);
  const url = new URL(text, base?.href);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new Error(`unsupported protocol scheme "${url.protocol.slice(0, -1)}"`);
  }
  return url;
}

const withoutBoundHeaders = (headers: HttpProbe['headers']): HttpProbe['headers'] =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !BOUND_TO_HOST.includes(name.toLowerCase())));
