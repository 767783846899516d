/** `Stats` of `/v1/agent/self` on an agent, which `konsul info` prints: by Consul's groups where they have a meaning, and its own. */
import { runtimeFacts } from '../assembly/machine.ts';
import type { Cache } from '../cache/cache.ts';
import { NODE_VERSION } from '../config/node-version.ts';
import type { LocalState } from '../local/local-state.ts';
import { API_LEVEL, API_REVISION } from '../model/api-level.ts';
import { KONSUL_VERSION } from '../model/version.ts';
import type { Clock } from '../runtime/clock.ts';
import type { AgentLink } from '../sync/agent-link.ts';

export interface AgentStatsFacts {
  readonly local: LocalState;
  readonly link: AgentLink;
  readonly cache: Cache;
  readonly clock: Clock;
}

type Group = Readonly<Record<string, string>>;

/** All values are texts. */
export function agentStats({ local, link, cache, clock }: AgentStatsFacts): Readonly<Record<string, Group>> {
  const checks = [...local.checks().values()];
  const ttls = checks.filter((check) => check.type === 'ttl').length;
  return {
    agent: {
      check_monitors: String(checks.length - ttls),
      check_ttls: String(ttls),
      checks: String(checks.length),
      services: String(local.services().size),
    },
    build: { prerelease: '', revision: API_REVISION, version: API_LEVEL, version_metadata: '' },
    cache: texts(flat(cache.stats())),
    consul: { acl: 'disabled', known_servers: String(Number(link.isLinked)), server: 'false' },
    konsul: { version: KONSUL_VERSION, pending_uploads: String(local.pendingUploads) },
    link: linkStats(link, clock),
    runtime: runtimeFacts(NODE_VERSION),
  };
}

function linkStats({ status }: AgentLink, clock: Clock): Group {
  const { state, server, reason, serverIndex } = status;
  return {
    state,
    server: server === undefined ? '' : `${server.name} (${server.address})`,
    server_index: String(serverIndex),
    for_seconds: String(Math.floor((clock.nowMs() - status.sinceMs) / 1_000)),
    last_heard_ms_ago: String(Math.floor(clock.nowMs() - status.lastHeardMs)),
    ...(reason === '' ? {} : { reason }),
  };
}

/** Numbers in groups, under names joined by a dot. */
function flat(value: object, prefix = ''): [string, number][] {
  return Object.entries(value).flatMap(([name, member]): [string, number][] =>
    typeof member === 'object' && member !== null ? flat(member, `${prefix}${name}.`) : [[prefix + name, Number(member)]],
  );
}

const texts = (entries: readonly (readonly [string, number])[]): Group =>
  Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
