/** Records joined for reading: the items of the service topics. The parts are the records of the state, shared and never changed. */
import type { Check } from '../model/check.ts';
import type { Node } from '../model/node.ts';
import type { Service } from '../model/service.ts';

/** An instance with its node: one line of `/v1/catalog/service`. */
export interface ServiceNode {
  readonly node: Node;
  readonly service: Service;
}

/** An instance with its node and the checks of both: one line of `/v1/health/service`. */
export interface ServiceEntry extends ServiceNode {
  readonly checks: readonly Check[];
}

/** Names an instance among all: its node and its id there. */
export const instanceId = ({ service }: ServiceNode): string => `${service.node.toLowerCase()}/${service.id}`;

/** See `Topic.stampOf`. */
export const instanceStamp = ({ node, service }: ServiceNode): string => `${node.modifyIndex}:${service.modifyIndex}`;

export const entryStamp = (entry: ServiceEntry): string =>
  `${instanceStamp(entry)}:${entry.checks.map(({ id, modifyIndex }) => `${id}=${modifyIndex}`).join()}`;
