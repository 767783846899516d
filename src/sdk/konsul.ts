/** What a program does with Konsul, whether it embeds an agent or is connected to one. The one interface to program against. */
import type { Changes, WatchOptions } from './changes.ts';
import type { RegisterDefinition } from './definition.ts';
import type { Instance } from './instance.ts';
import type { Kv } from './kv.ts';
import type { HeldLock, LockOptions } from './lock.ts';
import type { RegisterOptions, Registration } from './registration.ts';
import type { HealthOptions } from './selection.ts';
import type { ServiceHandle, ServiceOptions } from './service-handle.ts';
import type { Session, SessionOptions } from './session.ts';
import type { Watchable } from './watch.ts';

export interface Konsul {
  /**
   * The instances of a service, frozen; unless told otherwise those of which every check is passing. At once, without a promise and always the
   * same array until something changes, where they are at hand. Fails with NO_SERVERS or UNREACHABLE where they cannot be known.
   */
  health(name: string, options?: HealthOptions): readonly Instance[] | Promise<readonly Instance[]>;
  /** A handle for a service that is called often: it follows the service until it is closed. */
  service(name: string, options?: ServiceOptions): ServiceHandle;
  readonly kv: Kv;
  /** Follows something: `for await (const { value } of konsul.watch('nodes'))`. */
  watch<K extends keyof Watchable>(
    what: K,
    ...options: object extends Watchable[K]['options']
      ? [options?: Watchable[K]['options'] & WatchOptions]
      : [options: Watchable[K]['options'] & WatchOptions]
  ): Changes<Watchable[K]['value']>;
  /** Registers a service with the agent. Throws BAD_REQUEST with everything that is wrong with the definition. */
  register(definition: RegisterDefinition, options?: RegisterOptions): Promise<Registration>;
  session(options?: SessionOptions): Promise<Session>;
  /**
   * Waits for the lock, does the work, releases the lock; gives what the work gives. Throws LOCK_LOST if the lock was lost meanwhile,
   * whatever the work came to, and LOCK_TIMEOUT if it was not free within `waitMs`.
   */
  lock<T>(key: string, work: (lock: HeldLock) => Promise<T> | T): Promise<T>;
  lock<T>(key: string, options: LockOptions, work: (lock: HeldLock) => Promise<T> | T): Promise<T>;
  /** Ends every watch, heartbeat and session. What was registered stays registered. */
  close(): Promise<void>;
}

/** A connection to an agent elsewhere: its `health` is always a promise. */
export interface KonsulClient extends Konsul {
  health(name: string, options?: HealthOptions): Promise<readonly Instance[]>;
}
