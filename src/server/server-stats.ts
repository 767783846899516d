/** `Stats` of `/v1/agent/self`, which `consul info` prints: by Consul's groups and names where they have a meaning here. */

import type { Member } from '../api/operations.ts';
import { runtimeFacts } from '../assembly/machine.ts';
import type { Authority } from '../authority/authority.ts';
import type { SessionTimers } from '../authority/session-timers.ts';
import { NODE_VERSION } from '../config/node-version.ts';
import type { LocalState } from '../local/local-state.ts';
import { API_LEVEL, API_REVISION } from '../model/api-level.ts';
import { KONSUL_VERSION } from '../model/version.ts';
import type { State } from '../state/state.ts';
import type { Engine } from '../store/engine.ts';
import { MEMBER_STATUS } from './member-list.ts';
import type { Membership } from './membership.ts';
import type { StateFeed } from './state-feed.ts';

export interface StatsFacts {
  readonly nodeId: string;
  /** `host:port`. */
  readonly address: string;
  readonly term: number;
  readonly engine: Engine;
  readonly state: State;
  readonly feed: StateFeed;
  readonly authority: Authority;
  readonly timers: SessionTimers;
  readonly local: LocalState;
  readonly membership: Pick<Membership, 'members'>;
}

/** All values are texts. */
export function serverStats(facts: StatsFacts): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const { nodeId, address, term, engine, state, feed, local, timers, authority } = facts;
  const checks = [...local.checks().values()];
  const ttls = checks.filter((check) => check.type === 'ttl').length;
  const index = String(state.index);
  const isLeader = authority.leadership !== undefined;
  return {
    agent: {
      check_monitors: String(checks.length - ttls),
      check_ttls: String(ttls),
      checks: String(checks.length),
      services: String(local.services().size),
    },
    build: { prerelease: '', revision: API_REVISION, version: API_LEVEL, version_metadata: '' },
    consul: {
      acl: 'disabled',
      bootstrap: 'true',
      known_datacenters: '1',
      leader: String(isLeader),
      leader_addr: engine.leader() ?? '',
      server: 'true',
    },
    konsul: { version: KONSUL_VERSION, engine: engine.name, lineage: feed.lineage, session_ttls: String(timers.activeSessions) },
    raft: {
      applied_index: index,
      commit_index: index,
      last_contact: '0',
      last_log_index: index,
      latest_configuration: `[{Suffrage:Voter ID:${nodeId} Address:${address}}]`,
      num_peers: '0',
      state: isLeader ? 'Leader' : 'Follower',
      term: String(term),
    },
    runtime: runtimeFacts(NODE_VERSION),
    serf_lan: serfStats(facts.membership.members()),
  };
}

function serfStats(members: readonly Member[]): Readonly<Record<string, string>> {
  const count = (wanted: number): string => String(members.filter(({ status }) => status === wanted).length);
  const { failed, left } = MEMBER_STATUS;
  const none = { encrypted: 'false', event_time: '1', health_score: '0', query_time: '1' };
  return { ...none, failed: count(failed), left: count(left), members: String(members.length) };
}
