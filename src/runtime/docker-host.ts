/** Where the Docker daemon listens, from the text that `DOCKER_HOST` holds. */
import type { HttpTarget } from './http-client.ts';

const DEFAULT_DOCKER_HOST = 'unix:///var/run/docker.sock';
const DEFAULT_DOCKER_PORT = 2_375;

/** `unix:///path` or `tcp://host:port`, without TLS; '' is the default. Throws an Error that says what is wrong with it. */
export function dockerTarget(dockerHost: string): HttpTarget {
  const given = dockerHost || DEFAULT_DOCKER_HOST;
  if (given.startsWith('unix:///')) return { kind: 'unix', path: given.slice('unix://'.length) };
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url?.protocol !== 'tcp:' || url.hostname === '') throw new Error(`unable to parse docker host \`${given}\``);
  return { kind: 'tcp', host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port) || DEFAULT_DOCKER_PORT, tls: undefined };
}
