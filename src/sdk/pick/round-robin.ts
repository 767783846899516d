/** One after the other, from a place that is another in each process: so that many that start together do not begin at the same one. */
import type { Random } from '../../runtime/random.ts';
import type { Instance } from '../instance.ts';
import type { Picker } from './picker.ts';

export class RoundRobinPicker implements Picker {
  readonly #random: Random;
  #instances: readonly Instance[] = [];
  #at: number | undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  update(instances: readonly Instance[]): void {
    this.#instances = instances;
  }

  pick(): Instance | undefined {
    const { length } = this.#instances;
    if (length === 0) return undefined;
    this.#at = this.#at === undefined ? Math.floor(this.#random.float() * length) : this.#at + 1;
    if (this.#at >= length) this.#at = 0;
    return this.#instances[this.#at];
  }

  begin(): void {}

  end(): void {}
}
