/** The agent's HTTP API without a socket: routes over a real local state and real checks, on a fake clock, with servers in memory. */
import { type Authorizer, allowAll } from '../acl/authorizer.ts';
import type { ApiContext, ApiRoute, ApiSettings } from '../api/context.ts';
import { EventInbox } from '../api/event/inbox.ts';
import type { Member, Operations } from '../api/operations.ts';
import { CheckMeters } from '../checks/check-meters.ts';
import { CheckScheduler } from '../checks/scheduler.ts';
import type { Answer } from '../http/answer.ts';
import { Dispatcher } from '../http/dispatch.ts';
import { Query } from '../http/request.ts';
import { LocalState } from '../local/local-state.ts';
import { silentLogger } from '../runtime/logger.ts';
import { Metrics } from '../runtime/metrics.ts';
import { SeededRandom } from '../runtime/random.ts';
import type { Backend } from '../topics/backend.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeProber } from './fake-prober.ts';
import { FakeSyncTarget } from './fake-sync-target.ts';

export interface TestResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The body as JSON; `undefined` if it is none. */
  readonly json: unknown;
}

export interface TestRequest {
  /** Sent as JSON, or as it is if it is a text. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface AgentApi {
  readonly clock: FakeClock;
  readonly prober: FakeProber;
  readonly target: FakeSyncTarget;
  readonly local: LocalState;
  readonly metrics: Metrics;
  /** `call` is a method and a target: `PUT /v1/agent/check/pass/x?note=y`. */
  send(call: string, request?: TestRequest): Promise<TestResponse>;
}

export interface AgentApiOptions {
  readonly routes: readonly ApiRoute[];
  readonly settings?: Partial<ApiSettings>;
  readonly members?: readonly Member[];
  readonly authorizer?: Authorizer;
  /** Over those that answer little and do nothing. */
  readonly operations?: Partial<Operations>;
}

const NODE_ID = '11111111-2222-3333-4444-555555555555';

const SETTINGS: ApiSettings = {
  datacenter: 'dc1',
  nodeName: 'edge-3',
  nodeId: NODE_ID,
  isServer: true,
  isDev: false,
  defaultQueryTimeMs: 300_000,
  maxQueryTimeMs: 600_000,
  kvMaxValueBytes: 524_288,
  txnMaxBytes: 524_288,
  sessionTtlMinMs: 10_000,
  checkOutputMaxBytes: 4_096,
  scriptChecksEnabled: false,
  coordinatesDisabled: false,
  discoveryConsistency: 'live',
  kvConsistency: 'live',
  usesCache: true,
};

const LOCAL_SETTINGS = { registerWaitMs: 500, fullSyncIntervalMs: 300_000, checkUpdateIntervalMs: 300_000, checkOutputMaxBytes: 4_096 };

/** Starts an agent with nothing registered. Agent routes never touch the backend. */
export async function startAgentApi(options: AgentApiOptions): Promise<AgentApi> {
  const { routes, settings, members = [], authorizer = allowAll, operations = {} } = options;
  const clock = new FakeClock();
  const random = new SeededRandom(1);
  const prober = new FakeProber();
  const target = new FakeSyncTarget();
  const checkSettings = { outputMaxBytes: 4_096, followRedirects: true };
  const local = await LocalState.open({
    node: {
      id: NODE_ID,
      name: 'edge-3',
      address: '10.0.0.3',
      taggedAddresses: undefined,
      meta: { rack: 'b', aisle: '7' },
      locality: undefined,
    },
    target,
    runner: (sink) =>
      new CheckScheduler({ clock, random, prober, sink, aliases: sink, settings: checkSettings, meters: new CheckMeters(clock) }),
    storage: undefined,
    settings: LOCAL_SETTINGS,
    clock,
    random,
    logger: silentLogger,
  });
  await local.start();
  const metrics = new Metrics(clock);
  const context: ApiContext = {
    backend: {} as Backend,
    local,
    operations: operationsOf(members, operations),
    eventInbox: new EventInbox(local),
    metrics,
    settings: { ...SETTINGS, ...settings },
    clock,
    random,
  };
  const dispatcher = new Dispatcher({ routes, context, authorizer, datacenter: 'dc1', logger: silentLogger });
  return { clock, prober, target, local, metrics, send: (call, request) => send(dispatcher, call, request) };
}

const operationsOf = (members: readonly Member[], changes: Partial<Operations>): Operations => ({
  self: () => ({ name: 'edge-3', address: '10.0.0.3', port: 8301, tags: { role: 'consul', dc: 'dc1' }, status: 1 }),
  members: () => members,
  debugConfig: () => ({ NodeName: 'edge-3', Datacenter: 'dc1' }),
  stats: () => ({ runtime: { os: 'linux', arch: 'amd64' }, agent: { services: '0' } }),
  host: () => Promise.resolve({ CollectionTime: 1, Errors: null }),
  leader: () => '',
  peers: () => [],
  servers: () => [],
  usage: () => ({ nodes: 0, services: 0, instances: 0, billableInstances: 0, meshInstances: {} }),
  saveSnapshot: () => ({ index: 1, chunks: nothing() }),
  restoreSnapshot: async () => {},
  reload: async () => {},
  leave: async () => {},
  join: async () => {},
  forceLeave: async () => {},
  monitor: nothing,
  ...changes,
});

async function* nothing(): AsyncIterable<Uint8Array> {}

async function send(dispatcher: Dispatcher<ApiContext>, call: string, request: TestRequest = {}): Promise<TestResponse> {
  const [method = '', url = ''] = call.split(/ (.*)/);
  const [path = '', rawQuery = ''] = url.split(/\?(.*)/);
  const { body, headers = {}, signal = new AbortController().signal } = request;
  const answer = await dispatcher.dispatch({
    method,
    path: decodeURIComponent(path),
    rawQuery,
    query: Query.parse(rawQuery) ?? Query.parse('') ?? failed(),
    headers,
    body: Buffer.from(body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)),
    bodyStream: nothing(),
    remoteAddress: '',
    signal,
  });
  return responseOf(answer);
}

function failed(): never {
  throw new Error('query string cannot be parsed');
}

function responseOf({ status, headers, body }: Answer): TestResponse {
  const text = textOf(body);
  const isJson = body.kind === 'json' || body.kind === 'list';
  return { status, headers, text, json: isJson ? JSON.parse(text) : undefined };
}

function textOf(body: Answer['body']): string {
  if (body.kind === 'text') return body.text;
  if (body.kind === 'json') return body.json;
  if (body.kind !== 'list') return '';
  const { items, where, encode, within = { before: '', after: '' } } = body.list;
  const shown = items.filter((item) => where?.(item) ?? true).map(encode);
  return `${within.before}[${shown.join(',')}]${within.after}`;
}
