/**
 * A view as it was last published, with its digest and its size as text; and the frames that bring others to it. Made anew for each
 * published state of a view, never changed. Items are written one by one, so that a view that is too large is found out while writing.
 */
import type { Digest } from '../model/digest.ts';
import type { Topic } from '../topics/topic.ts';
import type { View } from '../topics/view.ts';
import { viewDigest } from '../topics/view-digest.ts';
import { writeValue } from '../wire/record-json.ts';
import { encodeText } from './codec.ts';
import { digestAfter, type ViewDelta, viewDelta } from './view-delta.ts';

/** Names a view in a frame. */
export interface ViewPlace {
  readonly topic: Topic<unknown>;
  readonly key: string;
}

export interface FeedContent {
  readonly index: number;
  readonly items: readonly unknown[];
  readonly digest: Digest;
  /** Of the items, as text. */
  readonly sizeBytes: number;
}

/** A content, and the text of its items: kept by nobody for long. */
export interface WrittenContent extends FeedContent {
  readonly itemTexts: readonly string[];
}

/** The content of a view, or `undefined` if its items take more than `maxBytes` as text. */
export function writeContent(
  { topic }: ViewPlace,
  { index, items }: Pick<View, 'index' | 'items'>,
  maxBytes: number,
): WrittenContent | undefined {
  const itemTexts: string[] = [];
  let sizeBytes = 0;
  for (const item of items) {
    const text = writeValue(item);
    sizeBytes += Buffer.byteLength(text) + 1;
    if (sizeBytes > maxBytes) return undefined;
    itemTexts.push(text);
  }
  return { index, items, digest: viewDigest(topic, items), sizeBytes, itemTexts };
}

/** The bytes of a `view` frame. */
export function encodeWhole(place: ViewPlace, { index, digest, itemTexts }: WrittenContent): Uint8Array {
  return encodeText(`{"t":"view",${nameText(place)},"index":${index},"digest":[${digest.join()}],"items":[${itemTexts.join()}]}`);
}

export interface EncodedChange {
  readonly content: FeedContent;
  readonly bytes: Uint8Array;
}

/** The content after the view has changed and the bytes of the `change` frame; `undefined` if the whole view is the better message. */
export function encodeChange(place: ViewPlace, before: FeedContent, view: View): EncodedChange | undefined {
  const { topic } = place;
  const delta = viewDelta(topic, before.items, view.items);
  if (delta === undefined) return undefined;
  const puts = delta.put.map(([position, item]) => ({ position, text: writeValue(item) }));
  const digest = digestAfter(topic, before, delta);
  const putBytes = puts.reduce((sum, { text }) => sum + Buffer.byteLength(text) + 1, 0);
  const sizeBytes = before.sizeBytes - goneBytes(before, delta) + putBytes;
  const put = puts.map(({ position, text }) => `[${position},${text}]`).join();
  const numbers = `"from":${before.index},"index":${view.index},"digest":[${digest.join()}],"gone":[${delta.gone.join()}]`;
  const bytes = encodeText(`{"t":"change",${nameText(place)},${numbers},"put":[${put}]}`);
  return { content: { index: view.index, items: view.items, digest, sizeBytes }, bytes };
}

/** Written again, since the texts of all items would take more memory than the items. */
const goneBytes = ({ items }: FeedContent, { gone }: ViewDelta): number =>
  gone.reduce((sum, position) => sum + Buffer.byteLength(writeValue(items[position])) + 1, 0);

const nameText = ({ topic, key }: ViewPlace): string => `"topic":${JSON.stringify(topic.name)},"key":${JSON.stringify(key)}`;
