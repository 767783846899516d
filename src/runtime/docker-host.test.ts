import { expect, test } from 'vitest';
import { dockerTarget } from './docker-host.ts';

test.each([
  ['', { kind: 'unix', path: '/var/run/docker.sock' }],
  ['unix:///run/user/1000/docker.sock', { kind: 'unix', path: '/run/user/1000/docker.sock' }],
  ['tcp://127.0.0.1:2376', { kind: 'tcp', host: '127.0.0.1', port: 2_376, tls: undefined }],
  ['tcp://docker', { kind: 'tcp', host: 'docker', port: 2_375, tls: undefined }],
  ['tcp://[::1]:5', { kind: 'tcp', host: '::1', port: 5, tls: undefined }],
])('%j is where the daemon listens', (host, target) => {
  expect(dockerTarget(host)).toEqual(target);
});

test.each(['docker.sock', 'unix://docker.sock', 'ssh://host', 'tcp://', 'npipe:////./pipe/docker'])('%j is refused', (host) => {
  expect(() => dockerTarget(host)).toThrow(`unable to parse docker host \`${host}\``);
});
