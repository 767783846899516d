/**
 * Instances of a service as programs see them. Each is made once from the records of its node, service and checks, and is the same object
 * as long as these are the same: so that what changed can be told by reference, and a repeated read costs nothing.
 */
import type { Check, CheckStatus } from '../model/check.ts';
import type { Service, Weights } from '../model/service.ts';
import type { Locality, StringMap } from '../model/values.ts';
import type { ServiceEntry } from '../topics/entries.ts';

/** A health check of an instance, or of its node. */
export interface InstanceCheck {
  readonly id: string;
  readonly name: string;
  readonly status: CheckStatus;
  readonly output: string;
  readonly notes: string;
  /** `http`, `tcp`, `ttl`, …, or ''. */
  readonly type: string;
  /** It is the node that is checked, not this instance alone. */
  readonly isOfNode: boolean;
}

export interface InstanceNode {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly meta: StringMap;
  readonly locality: Locality | undefined;
}

/** One running copy of a service. Frozen to the bottom. */
export interface Instance {
  /** Unique on its node. */
  readonly id: string;
  /** The service's name. */
  readonly name: string;
  /** Where to connect to: the service's own address, else its node's. */
  readonly address: string;
  /** 0 if it has none. */
  readonly port: number;
  readonly tags: readonly string[];
  readonly meta: StringMap;
  readonly weights: Weights;
  readonly locality: Locality | undefined;
  readonly node: InstanceNode;
  /** The worst of its checks; `passing` without any. */
  readonly status: CheckStatus;
  readonly checks: readonly InstanceCheck[];
}

/** Tells an instance from others of its service, for as long as it is registered. */
export const instanceKey = ({ node, id }: Instance): string => `${node.name}/${id}`;

interface Made {
  readonly entry: ServiceEntry;
  readonly instance: Instance;
}

const made = new WeakMap<Service, Made>();

/** The instance of an entry: the one that was made before, if all records in it are the same. */
export function instanceOf(entry: ServiceEntry): Instance {
  const before = made.get(entry.service);
  if (before !== undefined && isSame(before.entry, entry)) return before.instance;
  const instance = makeInstance(entry);
  made.set(entry.service, { entry, instance });
  return instance;
}

const isSame = (a: ServiceEntry, b: ServiceEntry): boolean => a.node === b.node && isSameList(a.checks, b.checks);

/** Whether two lists hold the same objects in the same order. */
export function isSameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a === b || (a.length === b.length && a.every((item, at) => item === b[at]));
}

function makeInstance({ node, service, checks }: ServiceEntry): Instance {
  return Object.freeze({
    id: service.id,
    name: service.name,
    address: service.address === '' ? node.address : service.address,
    port: service.port,
    tags: Object.freeze([...service.tags]),
    meta: frozenMap(service.meta),
    weights: Object.freeze({ ...service.weights }),
    locality: service.locality && Object.freeze({ ...service.locality }),
    node: Object.freeze({
      id: node.id,
      name: node.name,
      address: node.address,
      meta: frozenMap(node.meta),
      locality: node.locality && Object.freeze({ ...node.locality }),
    }),
    status: worstOf(checks),
    checks: Object.freeze(checks.map(instanceCheck)),
  });
}

const NO_META: StringMap = Object.freeze({});

const frozenMap = (map: StringMap | undefined): StringMap => (map === undefined ? NO_META : Object.freeze({ ...map }));

const instanceCheck = ({ id, name, status, output, notes, type, serviceId }: Check): InstanceCheck =>
  Object.freeze({ id, name, status, output, notes, type, isOfNode: serviceId === '' });

function worstOf(checks: readonly Check[]): CheckStatus {
  if (checks.some(({ status }) => status === 'critical')) return 'critical';
  return checks.some(({ status }) => status === 'warning') ? 'warning' : 'passing';
}
