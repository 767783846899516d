/** What a bench says: rows. One JSON object each on standard output, or a table for people. */

export interface Row {
  /** Stable: results of different days are compared by it. */
  readonly name: string;
  readonly value: number;
  /** `ms`, `us`, `MB`, `1/s`, `x`, `count`. */
  readonly unit: string;
  /** What it is compared with, measured in the same run. */
  readonly peer?: string;
  readonly peerValue?: number;
  /** How many times better than the peer: above 1 is better, whatever the unit. */
  readonly ratio?: number;
  /** The aim in words: `< 800 ms`. */
  readonly goal?: string;
  /** Whether the aim is met. */
  readonly ok?: boolean;
}

export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

/** The value must stay below `limit`. */
export function below(measurement: Measurement, limit: number): Row {
  return { ...rounded(measurement), goal: `< ${limit} ${measurement.unit}`, ok: measurement.value < limit };
}

/** The value must reach `limit`. */
export function atLeast(measurement: Measurement, limit: number): Row {
  return { ...rounded(measurement), goal: `>= ${limit} ${measurement.unit}`, ok: measurement.value >= limit };
}

export interface Peer {
  readonly peer: string;
  readonly peerValue: number;
  /** Which way is better. */
  readonly better: 'more' | 'less';
}

/** Adds the peer and the ratio. */
export function against(row: Row, { peer, peerValue, better }: Peer): Row {
  const ratio = better === 'more' ? row.value / peerValue : peerValue / row.value;
  return { ...row, peer, peerValue: significant(peerValue), ratio: significant(ratio) };
}

function rounded(measurement: Measurement): Measurement {
  return { ...measurement, value: significant(measurement.value) };
}

/** Four significant digits: more would pretend. */
export function significant(value: number): number {
  return Number(value.toPrecision(4));
}
