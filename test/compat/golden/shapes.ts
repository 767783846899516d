/** The objects of section 2 of the API's specification, as patterns: exact members, with indexes of any value. */
import { anyIndex, anyUuid, type Matcher, oneOf, type Pattern, type PatternObject, satisfying } from '../pattern.ts';

/** Members that differ from the ordinary. */
type Changes = PatternObject;

/** Consul says `null`, and `{}` is as good (2.2). */
export const noneGiven: Matcher = oneOf(null, {});
const indexes: PatternObject = { CreateIndex: anyIndex, ModifyIndex: anyIndex };

/** A node that came through `catalog/register` with a name and an address. */
export function node(name: string, changes: Changes = {}): PatternObject {
  return {
    ID: '',
    Node: name,
    Address: '10.9.8.2',
    Datacenter: 'dc1',
    TaggedAddresses: noneGiven,
    Meta: noneGiven,
    ...indexes,
    ...changes,
  };
}

/** The node of the answering agent. */
export function selfNode(): PatternObject {
  const address = '127.0.0.1';
  return node('{{self}}', {
    ID: '{{selfId}}',
    Address: address,
    TaggedAddresses: { lan: address, lan_ipv4: address, wan: address, wan_ipv4: address },
    Meta: { 'consul-network-segment': '', 'consul-version': '1.21.0' },
  });
}

/** `Service` in health and `catalog/node`: id and name are the same, port 80. */
export function service(name: string, changes: Changes = {}): PatternObject {
  return {
    ID: name,
    Service: name,
    Tags: [],
    Address: '',
    Meta: noneGiven,
    Port: 80,
    Weights: { Passing: 1, Warning: 1 },
    EnableTagOverride: false,
    Proxy: { Mode: '', MeshGateway: {}, Expose: {} },
    Connect: {},
    PeerName: '',
    ...indexes,
    ...changes,
  };
}

/** An instance in `catalog/service`. */
export function serviceNode(nodeName: string, name: string, changes: Changes = {}): PatternObject {
  return {
    ID: '',
    Node: nodeName,
    Address: '10.9.8.2',
    Datacenter: 'dc1',
    TaggedAddresses: noneGiven,
    NodeMeta: noneGiven,
    ServiceKind: '',
    ServiceID: name,
    ServiceName: name,
    ServiceTags: [],
    ServiceAddress: '',
    ServiceWeights: { Passing: 1, Warning: 1 },
    ServiceMeta: {},
    ServicePort: 80,
    ServiceSocketPath: '',
    ServiceEnableTagOverride: false,
    ServiceProxy: { Mode: '', MeshGateway: {}, Expose: {} },
    ServiceConnect: {},
    ServiceLocality: null,
    ...indexes,
    ...changes,
  };
}

/** A check of a node; `ServiceID` and `ServiceName` bind it to a service. */
export function check(nodeName: string, id: string, changes: Changes = {}): PatternObject {
  return {
    Node: nodeName,
    CheckID: id,
    Name: id,
    Status: 'critical',
    Notes: '',
    Output: '',
    ServiceID: '',
    ServiceName: '',
    ServiceTags: [],
    Type: '',
    Interval: '',
    Timeout: '',
    ExposedPort: 0,
    Definition: {},
    ...indexes,
    ...changes,
  };
}

/** The check that says whether the agent's node is alive. */
export function serfHealth(): PatternObject {
  return check('{{self}}', 'serfHealth', {
    Name: 'Serf Health Status',
    Status: 'passing',
    Output: 'Agent alive and reachable',
  });
}

/** An entry of `agent/services`: port 0. */
export function agentService(id: string, changes: Changes = {}): PatternObject {
  return {
    ID: id,
    Service: id,
    Tags: [],
    Meta: {},
    Port: 0,
    Address: '',
    Weights: { Passing: 1, Warning: 1 },
    EnableTagOverride: false,
    Datacenter: 'dc1',
    ...changes,
  };
}

/** An entry of `agent/checks`: a TTL check of the agent's node. */
export function agentCheck(id: string, changes: Changes = {}): PatternObject {
  return check('{{self}}', id, {
    Type: 'ttl',
    Interval: oneOf('', '0s'),
    Timeout: oneOf('', '0s'),
    CreateIndex: 0,
    ModifyIndex: 0,
    ...changes,
  });
}

/** A TTL check that came with a service registration. */
export function agentServiceCheck(serviceId: string, id: string, changes: Changes = {}): PatternObject {
  return agentCheck(id, { Name: `Service '${serviceId}' check`, ServiceID: serviceId, ServiceName: serviceId, ...changes });
}

/** A KV entry; `value` is base64, `null` for an empty one. */
export function entry(key: string, value: string | null, changes: Changes = {}): PatternObject {
  return { LockIndex: 0, Key: key, Flags: 0, Value: value, ...indexes, ...changes };
}

export function session(changes: Changes = {}): PatternObject {
  return {
    ID: anyUuid,
    Name: '',
    Node: '{{self}}',
    LockDelay: 15_000_000_000,
    Behavior: 'release',
    TTL: '',
    NodeChecks: ['serfHealth'],
    ServiceChecks: null,
    ...indexes,
    ...changes,
  };
}

/** The body of a registration of an external node, with what else is given. */
export function external(nodeName: string, more: object = {}): object {
  return { Node: nodeName, Address: '10.9.8.2', ...more };
}

export const healthEntry = (nodePattern: Pattern, servicePattern: Pattern, checks: Pattern): PatternObject => ({
  Node: nodePattern,
  Service: servicePattern,
  Checks: checks,
});

/** A prepared query by name, for a service; `ofService` differs within `Service`. */
export function preparedQuery(name: string, serviceName: string, changes: Changes = {}, ofService: Changes = {}): PatternObject {
  return {
    ID: anyUuid,
    Name: name,
    Session: '',
    Token: '',
    Template: { Type: '', Regexp: '', RemoveEmptyTags: false },
    Service: {
      Service: serviceName,
      SamenessGroup: '',
      Failover: { NearestN: 0, Datacenters: null, Targets: null },
      OnlyPassing: false,
      IgnoreCheckIDs: null,
      Near: '',
      Tags: null,
      NodeMeta: null,
      ServiceMeta: null,
      Connect: false,
      Peer: '',
      ...ofService,
    },
    DNS: { TTL: '' },
    ...indexes,
    ...changes,
  };
}

/** What a body says of itself where it comes from no view; there is no index that could be waited for. */
export const answerMeta = (consistency = 'leader'): PatternObject => ({
  Index: satisfying('0 or 1', (value) => Number(value) <= 1),
  LastContact: 0,
  KnownLeader: true,
  ConsistencyLevel: consistency,
  NotModified: false,
  Backend: 0,
  ResultsFilteredByACLs: false,
});

/** What a prepared query found; `nodes` are health entries. */
export function execution(serviceName: string, nodes: Pattern = [], changes: Changes = {}): PatternObject {
  return {
    Service: serviceName,
    Nodes: nodes,
    DNS: { TTL: '' },
    Datacenter: 'dc1',
    PeerName: '',
    Failovers: 0,
    ...answerMeta(),
    ...changes,
  };
}
