import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CHECKS, command, KEYS, NODE_IDS, NODES, QUERY_IDS, SERVICES, SESSIONS } from '../../test/fixtures/commands.ts';
import { checkRecord, kvRecord, nodeRecord, put, removed, serviceRecord, sessionRecord } from '../../test/fixtures/records.ts';
import { World } from '../../test/fixtures/world.ts';
import { testTopic } from '../testing/test-topic.ts';
import { kvEntryTopic } from '../topics/kv-entry.ts';
import { kvPrefixTopic } from '../topics/kv-prefix.ts';
import { nodesTopic } from '../topics/nodes.ts';
import { serviceHealthTopic } from '../topics/service-health.ts';
import { servicesKey } from '../topics/services.ts';
import type { Topic } from '../topics/topic.ts';
import { topics } from '../topics/topics.ts';
import { State } from './state.ts';

const lower = (names: readonly string[]): string[] => names.map((name) => name.toLowerCase());

/** Every key of a topic that the random commands can mean, and some that they cannot. */
const KEYS_OF: Readonly<Record<string, readonly string[]>> = {
  nodes: [''],
  node: [...lower(NODES), ...NODE_IDS.slice(1), 'aa', 'aaaa1', 'none'],
  services: ['', servicesKey({ filter: 'NodeMeta.rack == "r1"', nodeMeta: [] }), servicesKey({ filter: '', nodeMeta: ['rack:r2'] })],
  'service-nodes': [...lower(SERVICES), 'none'],
  'service-health': [...lower(SERVICES), 'none'],
  'connect-health': [...lower(SERVICES), 'none'],
  'node-checks': lower(NODES),
  'service-checks': lower(SERVICES),
  'state-checks': ['any', 'passing', 'warning', 'critical', 'other'],
  'kv-entry': KEYS,
  'kv-prefix': ['', 'k', 'k/', 'x', '😀', 'none'],
  session: SESSIONS,
  sessions: [''],
  'node-sessions': lower(NODES),
  queries: [''],
  query: [...QUERY_IDS, 'none'],
  events: [''],
  coordinates: [''],
  'config-entries': ['', 'mesh', 'service-defaults'],
  settings: [''],
};

const everything = topics.flatMap((topic) => (KEYS_OF[topic.name] ?? []).map((key) => ({ topic, key })));

interface Watch {
  readonly topic: Topic<unknown>;
  readonly key: string;
  readonly index: number;
  readonly content: string;
  woken: boolean;
}

const contentOf = (items: readonly unknown[]): string =>
  JSON.stringify(items, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));

function watchAll(state: State): Watch[] {
  return everything.map(({ topic, key }) => {
    const { index, items } = state.read(topic, key);
    const watch: Watch = { topic, key, index, content: contentOf(items), woken: false };
    state.wait(topic, key, () => {
      watch.woken = true;
    });
    return watch;
  });
}

test('Every visible change moves the index and wakes; no index goes back; what is held is what would be made anew', () => {
  expect(Object.keys(KEYS_OF).length).toBe(topics.length);
  fc.assert(
    fc.property(fc.array(command(), { minLength: 1, maxLength: 25 }), (commands) => {
      const world = new World();
      for (const command of commands) {
        const watches = watchAll(world.state);
        try {
          world.run(command);
        } catch {
          continue;
        }
        const copy = new State('dc1');
        copy.load({ index: world.state.index, records: world.state.records() });
        for (const { topic, key, index, content, woken } of watches) {
          const name = `${topic.name} ${key} after ${JSON.stringify(command)}`;
          const after = world.state.read(topic, key);
          expect(after.index, name).toBeGreaterThanOrEqual(index);
          if (contentOf(after.items) !== content) expect([after.index > index, woken], name).toEqual([true, true]);
          expect(after.items, name).toEqual(copy.read(topic, key).items);
        }
      }
    }),
    { numRuns: 150 },
  );
});

test('All records, loaded elsewhere, are the same state', () => {
  fc.assert(
    fc.property(fc.array(command(), { maxLength: 30 }), (commands) => {
      const world = new World();
      for (const command of commands) {
        try {
          world.run(command);
        } catch {
          // Refused: nothing happened.
        }
      }
      const copy = new State('dc1');
      copy.load({ index: world.state.index, records: world.state.records() });
      expect(new Set(copy.records())).toEqual(new Set(world.state.records()));
      expect(copy.catalog.nodesIndex).toBe(world.state.index);
    }),
    { numRuns: 60 },
  );
});

test('A thousand who wait for one key share one view, and are woken together by its change alone', () => {
  const state = new State('dc1');
  let woken = 0;
  for (let i = 0; i < 1_000; i += 1) {
    expect(state.read(kvEntryTopic, 'a')).toBe(state.read(kvEntryTopic, 'a'));
    state.wait(kvEntryTopic, 'a', () => {
      woken += 1;
    });
  }
  state.apply([put.kv(kvRecord('b'))], 2);
  expect(woken).toBe(0);
  state.apply([put.kv(kvRecord('a'))], 3);
  state.apply([put.kv(kvRecord('a', 'x'))], 4);
  expect(woken).toBe(1_000);
});

test('One commit wakes a waiter once, after all of it is in', () => {
  const state = new State('dc1');
  const seen: number[] = [];
  state.wait(kvPrefixTopic, '', () => seen.push(state.read(kvPrefixTopic, '').items.length));
  state.apply([put.kv(kvRecord('a')), put.kv(kvRecord('b'))], 2);
  expect(seen).toEqual([2]);
});

test('Records are stamped with the index of their commit, frozen, and shared', () => {
  const state = new State('dc1');
  state.apply([put.kv(kvRecord('a'))], 7);
  state.apply([put.kv(kvRecord('a', 'x', { createIndex: 7 }))], 9);
  const entry = state.kv.get('a');
  expect([entry?.createIndex, entry?.modifyIndex, Object.isFrozen(entry), state.index]).toEqual([7, 9, true, 9]);
  expect(state.read(kvEntryTopic, 'a').items[0]).toBe(entry);
});

test('A commit that does not come after the newest one is a broken promise, and so is a key of another table', () => {
  const state = new State('dc1');
  expect(() => state.apply([], 1)).toThrow('commit 1 comes after 1');
  expect(() => state.apply([{ ...put.kv(kvRecord('a')), key: 'session/a' }], 2)).toThrow('record key session/a is of table kv');
  expect(() => state.read(testTopic('none'), '')).toThrow('topic none has no source');
});

test('A load replaces everything, wakes everyone, then tells the listener; every index is at least its own', () => {
  const state = new State('dc1');
  const order: string[] = [];
  state.apply([put.kv(kvRecord('old')), put.node(nodeRecord('n')), put.service(serviceRecord('n', 'web'))], 5);
  state.read(nodesTopic, '');
  for (const topic of [kvEntryTopic, nodesTopic, serviceHealthTopic]) state.wait(topic, '', () => order.push(topic.name));
  state.onLoad(() => order.push('loaded'));
  state.load({ index: 1_000_005, records: [] });
  expect(order.toSorted()).toEqual(['kv-entry', 'loaded', 'nodes', 'service-health']);
  expect(order.at(-1)).toBe('loaded');
  expect(state.read(nodesTopic, '')).toMatchObject({ index: 1_000_005, items: [] });
  expect(state.read(serviceHealthTopic, 'web')).toMatchObject({ index: 1_000_005, items: [] });
  expect([state.read(kvEntryTopic, 'old').index, state.records()]).toEqual([1_000_005, []]);
});

test('A removal of nothing wakes nobody and moves no index but the state’s own', () => {
  const state = new State('dc1');
  const indexes = everything.map(({ topic, key }) => state.read(topic, key).index);
  let woken = 0;
  for (const { topic, key } of everything) {
    state.wait(topic, key, () => {
      woken += 1;
    });
  }
  const records = [
    put.node(nodeRecord('a')),
    put.service(serviceRecord('a', 'web')),
    put.check(checkRecord('a', CHECKS[0] ?? '')),
    put.kv(kvRecord('k')),
    put.session(sessionRecord('s1', 'a')),
  ];
  state.apply(records.map(removed), 2);
  expect([woken, state.index]).toEqual([0, 2]);
  expect(everything.map(({ topic, key }) => state.read(topic, key).index)).toEqual(indexes);
});

test('The content of a lock delay is nobody’s topic', () => {
  const state = new State('dc1');
  let woken = 0;
  for (const { topic, key } of everything) {
    state.wait(topic, key, () => {
      woken += 1;
    });
  }
  state.apply([{ table: 'lockdelay', key: 'lockdelay/k', value: { key: 'k', delayMs: 5, createIndex: 0, modifyIndex: 0 } }], 2);
  expect([woken, state.kv.lockDelay('k')?.delayMs, state.records().map(({ key }) => key)]).toEqual([0, 5, ['lockdelay/k']]);
});
