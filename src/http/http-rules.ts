/**
 * What an operator says about the HTTP API as a whole (`http_config`): endpoints that are closed, who may write, headers that every
 * answer gets. May be replaced while requests run.
 */
import { BlockList } from 'node:net';
import { ipFamily } from '../model/ip.ts';
import { KonsulError } from '../runtime/errors.ts';
import { type Answer, textAnswer } from './answer.ts';

export interface HttpRulesConfig {
  /** Prefixes of paths, as in `/v1/kv/`. */
  readonly blockEndpoints: readonly string[];
  /** CIDR blocks; none: everybody may write. */
  readonly allowWriteFrom: readonly string[];
  readonly responseHeaders: Readonly<Record<string, string>>;
}

const READING: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];
const BLOCKED = 'Endpoint is blocked by agent configuration';
const RESTRICTED = 'Access is restricted';

export class HttpRules {
  #config: HttpRulesConfig;
  #writers: BlockList | undefined;

  /** Throws CONFIG_INVALID for what is no CIDR block. */
  constructor(config: HttpRulesConfig = { blockEndpoints: [], allowWriteFrom: [], responseHeaders: {} }) {
    this.#config = config;
    this.#writers = writersOf(config);
  }

  /** Replaces the rules for all requests to come. Throws as the constructor does, and changes nothing then. */
  update(config: HttpRulesConfig): void {
    this.#writers = writersOf(config);
    this.#config = config;
  }

  get responseHeaders(): Readonly<Record<string, string>> {
    return this.#config.responseHeaders;
  }

  /** The answer to whoever asks for a closed path. */
  blocked(path: string): Answer | undefined {
    return this.#config.blockEndpoints.some((prefix) => path.startsWith(prefix)) ? textAnswer(403, BLOCKED) : undefined;
  }

  /** Throws PERMISSION_DENIED (403) unless this client may use the method. A client in the same process may. */
  demandAccess(method: string, remoteAddress: string): void {
    if (this.#writers === undefined || READING.includes(method) || remoteAddress === '') return;
    const address = remoteAddress.replace(/^::ffff:(?=\d+\.)/i, '');
    const family = ipFamily(address);
    if (family !== undefined && this.#writers.check(address, family === 4 ? 'ipv4' : 'ipv6')) return;
    throw new KonsulError('PERMISSION_DENIED', RESTRICTED);
  }
}

function writersOf({ allowWriteFrom }: HttpRulesConfig): BlockList | undefined {
  if (allowWriteFrom.length === 0) return undefined;
  const list = new BlockList();
  for (const cidr of allowWriteFrom) {
    const block = parseCidr(cidr);
    if (block === undefined) throw new KonsulError('CONFIG_INVALID', `http_config.allow_write_http_from: "${cidr}" is no CIDR block`);
    list.addSubnet(block.network, block.bits, block.family === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}

/** The parts of `10.0.0.0/8`; `undefined` for anything else. */
export function parseCidr(text: string): { readonly network: string; readonly bits: number; readonly family: 4 | 6 } | undefined {
  const [network = '', bitsText = '', ...more] = text.trim().split('/');
  const family = ipFamily(network);
  const bits = /^\d{1,3}$/.test(bitsText) ? Number(bitsText) : Number.NaN;
  if (family === undefined || more.length > 0 || !(bits <= (family === 4 ? 32 : 128))) return undefined;
  return { network, bits, family };
}
