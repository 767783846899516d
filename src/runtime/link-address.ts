/** What all transports say of addresses: how one is written, and why none could be dialled. */
import { KonsulError } from './errors.ts';

export interface HostPort {
  /** A name or an address, without brackets. */
  readonly host: string;
  /** 0 to 65,535. */
  readonly port: number;
}

const ADDRESS = /^(?:\[([0-9A-Fa-f:.]+)\]|([\w.-]*)):(\d{1,5})$/;
const MAX_PORT = 65_535;

/** Reads `host:port`, `[ipv6]:port` or `:port` (host ''). `undefined` for anything else. */
export function parseLinkAddress(address: string): HostPort | undefined {
  const [, ipv6, name, digits] = ADDRESS.exec(address) ?? [];
  const port = Number(digits);
  return digits === undefined || port > MAX_PORT ? undefined : { host: ipv6 ?? name ?? '', port };
}

/** UNREACHABLE: no link to `address` (in `details`), because. */
export function dialFailed(address: string, why: string, cause?: unknown): KonsulError {
  return new KonsulError('UNREACHABLE', why, { details: { address }, ...(cause === undefined ? {} : { cause }) });
}

/** Throws UNREACHABLE if whoever dials has given up already. */
export function assertNotAborted(address: string, signal: AbortSignal): void {
  if (signal.aborted) throw dialAborted(address);
}

/** UNREACHABLE: whoever dialled gave up. */
export const dialAborted = (address: string): KonsulError => dialFailed(address, `dial ${address}: aborted`);
