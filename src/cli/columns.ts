/** Tables as Consul prints them: columns as wide as their widest cell. */

const GAP = 2;

/** One line for each row, each with its line end; '' for no row. `gap` is the number of spaces between columns. */
export function columns(rows: readonly (readonly string[])[], gap: number = GAP): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  }
  return rows
    .map((row) => `${row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join(' '.repeat(gap))}\n`)
    .join('');
}
