/** How the SDK says how old an answer is. */
import type { KonsulError } from '../runtime/errors.ts';
import type { StaleReason } from '../topics/backend.ts';

/**
 * Live: every change arrives by itself. Else as it was `ageMs` ago, because of `reason`: `waiting` before the first answer (the age is
 * infinite then), `unreachable` while the agent does not answer, or what the agent says of its own view.
 */
export interface WatchFreshness {
  readonly isLive: boolean;
  /** Milliseconds; 0 while live. */
  readonly ageMs: number;
  readonly reason: StaleReason | 'waiting' | 'unreachable' | undefined;
  /** Why the last try failed, while there is trouble; it goes on being tried. */
  readonly error: KonsulError | undefined;
}
