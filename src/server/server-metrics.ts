/** The metrics of what only a server has: leadership, state, snapshots. Read when somebody looks. */
import type { Authority } from '../authority/authority.ts';
import type { Liveness } from '../authority/liveness.ts';
import type { SessionTimers } from '../authority/session-timers.ts';
import type { AgentConfig } from '../config/agent-config.ts';
import type { Metrics } from '../runtime/metrics.ts';
import type { State } from '../state/state.ts';
import type { Engine } from '../store/engine.ts';
import type { LinkServer } from '../sync/link-server.ts';
import type { LinkAdmissions } from './link-admissions.ts';
import { MEMBER_STATUS } from './member-list.ts';
import type { Membership } from './membership.ts';
import type { ServerBackend } from './server-backend.ts';
import type { ServerOperations } from './server-operations.ts';

/** What is observed. */
export interface ObservedParts {
  readonly config: Pick<AgentConfig, 'datacenter'>;
  readonly engine: Engine;
  readonly state: State;
  readonly authority: Authority;
  readonly timers: SessionTimers;
  readonly backend: ServerBackend;
  readonly operations: ServerOperations;
  readonly membership: Membership;
}

/** Shows what the parts measure. Once. */
export function observeServer(metrics: Metrics, parts: ObservedParts): void {
  parts.authority.meters.addTo(metrics);
  parts.backend.meters.addTo(metrics);
  observeLead(metrics, parts);
  observeState(metrics, parts);
  const { snapshots } = parts.operations;
  metrics.add('konsul.snapshot.saved_total', snapshots.saved);
  metrics.add('konsul.snapshot.restored_total', snapshots.restored);
}

/** This version runs one server: none may fail. */
function observeLead(metrics: Metrics, { config, engine, authority, timers, membership }: ObservedParts): void {
  const { datacenter } = config;
  const membersWith = (role: string): number => membership.members().filter(({ tags }) => tags.role === role).length;
  metrics.add('consul.autopilot.failure_tolerance', () => 0);
  metrics.add('consul.autopilot.healthy', () => Number(engine.leader() !== undefined));
  metrics.add('consul.members.clients', () => membersWith('node'), { datacenter });
  metrics.add('consul.members.servers', () => membersWith('consul'), { datacenter });
  metrics.add('consul.server.isLeader', () => Number(authority.leadership !== undefined));
  metrics.add('consul.session_ttl.active', () => timers.activeSessions);
  metrics.add('konsul.session_ttl.expired_total', timers.expired);
  metrics.add('konsul.authority.waiting_commands', () => authority.waiting);
}

function observeState(metrics: Metrics, { config, state }: ObservedParts): void {
  const { datacenter } = config;
  metrics.add('consul.raft.applied_index', () => state.index);
  metrics.add('consul.raft.last_index', () => state.index);
  metrics.add('consul.state.kv_entries', () => state.kv.size, { datacenter });
  metrics.add('consul.state.nodes', () => state.catalog.nodeCount, { datacenter });
  metrics.add('consul.state.service_instances', () => state.catalog.services.instanceCount, { datacenter });
  metrics.add('consul.state.services', () => state.catalog.services.nameCount, { datacenter });
  metrics.add('konsul.state.sessions', () => state.sessions.size);
  metrics.add('konsul.state.view_bytes', () => state.heldViews.bytes);
  metrics.add('konsul.state.views', () => state.heldViews.views);
}

export interface ObservedLinks {
  readonly links: LinkServer;
  readonly liveness: Liveness;
  readonly admissions: LinkAdmissions;
  readonly membership: Membership;
}

/** Shows what agents' links carry, and who is there. Once. */
export function observeLinks(metrics: Metrics, { links: { meters }, liveness, admissions, membership }: ObservedLinks): void {
  metrics.add('konsul.links.open', () => meters.links);
  metrics.add('konsul.links.feeds', () => meters.feeds);
  metrics.add('konsul.links.subscriptions', () => meters.subscriptions);
  metrics.add('konsul.links.overflows_total', () => meters.overflows);
  metrics.add('konsul.links.refused_total', () => meters.refusals);
  for (const [kind, traffic] of Object.entries(meters.sent)) {
    metrics.add('konsul.links.sent_frames_total', () => traffic.frames, { kind });
    metrics.add('konsul.links.sent_bytes_total', () => traffic.bytes, { kind });
  }
  for (const [kind, traffic] of Object.entries(meters.received)) {
    metrics.add('konsul.links.received_frames_total', () => traffic.frames, { kind });
    metrics.add('konsul.links.received_bytes_total', () => traffic.bytes, { kind });
  }
  liveness.meters.addTo(metrics);
  metrics.add('konsul.liveness.takeovers_total', admissions.takeovers);
  for (const [status, number] of Object.entries(MEMBER_STATUS)) {
    metrics.add('konsul.liveness.members', () => membership.members().filter((member) => member.status === number).length, { status });
  }
}
