/** The power of two choices: of two instances at random, the one with less work under way. Needs to be told when work begins and ends. */
import type { Random } from '../../runtime/random.ts';
import { type Instance, instanceKey } from '../instance.ts';
import type { Picker } from './picker.ts';

interface Entry {
  readonly instance: Instance;
  load: number;
}

export class LeastLoadedPicker implements Picker {
  readonly #random: Random;
  #entries = new Map<string, Entry>();
  #list: readonly Entry[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  update(instances: readonly Instance[]): void {
    this.#entries = new Map(
      instances.map((instance) => {
        const key = instanceKey(instance);
        return [key, { instance, load: this.#entries.get(key)?.load ?? 0 }];
      }),
    );
    this.#list = [...this.#entries.values()];
  }

  pick(): Instance | undefined {
    const { length } = this.#list;
    if (length === 0) return undefined;
    const first = Math.floor(this.#random.float() * length);
    if (length === 1) return this.#list[first]?.instance;
    // Any but the first.
    const second = (first + 1 + Math.floor(this.#random.float() * (length - 1))) % length;
    const [a, b] = [this.#list[first], this.#list[second]];
    return (a === undefined || (b !== undefined && b.load < a.load) ? b : a)?.instance;
  }

  begin(instance: Instance): void {
    this.#add(instance, 1);
  }

  /** Of one that has gone meanwhile: nothing. */
  end(instance: Instance): void {
    this.#add(instance, -1);
  }

  #add(instance: Instance, change: number): void {
    const entry = this.#entries.get(instanceKey(instance));
    if (entry !== undefined) entry.load = Math.max(entry.load + change, 0);
  }
}
