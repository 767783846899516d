/** What the server's doors ask of it: reads, waits, and writes with the time until each is durable. */
import type { CommandKind } from '../model/commands/command.ts';
import type { Clock } from '../runtime/clock.ts';
import type { MetricName } from '../runtime/metric-names.ts';
import type { Metrics } from '../runtime/metrics.ts';
import { Counter, Sample } from '../runtime/metrics-instruments.ts';

/** Under which of Consul's names a command is measured. Commands that no client sends have none. */
const NAMES: Partial<Record<CommandKind, MetricName>> = {
  'catalog.register': 'consul.catalog.register',
  'catalog.deregister': 'consul.catalog.deregister',
  'kv.put': 'consul.kvs.apply',
  'kv.delete': 'consul.kvs.apply',
  'kv.delete-tree': 'consul.kvs.apply',
  'config.put': 'consul.config_entry.apply',
  'config.delete': 'consul.config_entry.delete',
  'query.create': 'consul.prepared-query.apply',
  'query.update': 'consul.prepared-query.apply',
  'query.delete': 'consul.prepared-query.apply',
  'session.create': 'consul.session.apply',
  'session.destroy': 'consul.session.apply',
  'session.renew': 'consul.session.renew',
  txn: 'consul.txn.apply',
};

export class BackendMeters {
  readonly reads: Counter = new Counter();
  /** Looks at the store's fence, for consistent reads. */
  readonly confirms: Counter = new Counter();
  /** Blocking queries that wait now; each by whatever is its own. */
  readonly waits: Set<unknown> = new Set();
  readonly #clock: Clock;
  readonly #writes = new Map<MetricName, Sample>();

  constructor(clock: Clock) {
    this.#clock = clock;
    for (const name of Object.values(NAMES)) this.#writes.set(name, new Sample());
  }

  /** Passes a write's outcome on, and records how long it took if it was done. */
  async timed<R>(kind: CommandKind, write: () => Promise<R>): Promise<R> {
    const startMs = this.#clock.nowMs();
    const result = await write();
    const name = NAMES[kind];
    if (name !== undefined) this.#writes.get(name)?.record(this.#clock.nowMs() - startMs);
    return result;
  }

  addTo(metrics: Metrics): void {
    metrics.add('consul.raft.verify_leader', this.confirms);
    metrics.add('consul.rpc.query', this.reads);
    metrics.add('consul.rpc.queries_blocking', () => this.waits.size);
    for (const [name, sample] of this.#writes) metrics.add(name, sample);
  }
}
