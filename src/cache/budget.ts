/**
 * Where each entry counts, and who must leave. Four places: `asked` (nothing there yet), `pinned` (somebody waits), `negative` (known not
 * to be there), and all others, ranked by S3-FIFO. After each call the bounds hold, for any input: pinned entries take half at most,
 * negative and asked ones a tenth each, and the rest can always go.
 */
import { type Content, type Entry, hashOfEntry } from './entry.ts';
import { FifoQueue, type Queue } from './fifo-queue.ts';
import { S3Fifo } from './s3-fifo.ts';

/** An entry without content: its objects, its places in maps, its subscription. Measured, as the two below: ADR 0019. */
const ENTRY_BYTES = 1_000;
/** A character of a key: most are of one byte, none of more than two. */
const CHARACTER_BYTES = 2;
/** An item as an object, beyond what its text accounts for. */
const ITEM_BYTES = 100;
/** Bytes of objects for one byte of a frame. */
const FRAME_FACTOR = 1.4;

const PINNED_PART = 0.5;
const SMALL_PART = 0.1;

/** What tells how much a content costs. */
type Sized = Pick<Content, 'sizeBytes' | 'items'>;

export interface BudgetOptions {
  readonly maxEntries: number;
  readonly maxBytes: number;
  /** Told who had to leave; by then it counts nowhere. */
  readonly evicted: (entry: Entry) => void;
}

export class Budget {
  readonly #options: BudgetOptions;
  readonly #asked = new FifoQueue<Entry>();
  readonly #pinned = new FifoQueue<Entry>();
  readonly #negative = new FifoQueue<Entry>();
  readonly #ranked: S3Fifo<Entry>;
  readonly #maxNegatives: number;

  constructor(options: BudgetOptions) {
    this.#options = options;
    this.#ranked = new S3Fifo({ capacity: options.maxEntries, hashOf: hashOfEntry });
    this.#maxNegatives = Math.max(Math.floor(options.maxEntries * SMALL_PART), 1);
  }

  get bytes(): number {
    return this.#asked.bytes + this.#pinned.bytes + this.#negative.bytes + this.#ranked.bytes;
  }

  get negatives(): number {
    return this.#negative.count;
  }

  get pinned(): number {
    return this.#pinned.count;
  }

  /** Whether one more may be asked for. */
  hasRoomToAsk(key: string): boolean {
    return this.#asked.bytes + emptyBytes(key) <= this.#options.maxBytes * SMALL_PART;
  }

  /** Whether an entry, or a new one for `key`, is pinned or may be. */
  hasRoomToPin(entry: Entry | undefined, key: string): boolean {
    if (entry !== undefined && entry.queue === this.#pinned) return true;
    const { maxEntries, maxBytes } = this.#options;
    const hasBytes = this.#pinned.bytes + (entry?.chargedBytes ?? emptyBytes(key)) <= maxBytes * PINNED_PART;
    return hasBytes && this.#pinned.count + 1 <= Math.max(maxEntries * PINNED_PART, 1);
  }

  /** Whether those who are pinned take more than they may: then one of them must be let go. */
  get isPinnedOver(): boolean {
    return this.#pinned.bytes > this.#options.maxBytes * PINNED_PART;
  }

  /** Whether a view of so many bytes and items can be held at all. */
  fits(key: string, content: Sized): boolean {
    return emptyBytes(key) + contentBytes(content) <= this.#options.maxBytes * PINNED_PART;
  }

  /** Whether a view can be held without that another one has to leave. */
  hasRoomFor(key: string, content: Sized): boolean {
    const { maxEntries, maxBytes } = this.#options;
    const bytes = this.bytes + emptyBytes(key) + contentBytes(content);
    return bytes <= maxBytes && this.#ranked.count + this.#pinned.count < maxEntries;
  }

  /** Counts an entry as it is now, in the place where it belongs now; then lets go whom it must. */
  place(entry: Entry): void {
    const from = entry.queue;
    const bytes = bytesOf(entry);
    if (this.#belongsTo(entry, from)) {
      from?.recharge(entry, bytes);
    } else {
      from?.remove(entry);
      entry.chargedBytes = bytes;
      this.#enqueue(entry, from === this.#pinned);
    }
    this.trim();
  }

  /** Counts an entry no more. */
  remove(entry: Entry): void {
    entry.queue?.remove(entry);
  }

  /** Takes more bytes for rendered answers of an entry. False if there is no room for them; the entry may have had to leave meanwhile. */
  grow(entry: Entry, bytes: number): boolean {
    const { maxBytes } = this.#options;
    const isPinned = entry.queue === this.#pinned;
    const available = isPinned ? maxBytes * PINNED_PART - this.#pinned.bytes : maxBytes * SMALL_PART - entry.chargedBytes;
    if (entry.queue === undefined || bytes > available) return false;
    entry.renderedBytes += bytes;
    entry.queue.recharge(entry, entry.chargedBytes + bytes);
    this.trim();
    return entry.queue !== undefined;
  }

  /** All that hold something, the most wanted first, about. */
  byWorth(): Entry[] {
    const ranked = [...this.#ranked].reverse();
    const worth = (entry: Entry): number => entry.frequency + (this.#ranked.isInMain(entry) ? 1 : 0);
    ranked.sort((a, b) => worth(b) - worth(a));
    return [...this.#pinned, ...ranked, ...this.#negative];
  }

  trim(): void {
    const { maxEntries, maxBytes } = this.#options;
    while (this.#negative.count > this.#maxNegatives || this.#negative.bytes > maxBytes * SMALL_PART) this.#evictNegative();
    while (this.#ranked.count > 0 && this.#ranked.count + this.#pinned.count > maxEntries) this.#evictRanked('count');
    while (this.#ranked.count > 0 && this.bytes > maxBytes) this.#evictRanked('bytes');
  }

  #belongsTo(entry: Entry, queue: Queue<Entry> | undefined): boolean {
    if (queue === undefined) return false;
    if (entry.isPinned) return queue === this.#pinned;
    if (entry.state === 'asked') return queue === this.#asked;
    if (entry.isNegative) return queue === this.#negative;
    return queue !== this.#asked && queue !== this.#pinned && queue !== this.#negative;
  }

  #enqueue(entry: Entry, wasPinned: boolean): void {
    if (entry.isPinned) this.#pinned.push(entry);
    else if (entry.state === 'asked') this.#asked.push(entry);
    else if (entry.isNegative) this.#negative.push(entry);
    else if (wasPinned) this.#ranked.addWanted(entry);
    else this.#ranked.add(entry);
  }

  #evictRanked(bound: 'count' | 'bytes'): void {
    const entry = this.#ranked.evict(bound);
    if (entry !== undefined) this.#options.evicted(entry);
  }

  /** The oldest that nobody looked at since it was last spared. */
  #evictNegative(): void {
    for (let entry = this.#negative.oldest; entry !== undefined; entry = this.#negative.oldest) {
      this.#negative.remove(entry);
      if (entry.frequency === 0) {
        this.#options.evicted(entry);
        return;
      }
      entry.frequency = 0;
      this.#negative.push(entry);
    }
  }
}

/** What an entry costs with nothing in it. */
const emptyBytes = (key: string): number => ENTRY_BYTES + CHARACTER_BYTES * key.length;

const contentBytes = ({ sizeBytes, items }: Sized): number => Math.ceil(FRAME_FACTOR * sizeBytes) + ITEM_BYTES * items.length;

/** What an entry costs now. While the guard shows what came before, that is there as well. */
function bytesOf({ key, known, shown, renderedBytes }: Entry): number {
  const held = known === undefined ? 0 : contentBytes(known);
  const doubted = shown === undefined || shown === known ? 0 : contentBytes(shown);
  return emptyBytes(key) + held + doubted + renderedBytes;
}
