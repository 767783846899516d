import { expect, test } from 'vitest';
import type { Member } from '../api/operations.ts';
import type { Relay } from '../topics/backend.ts';
import { AgentMembers } from './agent-members.ts';

const shown = (Name: string) => ({ Name, Addr: '10.0.0.1', Port: 8301, Tags: { role: 'node' }, Status: 1, ProtocolCur: 2 });
const GOOD = JSON.stringify([shown('other'), shown('N')]);

/** Answers with `status` and `text`, which a test may change; every request is written down. */
class FakeRelay {
  status = 200;
  text = GOOD;
  readonly asked: string[] = [];

  readonly relay: Relay = async ({ method, path, rawQuery }) => {
    this.asked.push(`${method} ${path}?${rawQuery}`);
    return { status: this.status, headers: {}, chunks: bytesOf(this.text) };
  };
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array, void, undefined> {
  yield Buffer.from(text);
}

function setUp(): { readonly server: FakeRelay; readonly list: () => Promise<readonly Member[]>; readonly members: AgentMembers } {
  const server = new FakeRelay();
  const facts = { datacenter: 'dc1', nodeName: 'n', nodeId: 'id', address: '10.0.0.9', memberPort: 8301 };
  const members = new AgentMembers({ ...facts, relay: server.relay });
  return { server, members, list: () => members.list(new AbortController().signal) };
}

test('the list is what a server shows, with this agent as it knows itself', async () => {
  const { server, list, members } = setUp();
  const other = { name: 'other', address: '10.0.0.1', port: 8301, tags: { role: 'node' }, status: 1 };
  expect(await list()).toEqual([members.self(), other]);
  expect(server.asked).toEqual(['GET /v1/agent/members?']);
});

test('before the first answer an agent knows itself only', async () => {
  const { server, list, members } = setUp();
  server.status = 500;
  expect(await list()).toEqual([members.self()]);
});

const nonsense: readonly (readonly [string, unknown])[] = [
  ['a member without a name', [{ ...shown('other'), Name: undefined }]],
  ['a name that is a number', [{ ...shown('other'), Name: 7 }]],
  ['no address', [{ ...shown('other'), Addr: null }]],
  ['a port that is a text', [{ ...shown('other'), Port: '8301' }]],
  ['a status that is none', [{ ...shown('other'), Status: 0.5 }]],
  ['tags that are a list', [{ ...shown('other'), Tags: [] }]],
  ['a tag that is no text', [{ ...shown('other'), Tags: { role: {} } }]],
  ['a member that is nothing', [null]],
  ['one bad member among good ones', [shown('third'), {}]],
  ['no list', { 0: shown('other') }],
  ['nothing', null],
];

test.each(nonsense)('a server that shows %s: the last list stands, and nothing is thrown', async (_, answer) => {
  const { server, list } = setUp();
  const before = await list();
  server.text = JSON.stringify(answer);
  expect(await list()).toEqual(before);
  server.text = GOOD;
  expect(await list()).toEqual(before);
});

test('an answer that is no JSON leaves the last list standing', async () => {
  const { server, list } = setUp();
  const before = await list();
  server.text = '<html>';
  expect(await list()).toEqual(before);
});

test('a force-leave that the server refuses is thrown as it says it', async () => {
  const { server, members } = setUp();
  server.status = 500;
  server.text = 'no such node';
  await expect(members.forceLeave('x', true, new AbortController().signal)).rejects.toMatchObject({ message: 'no such node' });
  expect(server.asked).toEqual(['PUT /v1/agent/force-leave/x?prune']);
});
