/** What contradicts itself, and what is refused because this version would leave open what the configuration wants closed. */
import type { ConfigValues } from './config-values.ts';
import type { OptionDefinition } from './option.ts';
import { aclDefaultPolicy, aclEnabled } from './options/acl.ts';
import { clientAddr, httpsPort } from './options/address.ts';
import { bootstrap, bootstrapExpect, dataDir, dev, server } from './options/node.ts';
import { tls } from './options/tls.ts';
import { linkTlsProblems } from './parts/link-tls.ts';

/** A line each, with its place. */
export function configProblems(values: ConfigValues): readonly string[] {
  const isDev = values.get(dev);
  const rules: readonly (readonly [holds: boolean, problem: string])[] = [
    [
      !isDev && values.get(dataDir) === '',
      `${values.where(dataDir)} cannot be empty: name a folder with -data-dir, or use -dev to try it out`,
    ],
    [
      values.get(bootstrapExpect) > 1,
      `${values.where(bootstrapExpect)}: several servers need a shared store, which this version does not have; use 1`,
    ],
    [values.get(clientAddr).trim() === '', `${values.where(clientAddr)}: must name an address; -http-port=-1 switches the HTTP API off`],
    ...openRules(values),
  ];
  const isServer = isDev || values.get(server);
  return [...rules.flatMap(([holds, problem]) => (holds ? [problem] : [])), ...linkTlsProblems(values, isServer)];
}

/** Whether this process can be what the configuration makes it: a line for each problem. Flags may still say so, so files alone are not held to it. */
export function roleProblems(values: ConfigValues): readonly string[] {
  const isServer = values.get(dev) || values.get(server);
  const needsServer = [values.get(bootstrap) ? bootstrap : undefined, values.get(bootstrapExpect) > 0 ? bootstrapExpect : undefined];
  return needsServer.flatMap((option) =>
    option && !isServer ? [`${values.where(option)}: is for servers: add -server, or remove it`] : [],
  );
}

/** Holds for what cannot be kept closed here. */
function openRules(values: ConfigValues): readonly (readonly [boolean, string])[] {
  const where = (option: OptionDefinition): string => values.where(option);
  const deny = values.get(aclEnabled) && values.get(aclDefaultPolicy).toLowerCase() === 'deny';
  return [
    [
      deny,
      `${where(aclDefaultPolicy)}: this version has no access rules, and would answer whom "deny" keeps out: set acl.enabled = false and let only whom you trust reach the API`,
    ],
    [
      values.get(httpsPort) > 0,
      `${where(httpsPort)}: this version has no TLS: use -1, and put a TLS proxy in front of ports.http or bind it to a loopback address`,
    ],
    ...[tls.https, tls.grpc].map(({ verifyIncoming }): readonly [boolean, string] => [
      values.get(verifyIncoming),
      `${where(verifyIncoming)}: there is no TLS there in this version, which would answer clients without a certificate: remove it, and put a TLS proxy that verifies in front, or bind to a loopback address`,
    ]),
  ];
}
