/**
 * Who is in the cluster, as Consul shows members: this server and the agents. A server stands alone, so it joins nobody, and when it
 * leaves nothing changes in the catalog: whoever held a lock here finds it again after the next start.
 */
import type { Member } from '../api/operations.ts';
import { API_LEVEL, API_REVISION } from '../model/api-level.ts';
import type { Clock } from '../runtime/clock.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import type { LinkAdmissions } from './link-admissions.ts';
import { MEMBER_STATUS, type MemberList } from './member-list.ts';

export interface MembershipOptions {
  readonly datacenter: string;
  readonly nodeName: string;
  readonly nodeId: string;
  readonly address: string;
  readonly serverPort: number;
  /** Shown as the port of the member; others may be given it to join. */
  readonly memberPort: number;
  readonly members: Pick<MemberList, 'list'>;
  readonly admissions: Pick<LinkAdmissions, 'forceLeave'>;
  /** How long a leaving server goes on answering. */
  readonly drainMs: () => number;
  /** Asks the process to end. */
  readonly stop: (reason: string) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class Membership {
  readonly #options: MembershipOptions;
  #status: number = MEMBER_STATUS.alive;
  #leaving: Promise<void> | undefined;

  constructor(options: MembershipOptions) {
    this.#options = options;
  }

  self(): Member {
    const { nodeName: name, address, memberPort: port } = this.#options;
    return { name, address, port, tags: this.#tags(), status: this.#status };
  }

  /** This server, then the agents by name. */
  members(): readonly Member[] {
    return [this.self(), ...this.#options.members.list()];
  }

  /** Goes on answering for the drain time, then asks the process to end. Once; others who ask wait for the same end. */
  leave(): Promise<void> {
    this.#leaving ??= this.#drain().then(() => this.#options.stop('it left the cluster'));
    return this.#leaving;
  }

  /** Joining oneself is fine; nobody else can be joined yet. */
  join(address: string): void {
    if (this.#isSelf(address)) return;
    const name = address === '' ? 'an address is missing' : `${address} is not this server`;
    throw new KonsulError('REJECTED', `failed to join: ${name}, and servers of this version do not join others: each one stands alone`);
  }

  /** Of this server: nothing happens. */
  async forceLeave(node: string, isPruned: boolean): Promise<void> {
    const { nodeName, admissions } = this.#options;
    if (node.toLowerCase() !== nodeName.toLowerCase()) await admissions.forceLeave(node, isPruned);
  }

  async #drain(): Promise<void> {
    const { clock, logger, drainMs } = this.#options;
    this.#status = MEMBER_STATUS.leaving;
    logger.info({ drainMs: drainMs() }, 'leaving: requests are answered a little longer');
    await clock.sleep(drainMs());
    this.#status = MEMBER_STATUS.left;
  }

  #isSelf(address: string): boolean {
    const { address: own, serverPort, memberPort } = this.#options;
    const [, host = '', port] = /^(?:tcp:\/\/)?(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(address) ?? [];
    const isHere = [own, '127.0.0.1', 'localhost', '::1'].includes(host.replace(/^\[(.*)\]$/, '$1'));
    return isHere && (port === undefined || [serverPort, memberPort].includes(Number(port)));
  }

  #tags(): Member['tags'] {
    const { datacenter, serverPort, nodeId } = this.#options;
    return {
      role: 'consul',
      dc: datacenter,
      port: String(serverPort),
      id: nodeId,
      vsn: '2',
      vsn_min: '2',
      vsn_max: '3',
      raft_vsn: '3',
      build: `${API_LEVEL}:${API_REVISION}`,
      segment: '',
      wan_join_port: '8302',
      acls: '0',
      bootstrap: '1',
      ft_fs: '1',
      ft_si: '1',
    };
  }
}
