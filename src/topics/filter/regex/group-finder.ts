/**
 * Finds what the groups of a pattern took, with the match that Perl and Go would prefer. Like the matcher it follows all alternatives at
 * once, each step of the program at most once per character, but in the order of preference; so time and memory are linear in the text.
 */
import { type Before, beforeOf, END, holds, Marks } from './matcher.ts';
import type { Program } from './program.ts';

/** Places that were remembered on the way, newest first; ways that part share what they had in common. */
interface Saved {
  readonly slot: number;
  readonly at: number;
  readonly earlier: Saved | undefined;
}

/** One way through the program, at a step. */
interface Way {
  readonly step: number;
  readonly saved: Saved | undefined;
}

/** Between two characters of the text. */
interface Place {
  readonly at: number;
  readonly before: Before;
  /** The code point that comes next, or END. */
  readonly next: number;
}

export class GroupFinder {
  readonly #program: Program;
  readonly #reached: Marks;

  constructor(program: Program) {
    this.#program = program;
    this.#reached = new Marks(program.steps.length);
  }

  /** Where the groups of the first match begin and end: at 2n and 2n + 1 for group n. `undefined` if nothing matches. */
  find(text: string): readonly number[] | undefined {
    let ways: readonly Way[] = [];
    let best: Saved | undefined;
    let before: Before = 'start';
    for (let at = 0; at <= text.length; ) {
      const next = text.codePointAt(at) ?? END;
      const starting: readonly Way[] = best === undefined ? [...ways, { step: this.#program.start, saved: undefined }] : ways;
      const reached = this.#reach(starting, { at, before, next });
      best = reached.matched ?? best;
      ways = this.#follow(reached.ways, next);
      if (best !== undefined && ways.length === 0) break;
      before = beforeOf(next);
      at += next > 0xffff ? 2 : 1;
    }
    return best === undefined ? undefined : placesOf(best);
  }

  /** Goes on without taking a character. Ways behind one that matched are worse than it, and dropped. */
  #reach(starting: readonly Way[], place: Place): { readonly ways: readonly Way[]; readonly matched: Saved | undefined } {
    this.#reached.clear();
    const ways: Way[] = [];
    const pending = [...starting].reverse();
    for (let way = pending.pop(); way !== undefined; way = pending.pop()) {
      if (!this.#reached.add(way.step)) continue;
      const { saved } = way;
      const step = this.#program.steps[way.step];
      if (step?.op === 'match') return { ways, matched: saved };
      if (step?.op === 'char') ways.push(way);
      else if (step?.op === 'fork') for (const next of step.nexts.toReversed()) pending.push({ step: next, saved });
      else if (step?.op === 'save') pending.push({ step: step.next, saved: { slot: step.slot, at: place.at, earlier: saved } });
      else if (step?.op === 'assert' && holds(step.assertion, place.before, place.next)) pending.push({ step: step.next, saved });
    }
    return { ways, matched: undefined };
  }

  #follow(ways: readonly Way[], codePoint: number): readonly Way[] {
    if (codePoint === END) return [];
    return ways.flatMap(({ step: number, saved }) => {
      const step = this.#program.steps[number];
      return step?.op === 'char' && step.test(codePoint) ? [{ step: step.next, saved }] : [];
    });
  }
}

/** The newest place of each slot. */
function placesOf(newest: Saved): readonly number[] {
  const places: number[] = [];
  for (let saved: Saved | undefined = newest; saved !== undefined; saved = saved.earlier) places[saved.slot] ??= saved.at;
  return places;
}
