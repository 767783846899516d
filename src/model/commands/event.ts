/** Writes to the ring of user events. */
import type { Indexed } from '../record.ts';
import type { UserEvent } from '../user-event.ts';

export interface EventFire {
  readonly kind: 'event.fire';
  /** With the id, chosen where the request entered, so that a resend fires nothing twice. */
  readonly event: Omit<UserEvent, keyof Indexed | 'lTime'>;
}
