/** Options of DNS. This version takes and checks them, and does not answer DNS yet. */

import { parseDurationMs } from '../../model/duration.ts';
import { NO_DNS } from '../effects.ts';
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
  type TextOption,
  text,
} from '../option.ts';
import { notNegative, oneOf } from '../option-rules.ts';

const SECOND = 1_000;
const YEARS = 87_600 * 3_600 * SECOND;
const DNS = { noEffect: NO_DNS, isReloadable: true } as const;

export const domain: TextOption = text('domain', {
  flag: 'domain',
  default: 'consul',
  help: 'The domain of DNS names.',
  example: 'consul',
  shownAs: 'DNSDomain',
  noEffect: NO_DNS,
});

export const altDomain: TextOption = text('alt_domain', {
  flag: 'alt-domain',
  default: '',
  help: 'A second domain of DNS names.',
  example: 'konsul',
  shownAs: 'DNSAltDomain',
  noEffect: NO_DNS,
});

export const recursors: StringsOption = strings('recursors', {
  ...DNS,
  flag: 'recursor',
  default: [],
  help: 'The DNS servers that answer for all other domains.',
  example: ['9.9.9.9', '1.1.1.1'],
  shownAs: 'DNSRecursors',
});

export const recursorStrategy: TextOption = text('dns_config.recursor_strategy', {
  ...DNS,
  default: 'sequential',
  help: 'In which order the recursors are asked: `sequential` or `random`.',
  example: 'sequential',
  shownAs: 'DNSRecursorStrategy',
  problem: oneOf('sequential', 'random'),
});

export const recursorTimeout: NumberOption = duration('dns_config.recursor_timeout', {
  ...DNS,
  default: 2 * SECOND,
  help: 'How long a recursor may take.',
  example: '2s',
  shownAs: 'DNSRecursorTimeout',
});

export const dnsAllowStale: BooleanOption = bool('dns_config.allow_stale', {
  ...DNS,
  default: true,
  help: 'Answer from a server that does not lead.',
  example: true,
  shownAs: 'DNSAllowStale',
});

export const dnsMaxStale: NumberOption = duration('dns_config.max_stale', {
  ...DNS,
  default: YEARS,
  help: 'How far behind the leader such a server may be.',
  example: '87600h',
  shownAs: 'DNSMaxStale',
});

export const dnsOnlyPassing: BooleanOption = bool('dns_config.only_passing', {
  ...DNS,
  default: false,
  help: 'Leave out instances with warnings too.',
  example: true,
  shownAs: 'DNSOnlyPassing',
});

export const dnsNodeTtl: NumberOption = duration('dns_config.node_ttl', {
  ...DNS,
  default: 0,
  help: 'The TTL of answers about nodes.',
  example: '10s',
  shownAs: 'DNSNodeTTL',
});

export const dnsServiceTtl: PairsOption = pairs('dns_config.service_ttl', {
  ...DNS,
  default: {},
  help: 'The TTL of answers about services, by name; `*` for all others, `web-*` for a prefix.',
  example: { web: '5s', '*': '10s' },
  shownAs: 'DNSServiceTTL',
  problem: (ttls) => {
    const bad = Object.entries(ttls).find(([, ttl]) => (parseDurationMs(ttl) ?? -1) < 0);
    return bad && `must hold durations such as "10s"; that of ${JSON.stringify(bad[0])} is none`;
  },
});

export const dnsARecordLimit: NumberOption = integer('dns_config.a_record_limit', {
  ...DNS,
  default: 0,
  help: 'The most addresses in an answer; 0: no limit.',
  example: 3,
  shownAs: 'DNSARecordLimit',
  problem: notNegative('0 means no limit'),
});

export const dnsUdpAnswerLimit: NumberOption = integer('dns_config.udp_answer_limit', {
  ...DNS,
  default: 3,
  help: 'The most addresses in an answer over UDP to a client without EDNS.',
  example: 3,
  shownAs: 'DNSUDPAnswerLimit',
  problem: notNegative(),
});

export const dnsEnableTruncate: BooleanOption = bool('dns_config.enable_truncate', {
  ...DNS,
  default: false,
  help: 'Mark answers that were cut short as truncated.',
  example: true,
  shownAs: 'DNSEnableTruncate',
});

export const dnsDisableCompression: BooleanOption = bool('dns_config.disable_compression', {
  ...DNS,
  default: false,
  help: 'Do not compress names in answers.',
  example: true,
  shownAs: 'DNSDisableCompression',
});

export const dnsNodeMetaTxt: BooleanOption = bool('dns_config.enable_additional_node_meta_txt', {
  ...DNS,
  default: true,
  help: 'Add a node’s metadata as TXT records.',
  example: false,
  shownAs: 'DNSNodeMetaTXT',
});

export const dnsUseCache: BooleanOption = bool('dns_config.use_cache', {
  ...DNS,
  default: false,
  help: 'Answer from the agent’s cache.',
  example: true,
  shownAs: 'DNSUseCache',
});

export const dnsCacheMaxAge: NumberOption = duration('dns_config.cache_max_age', {
  ...DNS,
  default: 0,
  help: 'How old a cached answer may be; 0: however old.',
  example: '10s',
  shownAs: 'DNSCacheMaxAge',
});

const soa = (name: string, given: { readonly default: number; readonly help: string; readonly shownAs: string }): NumberOption =>
  integer(`dns_config.soa.${name}`, { ...DNS, ...given, example: given.default, problem: notNegative() });

export const soaRefresh: NumberOption = soa('refresh', {
  default: 3_600,
  help: 'Seconds: refresh of the SOA record.',
  shownAs: 'DNSSOA.Refresh',
});
export const soaRetry: NumberOption = soa('retry', { default: 600, help: 'Seconds: retry of the SOA record.', shownAs: 'DNSSOA.Retry' });
export const soaExpire: NumberOption = soa('expire', {
  default: 86_400,
  help: 'Seconds: expire of the SOA record.',
  shownAs: 'DNSSOA.Expire',
});
export const soaMinTtl: NumberOption = soa('min_ttl', {
  default: 0,
  help: 'Seconds: how long that a name does not exist may be remembered.',
  shownAs: 'DNSSOA.Minttl',
});
