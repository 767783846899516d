/** Which instances of a service are shown. What is picked from a view is made once and shared by all who ask the same. */
import type { ServiceEntry } from '../topics/entries.ts';
import type { View } from '../topics/view.ts';
import { type Instance, instanceOf } from './instance.ts';

export interface HealthOptions {
  /** Only instances of which every check is passing. Default true. */
  readonly passing?: boolean;
  /** Only instances that have this tag, or all of these, in any case. */
  readonly tag?: string | readonly string[];
}

type Items = readonly ServiceEntry[];

/** By the items of the view: a view whose index alone moved has the same ones. */
const passing = new WeakMap<Items, readonly Instance[]>();
const all = new WeakMap<Items, readonly Instance[]>();
const tagged = new WeakMap<readonly Instance[], Map<string, readonly Instance[]>>();

/** So many different choices of tags are remembered for each view; further ones are made anew each time. */
const MAX_REMEMBERED = 64;

const NONE: readonly Instance[] = Object.freeze([]);

/** The instances of a view, frozen: the same array for the same view and options. Without tags nothing is allocated but the first time. */
export function instancesOf({ items }: View<ServiceEntry>, options?: HealthOptions): readonly Instance[] {
  const found = options?.passing === false ? (all.get(items) ?? makeAll(items)) : (passing.get(items) ?? makePassing(items));
  return options?.tag === undefined || options.tag.length === 0 ? found : withTags(found, options.tag);
}

function makeAll(items: Items): readonly Instance[] {
  const list = items.length === 0 ? NONE : Object.freeze(items.map(instanceOf));
  all.set(items, list);
  return list;
}

function makePassing(items: Items): readonly Instance[] {
  const whole = all.get(items) ?? makeAll(items);
  const healthy = whole.filter(({ status }) => status === 'passing');
  const list = healthy.length === whole.length ? whole : healthy.length === 0 ? NONE : Object.freeze(healthy);
  passing.set(items, list);
  return list;
}

function withTags(instances: readonly Instance[], tag: string | readonly string[]): readonly Instance[] {
  if (instances === NONE) return NONE;
  const wanted = (typeof tag === 'string' ? [tag] : [...tag]).map((each) => each.toLowerCase());
  const name = JSON.stringify(wanted.sort());
  const known = tagged.get(instances) ?? new Map<string, readonly Instance[]>();
  tagged.set(instances, known);
  const before = known.get(name);
  if (before !== undefined) return before;
  const list = Object.freeze(instances.filter((instance) => hasTags(instance, wanted)));
  if (known.size < MAX_REMEMBERED) known.set(name, list);
  return list;
}

function hasTags({ tags }: Instance, wanted: readonly string[]): boolean {
  const own = tags.map((tag) => tag.toLowerCase());
  return wanted.every((tag) => own.includes(tag));
}

/** The key of a service's view: its name in lower case. A name that is so already is given back as it is, without a copy. */
export function serviceKey(name: string): string {
  for (let at = 0; at < name.length; at += 1) {
    const code = name.charCodeAt(at);
    if ((code >= A && code <= Z) || code > LAST_ASCII) return name.toLowerCase();
  }
  return name;
}

const A = 65;
const Z = 90;
const LAST_ASCII = 127;
