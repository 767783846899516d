/**
 * Message-oriented connections as a dependency. One implementation per transport: in process, WebSocket, MessagePort, and the
 * simulator's. Messages arrive whole and in order, or the link closes with a reason; nothing is lost silently.
 */

export interface Link {
  /** Queues one message, which must not be changed any more. Ignored after the link has closed. */
  send(message: Uint8Array): void;
  /** Called for each message, in order. One receiver per link. */
  onMessage(receive: (message: Uint8Array) => void): void;
  /** Called once, with the reason, when either side closes. */
  onClose(closed: (reason: string) => void): void;
  close(reason: string): void;
  /** Bytes that were sent and have not left yet: for who sends much, to wait or to give up. */
  readonly queuedBytes: number;
  /** `host:port` of the other side, as it was dialled, or from where it dialled; '' inside one process. */
  readonly remoteAddress: string;
}

export interface LinkListener {
  readonly address: string;
  close(): Promise<void>;
}

export interface LinkTransport {
  /** Accepts links at `address`. */
  listen(address: string, accept: (link: Link) => void): Promise<LinkListener>;
  /** Opens a link. Throws UNREACHABLE with the reason, also when `signal` aborts. */
  dial(address: string, signal: AbortSignal): Promise<Link>;
}
