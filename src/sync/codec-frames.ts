/**
 * The shape of every frame. Not checked here: whether there is a topic of that name, what the items of a view are (they come from the
 * server that an agent trusts), and what a command holds beyond its kind (`codec-commands.ts`, so that a bad one fails alone).
 */

import {
  anything,
  byWord,
  count,
  finite,
  flag,
  listOf,
  listOr,
  mapOf,
  members,
  optional,
  type Shape,
  statusFrom,
  text,
  tuple,
  uint32,
} from './codec-shape.ts';
import type { DownFrame, UpFrame } from './frames.ts';

const digest = tuple(uint32, uint32);
const protocol = tuple(count, count);
const viewName = tuple(text, text);
const wireError = members({ code: text, message: text, status: statusFrom(400) });
const place = { topic: text, key: text };
const answerTo = { id: uint32 };

/** Any node that an agent may have, as `NodeDefinition`. */
export const nodeShape: Shape = members({
  id: text,
  name: text,
  address: text,
  taggedAddresses: optional(mapOf(text)),
  meta: optional(mapOf(text)),
  locality: optional(members({ region: text, zone: text })),
});

const hello = members({
  protocol,
  nonce: text,
  proof: text,
  datacenter: text,
  node: optional(nodeShape),
  identity: members({ nodeId: text, boot: count, runId: text, isFresh: flag }),
  version: text,
  lineage: text,
  seen: count,
  heartbeatMs: count,
  maxViewBytes: count,
});

const welcome = members({
  protocol,
  proof: text,
  lineage: text,
  index: count,
  server: members({ name: text, address: text }),
  heartbeatMs: count,
});

const relay = members({
  ...answerTo,
  method: text,
  path: text,
  rawQuery: text,
  headers: mapOf(text),
  remoteAddress: text,
  hasBody: flag,
});

const change = members({
  ...place,
  from: count,
  index: count,
  digest,
  gone: listOf(count),
  put: listOf(tuple(count, anything)),
});

const shapes: { readonly [K in (UpFrame | DownFrame)['t']]: Shape } = {
  challenge: members({ protocol, nonce: text }),
  hello,
  welcome,
  refused: members({ error: wireError, isTransient: flag }),
  sub: members({ views: listOf(listOr(viewName, members({ ...place, index: count, digest }))), once: optional(flag), seen: count }),
  unsub: members({ views: listOf(viewName) }),
  unsubbed: members({ views: listOf(viewName) }),
  view: members({ ...place, index: count, digest, items: listOf(anything) }),
  change,
  same: members({ ...place, index: count }),
  noview: members({ ...place, error: wireError }),
  cmd: members({ ...answerTo, command: members({ kind: text }) }),
  push: members({ seq: count, commands: listOf(members({ kind: text })) }),
  ack: members({ seq: count, failed: listOf(tuple(count, wireError)) }),
  fetch: members({ ...answerTo, digest }),
  resync: members({}),
  leave: members(answerTo),
  relay,
  head: members({ ...answerTo, status: statusFrom(100), headers: mapOf(text) }),
  credit: members({ ...answerTo, bytes: count }),
  cancel: members(answerTo),
  done: members({ ...answerTo, result: anything }),
  fail: members({ ...answerTo, error: wireError }),
  hb: members({ i: optional(count), d: optional(digest), q: optional(flag) }),
  upstream: members({ isLive: flag, ageMs: finite, reason: text }),
};

/** What is wrong with a frame. */
export const frameShape: Shape = byWord('t', shapes);
