/** Configuration entries: kept and shown for tools that write them, used by nothing here (spec section 15). */
import type { Indexed } from './record.ts';
import type { Json } from './values.ts';

export interface ConfigEntry extends Indexed {
  readonly kind: string;
  readonly name: string;
  /** The members besides kind, name and indexes, as they came. */
  readonly content: { readonly [member: string]: Json };
}

const KINDS: readonly string[] = [
  'service-defaults',
  'proxy-defaults',
  'service-router',
  'service-splitter',
  'service-resolver',
  'ingress-gateway',
  'terminating-gateway',
  'service-intentions',
  'mesh',
  'exported-services',
  'sameness-group',
  'api-gateway',
  'bound-api-gateway',
  'http-route',
  'tcp-route',
  'file-system-certificate',
  'inline-certificate',
  'jwt-provider',
];

/** Kinds of which there is one entry, and its name. */
const ONLY_NAMES: ReadonlyMap<string, string> = new Map([
  ['proxy-defaults', 'global'],
  ['mesh', 'mesh'],
  ['exported-services', 'default'],
]);

/** Consul's text for a kind that does not exist, or `undefined`. */
export const kindProblem = (kind: string): string | undefined => (KINDS.includes(kind) ? undefined : `invalid config entry kind: ${kind}`);

/** The name of an entry as it is kept: the one that its kind allows, where none was given. */
export const entryName = (kind: string, name: string): string => name || (ONLY_NAMES.get(kind) ?? '');

/** Consul's text for a name that an entry of this kind cannot have, or `undefined`. */
export function entryNameProblem(kind: string, name: string): string | undefined {
  if (name === '') return 'Name is required';
  const only = ONLY_NAMES.get(kind) ?? name;
  return only === name ? undefined : `invalid name (${JSON.stringify(name)}), only ${JSON.stringify(only)} is supported`;
}
