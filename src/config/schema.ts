/** Every configuration option, once: files, flags, environment, validation and the reference derive from this list. */
import type { OptionDefinition } from './option.ts';
import * as acl from './options/acl.ts';
import * as address from './options/address.ts';
import * as cache from './options/cache.ts';
import * as checks from './options/checks.ts';
import * as dns from './options/dns.ts';
import * as http from './options/http.ts';
import * as join from './options/join.ts';
import * as leave from './options/leave.ts';
import * as log from './options/log.ts';
import * as node from './options/node.ts';
import * as sync from './options/sync.ts';
import * as telemetry from './options/telemetry.ts';
import { tls, verifyServerHostname } from './options/tls.ts';
import * as ui from './options/ui.ts';

const sections: readonly object[] = [
  node,
  address,
  log,
  http,
  checks,
  leave,
  telemetry,
  join,
  dns,
  acl,
  ...Object.values(tls),
  { verifyServerHostname },
  ui,
  cache,
  sync,
];

/** Sorted, since not every loader gives the exports of a module in the same order. */
const optionsOf = (section: object): OptionDefinition[] =>
  (Object.values(section) as OptionDefinition[]).sort((a, b) => (a.key < b.key ? -1 : 1));

/** The list, in the order of the reference. */
export const options: readonly OptionDefinition[] = sections.flatMap(optionsOf);

const byKey: ReadonlyMap<string, OptionDefinition> = new Map(options.map((option) => [option.key, option]));

/** The option of a key as files write it, in lower case; `undefined`: no option. */
export const optionOf = (key: string): OptionDefinition | undefined => byKey.get(key);
