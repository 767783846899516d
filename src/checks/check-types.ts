/** The list of check types. Where a registration asks for several, the first in this order wins, as in Consul. */
import type { CheckType, CheckTypeName } from './define-check.ts';
import { httpCheck } from './http.ts';
import { maintenanceCheck } from './maintenance.ts';
import { scriptCheck } from './script.ts';
import { tcpCheck } from './tcp.ts';
import { ttlCheck } from './ttl.ts';

export const checkTypes: Readonly<Record<CheckTypeName, CheckType>> = Object.freeze({
  ttl: ttlCheck,
  http: httpCheck,
  tcp: tcpCheck,
  script: scriptCheck,
  maintenance: maintenanceCheck,
});
