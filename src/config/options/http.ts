/** Options of the HTTP API: what it refuses, adds and bounds. */
import {
  type BooleanOption,
  bool,
  duration,
  integer,
  type NumberOption,
  type PairsOption,
  pairs,
  type StringsOption,
  strings,
} from '../option.ts';
import { atLeast, networks, notNegative } from '../option-rules.ts';

const SECOND = 1_000;
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a header must not hold
const HEADER_VALUE = /^[^\u0000-\u0008\u000a-\u001f\u007f]*$/;

export const blockEndpoints: StringsOption = strings('http_config.block_endpoints', {
  default: [],
  help: 'Prefixes of paths that are answered with 403.',
  example: ['/v1/agent/leave'],
  isReloadable: true,
  shownAs: 'HTTPBlockEndpoints',
});

export const allowWriteHttpFrom: StringsOption = strings('http_config.allow_write_http_from', {
  flag: 'allow-write-http-from',
  default: [],
  help: 'The networks from which the API takes writes; empty: all.',
  example: ['127.0.0.0/8'],
  isReloadable: true,
  shownAs: 'AllowWriteHTTPFrom',
  problem: networks,
});

export const responseHeaders: PairsOption = pairs('http_config.response_headers', {
  default: {},
  help: 'Headers added to every answer.',
  example: { 'Access-Control-Allow-Origin': '*' },
  isReloadable: true,
  shownAs: 'HTTPResponseHeaders',
  problem: (headers) => {
    const bad = Object.entries(headers).find(([name, value]) => !HEADER_NAME.test(name) || !HEADER_VALUE.test(value));
    return bad && `must hold names and values of headers; ${JSON.stringify(bad[0])} is none`;
  },
});

export const useCache: BooleanOption = bool('http_config.use_cache', {
  default: true,
  help: 'Take `?cached` as the wish for a view of this process; false: the parameter says nothing.',
  example: false,
  isReloadable: true,
  shownAs: 'HTTPUseCache',
});

export const maxHeaderBytes: NumberOption = integer('http_config.max_header_bytes', {
  default: 0,
  help: 'Bytes of the head of a request; 0: as many as the server’s own bound.',
  example: 16_384,
  shownAs: 'HTTPMaxHeaderBytes',
  problem: notNegative('0 means the own bound'),
});

export const defaultQueryTime: NumberOption = duration('default_query_time', {
  flag: 'default-query-time',
  default: 300 * SECOND,
  help: 'How long a blocking query waits if it does not say.',
  example: '300s',
  isReloadable: true,
  shownAs: 'DefaultQueryTime',
});

export const maxQueryTime: NumberOption = duration('max_query_time', {
  flag: 'max-query-time',
  default: 600 * SECOND,
  help: 'The longest that a blocking query may wait.',
  example: '600s',
  isReloadable: true,
  shownAs: 'MaxQueryTime',
});

export const maxConnsPerClient: NumberOption = integer('limits.http_max_conns_per_client', {
  default: 200,
  help: 'Connections from one address to the HTTP API; more get a 429. 0: no limit.',
  example: 200,
  isReloadable: true,
  shownAs: 'HTTPMaxConnsPerClient',
  problem: notNegative('0 means no limit'),
});

export const kvMaxValueSize: NumberOption = integer('limits.kv_max_value_size', {
  default: 524_288,
  help: 'Bytes of a KV value.',
  example: 524_288,
  isReloadable: true,
  shownAs: 'KVMaxValueSize',
  problem: atLeast(1),
});

export const txnMaxReqLen: NumberOption = integer('limits.txn_max_req_len', {
  default: 524_288,
  help: 'Bytes of the body of a transaction.',
  example: 524_288,
  isReloadable: true,
  shownAs: 'TxnMaxReqLen',
  problem: atLeast(1),
});
