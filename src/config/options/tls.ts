/**
 * Options of TLS, the same for each kind of connection. Links have it (`parts/link-tls.ts`); HTTP and gRPC do not, and what asks for
 * verified clients there is refused (`refused.ts`).
 */
import { NO_TLS, OWN_CIPHERS } from '../effects.ts';
import { type BooleanOption, bool, type TextOption, text } from '../option.ts';
import { oneOf } from '../option-rules.ts';

export interface TlsOptions {
  readonly caFile: TextOption;
  readonly caPath: TextOption;
  readonly certFile: TextOption;
  readonly keyFile: TextOption;
  readonly cipherSuites: TextOption;
  readonly minVersion: TextOption;
  readonly verifyIncoming: BooleanOption;
  readonly verifyOutgoing: BooleanOption;
}

interface Use {
  /** Completes a help text: `on links between servers and agents`. */
  readonly of: string;
  /** Whether links have it. */
  readonly isForLinks: boolean;
}

const section = (name: string, { of, isForLinks }: Use): TlsOptions => {
  const key = (last: string): string => `tls.${name}.${last}`;
  const effect = isForLinks ? {} : { noEffect: NO_TLS };
  const file = { ...effect, default: '' };
  const verifying = isForLinks ? 'Without one, no link is taken' : 'Only false is taken: there is no TLS here';
  return {
    caFile: text(key('ca_file'), {
      ...file,
      help: `The certificates of authorities that are trusted, ${of}.`,
      example: '/etc/konsul/ca.pem',
    }),
    caPath: text(key('ca_path'), { ...file, help: `A folder of such certificates, ${of}.`, example: '/etc/konsul/ca' }),
    certFile: text(key('cert_file'), { ...file, help: `The certificate shown, ${of}.`, example: '/etc/konsul/server.pem' }),
    keyFile: text(key('key_file'), { ...file, help: `The key of that certificate, ${of}.`, example: '/etc/konsul/server.key' }),
    cipherSuites: text(key('tls_cipher_suites'), {
      noEffect: isForLinks ? OWN_CIPHERS : NO_TLS,
      default: '',
      help: `The ciphers allowed, separated by commas, ${of}.`,
      example: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
    }),
    minVersion: text(key('tls_min_version'), {
      ...effect,
      default: 'TLSv1_2',
      help: `The oldest version of TLS that is spoken, ${of}; never older than 1.2.`,
      example: 'TLSv1_3',
      problem: oneOf('tls_auto', 'tlsv1_0', 'tlsv1_1', 'tlsv1_2', 'tlsv1_3', 'tls10', 'tls11', 'tls12', 'tls13'),
    }),
    verifyIncoming: bool(key('verify_incoming'), {
      default: false,
      help: `Ask clients for a certificate, ${of}. ${verifying}.`,
      example: isForLinks,
    }),
    verifyOutgoing: bool(key('verify_outgoing'), {
      ...effect,
      default: false,
      help: `Speak TLS to servers and take only those that are trusted, ${of}.`,
      example: true,
    }),
  };
};

/** By the block of `tls` in which they stand. */
export const tls: Readonly<Record<'defaults' | 'https' | 'internal_rpc' | 'grpc', TlsOptions>> = {
  defaults: section('defaults', { of: 'where its own block does not say', isForLinks: true }),
  https: section('https', { of: 'on the HTTPS API', isForLinks: false }),
  internal_rpc: section('internal_rpc', { of: 'on links between servers and agents', isForLinks: true }),
  grpc: section('grpc', { of: 'on gRPC', isForLinks: false }),
};

export const verifyServerHostname: BooleanOption = bool('tls.internal_rpc.verify_server_hostname', {
  default: false,
  help: 'Take only servers whose certificate names them `server.<datacenter>.<domain>`; with `verify_outgoing`. Used by agents.',
  example: true,
});
