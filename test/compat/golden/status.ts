/** Section 12: `/v1/status/*`. */
import { type GoldenCase, get, goldenCase } from '../golden-case.ts';
import { capture, textMatching } from '../pattern.ts';

const hostAndPort = textMatching(/^127\.0\.0\.1:\d+$/);

export const statusCases: readonly GoldenCase[] = [
  goldenCase(
    'the leader is a host and a port, and is among the peers',
    get('/v1/status/leader').json(capture('leader', hostAndPort)),
    get('/v1/status/peers').json(['{{leader}}']),
  ),
  goldenCase(
    'status ignores the parameters of blocking queries',
    get('/v1/status/leader?index=1&wait=10s').json(hostAndPort),
    get('/v1/status/peers?index=1&wait=10s').json([hostAndPort]),
  ),
];
