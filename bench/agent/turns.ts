/** Two sides measured in turns, so that what else the machine does meanwhile falls on both. */
import { median } from '../load/percentiles.ts';
import { against, type Peer, type Row } from '../row.ts';

export interface Turns<T> {
  readonly ours: readonly T[];
  /** Empty without a peer. */
  readonly peer: readonly T[];
}

export interface TurnOptions<S, T> {
  readonly ours: S;
  readonly peer: S | undefined;
  readonly rounds: number;
  /** The first is round 0. */
  readonly measure: (side: S, round: number) => Promise<T>;
}

export async function takeTurns<S, T>({ ours, peer, rounds, measure }: TurnOptions<S, T>): Promise<Turns<T>> {
  const turns: { ours: T[]; peer: T[] } = { ours: [], peer: [] };
  for (let round = 0; round < rounds; round += 1) {
    turns.ours.push(await measure(ours, round));
    if (peer !== undefined) turns.peer.push(await measure(peer, round));
  }
  return turns;
}

/** Adds the peer to a row, if it was there. */
export function besides(row: Row, values: readonly number[], peer: Omit<Peer, 'peerValue'>): Row {
  return values.length === 0 ? row : against(row, { ...peer, peerValue: median(values) });
}
