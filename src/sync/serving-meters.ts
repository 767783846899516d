/** Numbers of the serving half of all links of a process: counted here, shown by whoever makes metrics of them. */
import type { DownFrame, UpFrame } from './frames.ts';

export interface Traffic {
  frames: number;
  bytes: number;
}

export type SentKind = DownFrame['t'] | 'chunk';
export type ReceivedKind = UpFrame['t'] | 'chunk';

/** Counters only grow; `links`, `feeds`, `subscriptions`, `relays` and `unfinished` are what there is now. */
export class ServingMeters {
  /** Links that are up, and those that have not said who they are yet. */
  links = 0;
  unfinished = 0;
  /** Hellos that were turned down. */
  refusals = 0;
  feeds = 0;
  subscriptions = 0;
  /** Changes of views, each made once for all who follow; and views that were encoded whole. */
  changes = 0;
  wholes = 0;
  /** Views that an agent held on resume: right as they were; sent anew since their digest differed. */
  resumedSame = 0;
  resumedWhole = 0;
  /** Views that were not to be had. */
  noViews = 0;
  commands = 0;
  pushes = 0;
  /** Pushes that came again after they had been acknowledged. */
  repeatedPushes = 0;
  relays = 0;
  relayed = 0;
  /** Links that were closed because the other side did not take what was sent; because it was silent; because it spoke nonsense. */
  overflows = 0;
  silences = 0;
  malformed = 0;
  readonly sent: Readonly<Record<SentKind, Traffic>> = sentTraffic();
  readonly received: Readonly<Record<ReceivedKind, Traffic>> = receivedTraffic();

  countSent(kind: SentKind, bytes: number): void {
    const traffic = this.sent[kind];
    traffic.frames += 1;
    traffic.bytes += bytes;
  }

  /** Frames that no agent may send are counted nowhere: their link ends. */
  countReceived(kind: string, bytes: number): void {
    const traffic = (this.received as Readonly<Record<string, Traffic | undefined>>)[kind];
    if (traffic === undefined) return;
    traffic.frames += 1;
    traffic.bytes += bytes;
  }
}

const none = (): Traffic => ({ frames: 0, bytes: 0 });

const sentTraffic = (): Record<SentKind, Traffic> => ({
  ...{ challenge: none(), welcome: none(), refused: none(), hb: none(), resync: none(), upstream: none() },
  ...{ view: none(), change: none(), same: none(), noview: none(), unsubbed: none() },
  ...{ ack: none(), done: none(), fail: none(), head: none(), chunk: none(), credit: none(), cancel: none() },
});

const receivedTraffic = (): Record<ReceivedKind, Traffic> => ({
  ...{ hello: none(), hb: none(), sub: none(), unsub: none(), cmd: none(), push: none(), fetch: none(), leave: none() },
  ...{ relay: none(), chunk: none(), credit: none(), cancel: none() },
});
