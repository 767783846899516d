/** Dials, but not for ever, whatever the transport does. */
import type { Clock } from '../runtime/clock.ts';
import { Deadline } from '../runtime/deadline.ts';
import type { Link, LinkTransport } from '../runtime/link.ts';
import { dialAborted, dialFailed } from '../runtime/link-address.ts';

export interface DialOptions {
  readonly clock: Clock;
  readonly transport: LinkTransport;
  /** `host:port` */
  readonly address: string;
  readonly signal: AbortSignal;
}

const DIAL_TIMEOUT_MS = 5_000;

/** An open link. Throws UNREACHABLE, or what the transport throws; a link that opens too late is closed. */
export async function dialWithin({ clock, transport, address, signal }: DialOptions): Promise<Link> {
  const deadline = new Deadline(clock, DIAL_TIMEOUT_MS, signal);
  const dialling = transport.dial(address, deadline.signal);
  try {
    return await deadline.run(dialling);
  } catch (error) {
    dialling.then(
      (link) => link.close('dialled in vain'),
      () => {},
    );
    if (deadline.hasTimedOut) throw dialFailed(address, `dial ${address}: no answer within ${DIAL_TIMEOUT_MS / 1_000} s`, error);
    throw signal.aborted ? dialAborted(address) : error;
  } finally {
    deadline.release();
  }
}
