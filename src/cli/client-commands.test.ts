/** Every command that asks an agent: what it asks, what it prints, how it ends. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { konsul, type Outcome } from '../../test/fixtures/konsul-cli.ts';
import { type FakeAnswer, FakeApi, type FakeRequest, type Responder } from '../testing/fake-api.ts';

const folder = mkdtempSync(join(tmpdir(), 'konsul-cli-'));
const apis: FakeApi[] = [];

afterEach(async () => {
  for (const api of apis.splice(0)) await api.stop();
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Asked extends Outcome {
  readonly requests: readonly FakeRequest[];
  readonly lines: readonly string[];
}

async function ask(line: string, respond: Responder | FakeAnswer, input?: string): Promise<Asked> {
  const api = await FakeApi.start(typeof respond === 'function' ? respond : () => respond);
  apis.push(api);
  const environment = { CONSUL_HTTP_ADDR: api.address };
  const outcome = await konsul(line.replaceAll('FOLDER', folder).split(' '), { environment, ...(input === undefined ? {} : { input }) });
  return { ...outcome, requests: api.requests, lines: api.lines };
}

const PAIR = { Key: 'a', Value: 'aGk=', Flags: 0, CreateIndex: 1, ModifyIndex: 2, LockIndex: 0 };

test.each<[string, FakeAnswer, string, string]>([
  ['kv get a', { body: [PAIR] }, 'GET /v1/kv/a', 'hi\n'],
  ['kv get -recurse -datacenter=dc2 -stale a/ä', { body: [PAIR] }, 'GET /v1/kv/a/%C3%A4?recurse&dc=dc2&stale', 'a:hi\n'],
  ['kv get -keys a', { body: ['a/', 'b'] }, 'GET /v1/kv/a?keys&separator=%2F', 'a/\nb\n'],
  ['kv get -keys -separator= a', { body: ['a'] }, 'GET /v1/kv/a?keys', 'a\n'],
  ['kv get -recurse none', { status: 404 }, 'GET /v1/kv/none?recurse', ''],
  ['kv put -flags=18446744073709551615 a b', { body: true }, 'PUT /v1/kv/a?flags=18446744073709551615', 'Success! Data written to: a\n'],
  ['kv put -cas -modify-index=7 a b', { body: true }, 'PUT /v1/kv/a?cas=7', 'Success! Data written to: a\n'],
  ['kv put -acquire -session=s a', { body: true }, 'PUT /v1/kv/a?acquire=s', 'Success! Lock acquired on: a\n'],
  ['kv put -release -session=s a', { body: true }, 'PUT /v1/kv/a?release=s', 'Success! Lock released on: a\n'],
  ['kv delete -cas -modify-index=7 a', { body: true }, 'DELETE /v1/kv/a?cas=7', 'Success! Deleted key: a\n'],
  ['kv delete -recurse a', { body: true }, 'DELETE /v1/kv/a?recurse', 'Success! Deleted keys with prefix: a\n'],
  ['kv export', { status: 404 }, 'GET /v1/kv/?recurse', '[]\n'],
  ['reload', {}, 'PUT /v1/agent/reload', 'Configuration reload triggered\n'],
  ['leave', {}, 'PUT /v1/agent/leave', 'Graceful leave complete\n'],
  ['join -wan 10.0.0.1:8302', {}, 'PUT /v1/agent/join/10.0.0.1%3A8302?wan=1', 'Successfully joined cluster by contacting 1 nodes.\n'],
  ['force-leave n1', {}, 'PUT /v1/agent/force-leave/n1', ''],
  ['force-leave -prune -wan n1', {}, 'PUT /v1/agent/force-leave/n1?prune&wan', ''],
  ['maint -enable -reason=x', {}, 'PUT /v1/agent/maintenance?enable=true&reason=x', 'Node maintenance is now enabled\n'],
  [
    'maint -disable -service=a/b',
    {},
    'PUT /v1/agent/service/maintenance/a%2Fb?enable=false',
    'Service maintenance is now disabled for "a/b"\n',
  ],
  ['services deregister -id=a', {}, 'PUT /v1/agent/service/deregister/a', 'Deregistered service: a\n'],
  ['event -name=deploy -service=^web$', { body: { ID: 'e1' } }, 'PUT /v1/event/fire/deploy?service=%5Eweb%24', 'Event ID: e1\n'],
  ['catalog datacenters', { body: ['dc1', 'dc2'] }, 'GET /v1/catalog/datacenters', 'dc1\ndc2\n'],
  ['catalog services -tags', { body: { web: ['b', 'a'], db: [] } }, 'GET /v1/catalog/services', 'db       \nweb      a,b\n'],
  ['catalog services -node-meta=k=v', { body: { web: [] } }, 'GET /v1/catalog/services?node-meta=k%3Av', 'web\n'],
  ['catalog services -node=none', { status: 404 }, 'GET /v1/catalog/node/none', ''],
  ['info', { body: { Config: {}, Stats: { b: { y: '2', x: '1' }, a: {} } } }, 'GET /v1/agent/self', 'a:\nb:\n\tx = 1\n\ty = 2\n'],
  ['members -status=left', { body: [] }, 'GET /v1/agent/members', ''],
  ['watch -type=services', { body: { web: [] } }, 'GET /v1/catalog/services', '{\n    "web": []\n}\n'],
  ['watch -type=key -key=a', { status: 404 }, 'GET /v1/kv/a', 'null\n'],
  ['snapshot restore FOLDER/x', {}, 'PUT /v1/snapshot', 'Restored snapshot\n'],
])('konsul %s asks and prints', async (line, answer, request, out) => {
  writeFileSync(join(folder, 'x'), 'bytes');
  const outcome = await ask(line, answer);
  expect([outcome.lines, outcome.out]).toEqual([[request], out]);
});

test.each<[string, FakeAnswer, number, string]>([
  ['kv get none', { status: 404 }, 1, 'Error! No key exists at: none\n'],
  ['kv put -cas a b', { body: false }, 1, 'Error! Did not write to a: CAS failed\n'],
  ['kv put -acquire -session=s a', { body: false }, 1, 'Error! Did not acquire lock\n'],
  ['kv put -flags=x a', {}, 1, '==> flag -flags: "x" is no whole number\n'],
  ['kv put -cas=maybe a', {}, 1, '==> flag -cas: must be true or false, not "maybe"\n'],
  ['kv put -base64 a !!', {}, 1, 'Error! Cannot base64 decode data\n'],
  ['kv put a @FOLDER/none', {}, 1, `==> Failed to read file: open ${folder}/none: no such file or directory\n`],
  ['kv delete -cas -modify-index=7 a', { body: false }, 1, 'Error! Did not delete key a: CAS failed\n'],
  [
    'kv import [{"key":""}]',
    {},
    1,
    '==> Cannot unmarshal data: entry 1 is not {"key", "flags", "value"} with text, number and base64 text\n',
  ],
  ['reload extra', {}, 1, '==> Too many arguments (expected 0, got 1); flags come before arguments\n'],
  [
    'reload',
    { status: 403, body: 'Permission denied' },
    1,
    '==> Unexpected response code: 403 (Permission denied) (give a token with -token or CONSUL_HTTP_TOKEN)\n',
  ],
  ['reload', { status: 500, body: 'no' }, 1, '==> Unexpected response code: 500 (no)\n'],
  [
    'join a',
    { status: 500, body: 'no' },
    1,
    "Error joining address 'a': Unexpected response code: 500 (no)\n==> Failed to join any nodes.\n",
  ],
  ['members -status=left', { body: [] }, 2, ''],
  ['members -status=(', {}, 1, '==> Failed to compile status regexp: (\n'],
  ['event', {}, 1, '==> Event name must be specified\n'],
  ['event -name=x -node=(', {}, 1, '==> flag -node is no regular expression: Invalid regular expression: /(/: Unterminated group\n'],
  ['catalog nodes', { body: [] }, 0, 'No nodes match the given query - try expanding your search.\n'],
  ['catalog services', { body: {} }, 0, 'No services match the given query - try expanding your search.\n'],
  ['services register -name=a -port=70000', {}, 1, '==> flag -port: 70000 is more than 65535\n'],
  ['services register -name=a -tagged-address=lan', {}, 1, '==> flag -tagged-address: "lan" is not name=host:port\n'],
  ['services register FOLDER/bad.hcl', {}, 1, `==> ${folder}/bad.hcl:2: service.prot: unknown key; did you mean "port"?\n`],
  ['services deregister', {}, 1, '==> Service deregistration requires at least one argument or -id.\n'],
  ['watch -type=nodes', { status: 500, body: 'no' }, 1, '==> Unexpected response code: 500 (no)\n'],
  ['watch -type=nodes -key=a', {}, 1, '==> Invalid parameters: [key]\n'],
  ['snapshot inspect FOLDER/bad.hcl', {}, 1, '==> Error verifying snapshot: failed to decompress snapshot: incorrect header check\n'],
  [
    'snapshot save FOLDER/s',
    { body: 'nonsense' },
    1,
    '==> Error verifying snapshot file: failed to decompress snapshot: incorrect header check\n',
  ],
  ['snapshot save -append-filename=x FOLDER/s', {}, 1, '==> flag -append-filename: knows version and dc, not "x"\n'],
])('konsul %s complains and ends as it should', async (line, answer, code, err) => {
  writeFileSync(join(folder, 'bad.hcl'), 'service {\n  prot = 1\n}\n');
  const outcome = await ask(line, answer);
  expect([outcome.code, outcome.out, outcome.err]).toEqual([code, '', err]);
});

test('nobody there: what to do is said', async () => {
  const { code, err } = await konsul(['members', '-http-addr=127.0.0.1:1']);
  expect([code, err]).toEqual([
    1,
    '==> cannot connect to 127.0.0.1:1: is the agent running? It is looked for at -http-addr or CONSUL_HTTP_ADDR (dial tcp 127.0.0.1:1: connect: connection refused)\n',
  ]);
});

test('values go out as they are: from the argument, a file, or standard input', async () => {
  writeFileSync(join(folder, 'value'), 'from a file\n');
  const bodies = [];
  for (const data of ['text', '@FOLDER/value', '-'])
    bodies.push((await ask(`kv put a ${data}`, { body: true }, 'piped')).requests[0]?.body);
  bodies.push((await ask('kv put -base64 a aGk=', { body: true })).requests[0]?.body);
  expect(bodies).toEqual(['text', 'from a file\n', 'piped', 'hi']);
});

test('an export and its import carry flags and values to the last bit', async () => {
  const body = '[{"Key":"a","Value":"aGk=","Flags":18446744073709551615},{"Key":"b","Value":null,"Flags":0}]';
  const { out } = await ask('kv export', { body });
  expect(out).toContain('"flags": 18446744073709551615,\n\t\t"value": "aGk="');
  const imported = await ask('kv import -prefix=p/ -', { body: true }, out);
  expect(imported.out).toBe('Imported: p/a\nImported: p/b\n');
  expect(imported.requests.map(({ line, body: value }) => [line, value])).toEqual([
    ['PUT /v1/kv/p/a?flags=18446744073709551615', 'hi'],
    ['PUT /v1/kv/p/b?flags=0', ''],
  ]);
});

test('services are registered from flags, or from files in the order of the files', async () => {
  const flags = await ask('services register -name=web -id=w1 -port=80 -tag=a -tag=b -meta=k=v=w -tagged-address=v6=[::1]:5', {});
  expect(JSON.parse(flags.requests[0]?.body ?? '')).toEqual({
    ...{ Name: 'web', ID: 'w1', Port: 80, Tags: ['a', 'b'], Meta: { k: 'v=w' } },
    TaggedAddresses: { v6: { Address: '::1', Port: 5 } },
  });
  writeFileSync(join(folder, 'a.hcl'), 'service {\n  name = "a"\n  check {\n    tcp = "h:1"\n    interval = "10s"\n  }\n}\n');
  writeFileSync(join(folder, 'b.json'), '{"services":[{"name":"b","enable_tag_override":true},{"name":"c","id":"c1"}]}');
  const files = await ask('services register FOLDER/a.hcl FOLDER/b.json', {});
  expect(files.out).toBe('Registered service: a\nRegistered service: b\nRegistered service: c\n');
  expect(files.requests.map(({ body }) => JSON.parse(body))).toMatchObject([
    { Name: 'a', Check: { TCP: 'h:1', Interval: 10_000_000_000 } },
    { Name: 'b', EnableTagOverride: true },
    { Name: 'c', ID: 'c1' },
  ]);
  expect((await ask('services deregister FOLDER/b.json', {})).out).toBe('Deregistered service: b\nDeregistered service: c1\n');
});

test('a file without a service is nothing to register', async () => {
  writeFileSync(join(folder, 'empty.json'), '{}');
  expect(await ask('services register FOLDER/empty.json', {})).toMatchObject({
    code: 1,
    lines: [],
    err: `==> there is no service in ${folder}/empty.json\n`,
  });
});

const MEMBERS = [
  {
    Name: 'z',
    Addr: '10.0.0.2',
    Port: 8301,
    Status: 4,
    ProtocolCur: 2,
    Tags: { role: 'node', build: '1.2.0:abc', dc: 'dc1', segment: '' },
  },
  { Name: 'a', Addr: '::1', Port: 8301, Status: 1, ProtocolCur: 2, Tags: { role: 'consul', build: '1.2.0:', vsn: '3', dc: 'dc1' } },
];

test('members are shown as Consul shows them', async () => {
  expect((await ask('members', { body: MEMBERS })).out).toBe(
    [
      'Node  Address        Status  Type    Build  Protocol  DC   Segment',
      'a     [::1]:8301     alive   server  1.2.0  3         dc1  <all>',
      'z     10.0.0.2:8301  failed  client  1.2.0  2         dc1  <default>',
      '',
    ].join('\n'),
  );
  expect((await ask('members -detailed -status=alive', { body: MEMBERS })).out).toBe(
    'Node  Address     Status  Tags\na     [::1]:8301  alive   build=1.2.0:,dc=dc1,role=consul,segment=<all>,vsn=3\n',
  );
});

test('what is in maintenance is listed', async () => {
  const checks = {
    a: { CheckID: '_node_maintenance', Notes: 'why' },
    b: { CheckID: '_service_maintenance:w', ServiceID: 'w', Notes: 'so' },
    c: { CheckID: 'c', Notes: '' },
  };
  const { out } = await ask('maint', ({ line }) => ({ body: line.endsWith('/self') ? { Config: { NodeName: 'n1' } } : checks }));
  expect(out).toBe('Node:\n  Name:   n1\n  Reason: why\n\nService:\n  ID:     w\n  Reason: so\n\n');
});

const SERVER = { Node: 's1', ID: 'i1', Address: '10.0.0.1:8300', Leader: true, Voter: true, ProtocolVersion: '3' };

test('servers are listed, with their progress where it is known', async () => {
  expect((await ask('operator raft list-peers', { body: { Servers: [SERVER] } })).out).toBe(
    'Node  ID  Address        State   Voter  RaftProtocol\ns1    i1  10.0.0.1:8300  leader  true   3\n',
  );
  const servers = [
    { ...SERVER, LastIndex: 10 },
    { ...SERVER, Node: 's2', Leader: false, LastIndex: 9 },
  ];
  const { out } = await ask('operator raft list-peers', { body: { Servers: servers } });
  expect(out.split('\n').slice(1, 3)).toEqual([
    's1    i1  10.0.0.1:8300  leader    true   3             10            -',
    's2    i1  10.0.0.1:8300  follower  true   3             9             1 commit',
  ]);
});

test('autopilot keeps what is not given, and is not overwritten by two at once', async () => {
  const config = { CleanupDeadServers: true, MaxTrailingLogs: 250, ModifyIndex: 4, Later: 'x' };
  const line = 'operator autopilot set-config -cleanup-dead-servers=false -last-contact-threshold=1m30s -min-quorum=3';
  const respond =
    (isWritten: boolean) =>
    ({ line: request }: FakeRequest) => ({ body: request.startsWith('PUT') ? isWritten : config });
  const done = await ask(line, respond(true));
  expect([done.out, done.lines[1]]).toEqual(['Configuration updated!\n', 'PUT /v1/operator/autopilot/configuration?cas=4']);
  expect(JSON.parse(done.requests[1]?.body ?? '')).toEqual({
    ...config,
    CleanupDeadServers: false,
    LastContactThreshold: '1m30s',
    MinQuorum: 3,
  });
  expect(await ask(line, respond(false))).toMatchObject({
    code: 1,
    err: '==> Configuration could not be atomically updated, please try again\n',
  });
});

const coordinate = (x: number, more: object = {}) => ({ Vec: [x, 0], Error: 1.5, Adjustment: 0, Height: 1e-5, ...more });

test.each([
  ['rtt a b', 'Estimated a <-> b rtt: 3.020 ms (using LAN coordinates)\n'],
  ['rtt a', 'Estimated a <-> b rtt: 3.020 ms (using LAN coordinates)\n'],
  ['rtt a c', 'Estimated a <-> c rtt: 0.020 ms (using LAN coordinates)\n'],
  ['rtt -wan s.dc1 s.dc2', 'Estimated s.dc1 <-> s.dc2 rtt: 5.020 ms (using WAN coordinates)\n'],
])('konsul %s computes the time from coordinates', async (line, out) => {
  const nodes = [
    { Node: 'a', Segment: '', Coord: coordinate(0) },
    { Node: 'b', Segment: '', Coord: coordinate(0.003) },
    { Node: 'c', Segment: '', Coord: coordinate(0, { Adjustment: -1 }) },
  ];
  const areas = [
    { Datacenter: 'dc1', AreaID: 'wan', Coordinates: [{ Node: 's', Segment: '', Coord: coordinate(0) }] },
    { Datacenter: 'dc2', AreaID: 'WAN', Coordinates: [{ Node: 's.dc2', Segment: '', Coord: coordinate(0.005) }] },
  ];
  const outcome = await ask(line, ({ line: request }) => {
    if (request.endsWith('/self')) return { body: { Config: { NodeName: 'b', Datacenter: 'dc1' } } };
    return { body: request.endsWith('/datacenters') ? areas : nodes };
  });
  expect([outcome.code, outcome.out]).toEqual([0, out]);
});

test.each([
  ['rtt a none', 'Could not find a coordinate for node "none"'],
  ['rtt none a', 'Could not find a coordinate for node "none"'],
  ['rtt -wan a b', 'Node names must be specified as <node name>.<datacenter> with -wan'],
])('konsul %s says what is missing', async (line, message) => {
  expect(await ask(line, { body: [{ Node: 'a', Segment: '', Coord: coordinate(0) }] })).toMatchObject({ code: 1, err: `==> ${message}\n` });
});

test('the token comes from a flag, else from the environment, else from a file', async () => {
  writeFileSync(join(folder, 'token'), 'from-file\n');
  const api = await FakeApi.start(() => ({}));
  apis.push(api);
  const run = (words: string[], environment: Record<string, string>) =>
    konsul(['reload', ...words], { environment: { KONSUL_HTTP_ADDR: api.address, CONSUL_HTTP_ADDR: 'wrong:1', ...environment } });
  await run(['-token=flag'], { CONSUL_HTTP_TOKEN: 'env' });
  await run([], { CONSUL_HTTP_TOKEN: 'env', KONSUL_HTTP_TOKEN: 'own', CONSUL_HTTP_AUTH: 'u:p' });
  await run([`-token-file=${folder}/token`], {});
  await run([], { CONSUL_HTTP_TOKEN: '' });
  expect(api.requests.map(({ headers }) => headers['x-consul-token'])).toEqual(['flag', 'own', 'from-file', undefined]);
  expect(api.requests[1]?.headers.authorization).toBe(`Basic ${Buffer.from('u:p').toString('base64')}`);
});

test('keys of keygen are 32 bytes, and no two are the same', async () => {
  const keys = [await konsul(['keygen']), await konsul(['keygen'])].map(({ out }) => out);
  expect(keys.map((key) => Buffer.from(key.trim(), 'base64').length)).toEqual([32, 32]);
  expect(keys[0]).not.toBe(keys[1]);
});

test('a log is shown as it comes, and its end is a failure', async () => {
  const { lines, code, out, err } = await ask('monitor -log-level=debug -log-json', { body: 'one\ntwo\n' });
  expect([lines, code, out]).toEqual([['GET /v1/agent/monitor?loglevel=debug&logjson'], 1, 'one\ntwo\n']);
  expect(err).toMatch(/^Remote side ended the monitor!/);
  expect(await ask('monitor', { status: 400, body: 'Unknown log level: x' })).toMatchObject({
    code: 1,
    err: expect.stringContaining('400 (Unknown log level: x)'),
  });
});

test('a snapshot that is not sound leaves no file behind', async () => {
  await ask('snapshot save FOLDER/gone.snap', { body: 'nonsense' });
  expect(() => readFileSync(join(folder, 'gone.snap'))).toThrow('ENOENT');
  expect(() => readFileSync(join(folder, 'gone.snap.unverified'))).toThrow('ENOENT');
});
