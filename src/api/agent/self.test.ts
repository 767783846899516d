import { expect, test } from 'vitest';
import { startAgentApi } from '../../testing/agent-api.ts';
import type { Member } from '../operations.ts';
import { agentHost } from './host.ts';
import { agentMembers } from './members.ts';
import { agentSelf } from './self.ts';
import { agentVersion } from './version.ts';

const ROUTES = [agentSelf, agentVersion, agentHost, agentMembers];

const MEMBERS: readonly Member[] = [
  { name: 's1', address: '10.0.0.1', port: 8301, tags: { role: 'consul', dc: 'dc1', segment: '', wan_join_port: '8302' }, status: 1 },
  { name: 'c1', address: '10.0.0.2', port: 8301, tags: { role: 'node', dc: 'dc1', segment: 'edge' }, status: 4 },
];

test('Self has the parts that clients read', async () => {
  const { send } = await startAgentApi({ routes: ROUTES });
  const answer = await send('GET /v1/agent/self');
  expect(answer.text).toBe(
    '{"Config":{"Datacenter":"dc1","PrimaryDatacenter":"dc1","NodeName":"edge-3","NodeID":"11111111-2222-3333-4444-555555555555","Revision":"1986c558","Server":true,"Version":"1.21.0","BuildDate":"2024-09-23T00:00:00Z"},' +
      '"DebugConfig":{"Datacenter":"dc1","NodeName":"edge-3"},"Coord":null,' +
      '"Member":{"Name":"edge-3","Addr":"10.0.0.3","Port":8301,"Tags":{"dc":"dc1","role":"consul"},"Status":1,"ProtocolMin":1,"ProtocolMax":5,"ProtocolCur":2,"DelegateMin":2,"DelegateMax":5,"DelegateCur":4},' +
      '"Stats":{"agent":{"services":"0"},"runtime":{"arch":"amd64","os":"linux"}},"Meta":{"aisle":"7","rack":"b"}}',
  );
});

test('An agent says that it is no server, and lists the members that it has to ask for', async () => {
  const { send } = await startAgentApi({
    routes: ROUTES,
    settings: { isServer: false },
    operations: { members: () => Promise.resolve(MEMBERS) },
  });
  expect((await send('GET /v1/agent/self')).json).toMatchObject({ Config: { Server: false } });
  expect((await send('GET /v1/agent/members')).json).toMatchObject([{ Name: 's1' }, { Name: 'c1', Status: 4 }]);
});

test('Version and host answer as JSON', async () => {
  const { send } = await startAgentApi({ routes: ROUTES });
  expect((await send('GET /v1/agent/version')).text).toBe(
    '{"SHA":"1986c558","BuildDate":"2024-09-23T00:00:00Z","HumanVersion":"1.21.0","FIPS":""}',
  );
  expect((await send('GET /v1/agent/host')).json).toEqual({ CollectionTime: 1, Errors: null });
});

test('The version needs no right, self does', async () => {
  const { send } = await startAgentApi({ routes: ROUTES, authorizer: { allows: () => false } });
  expect((await send('GET /v1/agent/version')).status).toBe(200);
  expect((await send('GET /v1/agent/self')).status).toBe(403);
});

test.each<[string, readonly string[]]>([
  ['', ['s1', 'c1']],
  ['?segment=_all', ['s1', 'c1']],
  ['?segment=edge', ['c1']],
  ['?wan=1', ['s1.dc1']],
  ['?wan=1&segment=_all', ['s1.dc1']],
  ['?wan=', ['s1', 'c1']],
  ['?filter=Status==4', ['c1']],
  ['?filter=Tags.role==consul', ['s1']],
])('Members with the query "%s" are %j', async (query, names) => {
  const { send } = await startAgentApi({ routes: ROUTES, members: MEMBERS });
  const members = (await send(`GET /v1/agent/members${query}`)).json as { Name: string }[];
  expect(members.map((member) => member.Name)).toEqual(names);
});

test('A server has its port for other datacenters among the members of the WAN', async () => {
  const { send } = await startAgentApi({ routes: ROUTES, members: MEMBERS });
  expect((await send('GET /v1/agent/members?wan=true')).json).toMatchObject([{ Name: 's1.dc1', Port: 8302, ProtocolCur: 2 }]);
});

test('A segment of the WAN is refused', async () => {
  const { send } = await startAgentApi({ routes: ROUTES });
  expect(await send('GET /v1/agent/members?wan=1&segment=edge')).toMatchObject({
    status: 400,
    text: 'Cannot provide a segment with wan=true',
  });
});

test('Members that may not be read are left out', async () => {
  const { send } = await startAgentApi({ routes: ROUTES, members: MEMBERS, authorizer: { allows: (_rule, segment) => segment !== 'c1' } });
  expect((await send('GET /v1/agent/members')).json).toMatchObject([{ Name: 's1' }]);
});
