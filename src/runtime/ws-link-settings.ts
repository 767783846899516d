/** What both sides of a WebSocket link are told and agree on: bounds, TLS, path and subprotocol. Opens nothing. */
import type { SecureContextOptions } from 'node:tls';
import type { Clock } from './clock.ts';
import { DEFAULT_MAX_QUEUED_BYTES } from './link-inbox.ts';

/** TLS on links (`tls.internal_rpc`). If it is given, every link speaks it. All members are PEM texts, and may hold several certificates. */
export interface LinkTls {
  /** What this side shows. A side that listens needs it; a side that dials shows it if it has it. */
  readonly cert?: string;
  readonly key?: string;
  /** Who is trusted to vouch for the other side; nobody without it. The machine's own list is never used: it would let in anybody. */
  readonly ca?: string;
  /** Who dials here must show a certificate that `ca` vouches for. */
  readonly verifyIncoming: boolean;
  /** Who is dialled must show one. */
  readonly verifyOutgoing: boolean;
  /** The name that certificate must hold (`server.dc1.consul`); `undefined`: any. Without `verifyOutgoing` it is only asked for. */
  readonly serverName?: string | undefined;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
}

export interface WsLinkOptions {
  readonly clock: Clock;
  /** `undefined`: links are plain. */
  readonly tls?: LinkTls | undefined;
  /** A longer message closes the link before it is held. Default 16 MiB. */
  readonly maxMessageBytes?: number;
  /** Bytes that may wait in one direction; one more message closes the link with a reason. Default 64 MiB. */
  readonly maxQueuedBytes?: number;
  /** From the first packet until the link stands, names and TLS included. Default 5,000. */
  readonly handshakeTimeoutMs?: number;
  /** Connections to one listener that are no links yet; one more ends the oldest. Default 1,000. */
  readonly maxHandshakes?: number;
}

export type WsLinkSettings = Required<WsLinkOptions>;

export const LINK_PATH = '/link';

/** Asked for by who dials, and granted here: WebSockets of other programs are told from links before a frame is sent. */
export const LINK_SUBPROTOCOL = 'konsul-link';

/** How long a side that was told to close may take to go. */
const CLOSE_TIMEOUT_MS = 1_000;

export function wsLinkSettings(options: WsLinkOptions): WsLinkSettings {
  return {
    tls: undefined,
    maxMessageBytes: 16 * 1_048_576,
    maxQueuedBytes: DEFAULT_MAX_QUEUED_BYTES,
    handshakeTimeoutMs: 5_000,
    maxHandshakes: 1_000,
    ...options,
  };
}

/** Options of `ws` for either side. Deflating is the frames' own business: per connection it would cost memory on each. */
export const wsOptions = (
  settings: WsLinkSettings,
): { readonly perMessageDeflate: false; readonly maxPayload: number; readonly closeTimeout: number } => ({
  perMessageDeflate: false,
  maxPayload: settings.maxMessageBytes,
  closeTimeout: CLOSE_TIMEOUT_MS,
});

/** What either side shows, and whom it trusts. */
export const secureContextOf = ({ cert, key, ca, minVersion }: LinkTls): SecureContextOptions => ({
  ...(cert === undefined ? {} : { cert }),
  ...(key === undefined ? {} : { key }),
  ca: ca ?? [],
  minVersion,
});
