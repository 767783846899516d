/**
 * What the hot paths write to: counters and samples. Recording is a few additions to fields of the instrument: no clock, no label, no
 * allocation. Owned by the part that records; `Metrics` reads them and ends their intervals.
 */

/** What was recorded in one interval. */
export class Tally {
  count = 0;
  sum = 0;
  sumOfSquares = 0;
  min: number = Number.POSITIVE_INFINITY;
  max: number = Number.NEGATIVE_INFINITY;

  record(value: number): void {
    this.count += 1;
    this.sum += value;
    this.sumOfSquares += value * value;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
  }

  /** 0 if nothing was recorded. */
  get mean(): number {
    return this.count === 0 ? 0 : this.sum / this.count;
  }

  /** Of a sample (n − 1); 0 for fewer than two values. */
  get standardDeviation(): number {
    if (this.count < 2) return 0;
    const squares = this.count * this.sumOfSquares - this.sum * this.sum;
    return Math.sqrt(Math.max(squares, 0) / (this.count * (this.count - 1)));
  }
}

/** Of every interval in which nothing happened. Nobody records into it. */
const NOTHING = new Tally();

/** Counts events, or adds up amounts. What it adds up never falls. */
export class Counter {
  #running = new Tally();
  #complete = NOTHING;
  #countBefore = 0;
  #sumBefore = 0;

  increment(): void {
    this.#running.record(1);
  }

  /** `amount` 0 or more. */
  record(amount: number): void {
    this.#running.record(amount);
  }

  /** The interval that runs. */
  get running(): Tally {
    return this.#running;
  }

  /** The last interval that ended. */
  get complete(): Tally {
    return this.#complete;
  }

  /** How often something was recorded since the start of the process. */
  get count(): number {
    return this.#countBefore + this.#running.count;
  }

  /** All that was recorded since the start of the process. */
  get sum(): number {
    return this.#sumBefore + this.#running.sum;
  }

  endInterval(): void {
    this.#complete = this.#running.count === 0 ? NOTHING : this.#running;
    if (this.#complete === NOTHING) return;
    this.#countBefore += this.#complete.count;
    this.#sumBefore += this.#complete.sum;
    this.#running = new Tally();
  }
}

/** The newest values that quantiles are made of. 2 KiB, once something was recorded. */
const KEPT_VALUES = 256;

/** Values whose distribution matters: durations, sizes. */
export class Sample extends Counter {
  #newest: Float64Array | undefined;
  /** Place of the next value, and how many there are. */
  #next = 0;
  #kept = 0;

  override record(value: number): void {
    super.record(value);
    this.#newest ??= new Float64Array(KEPT_VALUES);
    this.#newest[this.#next] = value;
    this.#next = (this.#next + 1) % KEPT_VALUES;
    if (this.#kept < KEPT_VALUES) this.#kept += 1;
  }

  /** An interval without a value forgets those before it: a quantile never tells of what was long ago. */
  override endInterval(): void {
    super.endInterval();
    if (this.complete.count === 0) this.#kept = 0;
  }

  /** The newest values, oldest first: at most `limit` (256 or fewer). A copy. */
  newest(limit: number = KEPT_VALUES): number[] {
    const count = Math.min(limit, this.#kept);
    return Array.from({ length: count }, (_, i) => this.#newest?.[(this.#next - count + i + KEPT_VALUES) % KEPT_VALUES] ?? 0);
  }

  /** One value per asked quantile (0 to 1), of the newest values by nearest rank; NaN while there are none. */
  quantiles(asked: readonly number[]): number[] {
    const sorted = this.newest().sort((a, b) => a - b);
    return asked.map((quantile) => sorted[Math.max(Math.ceil(quantile * sorted.length) - 1, 0)] ?? Number.NaN);
  }
}
