/**
 * Smooth weighted round robin, as nginx does it: each pick adds to every instance its weight, takes the one that has most, and takes the sum
 * off it. In any run of picks each comes as often as its weight says, and never in a row for longer than it must.
 */
import type { Random } from '../../runtime/random.ts';
import { type Instance, instanceKey } from '../instance.ts';
import type { Picker } from './picker.ts';

interface Entry {
  readonly instance: Instance;
  readonly weight: number;
  current: number;
}

export class WeightedPicker implements Picker {
  readonly #random: Random;
  #entries = new Map<string, Entry>();
  #list: readonly Entry[] = [];
  #total = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  update(instances: readonly Instance[]): void {
    const entries = new Map<string, Entry>();
    for (const instance of instances) {
      const weight = weightOf(instance);
      if (weight === 0) continue;
      const key = instanceKey(instance);
      // A newcomer begins anywhere within a round, not behind all others.
      const current = this.#entries.get(key)?.current ?? -this.#random.float() * weight;
      entries.set(key, { instance, weight, current });
    }
    this.#entries = entries;
    this.#list = [...entries.values()];
    this.#total = this.#list.reduce((sum, { weight }) => sum + weight, 0);
  }

  pick(): Instance | undefined {
    let best: Entry | undefined;
    for (const entry of this.#list) {
      entry.current += entry.weight;
      if (best === undefined || entry.current > best.current) best = entry;
    }
    if (best !== undefined) best.current -= this.#total;
    return best?.instance;
  }

  begin(): void {}

  end(): void {}
}

/** The weight for the status that it is in; one that is critical has the least there is, where it is to be picked at all. */
function weightOf({ status, weights }: Instance): number {
  if (status === 'critical') return 1;
  return Math.max(status === 'passing' ? weights.passing : weights.warning, 0);
}
