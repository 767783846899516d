/** What is found wrong, a line each, bounded: one mistake in a generator makes thousands. */

/** More lines than this are counted only. */
export const MAX_TOLD = 100;

export class ProblemList {
  readonly #told: string[] = [];
  #count = 0;

  /** All that were found, those included that are not told. */
  get count(): number {
    return this.#count;
  }

  /** The first hundred, in the order in which they were found, and a line that says how many more there are. */
  get lines(): readonly string[] {
    const more = this.#count - this.#told.length;
    return more === 0 ? this.#told : [...this.#told, `and ${more} more problem${more === 1 ? '' : 's'}`];
  }

  /** What is wrong, with its place; a function is asked only if it will be told. */
  add(problem: string | (() => string)): void {
    this.#count += 1;
    if (this.#told.length < MAX_TOLD) this.#told.push(typeof problem === 'string' ? problem : problem());
  }

  /** Adds those of another list, told or not. */
  addAll(others: ProblemList): void {
    for (const problem of others.#told) this.add(problem);
    this.#count += others.#count - others.#told.length;
  }
}
