/** What the HTTP API is configured with. */
import type { ConfigValues } from '../config-values.ts';
import type { StringPairs } from '../option.ts';
import { wordsOf } from '../option-rules.ts';
import { clientAddr, httpAddresses, httpPort, socketGroup, socketMode, socketUser } from '../options/address.ts';
import {
  allowWriteHttpFrom,
  blockEndpoints,
  defaultQueryTime,
  kvMaxValueSize,
  maxConnsPerClient,
  maxHeaderBytes,
  maxQueryTime,
  responseHeaders,
  txnMaxReqLen,
  useCache,
} from '../options/http.ts';

export interface HttpConfig {
  /** Where to listen: IP addresses, `localhost`, or `unix:///path`. */
  readonly addresses: readonly string[];
  /** -1: not on IP addresses. 0: a free one. */
  readonly port: number;
  /** Who may use the sockets; '' leaves it to the system. */
  readonly socket: { readonly user: string; readonly group: string; readonly mode: string };
  /** Prefixes of paths that are refused. Reloadable. */
  readonly blockedEndpoints: readonly string[];
  /** Networks (`10.0.0.0/8`) that may write; empty: all. Reloadable. */
  readonly writeNetworks: readonly string[];
  /** Added to every answer. Reloadable. */
  readonly responseHeaders: StringPairs;
  /** 0: the server's own bound. */
  readonly maxHeaderBytes: number;
  /** 0: no limit. Reloadable. */
  readonly maxConnectionsPerClient: number;
  readonly defaultQueryTimeMs: number;
  readonly maxQueryTimeMs: number;
  /** Whether `?cached` means anything. Reloadable. */
  readonly usesCache: boolean;
  readonly kvMaxValueBytes: number;
  readonly txnMaxBytes: number;
}

export const httpConfig = (values: ConfigValues): HttpConfig => ({
  addresses: wordsOf(values.get(httpAddresses) || values.get(clientAddr)),
  port: values.get(httpPort),
  socket: { user: values.get(socketUser), group: values.get(socketGroup), mode: values.get(socketMode) },
  blockedEndpoints: values.get(blockEndpoints),
  writeNetworks: values.get(allowWriteHttpFrom),
  responseHeaders: values.get(responseHeaders),
  maxHeaderBytes: values.get(maxHeaderBytes),
  maxConnectionsPerClient: values.get(maxConnsPerClient),
  defaultQueryTimeMs: values.get(defaultQueryTime),
  maxQueryTimeMs: values.get(maxQueryTime),
  usesCache: values.get(useCache),
  kvMaxValueBytes: values.get(kvMaxValueSize),
  txnMaxBytes: values.get(txnMaxReqLen),
});
