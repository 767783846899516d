/** A lock that one holder has, by the protocol of Consul's own client, so that both keep each other out (spec section 7). */
import { assertFlags, type Holding, type HoldOptions, hold, look } from './holding.ts';
import { deleteKey, readKey, writeKey } from './kv.ts';

/** Marks the key as a lock. */
const LOCK_FLAGS = 0x2ddc_cbc0_58a5_0c18n;
/** While the servers keep a lock from new holders after a loss (the lock delay), it is tried this often. */
const RETRY_MS = 5_000;
const EMPTY = Buffer.alloc(0);

export interface LockOptions extends HoldOptions {
  /** The key that is the lock; that of the command line is `PREFIX/.lock`. */
  readonly key: string;
}

/** Waits for the lock; `undefined`: the waiting was ended. Throws REJECTED if the key is none. */
export function acquireLock(options: LockOptions): Promise<Holding | undefined> {
  const { client, clock, signal, key } = options;
  const watched = { key, query: {} };
  return hold(
    {
      watched,
      async take(session) {
        let index = '0';
        while (!signal.aborted) {
          const { pairs, index: next } = await look(client, watched, { index, signal });
          const [pair] = pairs;
          assertFlags(pair, LOCK_FLAGS);
          index = next;
          if ((pair?.Session ?? '') !== '') continue;
          if (await writeKey(client, key, EMPTY, { acquire: session, flags: LOCK_FLAGS })) return true;
          index = '0';
          if (((await readKey(client, key))?.Session ?? '') === '') await clock.sleep(RETRY_MS, signal);
        }
        return false;
      },
      withdraw: async () => {},
      isHeld: ([pair], session) => pair?.Session === session,
      async giveUp(session) {
        await writeKey(client, key, EMPTY, { release: session, flags: LOCK_FLAGS });
        const pair = await readKey(client, key);
        // Somebody who came meanwhile has it, or will find it.
        if (pair !== undefined && (pair.Session ?? '') === '') await deleteKey(client, key, { cas: pair.ModifyIndex });
      },
    },
    options,
  );
}
