/** The list of check types. Where a registration asks for several, the first in this order wins, as in Consul. */
import { aliasCheck } from './alias.ts';
import type { CheckType, CheckTypeName } from './define-check.ts';
import { dockerCheck } from './docker.ts';
import { grpcCheck } from './grpc.ts';
import { h2pingCheck } from './h2ping.ts';
import { httpCheck } from './http.ts';
import { maintenanceCheck } from './maintenance.ts';
import { osServiceCheck } from './os-service.ts';
import { scriptCheck } from './script.ts';
import { tcpCheck } from './tcp.ts';
import { ttlCheck } from './ttl.ts';
import { udpCheck } from './udp.ts';

export const checkTypes: Readonly<Record<CheckTypeName, CheckType>> = Object.freeze({
  ttl: ttlCheck,
  http: httpCheck,
  tcp: tcpCheck,
  udp: udpCheck,
  grpc: grpcCheck,
  docker: dockerCheck,
  script: scriptCheck,
  h2ping: h2pingCheck,
  os_service: osServiceCheck,
  alias: aliasCheck,
  maintenance: maintenanceCheck,
});
