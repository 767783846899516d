/** Options of the agent's cache and of where reads are answered. A server keeps no cache: it has the state. */
import { duration, integer, type NumberOption, type StringsOption, strings, type TextOption, text } from '../option.ts';
import { atLeast, notNegative, oneOf } from '../option-rules.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const MIB = 1_048_576;

export const serviceTtl: NumberOption = duration('cache.service_ttl', {
  default: 60 * SECOND,
  help: 'How old the list of a service’s instances may be while the link is down, before the agent first tries to refresh it. Used by agents.',
  example: '60s',
});

export const kvTtl: NumberOption = duration('cache.kv_ttl', {
  default: 300 * SECOND,
  help: 'The same for KV entries. Used by agents.',
  example: '300s',
});

export const healthTtl: NumberOption = duration('cache.health_ttl', {
  default: 30 * SECOND,
  help: 'The same for health checks. Used by agents.',
  example: '30s',
});

export const maxEntries: NumberOption = integer('cache.max_entries', {
  default: 10_000,
  help: 'The most views that the cache holds. Used by agents.',
  example: 10_000,
  problem: atLeast(1),
});

export const maxBytes: NumberOption = integer('cache.max_bytes', {
  default: 32 * MIB,
  help: 'The most bytes that the cache holds. Used by agents.',
  example: 32 * MIB,
  problem: atLeast(MIB),
});

export const maxView: NumberOption = integer('cache.max_view', {
  default: 0,
  help: 'Bytes of the largest view that is held; larger ones are asked for every time. 0: a sixteenth of `cache.max_bytes`. Used by agents.',
  example: 2 * MIB,
  problem: notNegative('0 means a sixteenth of cache.max_bytes'),
});

export const maxStale: NumberOption = duration('cache.max_stale', {
  default: 72 * HOUR,
  help: 'How long a stale view is answered while no server can be reached. Used by agents.',
  example: '72h',
});

export const refreshDeadline: NumberOption = duration('cache.refresh_deadline', {
  default: 50,
  help: 'How long a read of a view that has expired waits for a server before it is answered with what is held. 0: not. Used by agents.',
  example: '50ms',
});

export const negativeTtl: NumberOption = duration('cache.negative_ttl', {
  default: 5 * SECOND,
  help: 'How long a view with nothing in it (no such service, no such key) is held after the last look. Used by agents.',
  example: '5s',
});

export const guard: NumberOption = duration('cache.guard', {
  default: 30 * SECOND,
  help: 'How long the last good answer is kept after a lost link when a service seems to have lost its instances. 0: not. Used by agents.',
  example: '30s',
});

export const prefetch: StringsOption = strings('cache.prefetch', {
  default: [],
  help: 'Views to hold from the start, such as `service:web` and `kv:config/`. Used by agents.',
  example: ['service:web', 'kv:config/'],
});

export const discoveryConsistency: TextOption = text('discovery.default_consistency', {
  default: 'live',
  help: 'Where catalog and health reads are answered: `live`, from the agent’s own views, or `leader`. Used by agents.',
  example: 'live',
  problem: oneOf('live', 'leader'),
});

export const kvConsistency: TextOption = text('kv.default_consistency', {
  default: 'live',
  help: 'Where KV reads are answered: `live`, from the agent’s own views, or `leader`. Used by agents.',
  example: 'leader',
  problem: oneOf('live', 'leader'),
});
