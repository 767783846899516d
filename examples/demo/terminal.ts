/** How the demo talks: numbered steps, indented lines, colours where the terminal has them, and a table of what was measured at the end. */

const hasColours = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
const colour =
  (code: number) =>
  (text: string): string =>
    hasColours ? `\u001b[${code}m${text}\u001b[0m` : text;

export const bold: (text: string) => string = colour(1);
export const dim: (text: string) => string = colour(2);
export const red: (text: string) => string = colour(31);
export const green: (text: string) => string = colour(32);
const cyan = colour(36);

const measurements: { readonly what: string; readonly tookMs: number }[] = [];
let steps = 0;

export function step(title: string): void {
  steps++;
  console.log(`\n${cyan(`${steps}.`)} ${bold(title)}`);
}

export function say(text: string): void {
  console.log(`   ${text}`);
}

/** Shows a duration now, and again in the table at the end. */
export function measured(what: string, tookMs: number): void {
  measurements.push({ what, tookMs });
  say(dim(`${what}: ${milliseconds(tookMs)}`));
}

/** The end: the table. */
export function done(): void {
  const width = Math.max(...measurements.map(({ what }) => what.length));
  console.log(`\n${bold('Measured on this machine')}`);
  for (const { what, tookMs } of measurements) console.log(`   ${what.padEnd(width)}  ${milliseconds(tookMs).padStart(10)}`);
  console.log('');
}

function milliseconds(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}
