import { expect, test } from 'vitest';
import { joinedEvents, newEvents, resultText, watchedValue } from './watch-result.ts';

const answer = (body: unknown, status = 200) => ({ status, index: '7', body: JSON.stringify(body) });

const PAIR = { LockIndex: 0, Key: 'a', Flags: 3, Value: 'aGk=', CreateIndex: 1, ModifyIndex: 2 };
const SHOWN_PAIR = { ...PAIR, Session: '' };
const DEFINITION = {
  Interval: '0s',
  Timeout: '0s',
  DeregisterCriticalServiceAfter: '0s',
  HTTP: '',
  Header: null,
  Method: '',
  Body: '',
  TLSSkipVerify: false,
  TCP: '',
};

test.each([
  ['key', answer([PAIR]), SHOWN_PAIR],
  ['key', answer(null, 404), null],
  ['keyprefix', answer([PAIR, { ...PAIR, Session: 's' }]), [SHOWN_PAIR, { ...PAIR, Session: 's' }]],
  ['keyprefix', answer('', 404), null],
  ['services', answer({ web: ['a'] }), { web: ['a'] }],
  ['nodes', answer([{ Node: 'n' }]), [{ Node: 'n' }]],
  ['checks', answer([{ CheckID: 'c', Definition: {} }]), [{ CheckID: 'c', Definition: DEFINITION }]],
  [
    'checks',
    answer([{ CheckID: 'c', Definition: { Interval: '10s' } }]),
    [{ CheckID: 'c', Definition: { ...DEFINITION, Interval: '10s' } }],
  ],
  ['service', answer([{ Node: {}, Checks: [{}] }]), [{ Node: {}, Checks: [{ Definition: DEFINITION }] }]],
  ['event', answer([]), []],
])('a watch of type %s shows an answer as Consul does', (type, given, value) => {
  expect(watchedValue(type, given)).toEqual(value);
});

test('the members of a pair stand in the order of Consul, with flags to the last digit', () => {
  const body = '[{"LockIndex":0,"Key":"<a>","Flags":18446744073709551615,"Value":null,"CreateIndex":1,"ModifyIndex":2}]';
  expect(resultText(watchedValue('key', { status: 200, index: '2', body }))).toBe(
    '{"Key":"\\u003ca\\u003e","CreateIndex":1,"ModifyIndex":2,"LockIndex":0,"Flags":18446744073709551615,"Value":null,"Session":""}\n',
  );
});

test.each([
  ['services', answer({}, 404)],
  ['key', answer('rpc error', 500)],
])('an answer to a watch of type %s that is an error is one', (type, given) => {
  expect(() => watchedValue(type, given)).toThrow(/Unexpected response code: \d+/);
});

const event = (id: string) => ({ ID: id });

test.each([
  ['all, if none was seen', [event('a'), event('b')], undefined, ['a', 'b']],
  ['those after the last one seen', [event('a'), event('b'), event('c')], [event('a'), event('b')], ['c']],
  ['none, if nothing came', [event('a')], [event('a')], []],
  ['all, if the last one seen is gone', [event('c'), event('d')], [event('a')], ['c', 'd']],
  ['all, if the list was empty', [event('a')], [], ['a']],
])('new events are %s', (_name, value, before, ids) => {
  expect(newEvents(value, before)).toEqual(ids.map(event));
});

test('events of two results are one list in their order; of more than a server keeps, the newest', () => {
  const list = (from: number, to: number): string => resultText(Array.from({ length: to - from }, (_, n) => ({ ID: from + n })));
  expect(joinedEvents(list(1, 3), list(3, 4))).toBe('[{"ID":1},{"ID":2},{"ID":3}]\n');
  expect(joinedEvents('[{"LTime":9007199254740993}]\n', '[]\n')).toBe('[{"LTime":9007199254740993}]\n');
  expect(joinedEvents(list(0, 200), list(200, 300))).toBe(list(44, 300));
});
