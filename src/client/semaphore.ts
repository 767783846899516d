/** A lock with several places, by the protocol of Consul's own client (spec section 7). */
import type { Json } from '../model/values.ts';
import { KonsulError } from '../runtime/errors.ts';
import { parseJson, stringifyJson } from '../wire/json.ts';
import type { ApiClient } from './api-client.ts';
import { assertFlags, type Holding, type HoldOptions, hold, look } from './holding.ts';
import { deleteKey, type KvPair, readPrefix, valueBytes, writeKey } from './kv.ts';

/** Marks lock object and contenders. */
const SEMAPHORE_FLAGS = 0xe0f6_9a2b_aa41_4de0n;

export interface SemaphoreOptions extends HoldOptions {
  /** All that is below `PREFIX/` is the semaphore's. */
  readonly prefix: string;
  /** How many may hold it at once. All contenders must agree. */
  readonly limit: number;
}

/** What the lock object says. */
interface Occupancy {
  readonly limit: number;
  readonly holders: readonly string[];
  /** The version that a write must replace; 0: there is none yet. */
  readonly modifyIndex: number;
}

/** Waits for a place; `undefined`: the waiting was ended. Throws REJECTED if the keys are none of a semaphore of this limit. */
export function acquireSemaphore(options: SemaphoreOptions): Promise<Holding | undefined> {
  const { client, prefix, signal } = options;
  const watched = { key: `${prefix}/`, query: { recurse: true } };
  return hold(
    {
      watched,
      async take(session) {
        const isIn = await writeKey(client, `${prefix}/${session}`, Buffer.alloc(0), { acquire: session, flags: SEMAPHORE_FLAGS });
        if (!isIn) throw new KonsulError('REJECTED', `cannot become a contender at ${prefix}/${session}`);
        let index = '0';
        while (!signal.aborted) {
          const seen = await look(client, watched, { index, signal });
          const occupancy = occupancyOf(seen.pairs, options);
          const isFull = occupancy.holders.length >= options.limit;
          index = isFull ? seen.index : '0';
          if (!isFull && (await writeHolders(options, occupancy, [...occupancy.holders, session]))) return true;
        }
        return false;
      },
      isHeld: (pairs, session) => occupancyOf(pairs, options).holders.includes(session),
      giveUp: (session) => giveUp(options, session),
      withdraw: (session) => giveUp(options, session),
    },
    options,
  );
}

const lockKey = ({ prefix }: SemaphoreOptions): string => `${prefix}/.lock`;

/** Holders without a contender of their own have died. */
function occupancyOf(pairs: readonly KvPair[], options: SemaphoreOptions): Occupancy {
  const lock = pairs.find(({ Key }) => Key === lockKey(options));
  assertFlags(lock, SEMAPHORE_FLAGS);
  if (lock === undefined) return { limit: options.limit, holders: [], modifyIndex: 0 };
  const { limit, holders } = parseLock(lock);
  if (limit !== options.limit) throw new KonsulError('REJECTED', `the semaphore has ${limit} places, not ${options.limit} (-n)`);
  const alive = new Set(pairs.flatMap(({ Session }) => (Session === undefined ? [] : [Session])));
  return { limit, holders: holders.filter((holder) => alive.has(holder)), modifyIndex: lock.ModifyIndex };
}

function parseLock(pair: KvPair): { readonly limit: number; readonly holders: readonly string[] } {
  const { Limit, Holders } = parseJson(valueBytes(pair).toString()) as { readonly [name: string]: Json };
  const holders = Array.isArray(Holders) ? (Holders as readonly Json[]).map(String) : Object.keys(Holders ?? {});
  return { limit: Number(Limit), holders };
}

const writeHolders = (options: SemaphoreOptions, { modifyIndex }: Occupancy, holders: readonly string[]): Promise<boolean> =>
  writeKey(options.client, lockKey(options), Buffer.from(lockText(options.limit, holders)), { cas: modifyIndex, flags: SEMAPHORE_FLAGS });

const lockText = (limit: number, holders: readonly string[]): string =>
  stringifyJson({ Limit: limit, Holders: Object.fromEntries(holders.map((holder) => [holder, true])) });

/** Others may write at the same time: then it is tried again on what they left. */
async function giveUp(options: SemaphoreOptions, session: string): Promise<void> {
  const { client, prefix } = options;
  for (let isWritten = false; !isWritten; ) {
    const occupancy = occupancyOf(await readPrefix(client, `${prefix}/`), options);
    isWritten =
      !occupancy.holders.includes(session) ||
      (await writeHolders(
        options,
        occupancy,
        occupancy.holders.filter((holder) => holder !== session),
      ));
  }
  await deleteKey(client, `${prefix}/${session}`);
  await removeIfUnused(client, options);
}

/** What died without a holder's place stays behind as a key without a session. */
async function removeIfUnused(client: ApiClient, options: SemaphoreOptions): Promise<void> {
  const pairs = await readPrefix(client, `${options.prefix}/`);
  const { modifyIndex } = occupancyOf(pairs, options);
  const isUsed = pairs.some(({ Session }) => Session !== undefined);
  if (!isUsed && modifyIndex !== 0) await deleteKey(client, lockKey(options), { cas: modifyIndex });
}
