import { expect, test } from 'vitest';
import { type CheckRunBody, checkSpecOf } from './check-body.ts';

const TLS = { tlsServerName: 'x.test', tlsSkipVerify: true };
const TLS_BODY = { TLSServerName: 'x.test', TLSSkipVerify: true };
const Interval = 10e9;

test.each<[CheckRunBody, object]>([
  [
    { UDP: 'db:53', Interval },
    { type: 'udp', target: 'db:53' },
  ],
  [
    { GRPC: 'db:1/web', GRPCUseTLS: true, Interval, ...TLS_BODY },
    { type: 'grpc', target: 'db:1', service: 'web', useTls: true, ...TLS },
  ],
  [
    { H2PING: 'db:1', Interval, ...TLS_BODY },
    { type: 'h2ping', target: 'db:1', useTls: true, ...TLS },
  ],
  [
    { H2PING: 'db:1', H2PingUseTLS: false, Interval },
    { type: 'h2ping', useTls: false },
  ],
  [
    { OSService: 'sshd', Interval },
    { type: 'os_service', service: 'sshd' },
  ],
  [
    { AliasNode: 'n1', AliasService: 'web' },
    { type: 'alias', node: 'n1', service: 'web' },
  ],
])('%j is understood', (body, spec) => {
  expect(checkSpecOf(body, { scriptChecksEnabled: false })).toMatchObject(spec);
});

test('a program in a container is a script, and off unless scripts are on', () => {
  const body: CheckRunBody = { DockerContainerID: 'c1', ScriptArgs: ['true'], Interval };
  expect(checkSpecOf(body, { scriptChecksEnabled: true })).toMatchObject({ type: 'docker', container: 'c1', args: ['true'] });
  expect(() => checkSpecOf(body, { scriptChecksEnabled: false })).toThrow(expect.objectContaining({ code: 'REJECTED' }));
});
