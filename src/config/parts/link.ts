/** What an agent links to servers with, and a server takes links with. */
import { isLoopback } from '../../model/ip.ts';
import type { ConfigValues } from '../config-values.ts';
import { linkAddress, withPort } from '../link-address.ts';
import { bindAddr, serfLanPort, serverPort } from '../options/address.ts';
import { encrypt, retryInterval, retryJoin, retryMax } from '../options/join.ts';
import { dev } from '../options/node.ts';
import { batchSize, flushInterval, heartbeat, syncInterval, syncMode } from '../options/sync.ts';
import { type LinkTlsConfig, linkTlsConfig } from './link-tls.ts';

export interface LinkConfig {
  /** Of an agent: `host:port` of each, once; empty: it waits to be joined. */
  readonly servers: readonly string[];
  /** The longest pause between two tries. */
  readonly retryIntervalMs: number;
  /** 0: it never gives up. */
  readonly retryMax: number;
  /** `undefined`: nobody proves anything. */
  readonly encryptKey: Uint8Array | undefined;
  readonly heartbeatMs: number;
  readonly mode: 'push' | 'interval';
  /** In the mode `interval`. */
  readonly intervalMs: number;
  readonly batchSize: number;
  readonly flushIntervalMs: number;
  /** Of a server: where it takes links, `host:port` each; port 0: a free one. */
  readonly listen: readonly string[];
  readonly tls: LinkTlsConfig | undefined;
  /** Whether peers that are not on this machine are let in: they have proved something, or shown a certificate. */
  readonly allowsRemotePeers: boolean;
}

export function linkConfig(values: ConfigValues, isServer: boolean): LinkConfig {
  const tls = linkTlsConfig(values, isServer);
  const key = values.get(encrypt);
  return {
    servers: isServer ? [] : [...new Set(values.get(retryJoin).flatMap((given) => linkAddress(given) ?? []))],
    retryIntervalMs: values.get(retryInterval),
    retryMax: values.get(retryMax),
    encryptKey: key === '' ? undefined : Buffer.from(key, 'base64'),
    heartbeatMs: values.get(heartbeat),
    mode: values.get(syncMode).toLowerCase() as LinkConfig['mode'],
    intervalMs: values.get(syncInterval),
    batchSize: values.get(batchSize),
    flushIntervalMs: values.get(flushInterval),
    listen: isServer ? listenAddresses(values) : [],
    tls,
    allowsRemotePeers: key !== '' || tls?.verifyIncoming === true,
  };
}

/** What should be known about links as they are set up, a line each. */
export function linkWarnings(values: ConfigValues, isServer: boolean): readonly string[] {
  const { encryptKey, tls, listen, allowsRemotePeers } = linkConfig(values, isServer);
  const isOpen = !isOnlyHere(bindAddress(values));
  const rules: readonly (readonly [boolean, string])[] = [
    [
      encryptKey !== undefined && tls === undefined,
      `${values.where(encrypt)}: it proves who belongs together and hides nothing: for links that nobody can read, set tls.internal_rpc`,
    ],
    [
      isServer && listen.length > 0 && isOpen && !allowsRemotePeers,
      `${values.where(bindAddr)}: links from other machines are refused: set encrypt to the same key on all (konsul keygen makes one), or tls.internal_rpc with verify_incoming = true`,
    ],
    [isServer && values.get(retryJoin).length > 0, `${values.where(retryJoin)}: a server of this version is alone and joins nobody`],
  ];
  return rules.flatMap(([holds, warning]) => (holds ? [warning] : []));
}

/** On the gossip's port too, if the configuration has one: addresses that were written for Consul name it. */
function listenAddresses(values: ConfigValues): readonly string[] {
  const ports = [values.get(serverPort), values.isSet(serfLanPort) ? values.get(serfLanPort) : -1];
  const address = bindAddress(values);
  return [...new Set(ports.filter((port) => port >= 0).map((port) => withPort(address, port)))];
}

const bindAddress = (values: ConfigValues): string => (values.isSet(bindAddr) || !values.get(dev) ? values.get(bindAddr) : '127.0.0.1');

const isOnlyHere = (address: string): boolean => isLoopback(address) || address === '::1';
