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
