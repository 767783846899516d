/** The known word nearest to a misspelt one. */

const MAX_DISTANCE = 3;

/** Longer words are no misspelling, and would take long to compare. */
const MAX_CHARS = 100;

/** The nearest of `words` by edits, if it is near enough to be meant. */
export function suggest(word: string, words: readonly string[]): string | undefined {
  if (word.length > MAX_CHARS) return undefined;
  let best: string | undefined;
  let bestDistance = Math.min(MAX_DISTANCE, Math.ceil(word.length / 2)) + 1;
  for (const candidate of words) {
    if (Math.abs(candidate.length - word.length) > bestDistance) continue;
    const distance = editDistance(word, candidate);
    // Of two that are as near, the one that was only not written to its end.
    if (distance < bestDistance || (distance === bestDistance && best !== undefined && candidate.startsWith(word))) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
