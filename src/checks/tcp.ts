/** The TCP check: passing if a connection (with TLS, if asked for) can be made. */
import { periodicOf } from './check-fields.ts';
import { type CheckType, defineCheck } from './define-check.ts';
import { splitHostPort } from './host-port.ts';
import { NETWORK_LANES } from './lanes.ts';

const DEFAULT_TIMEOUT_MS = 10_000;

export const tcpCheck: CheckType = defineCheck<'tcp'>({
  type: 'tcp',
  lanes: NETWORK_LANES,

  kindFrom(fields) {
    if (!fields.tcp) return undefined;
    return {
      type: 'tcp',
      ...periodicOf(fields),
      target: fields.tcp,
      useTls: fields.tcpUseTls ?? false,
      tlsServerName: fields.tlsServerName ?? '',
      tlsSkipVerify: fields.tlsSkipVerify ?? false,
    };
  },

  async run(spec, tools, signal) {
    const address = splitHostPort(spec.target);
    if (typeof address === 'string') return { status: 'critical', output: `dial tcp: address ${spec.target}: ${address}` };
    const { useTls: tls, tlsServerName, tlsSkipVerify } = spec;
    const timeoutMs = spec.timeoutMs || DEFAULT_TIMEOUT_MS;
    const result = await tools.prober.tcp({ ...address, timeoutMs, tls, tlsServerName, tlsSkipVerify }, signal);
    if (!result.ok) return { status: 'critical', output: result.error };
    return { status: 'passing', output: `TCP${tls ? '+TLS' : ''} connect ${spec.target}: Success` };
  },
});
