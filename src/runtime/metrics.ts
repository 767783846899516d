/**
 * The registry: which instrument stands behind which name and labels, and the intervals of ten seconds in which Consul's API shows them.
 * Instruments belong to the parts that record; this only reads them, when somebody asks. Wakes at the end of each interval, and once a
 * second while something is recorded: to see how late the event loop is.
 */
import type { Clock, Timer } from './clock.ts';
import { invariant } from './errors.ts';
import type { Part } from './lifecycle.ts';
import { type MetricDefinition, type MetricName, metricDefinitions } from './metric-names.ts';
import { isShown, type MetricsFilter } from './metrics-filter.ts';
import { Counter, Sample, type Tally } from './metrics-instruments.ts';

/** The part of the configuration under `telemetry`. */
export interface MetricsOptions extends MetricsFilter {
  /** Stands in place of `consul` in Consul's names; ours stay under `konsul`. */
  readonly prefix: string;
  /** 0 or less: no exposition for Prometheus. Nothing expires: the number of series is bounded. */
  readonly prometheusRetentionMs: number;
}

export const DEFAULT_METRICS_OPTIONS: MetricsOptions = {
  prefix: 'consul',
  prometheusRetentionMs: 0,
  rules: [],
  isShownByDefault: true,
};

export type MetricLabels = Readonly<Record<string, string>>;

/** Called at a tick, and told whether an interval ended with it. */
export type TickListener = (hasIntervalEnded: boolean) => void;

/** A value now. Asked for when somebody looks, so it may cost a little. */
export type ReadGauge = () => number;

/** One series. */
export interface Series {
  readonly labels: MetricLabels;
  readonly source: Counter | Sample | ReadGauge;
}

/** All series of one name. */
export interface Family {
  /** With dots, and the prefix of the configuration. */
  readonly name: string;
  readonly definition: MetricDefinition;
  readonly series: readonly Series[];
}

export interface GaugeValue {
  readonly name: string;
  readonly labels: MetricLabels;
  readonly value: number;
}

export interface IntervalValue {
  readonly name: string;
  readonly labels: MetricLabels;
  /** Not empty. */
  readonly tally: Tally;
}

/** One interval of ten seconds: counters and samples that recorded something in it, and gauges as they are now. */
export interface MetricsSummary {
  /** When the interval began: `2024-09-23 10:00:00 +0000 UTC`. */
  readonly start: string;
  readonly gauges: readonly GaugeValue[];
  readonly counters: readonly IntervalValue[];
  readonly samples: readonly IntervalValue[];
}

export const METRICS_INTERVAL_MS = 10_000;
const BUSY_TICK_MS = 1_000;
const NO_LABELS: MetricLabels = Object.freeze({});

export class Metrics implements Part {
  readonly name = 'metrics';
  readonly #clock: Clock;
  readonly #families = new Map<MetricName, Series[]>();
  readonly #lag = new Sample();
  readonly #waiting = new Set<(summary: MetricsSummary | undefined) => void>();
  readonly #listeners = new Set<TickListener>();
  #countAtTick = 0;
  #options: MetricsOptions;
  #runningStartMs: number;
  #completeStartMs: number | undefined;
  #tick: Timer | undefined;

  constructor(clock: Clock, options: MetricsOptions = DEFAULT_METRICS_OPTIONS) {
    this.#clock = clock;
    this.#options = options;
    this.#runningStartMs = this.#intervalNow();
    this.add('konsul.runtime.event_loop_lag_seconds', this.#lag);
  }

  /**
   * Shows an instrument under a name of the list, with a value for each of its labels. Twice the same series is a bug. A counter may be a
   * function too, where a hot path counts in a plain field: JSON shows its total among the gauges then.
   */
  add(name: MetricName, source: Counter | Sample | ReadGauge, labels: MetricLabels = NO_LABELS): void {
    const { type, labels: wanted } = metricDefinitions[name];
    invariant(typeOf(source) === type || (type === 'counter' && typeof source === 'function'), `metric ${name} is a ${type}`);
    invariant(Object.keys(labels).join() === wanted.join(), `metric ${name} has the labels ${wanted.join()}`);
    const series = this.#families.get(name) ?? [];
    const values = JSON.stringify(labels);
    invariant(!series.some((other) => JSON.stringify(other.labels) === values), `metric ${name} ${values} is there already`);
    series.push({ labels, source });
    this.#families.set(name, series);
  }

  /** Changes prefix, filter and retention. What was counted stays. */
  configure(options: MetricsOptions): void {
    this.#options = options;
  }

  get isPrometheusEnabled(): boolean {
    return this.#options.prometheusRetentionMs > 0;
  }

  /** What is shown, by name. */
  families(): readonly Family[] {
    const { prefix } = this.#options;
    return [...this.#families]
      .map(([key, series]) => ({ name: key.replace(/^consul\./, `${prefix}.`), definition: metricDefinitions[key], series }))
      .filter(({ name }) => isShown(name, this.#options))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The last complete interval; before there is one, the running one. */
  summary(): MetricsSummary {
    this.#endIntervalIfOver();
    const isRunning = this.#completeStartMs === undefined;
    const families = this.families();
    return {
      start: utcText(this.#completeStartMs ?? this.#runningStartMs),
      gauges: families.flatMap(gaugesOf),
      counters: families.filter(({ definition }) => definition.type === 'counter').flatMap((family) => talliesOf(family, isRunning)),
      samples: families.filter(({ definition }) => definition.type === 'sample').flatMap((family) => talliesOf(family, isRunning)),
    };
  }

  /**
   * Resolves when the running interval ends, with what was in it, one object for all who wait; with `undefined` when `signal` aborts
   * before.
   */
  nextInterval(signal: AbortSignal): Promise<MetricsSummary | undefined> {
    return new Promise((resolve) => {
      const done = (summary: MetricsSummary | undefined): void => {
        this.#waiting.delete(done);
        signal.removeEventListener('abort', leave);
        resolve(summary);
      };
      const leave = (): void => done(undefined);
      if (signal.aborted) return resolve(undefined);
      this.#waiting.add(done);
      signal.addEventListener('abort', leave);
    });
  }

  /** Calls `listener` at each tick while it is started: what has to do with metrics shares its wake-ups. Returns how to end that. */
  onTick(listener: TickListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async start(): Promise<void> {
    this.#tickLater();
  }

  async stop(): Promise<void> {
    this.#tick?.cancel();
    this.#tick = undefined;
  }

  /** At the next whole second, or at the end of the interval if nothing was recorded since the last tick. */
  #tickLater(): void {
    const everyMs = this.#hasNews() ? BUSY_TICK_MS : METRICS_INTERVAL_MS;
    const delayMs = everyMs - (this.#clock.wallMs() % everyMs);
    const dueMs = this.#clock.nowMs() + delayMs;
    this.#tick = this.#clock.after(delayMs, () => {
      this.#lag.record(Math.max(this.#clock.nowMs() - dueMs, 0) / 1_000);
      const hasIntervalEnded = this.#endIntervalIfOver();
      for (const listener of this.#listeners) listener(hasIntervalEnded);
      this.#tickLater();
    });
  }

  /** Whether anything but the lag was recorded since it was last asked. */
  #hasNews(): boolean {
    const before = this.#countAtTick;
    this.#countAtTick = 0;
    for (const source of this.#instruments()) if (source !== this.#lag) this.#countAtTick += source.count;
    return this.#countAtTick !== before;
  }

  *#instruments(): Iterable<Counter> {
    for (const series of this.#families.values()) for (const { source } of series) if (source instanceof Counter) yield source;
  }

  #intervalNow(): number {
    const nowMs = this.#clock.wallMs();
    return nowMs - (nowMs % METRICS_INTERVAL_MS);
  }

  /** Also where the wall clock jumped back: the interval with the old times is over then. */
  #endIntervalIfOver(): boolean {
    const startMs = this.#intervalNow();
    if (startMs === this.#runningStartMs) return false;
    for (const source of this.#instruments()) source.endInterval();
    this.#completeStartMs = this.#runningStartMs;
    this.#runningStartMs = startMs;
    const summary = this.#waiting.size === 0 ? undefined : this.summary();
    for (const done of [...this.#waiting]) done(summary);
    return true;
  }
}

function typeOf(source: Series['source']): MetricDefinition['type'] {
  if (source instanceof Sample) return 'sample';
  return source instanceof Counter ? 'counter' : 'gauge';
}

function gaugesOf({ name, series }: Family): GaugeValue[] {
  return series.flatMap(({ labels, source }) => (source instanceof Counter ? [] : [{ name, labels, value: source() }]));
}

function talliesOf({ name, series }: Family, isRunning: boolean): IntervalValue[] {
  return series.flatMap(({ labels, source }) => {
    if (!(source instanceof Counter)) return [];
    const tally = isRunning ? source.running : source.complete;
    return tally.count === 0 ? [] : [{ name, labels, tally }];
  });
}

const utcText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`;
