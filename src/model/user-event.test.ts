/** The sizes are those at which a Consul 1.8.7 changed its answer. */
import { expect, test } from 'vitest';
import { byLTime, eventSizeProblem, type UserEvent } from './user-event.ts';

type Sized = Parameters<typeof eventSizeProblem>[0];

const event = (change: Partial<Sized> = {}): Sized => ({
  id: '9d17615e-f580-be43-d7fe-7fe522be472b',
  name: 'e',
  payload: undefined,
  nodeFilter: '',
  serviceFilter: '',
  tagFilter: '',
  ...change,
});

const payload = (sizeBytes: number): Uint8Array => new Uint8Array(sizeBytes);
const filters = { nodeFilter: 'abc', serviceFilter: 'def', tagFilter: 'ghi' };

const text = (what: string): string =>
  `1 error occurred:\n\t* error broadcasting event to segment "": ${what} configured limit of 512 bytes `;
const after = `${text('encoded user event exceeds')}after encoding\n\n`;
const before = `${text('user event exceeds')}before encoding\n\n`;

test.each<[string, Partial<Sized>, string | undefined]>([
  ['a name alone', {}, undefined],
  ['as much payload as fits', { payload: payload(414) }, undefined],
  ['a byte more', { payload: payload(415) }, after],
  ['as much as fits before the message is made', { payload: payload(444) }, after],
  ['a byte more than that', { payload: payload(445) }, before],
  ['a megabyte', { payload: payload(1_000_000) }, before],
  ['a longer name and as much payload as fits', { name: 'y'.repeat(40), payload: payload(333) }, undefined],
  ['a longer name and a byte more', { name: 'y'.repeat(40), payload: payload(334) }, after],
  ['filters and as much payload as fits', { ...filters, payload: payload(393) }, undefined],
  ['filters and a byte more', { ...filters, payload: payload(394) }, after],
  ['a name of two-byte letters that is too long', { name: 'ü'.repeat(220) }, before],
])('An event with %s: %#', (_what, change, problem) => {
  expect(eventSizeProblem(event(change))).toBe(problem);
});

test('Events are ordered by when they were fired', () => {
  const events: Pick<UserEvent, 'lTime'>[] = [{ lTime: 10 }, { lTime: 9 }, { lTime: 100 }];
  expect(events.sort(byLTime)).toEqual([{ lTime: 9 }, { lTime: 10 }, { lTime: 100 }]);
});
