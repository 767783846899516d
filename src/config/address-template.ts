/**
 * Addresses that are looked up on the machine, in the form that Consul's files use (go-sockaddr): `{{ GetPrivateIP }}`,
 * `{{ GetPublicIP }}`, `{{ GetInterfaceIP "eth0" }}`. Its pipelines of filters are refused with a text that says so.
 */
import { ipFamily, isLoopback, isPrivate } from '../model/ip.ts';

/** An address of the machine and the interface that has it. */
export interface InterfaceAddress {
  readonly name: string;
  readonly address: string;
}

const TEMPLATE = /\{\{([^{}]*)\}\}/g;
const KNOWN = /^\s*(?:(GetPrivateIP|GetPublicIP)|GetInterfaceIP\s+"([^"]+)")\s*$/;

/** Why `text` holds a template that is not understood; `undefined`: each is, or there is none. */
export function templateProblem(text: string): string | undefined {
  const unknown = [...text.matchAll(TEMPLATE)].find(([, inner = '']) => !KNOWN.test(inner));
  return unknown && `may look up an address by {{ GetPrivateIP }}, {{ GetPublicIP }} or {{ GetInterfaceIP "eth0" }}, not by ${unknown[0]}`;
}

/** `text` with something in the place of each template, to judge what stands beside them. */
export const withoutTemplates = (text: string, instead: string): string => unbracketed(text.replaceAll(TEMPLATE, instead));

/** IPv6 addresses may stand in brackets, as in the file that Consul's packages bring: `[::]`. */
const unbracketed = (text: string): string => text.replaceAll(/\[([0-9a-fA-F:.]+)\]/g, '$1');

/** `text` with its templates looked up and without brackets, or which of them the machine has no address for. Templates must be known. */
export function lookUpAddresses(
  text: string,
  interfaces: readonly InterfaceAddress[],
): { readonly value: string } | { readonly problem: string } {
  let missing: string | undefined;
  const value = text.replaceAll(TEMPLATE, (template, inner: string) => {
    const address = addressOf(inner, interfaces);
    if (address === undefined) missing ??= template;
    return address ?? '';
  });
  return missing === undefined ? { value: unbracketed(value) } : { problem: `this machine has no address for ${missing}` };
}

/** IPv4 first, as in Consul. */
function addressOf(inner: string, interfaces: readonly InterfaceAddress[]): string | undefined {
  const [, name, interfaceName] = KNOWN.exec(inner) ?? [];
  const fits = (found: InterfaceAddress): boolean => {
    if (interfaceName !== undefined) return found.name === interfaceName;
    return name === 'GetPrivateIP' ? isPrivate(found.address) : isPublic(found.address);
  };
  const found = interfaces.filter(fits).map(({ address }) => address);
  return found.find((address) => ipFamily(address) === 4) ?? found[0];
}

const isPublic = (address: string): boolean =>
  ipFamily(address) === 4 && !isPrivate(address) && !isLoopback(address) && !address.startsWith('169.254.');
