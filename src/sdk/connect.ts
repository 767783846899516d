/** A connection to an agent, or a server, in another process: everything over its HTTP API. */
import { DEFAULT_ADDRESS, parseAddress } from '../client/address.ts';
import { ApiClient, type ApiHints } from '../client/api-client.ts';
import { SystemClock } from '../runtime/clock.ts';
import type { HttpTarget, TlsClientSettings } from '../runtime/http-client.ts';
import { SystemRandom } from '../runtime/random.ts';
import { ApiViews } from './api-views.ts';
import type { KonsulClient } from './konsul.ts';
import { KonsulCore } from './konsul-core.ts';

export interface ConnectOptions {
  /** `host:port`, `http://…`, `https://…` or `unix:///path`. Default `http://127.0.0.1:8500`. */
  readonly address?: string;
  readonly token?: string;
  /** Default: the agent's. */
  readonly datacenter?: string;
  /** For `https`: authorities to trust, the certificate to show. */
  readonly tls?: Partial<TlsClientSettings>;
  /** `user:password` for a proxy in front of the agent. */
  readonly basicAuth?: string;
}

/** Errors speak of the options above. */
export const SDK_HINTS: ApiHints = {
  unreachable: 'is the agent running?',
  forbidden: 'give a token: connect({ token })',
};

/** Connects to an agent. Nothing is sent before something is asked; throws CONFIG_INVALID for an address that is none. */
export function connect(options: ConnectOptions = {}): KonsulClient {
  const clock = new SystemClock();
  const api = new ApiClient({
    clock,
    target: targetOf(options),
    token: options.token ?? '',
    datacenter: options.datacenter ?? '',
    isStale: false,
    basicAuth: options.basicAuth ?? '',
    hints: SDK_HINTS,
  });
  const views = new ApiViews(api, clock);
  // Its views are never at hand without asking: `health` is a promise each time.
  return new KonsulCore({ views, api, clock, random: new SystemRandom(), close: async () => {} }) as unknown as KonsulClient;
}

function targetOf({ address = `http://${DEFAULT_ADDRESS}`, tls = {} }: ConnectOptions): HttpTarget {
  const parsed = parseAddress(address, false);
  if (parsed.kind === 'unix') return parsed;
  const settings = { ca: [], cert: undefined, key: undefined, serverName: '', skipVerify: false, ...tls };
  return { kind: 'tcp', host: parsed.host, port: parsed.port, tls: parsed.isTls ? settings : undefined };
}
