/** What the subscribing half of a link fills, without a cache's bounds: it holds what is wanted, and writes down what it is told. */
import type { KonsulError } from '../runtime/errors.ts';
import { viewId } from '../sync/subscriber-view.ts';
import type { SinkContent, SinkView, ViewSink } from '../sync/view-sink.ts';
import type { StaleReason } from '../topics/backend.ts';
import type { Topic } from '../topics/topic.ts';

export interface FakeSinkEntry {
  readonly topic: Topic<unknown>;
  readonly key: string;
  held: SinkView | undefined;
  isLive: boolean;
}

export class FakeSink implements ViewSink {
  lineage = '';
  seen = 0;
  index = 0;
  /** What it was told, as `word key …`; may be emptied. */
  readonly log: string[] = [];
  /** Puts that went back within one lineage: none, if all is well. */
  readonly backwards: string[] = [];
  readonly refusals: Map<string, KonsulError> = new Map();
  readonly entries: Map<string, FakeSinkEntry> = new Map();
  /** Called after each put and confirmation. */
  changed: (entry: FakeSinkEntry) => void = () => {};

  want(topic: Topic<unknown>, key: string): FakeSinkEntry {
    const entry = { topic, key, held: undefined, isLive: false };
    this.entries.set(viewId(topic.name, key), entry);
    return entry;
  }

  unwant(topic: Topic<unknown>, key: string): void {
    this.entries.delete(viewId(topic.name, key));
  }

  entry(topic: Topic<unknown>, key: string): FakeSinkEntry | undefined {
    return this.entries.get(viewId(topic.name, key));
  }

  *held(): Iterable<SinkView> {
    for (const { held } of this.entries.values()) if (held !== undefined) yield held;
  }

  *missing(): Iterable<{ readonly topic: Topic<unknown>; readonly key: string }> {
    for (const entry of this.entries.values()) if (entry.held === undefined) yield entry;
  }

  get(topic: Topic<unknown>, key: string): SinkView | undefined {
    return this.entry(topic, key)?.held;
  }

  put(topic: Topic<unknown>, key: string, { index, items, sizeBytes }: SinkContent): void {
    const entry = this.entry(topic, key);
    if (entry === undefined) return;
    const { held } = entry;
    if (held?.lineage === this.lineage && index < held.index) this.backwards.push(`${key}: ${held.index} → ${index}`);
    entry.held = { topic, key, index, items, sizeBytes, lineage: this.lineage };
    this.#isLive(entry, `put ${key} ${index}`);
  }

  confirm(topic: Topic<unknown>, key: string, index: number): void {
    const entry = this.entry(topic, key);
    if (entry?.held === undefined) return;
    if (index < entry.held.index) this.backwards.push(`${key}: ${entry.held.index} → ${index}`);
    entry.held = { ...entry.held, index };
    this.#isLive(entry, `confirm ${key} ${index}`);
  }

  refuse(_topic: Topic<unknown>, key: string, error: KonsulError): void {
    this.refusals.set(key, error);
    this.log.push(`refuse ${key} ${error.code}`);
  }

  doubt(topic: Topic<unknown>, key: string): void {
    const entry = this.entry(topic, key);
    if (entry !== undefined) entry.isLive = false;
    this.log.push(`doubt ${key}`);
  }

  linked(lineage: string): void {
    if (lineage !== this.lineage) this.index = 0;
    this.lineage = lineage;
    this.log.push(`linked ${lineage}`);
  }

  unlinked(reason: StaleReason, ageMs: number): void {
    for (const entry of this.entries.values()) entry.isLive = false;
    this.log.push(`unlinked ${reason} ${ageMs}`);
  }

  #isLive(entry: FakeSinkEntry, line: string): void {
    const index = entry.held?.index ?? 0;
    this.index = Math.max(this.index, index);
    this.seen = Math.max(this.seen, index);
    entry.isLive = true;
    this.log.push(line);
    this.changed(entry);
  }
}
