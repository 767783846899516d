/** Certificates for TLS servers of tests, made on the spot: signed by themselves, so that no client trusts them unless told to. */
import { generateKeyPairSync, sign } from 'node:crypto';

export interface TestCertificate {
  /** PEM texts, as `node:tls` takes them. */
  readonly key: string;
  readonly cert: string;
}

/** A certificate for a DNS name, valid from 2020 to 2049. */
export function selfSigned(name: string): TestCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(oid('2a8648ce3d040302'));
  const subject = sequence(set(sequence(oid('550403'), der(0x0c, Buffer.from(name)))));
  const validity = sequence(der(0x17, Buffer.from('200101000000Z')), der(0x17, Buffer.from('491231235959Z')));
  const names = sequence(oid('551d11'), der(0x04, sequence(der(0x82, Buffer.from(name)))));
  const body = sequence(
    der(0xa0, integer(2)),
    integer(1),
    algorithm,
    subject,
    validity,
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(names)),
  );
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', body, privateKey)]));
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert: pem(sequence(body, algorithm, signature)) };
}

/** One value of DER (X.690): its tag, its length, its content. */
function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const lengthBytes = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...lengthBytes]), content]);
}

const sequence = (...members: readonly Buffer[]): Buffer => der(0x30, Buffer.concat(members));

const set = (...members: readonly Buffer[]): Buffer => der(0x31, Buffer.concat(members));

const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));

const integer = (value: number): Buffer => der(0x02, Buffer.from([value]));

const pem = (bytes: Buffer): string => `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64')}\n-----END CERTIFICATE-----\n`;
