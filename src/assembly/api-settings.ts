/** The part of the configuration that routes see, and what is said of the HTTP API as a whole. Made anew at each reload. */
import type { ApiSettings } from '../api/context.ts';
import type { AgentConfig } from '../config/agent-config.ts';
import type { HttpRulesConfig } from '../http/http-rules.ts';

export const apiSettings = (config: AgentConfig, nodeId: string): ApiSettings => ({
  datacenter: config.datacenter,
  nodeName: config.nodeName,
  nodeId,
  isServer: config.isServer,
  isDev: config.isDev,
  defaultQueryTimeMs: config.http.defaultQueryTimeMs,
  maxQueryTimeMs: config.http.maxQueryTimeMs,
  kvMaxValueBytes: config.http.kvMaxValueBytes,
  txnMaxBytes: config.http.txnMaxBytes,
  sessionTtlMinMs: config.sessionTtlMinMs,
  checkOutputMaxBytes: config.checks.outputMaxBytes,
  scriptChecksEnabled: config.checks.scriptsFromApi,
  coordinatesDisabled: !config.coordinatesEnabled,
  discoveryConsistency: config.reads.discovery,
  kvConsistency: config.reads.kv,
  usesCache: config.http.usesCache,
});

export const httpRulesOf = ({ http }: AgentConfig): HttpRulesConfig => ({
  blockEndpoints: http.blockedEndpoints,
  allowWriteFrom: http.writeNetworks,
  responseHeaders: http.responseHeaders,
});
