/**
 * What a real Consul should report of itself when it was started with files that this reader read: a small projection of a tree onto
 * Consul's DebugConfig, for the keys that the files in `test/fixtures/config/hcl/good` use. An unknown key is an error, so none is left out.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseConfigText } from '../../src/config/config-text.ts';
import { asBlock, asList, asSingle, type ConfigBlock, type ConfigTree } from '../../src/config/tree.ts';
import { formatDurationNs, parseDurationNs } from '../../src/model/duration.ts';
import { type Plain, type PlainBlock, plainOf } from '../fixtures/config/plain-tree.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures/config/hcl/', import.meta.url));

export type FixtureGroup = 'good' | 'broken';

export const folderOf = (group: FixtureGroup): string => `${FIXTURES}${group}`;
export const filesOf = (group: FixtureGroup): readonly string[] => readdirSync(folderOf(group)).sort();
export const readHclFile = (group: FixtureGroup, file: string): ConfigBlock =>
  parseConfigText('hcl', readFileSync(`${folderOf(group)}/${file}`, 'utf8'));

/** Files in `broken` that Consul takes, because it stops reading where it should complain. */
export const readOnByConsul: readonly { readonly file: string; readonly why: string }[] = [
  {
    file: 'brace-for-value.hcl',
    why: 'a brace where a value should stand closes the block, once more with the next brace; the name is lost',
  },
  { file: 'cut-short.hcl', why: 'a file that ends behind an equals sign loses that name' },
  { file: 'json-cut-short.hcl', why: 'a JSON file may lack its last braces' },
  { file: 'json-missing-comma.hcl', why: 'what follows a member without a comma is lost' },
  { file: 'json-text-behind.hcl', why: 'what follows the closing brace of a JSON file is not looked at' },
];

/** Service id or name to the members of its DebugConfig that the files determine. */
export interface Expected {
  readonly services: readonly PlainBlock[];
  readonly checks: readonly PlainBlock[];
  readonly settings: PlainBlock;
}

type Reader = (tree: ConfigTree) => Plain;
/** Our key in lower case to Consul's name and how to read the value. */
type Shape = Readonly<Record<string, readonly [name: string, read: Reader]>>;

const value: Reader = (tree) => plainOf(asSingle(tree));
const list: Reader = (tree) => asList(tree).map(plainOf);
const duration: Reader = (tree) => formatDurationNs(parseDurationNs(String(value(tree))) ?? Number.NaN);
const blockOf =
  (shape: Shape): Reader =>
  (tree) =>
    project(blockOrThrow(tree), shape);
const blocksOf =
  (shape: Shape): Reader =>
  (tree) =>
    asList(tree).map((item) => project(blockOrThrow(item), shape));

const CHECK: Shape = {
  id: ['ID', value],
  name: ['Name', value],
  notes: ['Notes', value],
  http: ['HTTP', value],
  method: ['Method', value],
  header: ['Header', value],
  args: ['ScriptArgs', list],
  tcp: ['TCP', value],
  tls_skip_verify: ['TLSSkipVerify', value],
  interval: ['Interval', duration],
  timeout: ['Timeout', duration],
  ttl: ['TTL', duration],
  deregister_critical_service_after: ['DeregisterCriticalServiceAfter', duration],
};
const SERVICE_CHECK: Shape = { ...CHECK, id: ['CheckID', value] };

const SERVICE: Shape = {
  id: ['ID', value],
  name: ['Name', value],
  tags: ['Tags', list],
  port: ['Port', value],
  address: ['Address', value],
  meta: ['Meta', value],
  enable_tag_override: ['EnableTagOverride', value],
  weights: ['Weights', blockOf({ passing: ['Passing', value], warning: ['Warning', value] })],
  tagged_addresses: ['TaggedAddresses', blockOf({ lan: ['lan', blockOf({ address: ['Address', value], port: ['Port', value] })] })],
  // Consul counts the one with the others; no file has both.
  check: ['Checks', blocksOf(SERVICE_CHECK)],
  checks: ['Checks', blocksOf(SERVICE_CHECK)],
};

const FILE: Shape = {
  node_meta: ['NodeMeta', value],
  recursors: ['DNSRecursors', list],
  session_ttl_min: ['SessionTTLMin', duration],
  leave_on_terminate: ['LeaveOnTerm', value],
  disable_update_check: ['DisableUpdateCheck', value],
  translate_wan_addrs: ['TranslateWANAddrs', value],
  raft_snapshot_threshold: ['RaftSnapshotThreshold', value],
  check_output_max_size: ['CheckOutputMaxSize', value],
  limits: ['limits', blockOf({ rpc_rate: ['RPCRateLimit', value], rpc_max_burst: ['RPCMaxBurst', value] })],
  dns_config: ['dns_config', blockOf({ service_ttl: ['DNSServiceTTL', blockOf({ web: ['web', duration], '*': ['*', duration] })] })],
  // Consul shows that there are watches, and nothing of them.
  watches: ['Watches', (tree) => asList(tree).map(() => ({}))],
  service: ['services', blocksOf(SERVICE)],
  services: ['services', blocksOf(SERVICE)],
  check: ['checks', blocksOf(CHECK)],
  checks: ['checks', blocksOf(CHECK)],
};

function blockOrThrow(tree: ConfigTree): ConfigBlock {
  const block = asBlock(tree);
  if (block === undefined) throw new Error(`line ${tree.line}: not one block`);
  return block;
}

function project(block: ConfigBlock, shape: Shape): PlainBlock {
  return Object.fromEntries(block.members.map((member) => projectMember(member.name, member.value, shape)));
}

function projectMember(name: string, tree: ConfigTree, shape: Shape): readonly [string, Plain] {
  const field = shape[name.toLowerCase()];
  if (field === undefined) throw new Error(`line ${tree.line}: the projection does not know ${name}`);
  return [field[0], field[1](tree)];
}

/** As Consul merges files: lists grow, maps merge, the rest is replaced. */
export function expectedOf(files: readonly ConfigBlock[]): Expected {
  const services: PlainBlock[] = [];
  const checks: PlainBlock[] = [];
  const settings: Record<string, Plain> = {};
  for (const { name, value: tree } of files.flatMap((file) => file.members)) {
    const [target, plain] = projectMember(name, tree, FILE);
    if (target === 'services') services.push(...(plain as readonly PlainBlock[]));
    else if (target === 'checks') checks.push(...(plain as readonly PlainBlock[]));
    else if (target === 'limits' || target === 'dns_config') Object.assign(settings, plain);
    else settings[target] = merged(settings[target], plain);
  }
  return { services, checks, settings };
}

function merged(before: Plain | undefined, plain: Plain): Plain {
  if (Array.isArray(before) && Array.isArray(plain)) return [...before, ...plain];
  return typeof before === 'object' && typeof plain === 'object' ? { ...before, ...plain } : plain;
}

/** Of `reported` what `expected` speaks of, so that the two can be compared whole. */
export function narrowed(reported: Plain | undefined, expected: Plain): Plain {
  if (Array.isArray(expected) && Array.isArray(reported)) return reported.map((item, index) => narrowed(item, expected[index] ?? item));
  if (!isBlock(expected) || !isBlock(reported)) return reported ?? null;
  return Object.fromEntries(Object.entries(expected).map(([name, inner]) => [name, narrowed(reported[name], inner)]));
}

const isBlock = (plain: Plain | undefined): plain is PlainBlock => typeof plain === 'object' && plain !== null && !Array.isArray(plain);
