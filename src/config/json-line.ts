/** In which line a text stops being JSON: Node's parser does not always say. */

/** Counted from 1. `text` is not JSON; one that only lacks its end is at fault in its last line. */
export function lineOfFault(text: string): number {
  const lines = text.split('\n');
  let good = 0;
  let bad = lines.length;
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    if (isBroken(`${lines.slice(0, middle).join('\n')}\n`)) bad = middle;
    else good = middle;
  }
  return bad;
}

/** Whether no continuation could make it JSON: then the parser fails before the end. */
function isBroken(prefix: string): boolean {
  try {
    JSON.parse(prefix);
    return false;
  } catch (error) {
    const { message } = error as Error;
    const position = Number(/at position (\d+)/.exec(message)?.[1] ?? 0);
    return !message.startsWith('Unexpected end') && position < prefix.length;
  }
}
