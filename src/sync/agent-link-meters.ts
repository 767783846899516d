/** What the subscribing half of a link counts: plain numbers, read by whoever makes metrics of them. Owned by one `AgentLink`. */

/**
 * Why a link ended: the server closed it or the connection broke; nothing was heard; what came was against the protocol; the digests
 * did not agree twice; another server was joined; the agent stops.
 */
export type DisconnectCause = 'closed' | 'silent' | 'protocol' | 'digests' | 'joined' | 'stopped';

export class AgentLinkMeters {
  connects = 0;
  /** Tries that ended before a hello was accepted, refusals included. */
  failedTries = 0;
  refusals = 0;
  readonly disconnects: Record<DisconnectCause, number> = { closed: 0, silent: 0, protocol: 0, digests: 0, joined: 0, stopped: 0 };

  framesIn = 0;
  bytesIn = 0;
  framesOut = 0;
  bytesOut = 0;

  /** Batches of registrations, the commands in them, and the largest so far. */
  batches = 0;
  batchedCommands = 0;
  largestBatch = 0;

  /** Changes and whole views that were taken over. */
  changesApplied = 0;
  wholeViews = 0;
  /** Views that were the same after a reconnect or a comparison, and those that had to be sent whole. */
  resumedSame = 0;
  resumedWhole = 0;
  /** Heartbeats whose sum was another one than ours. */
  digestMismatches = 0;
  /** Views that turned out to be wrong and were asked for anew: a gap, positions that make no sense, another digest. */
  brokenViews = 0;

  /** Views that are subscribed to now, and questions for views that are not answered yet. */
  followedViews = 0;
  unansweredViews = 0;
  /** Commands, pushes and relayed requests that wait for an answer now. */
  pendingCalls = 0;
  pendingPushes = 0;
  pendingRelays = 0;

  /** The newest index that the server told of, and the newest up to which everything subscribed to is here. */
  serverIndex = 0;
  appliedIndex = 0;

  /** How many indexes this side is behind the server: 0 unless views are being asked for. */
  get lag(): number {
    return Math.max(0, this.serverIndex - this.appliedIndex);
  }
}
