/** Writes rows to standard output as they come, and progress to standard error. */
import type { Row } from './row.ts';

export interface Report {
  row(row: Row): void;
  /** What is being done, for whoever waits. */
  progress(text: string): void;
}

const COLUMNS: readonly (readonly [title: string, width: number, cell: (row: Row) => string])[] = [
  ['row', 98, (row) => row.name],
  ['value', 16, (row) => `${row.value} ${row.unit}`],
  ['goal', 14, (row) => row.goal ?? ''],
  ['', 5, (row) => (row.ok === undefined ? '' : row.ok ? 'ok' : 'MISS')],
  ['peer', 24, (row) => (row.peer === undefined ? '' : `${row.peer} ${row.peerValue}`)],
  ['ratio', 8, (row) => (row.ratio === undefined ? '' : `${row.ratio} x`)],
];

export function jsonReport(): Report {
  return { row: (row) => write(JSON.stringify(row)), progress };
}

export function tableReport(): Report {
  let hasTitle = false;
  return {
    row(row) {
      if (!hasTitle) write(line((title) => title));
      hasTitle = true;
      write(line((_title, cell) => cell(row)));
    },
    progress,
  };
}

function line(text: (title: string, cell: (row: Row) => string) => string): string {
  return COLUMNS.map(([title, width, cell]) => text(title, cell).padEnd(width))
    .join(' ')
    .trimEnd();
}

function write(text: string): void {
  process.stdout.write(`${text}\n`);
}

function progress(text: string): void {
  process.stderr.write(`  ${text}\n`);
}
