/** TLS on links: `tls.internal_rpc`, and `tls.defaults` where that says nothing. The files are read by an assembly. */
import type { ConfigValues } from '../config-values.ts';
import type { OptionDefinition, OptionValue } from '../option.ts';
import { domain } from '../options/dns.ts';
import { datacenter } from '../options/node.ts';
import { type TlsOptions, tls, verifyServerHostname } from '../options/tls.ts';

export interface LinkTlsConfig {
  /** PEM files; '' for none. */
  readonly caFile: string;
  /** A folder of PEM files, '' for none. */
  readonly caPath: string;
  readonly certFile: string;
  readonly keyFile: string;
  /** Agents without a certificate of these authorities are refused. */
  readonly verifyIncoming: boolean;
  /** Servers without one are not linked to. */
  readonly verifyOutgoing: boolean;
  /** The name that the certificate of a server must have; `undefined`: any. */
  readonly serverName: string | undefined;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
}

/**
 * `undefined`: links are plain. A server speaks TLS if it has a certificate and a key; an agent if it is given anything to show or to
 * verify with.
 */
export function linkTlsConfig(values: ConfigValues, isServer: boolean): LinkTlsConfig | undefined {
  const given = givenForLinks(values);
  const { caFile, caPath, certFile, keyFile, verifyIncoming, verifyOutgoing } = given;
  const isOn = isServer ? verifyIncoming || (certFile !== '' && keyFile !== '') : verifyOutgoing || `${caFile}${caPath}${certFile}` !== '';
  return isOn ? given : undefined;
}

function givenForLinks(values: ConfigValues): LinkTlsConfig {
  return {
    caFile: linkTlsValue(values, 'caFile'),
    caPath: linkTlsValue(values, 'caPath'),
    certFile: linkTlsValue(values, 'certFile'),
    keyFile: linkTlsValue(values, 'keyFile'),
    verifyIncoming: linkTlsValue(values, 'verifyIncoming'),
    verifyOutgoing: linkTlsValue(values, 'verifyOutgoing'),
    serverName: values.get(verifyServerHostname) ? serverNameOf(values) : undefined,
    minVersion: linkTlsValue(values, 'minVersion').endsWith('3') ? 'TLSv1.3' : 'TLSv1.2',
  };
}

/** What is wrong with the files and switches together, a line each. */
export function linkTlsProblems(values: ConfigValues, isServer: boolean): readonly string[] {
  const { certFile, keyFile, caFile, caPath, verifyIncoming, verifyOutgoing } = givenForLinks(values);
  const where = (name: keyof TlsOptions): string => values.where(givenOption(values, name));
  const hasAuthority = `${caFile}${caPath}` !== '';
  const rules: readonly (readonly [boolean, string])[] = [
    [certFile !== '' && keyFile === '', `${where('certFile')}: needs its key: set key_file too`],
    [certFile === '' && keyFile !== '', `${where('keyFile')}: needs its certificate: set cert_file too`],
    [isServer && verifyIncoming && !hasAuthority, `${where('verifyIncoming')}: needs ca_file or ca_path to verify agents by`],
    [isServer && verifyIncoming && certFile === '', `${where('verifyIncoming')}: links then speak TLS, which needs cert_file and key_file`],
    [!isServer && verifyOutgoing && !hasAuthority, `${where('verifyOutgoing')}: needs ca_file or ca_path to verify servers by`],
  ];
  return rules.flatMap(([holds, problem]) => (holds ? [problem] : []));
}

type Given<N extends keyof TlsOptions> = TlsOptions[N] extends OptionDefinition<infer T extends OptionValue> ? T : never;

/** The value that holds for links. */
const linkTlsValue = <N extends keyof TlsOptions>(values: ConfigValues, name: N): Given<N> =>
  values.get(givenOption(values, name) as OptionDefinition<OptionValue>) as Given<N>;

function givenOption<N extends keyof TlsOptions>(values: ConfigValues, name: N): TlsOptions[N] {
  const own = tls.internal_rpc[name];
  return values.isSet(own) ? own : tls.defaults[name];
}

const serverNameOf = (values: ConfigValues): string => `server.${values.get(datacenter).toLowerCase()}.${values.get(domain)}`;
