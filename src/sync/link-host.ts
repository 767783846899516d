/** What the serving half of a link needs of the process around it. Owned here, implemented by the assemblies. */
import type { Command, ResultOf } from '../model/commands/command.ts';
import type { Digest } from '../model/digest.ts';
import type { RemoteNode } from '../model/remote-node.ts';
import type { Relay } from '../topics/backend.ts';
import type { Hello } from './frames.ts';
import type { ViewSource } from './view-source.ts';

export interface LinkHost {
  readonly views: ViewSource;
  /** Resolves when the write is durable and in the views; by then what it changed has been published. */
  submit<C extends Command>(command: C): Promise<ResultOf<C>>;
  readonly relay: Relay;
  /** What is held for a node; `same` if that is what `digest` stands for. */
  fetchNode(node: string, owner: string, digest: Digest): RemoteNode | 'same';
  /**
   * Lets an agent with a proven hello in: resolves when it is in the member list and its node in the catalog. Throws REJECTED with
   * Consul's text for a name that another live agent has, and for a copied disk; whom it replaces is closed by then.
   */
  admit(agent: LinkingAgent): Promise<Admission>;
}

/** An agent at the door. */
export interface LinkingAgent {
  readonly hello: Hello;
  /** `host:port` from where it dialled. */
  readonly remoteAddress: string;
  /** Ends its link. */
  close(reason: string): void;
  /** Whether it answers a heartbeat within `timeoutMs`. */
  answers(timeoutMs: number): Promise<boolean>;
}

/** An agent that was let in: what becomes of it. */
export interface Admission {
  /** Anything arrived from it. Called for every frame: cheap. */
  heard(): void;
  /** Its link ended. The node may be back soon. */
  lost(reason: string): void;
  /** It leaves the cluster; resolves when it is out of catalog and member list. */
  leave(): Promise<void>;
}
