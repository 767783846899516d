/** A connection to an agent, or a server, in another process: everything over its HTTP API. */

import { DEFAULT_ADDRESS, parseAddress } from '../client/address.ts';
import { ApiClient } from '../client/api-client.ts';
import { SystemClock } from '../runtime/clock.ts';
import type { HttpTarget, TlsClientSettings } from '../runtime/http-client.ts';
import type { ThreadPort } from '../runtime/port-pair.ts';
import { SystemRandom } from '../runtime/random.ts';
import { ApiViews } from './api-views.ts';
import { SDK_HINTS } from './hints.ts';
import type { Konsul, KonsulClient } from './konsul.ts';
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

/** From a worker thread to the agent of its process. */
export interface ConnectPortOptions {
  /** One of `agent.port()`, transferred to this thread. */
  readonly port: ThreadPort;
}

/**
 * Connects to an agent over HTTP; nothing is sent before something is asked. Throws CONFIG_INVALID for an address that is none. With a
 * port: to the agent of this process, with a cache in this thread; resolves when there is a link.
 */
export async function connect(options?: ConnectOptions): Promise<KonsulClient>;
export async function connect(options: ConnectPortOptions): Promise<Konsul>;
export async function connect(options: ConnectOptions | ConnectPortOptions = {}): Promise<Konsul> {
  // Loaded only where it is used: who asks over HTTP needs no cache and no link.
  return 'port' in options ? (await import('./connect-port.ts')).connectPort(options.port) : connectHttp(options);
}

function connectHttp(options: ConnectOptions): Konsul {
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
  return new KonsulCore({ views, api, clock, random: new SystemRandom() });
}

function targetOf({ address = `http://${DEFAULT_ADDRESS}`, tls = {} }: ConnectOptions): HttpTarget {
  const parsed = parseAddress(address, false);
  if (parsed.kind === 'unix') return parsed;
  const settings = { ca: [], cert: undefined, key: undefined, serverName: '', skipVerify: false, ...tls };
  return { kind: 'tcp', host: parsed.host, port: parsed.port, tls: parsed.isTls ? settings : undefined };
}
