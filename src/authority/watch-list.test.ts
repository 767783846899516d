import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AgentRecord } from '../model/agent-record.ts';
import { type Phase, WatchList } from './watch-list.ts';

const agent = (node: string): AgentRecord => ({ node, nodeId: node, boot: 1, runId: node, createIndex: 1, modifyIndex: 1 });

test('Who is added again is watched once, from then on', () => {
  const list = new WatchList();
  list.add(agent('N'), 'failed', 1);
  list.add(agent('n'), 'alive', 5);
  expect([list.count('failed'), list.count('alive'), list.get('n')?.heardMs, list.oldestMs('failed')]).toEqual([0, 1, 5, undefined]);
});

test('Who is heard is alive, and comes after all that were heard before', () => {
  const list = new WatchList();
  for (const [nowMs, name] of ['a', 'b', 'c'].entries()) list.add(agent(name), name === 'a' ? 'failed' : 'alive', nowMs);
  list.heard('a', 10);
  list.heard('b', 11);
  list.heard('nobody', 12);
  expect(list.advance('alive', 'failed', 20).map(({ key }) => key)).toEqual(['c', 'a', 'b']);
});

test('Nobody is forgiven beyond the present', () => {
  const list = new WatchList();
  list.add(agent('a'), 'alive', 10);
  list.add(agent('b'), 'failed', 90);
  list.forgive(20, 100);
  expect([list.oldestMs('alive'), list.oldestMs('failed')]).toEqual([30, 100]);
});

const PHASES: readonly Phase[] = ['alive', 'failed', 'reaping'];
const key = fc.constantFrom('a', 'b', 'c', 'd');
const phase = fc.constantFrom(...PHASES);
const step = fc.oneof(
  fc.record({ what: fc.constant('add' as const), key, phase }),
  fc.record({ what: fc.constant('heard' as const), key }),
  fc.record({ what: fc.constant('remove' as const), key }),
  fc.record({ what: fc.constant('advance' as const), from: phase, to: phase, agoMs: fc.nat(10) }),
  fc.record({ what: fc.constant('clear' as const) }),
);

interface Plain {
  readonly key: string;
  heardMs: number;
  phase: Phase;
}

test('Its queues are those of a plain list that is sorted anew at each step', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const list = new WatchList();
      let plain: Plain[] = [];
      const oldest = (of: Phase): number | undefined => plain.filter((each) => each.phase === of).toSorted(byHeard)[0]?.heardMs;
      for (const [nowMs, each] of steps.entries()) {
        if (each.what === 'add') {
          list.add(agent(each.key), each.phase, nowMs);
          plain = [...plain.filter((known) => known.key !== each.key), { key: each.key, heardMs: nowMs, phase: each.phase }];
        }
        if (each.what === 'heard') {
          list.heard(each.key, nowMs);
          for (const known of plain) if (known.key === each.key) Object.assign(known, { heardMs: nowMs, phase: 'alive' });
        }
        if (each.what === 'remove') {
          list.remove(each.key);
          plain = plain.filter((known) => known.key !== each.key);
        }
        if (each.what === 'clear') {
          list.clear();
          plain = [];
        }
        if (each.what === 'advance' && PHASES.indexOf(each.to) === PHASES.indexOf(each.from) + 1) {
          const limitMs = nowMs - each.agoMs;
          const due = plain.filter((known) => known.phase === each.from && known.heardMs <= limitMs).toSorted(byHeard);
          expect(list.countSilent(each.from, limitMs)).toBe(due.length);
          expect(list.advance(each.from, each.to, limitMs).map((moved) => moved.key)).toEqual(due.map((known) => known.key));
          for (const known of due) known.phase = each.to;
        }
        for (const of of PHASES) expect(list.count(of)).toBe(plain.filter((known) => known.phase === of).length);
        expect(list.isEmpty).toBe(plain.length === 0);
        expect(list.oldestMs('alive')).toBe(oldest('alive'));
      }
    }),
  );
});

const byHeard = (a: Plain, b: Plain): number => a.heardMs - b.heardMs;
