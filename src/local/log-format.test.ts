import { expect, test } from 'vitest';
import { frameRecord, LOG_FORMAT, LOG_HEADER_BYTES, logHeader, parseLog } from './log-format.ts';

const RECORDS: readonly string[] = ['first', '', 'the third, somewhat longer', 'x'];
const bytesOf = (records: readonly string[]): Buffer =>
  Buffer.concat([logHeader(), ...records.map((text) => frameRecord(Buffer.from(text)))]);
const textsOf = (bytes: Uint8Array): string[] => parseLog(bytes).payloads.map((payload) => Buffer.from(payload).toString());

test('A whole log gives back its records in order', () => {
  const bytes = bytesOf(RECORDS);
  expect(textsOf(bytes)).toEqual(RECORDS);
  expect(parseLog(bytes).goodBytes).toBe(bytes.length);
});

test('A log cut anywhere gives the records that are whole, and says where they end', () => {
  const bytes = bytesOf(RECORDS);
  for (let length = 0; length < bytes.length; length++) {
    const { payloads, goodBytes } = parseLog(bytes.subarray(0, length));
    const whole = RECORDS.filter((_, n) => bytesOf(RECORDS.slice(0, n + 1)).length <= length);
    expect(payloads.map((payload) => Buffer.from(payload).toString())).toEqual(whole);
    expect(goodBytes).toBe(length < LOG_HEADER_BYTES ? 0 : bytesOf(whole).length);
  }
});

test('Any flipped bit behind the header ends the log at the record before it', () => {
  const bytes = bytesOf(RECORDS);
  for (let at = LOG_HEADER_BYTES; at < bytes.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << bit);
      const whole = RECORDS.filter((_, n) => bytesOf(RECORDS.slice(0, n + 1)).length <= at);
      expect(textsOf(damaged)).toEqual(whole);
    }
  }
});

test('Zeros behind the last record, as a crash may leave them, are no records', () => {
  expect(textsOf(Buffer.concat([bytesOf(RECORDS), Buffer.alloc(64)]))).toEqual(RECORDS);
});

test('Any flipped bit in the header makes the log unreadable, so that nothing is overwritten', () => {
  for (let at = 0; at < LOG_HEADER_BYTES; at++) {
    const damaged = bytesOf(RECORDS);
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    expect(() => parseLog(damaged)).toThrow(expect.objectContaining({ code: 'STORE_UNREADABLE' }));
  }
});

test('A newer format is refused with both format numbers', () => {
  const header = logHeader();
  header.writeUInt32LE(LOG_FORMAT + 1, 8);
  expect(() => parseLog(header)).toThrow('The local log has format 2; this version reads format 1');
});

test.each(['hello', 'hello world, this is another file'])('A file of another program is refused: %s', (text) => {
  expect(() => parseLog(Buffer.from(text))).toThrow('is not a local log');
});

test('A record above the limit is refused before it is written', () => {
  expect(() => frameRecord(Buffer.alloc(16 * 1024 * 1024 + 1))).toThrow(expect.objectContaining({ code: 'STORE_FAILED' }));
});
