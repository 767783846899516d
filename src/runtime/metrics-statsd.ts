/**
 * Sends what is new to a statsd or DogStatsD server, a few packets a second. Samples go out as values, not as averages; where there were
 * more than fit, with the rate at which they were taken. A server that is not there costs nothing but a warning.
 */
import { messageOf } from './errors.ts';
import type { Logger } from './logger.ts';
import type { Family, Metrics, Series } from './metrics.ts';
import { type Counter, Sample } from './metrics-instruments.ts';
import type { UdpSender } from './udp-sender.ts';

/** DogStatsD has tags, and gets labels as such; statsd gets their values as parts of the name. */
export type StatsdFlavour = 'statsd' | 'dogstatsd';

export interface StatsdOptions {
  readonly metrics: Metrics;
  readonly sender: UdpSender;
  readonly logger: Logger;
  readonly flavour: StatsdFlavour;
  /** `name:value`, on every metric; for DogStatsD. */
  readonly tags: readonly string[];
}

/** Fits an Ethernet frame. */
const MAX_PACKET_BYTES = 1_400;
/** Of one series in one second. */
const MAX_VALUES = 32;

/** What was sent of a counter or sample. */
interface Sent {
  count: number;
  sum: number;
}

export class StatsdSink {
  readonly #options: StatsdOptions;
  readonly #sent = new WeakMap<Counter, Sent>();
  #stopTicks: () => void = () => {};
  #isSending = false;
  #hasFailed = false;

  constructor(options: StatsdOptions) {
    this.#options = options;
  }

  start(): void {
    this.#stopTicks = this.#options.metrics.onTick((hasIntervalEnded) => this.#tick(hasIntervalEnded));
  }

  /** Sends nothing more. */
  stop(): void {
    this.#stopTicks();
    this.#options.sender.close();
  }

  /** While packets wait for the system nothing is taken: it goes with the next ones. Gauges go once in an interval, as by Consul. */
  #tick(withGauges: boolean): void {
    if (this.#isSending) return;
    this.#isSending = true;
    void this.#send(withGauges).finally(() => {
      this.#isSending = false;
    });
  }

  /** Never rejects. */
  async #send(withGauges: boolean): Promise<void> {
    const { sender, logger } = this.#options;
    try {
      for (const packet of packetsOf(this.#lines(withGauges))) await sender.send(packet);
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) logger.warn({ error: messageOf(error) }, 'metrics could not be sent to statsd');
      this.#hasFailed = true;
    }
  }

  *#lines(withGauges: boolean): Iterable<string> {
    for (const family of this.#options.metrics.families()) {
      for (const series of family.series) {
        if (typeof series.source !== 'function') yield* this.#newOf(family, series, series.source);
        else if (withGauges) yield this.#line(family, series, `${series.source()}|g`);
      }
    }
  }

  *#newOf(family: Family, series: Series, source: Counter): Iterable<string> {
    const sent = this.#sent.get(source) ?? { count: 0, sum: 0 };
    const { count, sum } = source;
    const fresh = count - sent.count;
    this.#sent.set(source, { count, sum });
    if (fresh === 0) return;
    if (!(source instanceof Sample)) return yield this.#line(family, series, `${sum - sent.sum}|c`);
    const values = source.newest(Math.min(fresh, MAX_VALUES));
    const rate = values.length < fresh ? `|@${(values.length / fresh).toPrecision(3)}` : '';
    for (const value of values) yield this.#line(family, series, `${value}|ms${rate}`);
  }

  #line({ name }: Family, { labels }: Series, value: string): string {
    const { flavour, tags } = this.#options;
    if (flavour === 'statsd') return `${[name, ...Object.values(labels)].map(plainWord).join('.')}:${value}`;
    const all = [...tags, ...Object.entries(labels).map(([key, text]) => `${key}:${text}`)];
    return `${plainWord(name)}:${value}${all.length === 0 ? '' : `|#${all.map(plainTag).join(',')}`}`;
  }
}

/** As Consul does it: what separates in the protocol becomes an underscore. */
const plainWord = (text: string): string => text.replaceAll(/[:|@#,\s]/g, '_');
const plainTag = (text: string): string => text.replaceAll(/[|#,\s]/g, '_');

/** Lines together, as many as fit; one that is too long alone is left out. */
function* packetsOf(lines: Iterable<string>): Iterable<Uint8Array> {
  let packet = '';
  for (const line of lines) {
    if (Buffer.byteLength(line) > MAX_PACKET_BYTES) continue;
    const longer = packet === '' ? line : `${packet}\n${line}`;
    if (Buffer.byteLength(longer) > MAX_PACKET_BYTES) {
      yield Buffer.from(packet);
      packet = line;
    } else packet = longer;
  }
  if (packet !== '') yield Buffer.from(packet);
}
