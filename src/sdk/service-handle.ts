/** A service that a program calls again and again: its instances are at hand, always the newest, and one of them is picked for each call. */
import type { Random } from '../runtime/random.ts';
import type { ServiceEntry } from '../topics/entries.ts';
import { type Changes, closedError, FeedChanges, type Shows, type WatchOptions } from './changes.ts';
import type { Feed } from './feed.ts';
import type { WatchFreshness } from './freshness.ts';
import { type Instance, isSameList } from './instance.ts';
import type { Picker } from './pick/picker.ts';
import { type PickOptions, pickerOf } from './pick/strategies.ts';
import { type HealthOptions, instancesOf } from './selection.ts';

export interface ServiceOptions extends HealthOptions {
  readonly pick?: PickOptions;
}

export interface ServiceHandle {
  readonly name: string;
  /** The instances as they are now, frozen; empty until the first answer. Reading it costs a load of a field. */
  readonly instances: readonly Instance[];
  readonly freshness: WatchFreshness;
  /** Resolves at the first answer; rejects if the connection is closed, or the signal aborts, before there is one. */
  ready(options?: WatchOptions): Promise<void>;
  /** The instance for the next call, by the strategy of the handle; `undefined` if there is none. */
  pick(): Instance | undefined;
  /** Work for an instance begins, and ends: what `p2c` goes by. Call `end` in a `finally`. */
  begin(instance: Instance): void;
  end(instance: Instance): void;
  /** Each change of the instances. */
  changes(options?: WatchOptions): Changes<readonly Instance[]>;
  /** Lets go of it; `instances` stays as it is. */
  close(): void;
}

const NONE: readonly Instance[] = Object.freeze([]);

export class FeedHandle implements ServiceHandle {
  readonly name: string;
  /** A field, not a getter: this is what a program reads for each of its calls. */
  instances: readonly Instance[] = NONE;
  readonly #feed: Feed<ServiceEntry>;
  readonly #options: ServiceOptions;
  readonly #picker: Picker;
  readonly #unfollow: () => void;

  constructor(
    name: string,
    { feed, options, random }: { readonly feed: Feed<ServiceEntry>; readonly options: ServiceOptions; readonly random: Random },
  ) {
    this.name = name;
    this.#feed = feed;
    this.#options = options;
    this.#picker = pickerOf(options.pick ?? {}, random);
    this.#unfollow = feed.follow(() => this.#update());
    this.#update();
  }

  get freshness(): WatchFreshness {
    return this.#feed.freshness();
  }

  async ready(options?: WatchOptions): Promise<void> {
    if (this.#feed.view !== undefined) return;
    const changes = this.changes(options);
    const first = await changes.next();
    await changes.return();
    options?.signal?.throwIfAborted();
    if (first.done === true) throw closedError();
  }

  pick(): Instance | undefined {
    return this.#picker.pick();
  }

  begin(instance: Instance): void {
    this.#picker.begin(instance);
  }

  end(instance: Instance): void {
    this.#picker.end(instance);
  }

  changes(options?: WatchOptions): Changes<readonly Instance[]> {
    return new FeedChanges(this.#feed, showInstances(this.#options), options);
  }

  close(): void {
    this.#unfollow();
  }

  #update(): void {
    const { view } = this.#feed;
    if (view === undefined) return;
    const instances = instancesOf(view, this.#options);
    if (isSameList(instances, this.instances)) return;
    this.instances = instances;
    this.#picker.update(instances);
  }
}

/** Shows the instances whenever they are others. */
export function showInstances(options: HealthOptions): Shows<ServiceEntry, readonly Instance[]> {
  let shown: readonly Instance[] = NONE;
  return (view, isFirst) => {
    const instances = instancesOf(view, options);
    if (!isFirst && isSameList(instances, shown)) return undefined;
    shown = instances;
    return { value: instances };
  };
}
