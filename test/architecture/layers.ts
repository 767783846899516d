/** The layers of `src/` as data (CONTRIBUTING.md, "The map"): who may import whom, and which packages live where. */

/** A module imports from lower levels and from its own folder only. `index` is `src/index.ts`. */
export const LEVELS: Readonly<Record<string, number>> = {
  runtime: 0,
  model: 1,
  topics: 2,
  wire: 2,
  config: 2,
  acl: 2,
  checks: 2,
  store: 2,
  state: 3,
  cache: 3,
  http: 3,
  dns: 3,
  // Above wire and checks, whose schemas and rules it joins; below api and local, the doors through which registrations come.
  registration: 3,
  api: 4,
  sync: 4,
  local: 4,
  authority: 4,
  client: 4,
  watches: 4,
  // What both assemblies, agent and server, are put together with.
  assembly: 4.5,
  agent: 5,
  server: 5,
  // What programs import; the command line needs none of it.
  sdk: 5.5,
  cli: 6,
  index: 6,
  testing: 6,
  bin: 7,
};

/** Folders and files below its level that a module must not know all the same, and why. */
export const FORBIDDEN: readonly { readonly from: string; readonly to: readonly string[]; readonly why: string }[] = [
  { from: 'api', to: ['state', 'cache', 'store', 'dns', 'config'], why: 'routes see the Backend, never what is behind it' },
  {
    from: 'client',
    to: ['state', 'cache', 'store', 'http', 'dns', 'topics', 'checks', 'acl', 'config'],
    why: 'the client knows the wire only',
  },
  { from: 'watches', to: ['http', 'dns', 'state', 'cache', 'store'], why: 'watches ask through AskApi, whoever answers' },
  { from: 'authority', to: ['http', 'dns', 'cache', 'wire'], why: 'decisions know no door' },
  { from: 'local', to: ['http', 'dns', 'state', 'cache'], why: 'local state reaches servers through SyncTarget' },
  { from: 'sync', to: ['http', 'dns', 'store'], why: 'the link carries views, not records of the store' },
  {
    from: 'state',
    to: ['runtime/clock', 'runtime/random', 'runtime/disk', 'runtime/link', 'runtime/prober'],
    why: 'state does no I/O and reads no clock',
  },
  {
    from: 'model',
    to: ['runtime/clock', 'runtime/random', 'runtime/disk', 'runtime/link', 'runtime/prober', 'runtime/logger'],
    why: 'the model is pure',
  },
  { from: 'cache', to: ['runtime/link', 'runtime/prober'], why: 'the cache is filled through its Fetcher' },
];

/** Where each package may be imported, as path prefixes under `src/`. A package that is not here may not be used at all (ADR 0007). */
export const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  lmdb: ['store/lmdb'],
  pino: ['runtime/'],
  ws: ['runtime/'],
  commander: ['cli/'],
  yaml: ['config/'],
  typebox: ['model/', 'wire/', 'config/', 'checks/', 'http/', 'api/', 'registration/'],
};

/** Modules that reach outside the process, and the path prefixes under `src/` that adapt them. */
export const OUTSIDE_MODULES: Readonly<Record<string, readonly string[]>> = {
  'node:fs': [],
  'node:fs/promises': [],
  'node:net': ['http/'],
  'node:http': ['http/'],
  'node:https': ['http/'],
  'node:http2': ['http/'],
  'node:tls': ['http/'],
  'node:dgram': [],
  'node:child_process': [],
  'node:worker_threads': [],
  'node:timers': [],
  'node:timers/promises': [],
  'node:perf_hooks': [],
  'node:process': ['config/'],
};

/** Free names that reach outside, and what to use instead. `*` adapts none but `runtime/`, `testing/` and `bin/`. */
export const OUTSIDE_NAMES: Readonly<Record<string, string>> = {
  Date: 'take the time from a Clock',
  performance: 'take the time from a Clock',
  setTimeout: 'use Clock.after or Clock.sleep',
  setInterval: 'use Clock.after',
  setImmediate: 'use Clock.pause',
  'AbortSignal.timeout': 'use Clock.after',
  'Math.random': 'take chance from a Random',
  crypto: 'take chance from a Random',
  fetch: 'use a Prober or the transport of client/',
  globalThis: 'name what you mean',
};

/** The parts that adapt the outside world for all others. */
export const ADAPTERS: readonly string[] = ['runtime', 'testing', 'bin'];

export const RANDOM_NAMES: readonly string[] = [
  'randomBytes',
  'randomUUID',
  'randomInt',
  'randomFill',
  'randomFillSync',
  'getRandomValues',
  'webcrypto',
  'generateKey',
  'generateKeyPair',
];
