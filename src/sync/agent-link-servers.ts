/** The servers that an agent may link to, taken in turn, in an order by chance, so that agents spread over servers. */
import type { Random } from '../runtime/random.ts';

export class AgentLinkServers {
  readonly #addresses: string[];
  #next = 0;

  constructor(addresses: readonly string[], random: Random) {
    this.#addresses = shuffled([...new Set(addresses)], random);
  }

  /** The next in turn; `undefined` if there are none. */
  next(): string | undefined {
    const address = this.#addresses[this.#next % this.#addresses.length];
    this.#next += 1;
    return address;
  }

  add(address: string): void {
    if (!this.#addresses.includes(address)) this.#addresses.push(address);
  }
}

/** Fisher and Yates. */
function shuffled(list: readonly string[], random: Random): string[] {
  const result = [...list];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const place = Math.floor(random.float() * (last + 1));
    [result[last], result[place]] = [result[place] as string, result[last] as string];
  }
  return result;
}
