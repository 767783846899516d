/** Which events an agent keeps, whatever it registers afterwards, and what judging them costs. */
import { expect, test } from 'vitest';
import { serviceRecord } from '../../../test/fixtures/records.ts';
import type { Service } from '../../model/service.ts';
import type { UserEvent } from '../../model/user-event.ts';
import { type Addressee, type EventFilters, isAddressed } from './addressed.ts';
import { EventInbox } from './inbox.ts';

const event = (id: string, change: Partial<UserEvent> = {}): UserEvent => ({
  ...{ id, name: id, payload: undefined, nodeFilter: '', serviceFilter: '', tagFilter: '' },
  ...{ lTime: 1, createIndex: 1, modifyIndex: 1, ...change },
});

const services = new Map<string, Service>();
let looks = 0;

/** Counts how often an agent with these services is asked for them. */
function agentWith(names: readonly string[], tags: readonly string[] = []): Addressee {
  services.clear();
  for (const name of names) services.set(name, serviceRecord('n', name, { name, tags }));
  looks = 0;
  return {
    nodeName: 'n',
    services: () => {
      looks++;
      return services;
    },
  };
}

const filters = (change: Partial<EventFilters>): EventFilters => ({ nodeFilter: '', serviceFilter: '', tagFilter: '', ...change });
const kept = (inbox: EventInbox, ring: readonly UserEvent[]): string[] => inbox.keep(ring).map(({ id }) => id);

test('An event is judged with the services at its arrival: later ones do not find it, and removed ones do not lose it', () => {
  const inbox = new EventInbox(agentWith(['web']));
  const [forWeb, forDb] = [event('for web', { serviceFilter: 'web' }), event('for db', { serviceFilter: 'db' })];
  expect(kept(inbox, [forWeb, forDb])).toEqual(['for web']);
  services.clear();
  services.set('db', serviceRecord('n', 'db', { name: 'db' }));
  const again = event('for db again', { serviceFilter: 'db' });
  expect(kept(inbox, [forWeb, forDb, again])).toEqual(['for web', 'for db again']);
});

test('Each event is judged once, however often and by however many it is read', () => {
  const inbox = new EventInbox(agentWith(['web']));
  const ring = Array.from({ length: 5 }, (_, n) => event(`e${n}`, { serviceFilter: 'w' }));
  const first = inbox.keep(ring);
  for (let read = 0; read < 10; read++) expect(inbox.keep(ring)).toBe(first);
  inbox.keep([...ring, event('new', { serviceFilter: 'w' })]);
  expect(looks).toBe(6);
});

test('The same event of another ring, as after a restore, keeps its verdict; one that left the ring is forgotten', () => {
  const inbox = new EventInbox(agentWith(['web']));
  expect(kept(inbox, [event('a', { serviceFilter: 'web' })])).toEqual(['a']);
  services.clear();
  expect(kept(inbox, [event('a', { serviceFilter: 'web' })])).toEqual(['a']);
  expect(kept(inbox, [])).toEqual([]);
  expect(kept(inbox, [event('a', { serviceFilter: 'web' })])).toEqual([]);
});

test('An event with a pattern that nobody judged finds nothing', () => {
  expect(isAddressed(filters({ serviceFilter: '(' }), agentWith(['(']))).toBe(false);
  expect(isAddressed(filters({ nodeFilter: '(' }), agentWith([]))).toBe(false);
});

test('A plain word is looked for in 2,000 names of 30 characters, with their tags', () => {
  const names = Array.from({ length: 2_000 }, (_, n) => `service-${n}`.padEnd(30, '-'));
  const word = filters({ serviceFilter: '-1999-', tagFilter: 'last' });
  expect(isAddressed(word, agentWith(names, ['first', 'last']))).toBe(true);
  expect(isAddressed(word, agentWith(names, ['first']))).toBe(false);
});

test('A costly pattern is not looked for in all of many long names', () => {
  const names = Array.from({ length: 2_000 }, (_, n) => `${'a'.repeat(500)}${n}`);
  const found = filters({ serviceFilter: '[a-m].{499}1999' });
  expect(isAddressed(found, agentWith(names.slice(-2)))).toBe(true);
  expect(isAddressed(found, agentWith(names))).toBe(false);
});

test('The same name or tag again is not looked through again', () => {
  const agent = agentWith(Array.from({ length: 2_000 }, (_, n) => `s${n}`));
  for (const [id, service] of services) services.set(id, { ...service, name: 'a'.repeat(500) });
  services.set('last', serviceRecord('n', 'last', { name: `${'a'.repeat(500)}1999` }));
  expect(isAddressed(filters({ serviceFilter: '[a-m].{499}1999' }), agent)).toBe(true);
});
