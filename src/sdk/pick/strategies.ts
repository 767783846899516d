/** The strategies by which one instance of several is chosen, by the names that programs give. */
import type { Random } from '../../runtime/random.ts';
import type { Instance } from '../instance.ts';
import { LeastLoadedPicker } from './least-loaded.ts';
import type { Picker } from './picker.ts';
import { RoundRobinPicker } from './round-robin.ts';
import { WeightedPicker } from './weighted.ts';
import { nearestOf, type Place } from './zone.ts';

/**
 * `round-robin`: one after the other. `weighted`: as often as their weights say, evenly spread (smooth weighted round robin).
 * `p2c`: of two at random the one with less work under way, as told by `begin` and `end` (power of two choices).
 */
export type PickStrategy = 'round-robin' | 'weighted' | 'p2c';

export interface PickOptions {
  /** Default: `round-robin`. */
  readonly strategy?: PickStrategy;
  /** Instances of this place are picked as long as there is one. */
  readonly prefer?: Place;
}

/** The picker that the options describe. */
export function pickerOf({ strategy = 'round-robin', prefer }: PickOptions, random: Random): Picker {
  const picker = byStrategy(strategy, random);
  return prefer === undefined ? picker : new PlacedPicker(picker, prefer);
}

function byStrategy(strategy: PickStrategy, random: Random): Picker {
  switch (strategy) {
    case 'round-robin':
      return new RoundRobinPicker(random);
    case 'weighted':
      return new WeightedPicker(random);
    case 'p2c':
      return new LeastLoadedPicker(random);
  }
}

/** Narrows what another picker picks from, once for each change. */
class PlacedPicker implements Picker {
  readonly #inner: Picker;
  readonly #place: Place;

  constructor(inner: Picker, place: Place) {
    this.#inner = inner;
    this.#place = place;
  }

  update(instances: readonly Instance[]): void {
    this.#inner.update(nearestOf(instances, this.#place));
  }

  pick(): Instance | undefined {
    return this.#inner.pick();
  }

  begin(instance: Instance): void {
    this.#inner.begin(instance);
  }

  end(instance: Instance): void {
    this.#inner.end(instance);
  }
}
