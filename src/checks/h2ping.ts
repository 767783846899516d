/** The h2ping check: passing if the target answers an HTTP/2 PING. Over TLS unless that is turned off. */
import { periodicOf } from './check-fields.ts';
import { type CheckType, defineCheck } from './define-check.ts';
import { splitHostPort } from './host-port.ts';
import { NETWORK_LANES } from './lanes.ts';

const DEFAULT_TIMEOUT_MS = 10_000;

export const h2pingCheck: CheckType = defineCheck<'h2ping'>({
  type: 'h2ping',
  lanes: NETWORK_LANES,

  kindFrom(fields) {
    if (!fields.h2ping) return undefined;
    return {
      type: 'h2ping',
      ...periodicOf(fields),
      target: fields.h2ping,
      useTls: fields.h2pingUseTls ?? true,
      tlsServerName: fields.tlsServerName ?? '',
      tlsSkipVerify: fields.tlsSkipVerify ?? false,
    };
  },

  async run({ target, useTls: tls, tlsServerName, tlsSkipVerify, ...spec }, { prober }, signal) {
    const address = splitHostPort(target);
    if (typeof address === 'string') return { status: 'critical', output: dialFailure(target, `dial tcp: address ${target}: ${address}`) };
    const timeoutMs = spec.timeoutMs || DEFAULT_TIMEOUT_MS;
    const result = await prober.h2ping({ ...address, timeoutMs, tls, tlsServerName, tlsSkipVerify }, signal);
    if (result.ok) return { status: 'passing', output: 'HTTP2 ping was successful' };
    return { status: 'critical', output: result.hasConnected ? `HTTP2 ping failed: ${result.error}` : dialFailure(target, result.error) };
  },
});

const dialFailure = (target: string, reason: string): string => `Failed to dial to ${target}: ${reason}`;
