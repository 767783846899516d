/** What the agent routes ask of an agent process. What only servers know is relayed to one, and not asked here. */
import type { Member, Operations } from '../api/operations.ts';
import { ProcessOperations, type ProcessOperationsOptions } from '../assembly/process-operations.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { AgentLink } from '../sync/agent-link.ts';
import type { ServerFacts, UsageCounts } from '../wire/operator.ts';
import type { AgentMembers } from './agent-members.ts';
import { type AgentStatsFacts, agentStats } from './agent-stats.ts';

export interface AgentOperationsOptions extends ProcessOperationsOptions, AgentStatsFacts {
  readonly members: AgentMembers;
  readonly link: AgentLink;
  /** Leaves the cluster; resolves when servers have let this node go, or cannot be asked. The process ends by itself after that. */
  readonly leave: () => Promise<void>;
}

/** How long a server may take to say who is there. */
const MEMBERS_TIMEOUT_MS = 2_000;

export class AgentOperations extends ProcessOperations implements Operations {
  readonly #options: AgentOperationsOptions;

  constructor(options: AgentOperationsOptions) {
    super(options);
    this.#options = options;
  }

  self(): Member {
    return this.#options.members.self();
  }

  members(): Promise<readonly Member[]> {
    return this.#within((signal) => this.#options.members.list(signal));
  }

  stats(): Readonly<Record<string, Readonly<Record<string, string>>>> {
    return agentStats(this.#options);
  }

  leader(): string {
    return this.#options.link.status.server?.address ?? '';
  }

  peers(): readonly string[] {
    const { server } = this.#options.link.status;
    return server === undefined ? [] : [server.address];
  }

  servers(): readonly ServerFacts[] {
    return [];
  }

  usage(): UsageCounts {
    throw serversOnly('the catalog is counted');
  }

  leave(): Promise<void> {
    return this.#options.leave();
  }

  join(address: string): Promise<void> {
    return this.#options.link.join(address);
  }

  forceLeave(node: string, prune: boolean): Promise<void> {
    return this.#within((signal) => this.#options.members.forceLeave(node, prune, signal));
  }

  saveSnapshot(): never {
    throw serversOnly('snapshots are taken');
  }

  async restoreSnapshot(): Promise<void> {
    throw serversOnly('snapshots are restored');
  }

  async #within<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const late = new AbortController();
    const timer = this.#options.clock.after(MEMBERS_TIMEOUT_MS, () => late.abort());
    try {
      return await work(late.signal);
    } finally {
      timer.cancel();
    }
  }
}

const serversOnly = (what: string): KonsulError => new KonsulError('REJECTED', `${what} by servers: ask one of them`);
