/** Options of TLS, the same for each kind of connection. This version has none; what asks for verified clients is refused (`refused.ts`). */
import { NO_TLS } from '../effects.ts';
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

const TLS = { noEffect: NO_TLS } as const;
const FILE = { ...TLS, default: '', isReloadable: true } as const;

const section = (name: string, of: string): TlsOptions => {
  const key = (last: string): string => `tls.${name}.${last}`;
  return {
    caFile: text(key('ca_file'), {
      ...FILE,
      help: `The certificates of authorities that are trusted, ${of}.`,
      example: '/etc/konsul/ca.pem',
    }),
    caPath: text(key('ca_path'), { ...FILE, help: `A folder of such certificates, ${of}.`, example: '/etc/konsul/ca' }),
    certFile: text(key('cert_file'), { ...FILE, help: `The certificate shown, ${of}.`, example: '/etc/konsul/server.pem' }),
    keyFile: text(key('key_file'), { ...FILE, help: `The key of that certificate, ${of}.`, example: '/etc/konsul/server.key' }),
    cipherSuites: text(key('tls_cipher_suites'), {
      ...TLS,
      default: '',
      help: `The ciphers allowed, separated by commas, ${of}.`,
      example: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
    }),
    minVersion: text(key('tls_min_version'), {
      ...TLS,
      default: 'TLSv1_2',
      help: `The oldest version of TLS that is spoken, ${of}.`,
      example: 'TLSv1_3',
      problem: oneOf('tls_auto', 'tlsv1_0', 'tlsv1_1', 'tlsv1_2', 'tlsv1_3', 'tls10', 'tls11', 'tls12', 'tls13'),
    }),
    verifyIncoming: bool(key('verify_incoming'), {
      default: false,
      help: `Ask clients for a certificate, ${of}. Only false is taken: this version has no TLS.`,
      example: false,
    }),
    verifyOutgoing: bool(key('verify_outgoing'), { ...TLS, default: false, help: `Speak TLS to servers, ${of}.`, example: true }),
  };
};

/** By the block of `tls` in which they stand. */
export const tls: Readonly<Record<'defaults' | 'https' | 'internal_rpc' | 'grpc', TlsOptions>> = {
  defaults: section('defaults', 'where its own block does not say'),
  https: section('https', 'on the HTTPS API'),
  internal_rpc: section('internal_rpc', 'on links between servers and agents'),
  grpc: section('grpc', 'on gRPC'),
};

export const verifyServerHostname: BooleanOption = bool('tls.internal_rpc.verify_server_hostname', {
  ...TLS,
  default: false,
  help: 'Take only servers whose certificate names them as one of this datacenter.',
  example: true,
});
