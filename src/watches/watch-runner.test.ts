import { expect, test } from 'vitest';
import { silentLogger } from '../runtime/logger.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { exited, FakeProber } from '../testing/fake-prober.ts';
import type { AskApi } from './follow-watch.ts';
import type { WatchDefinition } from './watch-definition.ts';
import { WatchRunner } from './watch-runner.ts';

/** An API whose one value the test sets; a query with the present index waits. */
class FakeView {
  readonly asked: string[] = [];
  body: (index: number) => unknown = (index) => ({ at: index });
  #index = 1;
  readonly #wake: (() => void)[] = [];

  readonly ask: AskApi = async ({ path }, signal) => {
    this.asked.push(path);
    if (path.endsWith(`index=${this.#index}`)) {
      await new Promise<void>((resolve) => {
        this.#wake.push(resolve);
        signal.addEventListener('abort', () => resolve());
      });
    }
    return { status: 200, index: String(this.#index), body: JSON.stringify(this.body(this.#index)) };
  };

  change(): void {
    this.#index += 1;
    for (const wake of this.#wake.splice(0)) wake();
  }
}

const watch = (program: string): WatchDefinition => ({
  type: 'services',
  path: '/v1/catalog/services',
  token: '',
  handler: { kind: 'script', args: [program] },
});

function start() {
  const view = new FakeView();
  const clock = new FakeClock();
  const prober = new FakeProber();
  const runner = new WatchRunner({ ask: view.ask, clock, prober, logger: silentLogger });
  const runs = (): string[] =>
    prober.calls.flatMap((call) => (call.kind === 'exec' ? [`${call.probe.args[0]} ${call.probe.input}`.trim()] : []));
  return { view, clock, prober, runner, runs };
}

test('handlers run with the first result and at each change', async () => {
  const { view, clock, runner, runs } = start();
  await runner.reload([watch('a'), watch('b')]);
  await clock.settle();
  view.change();
  await clock.settle();
  expect(runs().toSorted()).toEqual(['a {"at":1}', 'a {"at":2}', 'b {"at":1}', 'b {"at":2}']);
  await runner.stop();
});

test('a reload leaves alone what stays, ends what goes, starts what comes', async () => {
  const { view, clock, prober, runner, runs } = start();
  await runner.reload([watch('stays'), watch('goes')]);
  await clock.settle();
  const asked = view.asked.length;
  await runner.reload([watch('stays'), watch('comes'), watch('comes')]);
  await clock.settle();
  expect(runner.size).toBe(2);
  expect(runs().slice(2)).toEqual(['comes {"at":1}']);
  expect(view.asked.length - asked).toBe(2);
  view.change();
  await clock.settle();
  expect(runs().slice(3).toSorted()).toEqual(['comes {"at":2}', 'stays {"at":2}']);
  await runner.stop();
  expect(prober.running).toBe(0);
});

test('one run at a time: the latest result waits for the run before', async () => {
  const { view, clock, prober, runner, runs } = start();
  let end: () => void = () => {};
  prober.onExec = () => new Promise((resolve) => (end = () => resolve(exited(0))));
  await runner.reload([watch('slow')]);
  await clock.settle();
  for (let turn = 0; turn < 3; turn += 1) {
    view.change();
    await clock.settle();
  }
  expect(runs()).toEqual(['slow {"at":1}']);
  end();
  await clock.settle();
  expect(runs()).toEqual(['slow {"at":1}', 'slow {"at":4}']);
  await runner.stop();
});

test('a stop ends the queries and the handlers that run, and leaves no timer', async () => {
  const { clock, prober, runner } = start();
  prober.onExec = () => new Promise(() => {});
  await runner.reload([watch('hangs')]);
  await clock.settle();
  expect(prober.running).toBe(1);
  await runner.stop();
  expect([prober.running, runner.size, clock.pendingTimers]).toEqual([0, 0, 0]);
});

test('events that come while a handler runs are all handed to its next run', async () => {
  const { view, clock, prober, runner, runs } = start();
  let end: () => void = () => {};
  prober.onExec = () => new Promise((resolve) => (end = () => resolve(exited(0))));
  view.body = (index) => Array.from({ length: index }, (_, n) => ({ ID: n + 1 }));
  await runner.reload([{ ...watch('slow'), type: 'event' }]);
  await clock.settle();
  for (let turn = 0; turn < 3; turn += 1) {
    view.change();
    await clock.settle();
  }
  end();
  await clock.settle();
  expect(runs()).toEqual(['slow [{"ID":1}]', 'slow [{"ID":2},{"ID":3},{"ID":4}]']);
  await runner.stop();
});

test('a stop is final: a reload after it starts nothing', async () => {
  const { view, clock, runner } = start();
  await runner.stop();
  await runner.reload([watch('late')]);
  await clock.settle();
  expect([runner.size, view.asked]).toEqual([0, []]);
});

test('a stop waits for handlers that a reload is ending', async () => {
  const { clock, prober, runner } = start();
  const ended: string[] = [];
  let end: () => void = () => {};
  prober.exec = () =>
    new Promise((resolve) => {
      end = () => {
        ended.push('handler');
        resolve(exited(0));
      };
    });
  await runner.reload([watch('goes')]);
  await clock.settle();
  void runner.reload([]).then(() => ended.push('reload'));
  const stopped = runner.stop().then(() => ended.push('stop'));
  await clock.settle();
  expect(ended).toEqual([]);
  end();
  await stopped;
  expect(ended).toEqual(['handler', 'reload', 'stop']);
});
