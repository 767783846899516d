/** The UDP check: passing unless the target says that nobody is there. Silence is no bad sign: a UDP service need not answer. */
import { periodicOf } from './check-fields.ts';
import { type CheckType, defineCheck } from './define-check.ts';
import { splitHostPort } from './host-port.ts';
import { NETWORK_LANES } from './lanes.ts';

/** A refusal comes within a round trip. Consul waits 10 s, which would only hold up the other checks. */
const DEFAULT_TIMEOUT_MS = 1_000;

export const udpCheck: CheckType = defineCheck<'udp'>({
  type: 'udp',
  lanes: NETWORK_LANES,

  kindFrom(fields) {
    return fields.udp ? { type: 'udp', ...periodicOf(fields), target: fields.udp } : undefined;
  },

  async run({ target, timeoutMs }, { prober }, signal) {
    const address = splitHostPort(target);
    if (typeof address === 'string') return { status: 'critical', output: `dial udp: address ${target}: ${address}` };
    const result = await prober.udp({ ...address, timeoutMs: timeoutMs || DEFAULT_TIMEOUT_MS }, signal);
    if (!result.ok) return { status: 'critical', output: result.error };
    return { status: 'passing', output: `UDP connect ${target}: Success` };
  },
});
