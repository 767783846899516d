/** What the budget counts covers what is really there, for the shapes that views have. */
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { cacheWorld, content, health } from '../../test/fixtures/cache.ts';
import { checkRecord, kvRecord, nodeRecord, serviceRecord } from '../../test/fixtures/records.ts';
import { kvEntryTopic } from '../topics/kv-entry.ts';
import { servicesTopic } from '../topics/services.ts';
import type { Topic } from '../topics/topic.ts';
import { readValue, writeValue } from '../wire/record-json.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** On the heap and beside it, after everything was let go that can be. */
function usedBytes(): number {
  for (let round = 0; round < 4; round += 1) collect();
  return getHeapStatistics().used_heap_size + process.memoryUsage().external;
}

function instanceOf(at: number, place: number): unknown {
  const node = `node-${place}-${at}`;
  const check = { serviceId: `web-${at}`, serviceName: 'web', output: `HTTP GET http://10.0.0.1:80/: 200 OK Output: ${at}` };
  return {
    node: nodeRecord(node, { id: `0000-${at}-${place}`, address: `10.0.${place}.${at % 250}`, meta: { zone: 'a', rack: `r${at}` } }),
    service: serviceRecord(node, `web-${at}`, { tags: ['v1', `t${at}`], meta: { version: `1.${at}` } }),
    checks: [checkRecord(node, 'serfHealth', { output: `Agent alive and reachable ${at}` }), checkRecord(node, `c${at}`, check)],
  };
}

const several = (count: number, make: (place: number) => unknown): unknown[] => Array.from({ length: count }, (_, place) => make(place));

test.each<readonly [string, Topic<unknown>, (at: number) => unknown[]]>([
  ['a KV entry of 1 KB', kvEntryTopic, (at) => [kvRecord(`config/${at}`, 'v'.repeat(1_000))]],
  ['a KV entry of one byte', kvEntryTopic, (at) => [kvRecord(`config/${at}`, 'v')]],
  ['a service of one instance', health, (at) => [instanceOf(at, 0)]],
  ['a service of ten instances', health, (at) => several(10, (place) => instanceOf(at, place))],
  ['a hundred names', servicesTopic, (at) => several(100, (place) => ({ name: `service-${at}-${place}`, tags: [`t${place}`] }))],
])('the budget covers the memory of %s', async (_name, topic, itemsOf) => {
  const world = cacheWorld({ settings: { maxBytes: 1e9, maxViewBytes: 1e6 } });
  world.link();
  const hold = async (from: number, count: number): Promise<void> => {
    for (let at = from; at < from + count; at += 1) {
      const text = writeValue({ t: 'view', topic: topic.name, key: `k${at}`, index: 5, digest: [1, 2], items: itemsOf(at) });
      const { items } = readValue(text) as { readonly items: readonly unknown[] };
      const read = world.cache.read(topic, `k${at}`);
      world.cache.put(topic, `k${at}`, content(items, 5, text.length));
      await read;
    }
  };
  await hold(0, 200);
  const measured: { readonly used: number; readonly counted: number }[] = [];
  for (const from of [200, 1_200, 2_200]) {
    const [usedBefore, countedBefore] = [usedBytes(), world.cache.stats().bytes];
    await hold(from, 1_000);
    measured.push({ used: usedBytes() - usedBefore, counted: world.cache.stats().bytes - countedBefore });
  }
  // Other tests in this process let go and take memory meanwhile: so the middle one of three counts.
  const [, { used, counted } = { used: 0, counted: 0 }] = measured.sort((a, b) => a.used - b.used);
  expect(used).toBeGreaterThan(0);
  expect(used).toBeLessThan(counted * 1.05);
  expect(counted).toBeLessThan(used * 2);
});
