/**
 * The shape of every command that may come over a link. Checked where commands are taken, not with the frame: a bad one fails alone, and
 * so does one that only a newer version knows. What the leader decides by itself is no link's to say. And the shape of what a fetch is
 * answered with, which is made of the same records.
 */
import { CHECK_STATUSES } from '../model/check.ts';
import type { Command, CommandKind } from '../model/commands/command.ts';
import type { RemoteNode } from '../model/remote-node.ts';
import { KonsulError } from '../runtime/errors.ts';
import { nodeShape } from './codec-frames.ts';
import {
  anything,
  both,
  bytes,
  byWord,
  finite,
  flag,
  listOf,
  mapOf,
  members,
  oneOf,
  optional,
  type Shape,
  text,
  uint64,
} from './codec-shape.ts';

const texts = listOf(text);
const textMap = mapOf(text);
const object = mapOf(anything);

const service = members({
  ...{ id: text, name: text, kind: text, tags: texts, address: text, port: finite, socketPath: text },
  taggedAddresses: optional(mapOf(members({ address: text, port: finite }))),
  meta: optional(textMap),
  weights: members({ passing: finite, warning: finite }),
  ...{ enableTagOverride: flag, connectNative: flag, locality: optional(members({ region: text, zone: text })) },
});

const check = members({
  ...{ id: text, name: text, status: oneOf(CHECK_STATUSES), notes: text, output: text, serviceId: text },
  ...{ type: text, interval: text, timeout: text, exposedPort: finite },
});

const session = members({
  ...{ id: text, name: text, node: text, lockDelayNs: finite, behavior: oneOf(['release', 'delete']), ttl: text, ttlMs: finite },
  ...{ nodeChecks: optional(texts), checks: optional(texts) },
  serviceChecks: optional(listOf(members({ id: text, namespace: text }))),
});

const failover = members({
  nearestN: finite,
  datacenters: optional(texts),
  targets: optional(listOf(members({ peer: text, datacenter: text }))),
});

const query = members({
  ...{ id: text, name: text, session: text, token: text, dnsTtl: text },
  template: optional(members({ type: text, regexp: text, removeEmptyTags: flag })),
  service: members({
    ...{ service: text, samenessGroup: text, near: text, peer: text, onlyPassing: flag, connect: flag, failover },
    ...{ ignoreCheckIds: optional(texts), tags: optional(texts), nodeMeta: optional(textMap), serviceMeta: optional(textMap) },
  }),
});

const event = members({
  ...{ id: text, name: text, payload: optional(bytes), nodeFilter: text, serviceFilter: text, tagFilter: text },
});

const condition = byWord('kind', {
  none: members({}),
  cas: members({ index: uint64 }),
  acquire: members({ session: text }),
  release: members({ session: text }),
});

const verb = { index: uint64 };
const catalogVerb = oneOf(['get', 'set', 'cas', 'delete', 'delete-cas']);
const kvVerb = oneOf([
  ...['set', 'cas', 'lock', 'unlock', 'get', 'get-or-empty', 'get-tree'],
  ...['check-index', 'check-session', 'check-not-exists', 'delete', 'delete-tree', 'delete-cas'],
]);

const operation = byWord('on', {
  kv: members({ ...verb, verb: kvVerb, key: text, value: bytes, flags: uint64, session: text }),
  node: members({ ...verb, verb: catalogVerb, node: nodeShape }),
  service: members({ ...verb, verb: catalogVerb, node: text, service }),
  check: members({ ...verb, verb: catalogVerb, node: text, check }),
});

const cas = { cas: optional(uint64) };

const ofNoLink: Shape = (value) => (value === undefined ? undefined : ' is not for links');

/** `undefined`: the leader's own, and what an agent's hello stands for. */
const shapes: { readonly [K in CommandKind]: Shape | undefined } = {
  'catalog.register': members({
    ...{ node: nodeShape, skipNodeUpdate: flag, services: listOf(service), checks: listOf(check), owner: text },
    ...{ revives: optional(flag), token: optional(text), isOfServer: ofNoLink },
  }),
  'catalog.deregister': members({ node: text, serviceId: text, checkId: text, owner: optional(text), token: optional(text) }),
  'kv.put': members({ key: text, value: bytes, flags: uint64, condition }),
  'kv.delete': members({ key: text, ...cas }),
  'kv.delete-tree': members({ prefix: text }),
  'session.create': members({ session }),
  'session.destroy': members({ id: text }),
  'session.renew': members({ id: text }),
  'event.fire': members({ event }),
  'coordinate.update': members({
    coordinate: members({ node: text, segment: text, vec: listOf(finite), error: finite, adjustment: finite, height: finite }),
  }),
  'config.put': members({ entry: members({ kind: text, name: text, content: object }), ...cas }),
  'config.delete': members({ entryKind: text, name: text, ...cas }),
  'setting.put': members({ setting: members({ name: text, value: object }), ...cas }),
  'query.create': members({ query }),
  'query.update': members({ query }),
  'query.delete': members({ id: text }),
  txn: members({ operations: listOf(operation) }),
  'lock-delay.end': undefined,
  'node.link': undefined,
  'node.health': undefined,
  'node.leave': undefined,
};

const shapeOf = new Map<string, Shape | undefined>(Object.entries(shapes));

/** Throws BAD_REQUEST for a command that no link may carry, or that is not of its kind's shape. */
export function assertCommand(command: Command): void {
  const shape = shapeOf.get(command.kind);
  if (shape === undefined) throw new KonsulError('BAD_REQUEST', `no link carries commands of the kind ${JSON.stringify(command.kind)}`);
  const problem = shape(command);
  if (problem !== undefined) throw new KonsulError('BAD_REQUEST', `malformed command: ${command.kind}${problem}`);
}

const tombstone = members({ kind: oneOf(['service', 'check']), id: text, owner: text });

const remoteNode = members({
  services: listOf(both(service, members({ owner: text }))),
  checks: listOf(both(check, members({ owner: text, serviceName: text }))),
  tombstones: listOf(tombstone),
});

/** The answer to a fetch. Throws UNREACHABLE for what is none. */
export function remoteNodeOf(result: unknown): RemoteNode | 'same' {
  if (result === 'same') return result;
  const problem = remoteNode(result);
  if (problem !== undefined) throw new KonsulError('UNREACHABLE', `the server sent something that is no node: its answer${problem}`);
  return result as RemoteNode;
}
