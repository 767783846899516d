import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AliasedNode } from '../checks/alias-source.ts';
import type { Check } from '../model/check.ts';
import type { Node } from '../model/node.ts';
import type { Service } from '../model/service.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import type { Backend, WaitOptions } from '../topics/backend.ts';
import { nodeTopic } from '../topics/node.ts';
import type { Topic } from '../topics/topic.ts';
import { createView, type View } from '../topics/view.ts';
import { CatalogAliases } from './catalog-aliases.ts';

/** A catalog of one node, whose waits end when it changes. */
class FakeBackend implements Pick<Backend, 'read' | 'wait'> {
  index = 1;
  nodeName = 'N2';
  services = ['web'];
  checks: Check[] = [];
  failure: Error | undefined;
  readonly waits = new Set<() => void>();

  read<T>(topic: Topic<T>, key: string): View<T> {
    if (this.failure !== undefined) throw this.failure;
    expect(key).toBe('n2');
    const nodes = [{ node: { name: this.nodeName } as Node, services: this.services.map((id) => ({ id }) as Service) }];
    const items: readonly unknown[] = topic.name === nodeTopic.name ? nodes : this.checks;
    return createView(this.index, items) as View<T>;
  }

  wait(_topic: Topic<unknown>, _key: string, index: number, { signal }: WaitOptions): Promise<boolean> {
    if (index < this.index || signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const done = (): void => {
        this.waits.delete(done);
        resolve(false);
      };
      this.waits.add(done);
      signal.addEventListener('abort', done);
    });
  }

  changed(): void {
    this.index += 1;
    for (const done of [...this.waits]) done();
  }
}

let clock: FakeClock;
let backend: FakeBackend;
let told: (AliasedNode | Error)[];
let stop: () => void;

function watch(service: string): void {
  stop = new CatalogAliases({ backend, clock }).watchAliased({ node: 'n2', service }, (known) => told.push(known));
}

beforeEach(() => {
  clock = new FakeClock();
  backend = new FakeBackend();
  told = [];
});

afterEach(async () => {
  stop();
  await clock.settle();
  expect([backend.waits.size, clock.pendingTimers]).toEqual([0, 0]);
});

test('what the catalog holds is told at once, and after each change', async () => {
  watch('web');
  await clock.settle();
  expect(told.splice(0)).toEqual([{ exists: true, checks: [] }]);
  backend.checks = [{ id: 'c' } as Check];
  backend.changed();
  await clock.settle();
  expect(told.splice(0)).toEqual([{ exists: true, checks: [{ id: 'c' }] }]);
  backend.services = [];
  backend.changed();
  await clock.settle();
  expect(told).toMatchObject([{ exists: false }]);
});

test.each([
  ['', 'N2', true],
  ['', 'n22', false],
  ['web', 'n22', false],
])('service %j of a node whose key finds %s exists: %s', async (service, name, exists) => {
  backend.nodeName = name;
  watch(service);
  await clock.settle();
  expect(told).toMatchObject([{ exists }]);
});

test('a catalog that cannot be read is told when it fails again, and asked until it can', async () => {
  backend.failure = new Error('No cluster leader');
  watch('web');
  await clock.advance(999);
  expect(told).toEqual([]);
  await clock.advance(1);
  expect(told.splice(0)).toEqual([backend.failure]);
  backend.failure = undefined;
  await clock.advance(1_000);
  expect(told).toEqual([{ exists: true, checks: [] }]);
});

test('nothing is told after the stop', async () => {
  watch('web');
  stop();
  await clock.settle();
  expect(told).toEqual([]);
});
