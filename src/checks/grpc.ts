/** The gRPC check: asks the standard health service (`grpc.health.v1`) of the target, about the server or one of its services. */
import { periodicOf } from './check-fields.ts';
import { type CheckType, defineCheck, type KindOf } from './define-check.ts';
import { splitHostPort } from './host-port.ts';
import { NETWORK_LANES } from './lanes.ts';

const DEFAULT_TIMEOUT_MS = 10_000;

export const grpcCheck: CheckType = defineCheck<'grpc'>({
  type: 'grpc',
  lanes: NETWORK_LANES,

  kindFrom(fields) {
    if (!fields.grpc) return undefined;
    const [target = '', ...service] = fields.grpc.split('/');
    return {
      type: 'grpc',
      ...periodicOf(fields),
      target,
      service: service.join('/'),
      useTls: fields.grpcUseTls ?? false,
      tlsServerName: fields.tlsServerName ?? '',
      tlsSkipVerify: fields.tlsSkipVerify ?? false,
    };
  },

  async run(spec, { prober }, signal) {
    const { target, service, useTls: tls, tlsServerName, tlsSkipVerify } = spec;
    const address = splitHostPort(target);
    if (typeof address === 'string') return { status: 'critical', output: addressText(target, address) };
    const timeoutMs = spec.timeoutMs || DEFAULT_TIMEOUT_MS;
    const result = await prober.grpc({ ...address, service, timeoutMs, tls, tlsServerName, tlsSkipVerify }, signal);
    if (!result.ok) return { status: 'critical', output: result.error };
    if (result.servingStatus === 'SERVING') return { status: 'passing', output: `gRPC check ${askedFor(spec)}: success` };
    return { status: 'critical', output: `gRPC ${askedFor(spec)} serving status: ${result.servingStatus}` };
  },
});

/** As the registration wrote it. */
const askedFor = ({ target, service }: KindOf<'grpc'>): string => (service === '' ? target : `${target}/${service}`);

const addressText = (target: string, reason: string): string =>
  `rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing dial tcp: address ${target}: ${reason}"`;
