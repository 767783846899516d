/**
 * The JSON of the HTTP API as records of the model: what an agent, Konsul's or Consul's, shows of nodes, services, checks, keys and events.
 * Tolerant of what is missing, as old agents leave members out; what has another type than it should is UNREACHABLE: it is no agent.
 */
import { type Check, isCheckStatus } from '../model/check.ts';
import type { KvEntry } from '../model/kv.ts';
import type { Node } from '../model/node.ts';
import { DEFAULT_WEIGHTS, type Service } from '../model/service.ts';
import type { UserEvent } from '../model/user-event.ts';
import type { Json, Locality, StringMap, Uint64 } from '../model/values.ts';
import { KonsulError } from '../runtime/errors.ts';

type Fields = Readonly<Record<string, Json | undefined>>;

const refuse = (what: string): KonsulError => new KonsulError('UNREACHABLE', `the answer is none of an agent: ${what}`);

/** An object of JSON. */
export function fieldsOf(value: Json | undefined, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse(`${what} is no object`);
  return value as Fields;
}

/** A list of JSON; `null`, as Go writes an empty one, has nothing in it. */
export function listOf<T>(value: Json | undefined, what: string, decode: (item: Json) => T): readonly T[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw refuse(`${what} is no list`);
  return (value as readonly Json[]).map(decode);
}

function textOf(value: Json | undefined, what: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw refuse(`${what} is no text`);
  return value;
}

function numberOf(value: Json | undefined, what: string): number {
  if (value === undefined || value === null) return 0;
  if (typeof value !== 'number' && typeof value !== 'bigint') throw refuse(`${what} is no number`);
  return Number(value);
}

const textsOf = (value: Json | undefined, what: string): readonly string[] => listOf(value, what, (item) => textOf(item, what));

function textMapOf(value: Json | undefined, what: string): StringMap | undefined {
  if (value === undefined || value === null) return undefined;
  return Object.fromEntries(Object.entries(fieldsOf(value, what)).map(([name, text]) => [name, textOf(text, what)]));
}

function localityOf(value: Json | undefined): Locality | undefined {
  if (value === undefined || value === null) return undefined;
  const { Region, Zone } = fieldsOf(value, 'Locality');
  return { region: textOf(Region, 'Region'), zone: textOf(Zone, 'Zone') };
}

const indexesOf = ({ CreateIndex, ModifyIndex }: Fields): { readonly createIndex: number; readonly modifyIndex: number } => ({
  createIndex: numberOf(CreateIndex, 'CreateIndex'),
  modifyIndex: numberOf(ModifyIndex, 'ModifyIndex'),
});

/** An element of catalog/nodes, or the `Node` of health/service. */
export function nodeOf(value: Json | undefined): Node {
  const fields = fieldsOf(value, 'Node');
  return {
    id: textOf(fields.ID, 'ID'),
    name: textOf(fields.Node, 'Node'),
    address: textOf(fields.Address, 'Address'),
    taggedAddresses: textMapOf(fields.TaggedAddresses, 'TaggedAddresses'),
    meta: textMapOf(fields.Meta, 'Meta'),
    locality: localityOf(fields.Locality),
    ...indexesOf(fields),
  };
}

/** The `Service` of health/service on the node of that name. Mesh and tagged addresses are left out: nothing here reads them. */
export function serviceOf(value: Json | undefined, node: string): Service {
  const fields = fieldsOf(value, 'Service');
  const weights = fields.Weights === undefined || fields.Weights === null ? undefined : fieldsOf(fields.Weights, 'Weights');
  return {
    id: textOf(fields.ID, 'ID'),
    name: textOf(fields.Service, 'Service'),
    kind: textOf(fields.Kind, 'Kind'),
    tags: textsOf(fields.Tags, 'Tags'),
    address: textOf(fields.Address, 'Address'),
    port: numberOf(fields.Port, 'Port'),
    socketPath: textOf(fields.SocketPath, 'SocketPath'),
    taggedAddresses: undefined,
    meta: textMapOf(fields.Meta, 'Meta'),
    weights: weights ? { passing: numberOf(weights.Passing, 'Passing'), warning: numberOf(weights.Warning, 'Warning') } : DEFAULT_WEIGHTS,
    enableTagOverride: fields.EnableTagOverride === true,
    proxy: undefined,
    connectNative: false,
    locality: localityOf(fields.Locality),
    node,
    owner: '',
    ...indexesOf(fields),
  };
}

/** A check of health/…. */
export function checkOf(value: Json | undefined): Check {
  const fields = fieldsOf(value, 'check');
  const status = textOf(fields.Status, 'Status');
  if (!isCheckStatus(status)) throw refuse(`"${status.slice(0, 40)}" is the status of no check`);
  return {
    node: textOf(fields.Node, 'Node'),
    id: textOf(fields.CheckID, 'CheckID'),
    name: textOf(fields.Name, 'Name'),
    status,
    notes: textOf(fields.Notes, 'Notes'),
    output: textOf(fields.Output, 'Output'),
    serviceId: textOf(fields.ServiceID, 'ServiceID'),
    serviceName: textOf(fields.ServiceName, 'ServiceName'),
    serviceTags: textsOf(fields.ServiceTags, 'ServiceTags'),
    type: textOf(fields.Type, 'Type'),
    interval: textOf(fields.Interval, 'Interval'),
    timeout: textOf(fields.Timeout, 'Timeout'),
    exposedPort: numberOf(fields.ExposedPort, 'ExposedPort'),
    definition: undefined,
    owner: '',
    ...indexesOf(fields),
  };
}

/** An element of kv/…. */
export function kvEntryOf(value: Json): KvEntry {
  const fields = fieldsOf(value, 'entry');
  const { Flags: flags = 0 } = fields;
  if (typeof flags !== 'number' && typeof flags !== 'bigint') throw refuse('Flags is no number');
  return {
    key: textOf(fields.Key, 'Key'),
    value: Buffer.from(textOf(fields.Value, 'Value'), 'base64'),
    flags: flags as Uint64,
    session: textOf(fields.Session, 'Session'),
    lockIndex: numberOf(fields.LockIndex, 'LockIndex'),
    ...indexesOf(fields),
  };
}

/** An element of event/list. */
export function userEventOf(value: Json): UserEvent {
  const fields = fieldsOf(value, 'event');
  const payload = textOf(fields.Payload, 'Payload');
  return {
    id: textOf(fields.ID, 'ID'),
    name: textOf(fields.Name, 'Name'),
    payload: payload === '' ? undefined : Buffer.from(payload, 'base64'),
    nodeFilter: textOf(fields.NodeFilter, 'NodeFilter'),
    serviceFilter: textOf(fields.ServiceFilter, 'ServiceFilter'),
    tagFilter: textOf(fields.TagFilter, 'TagFilter'),
    lTime: numberOf(fields.LTime, 'LTime'),
    createIndex: 0,
    modifyIndex: 0,
  };
}
