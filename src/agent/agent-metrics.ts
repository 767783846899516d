/** The metrics of what only an agent has: its cache and its link. Read when somebody looks. */
import type { Cache } from '../cache/cache.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Metrics } from '../runtime/metrics.ts';
import type { AgentLink } from '../sync/agent-link.ts';
import type { StaleReason } from '../topics/backend.ts';
import { topics } from '../topics/topics.ts';

export interface ObservedParts {
  readonly cache: Cache;
  readonly link: AgentLink;
  readonly clock: Clock;
}

/** Shows what the parts measure. Once. */
export function observeAgent(metrics: Metrics, parts: ObservedParts): void {
  observeCache(metrics, parts.cache);
  observeLink(metrics, parts);
}

function observeCache(metrics: Metrics, cache: Cache): void {
  const stats = (): ReturnType<Cache['stats']> => cache.stats();
  metrics.add('konsul.cache.hits_total', () => stats().hits);
  metrics.add('konsul.cache.misses_total', () => stats().misses);
  metrics.add('konsul.cache.hit_ratio', () => ratio(stats().hits, stats().misses));
  metrics.add('konsul.cache.coalesced_total', () => stats().coalesced);
  metrics.add('konsul.cache.evictions_total', () => stats().evictions);
  metrics.add('konsul.cache.guards_active', () => stats().guardsActive);
  metrics.add('konsul.cache.negative_entries', () => stats().negativeEntries);
  metrics.add('konsul.cache.waiters', () => stats().waiters);
  metrics.add('konsul.cache.held_bytes', () => stats().bytes);
  for (const { name: topic } of topics) metrics.add('konsul.cache.entries', () => stats().byTopic[topic]?.entries ?? 0, { topic });
  for (const reason of Object.keys(stats().staleAnswers) as StaleReason[])
    metrics.add('konsul.cache.stale_answers_total', () => stats().staleAnswers[reason], { reason });
}

function observeLink(metrics: Metrics, { link, clock }: ObservedParts): void {
  const { meters } = link;
  metrics.add('konsul.link.up', () => Number(link.isLinked));
  metrics.add('konsul.link.silent_seconds', () => (clock.nowMs() - link.status.lastHeardMs) / 1_000);
  metrics.add('konsul.link.lag_index', () => meters.lag);
  metrics.add('konsul.link.connects_total', () => meters.connects);
  metrics.add('konsul.link.received_bytes_total', () => meters.bytesIn);
  metrics.add('konsul.link.sent_bytes_total', () => meters.bytesOut);
  metrics.add('konsul.link.batches_total', () => meters.batches);
  metrics.add('konsul.link.batched_commands_total', () => meters.batchedCommands);
  metrics.add('konsul.link.largest_batch', () => meters.largestBatch);
  metrics.add('konsul.link.changes_total', () => meters.changesApplied);
  metrics.add('konsul.link.digest_mismatches_total', () => meters.digestMismatches);
  metrics.add('konsul.link.pending_calls', () => meters.pendingCalls);
  for (const cause of Object.keys(meters.disconnects) as (keyof typeof meters.disconnects)[])
    metrics.add('konsul.link.disconnects_total', () => meters.disconnects[cause], { cause });
}

/** Of reads; 0 before the first. */
const ratio = (hits: number, others: number): number => (hits + others === 0 ? 0 : hits / (hits + others));
