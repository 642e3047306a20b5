/**
 * A self-signed certificate for the Pub/Sub server on loopback: public Pub/Sub clients insist on TLS
 * (Salesforce APIs §9.2). Made in memory, since the platform offers no certificate maker.
 */
import { generateKeyPairSync, sign } from 'node:crypto';

const tlv = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  const length: number[] = [];
  if (body.length < 128) length.push(body.length);
  else {
    for (let rest = body.length; rest > 0; rest >>= 8) length.unshift(rest & 0xff);
    length.unshift(0x80 | length.length);
  }
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
};

const sequence = (...parts: readonly Uint8Array[]): Buffer => tlv(0x30, ...parts);
const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');

/** Object identifiers in DER. */
const SHA256_WITH_RSA = sequence(bytes('06092a864886f70d01010b'), bytes('0500'));
const COMMON_NAME = bytes('0603550403');
const SUBJECT_ALT_NAME = bytes('0603551d11');

/** Key and certificate in PEM for `localhost` and 127.0.0.1, valid from a day before `now` (epoch ms) for ten years. */
export function loopbackCertificate(now: number = Date.now()): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const name = sequence(tlv(0x31, sequence(COMMON_NAME, tlv(0x0c, Buffer.from('localhost')))));
  const time = (ms: number): Buffer => tlv(0x18, Buffer.from(`${new Date(ms).toISOString().replace(/\D/g, '').slice(0, 14)}Z`));
  const names = sequence(tlv(0x82, Buffer.from('localhost')), tlv(0x87, Buffer.from([127, 0, 0, 1])));
  const content = sequence(
    tlv(0xa0, bytes('020102')),
    tlv(0x02, Buffer.from([1])),
    SHA256_WITH_RSA,
    name,
    sequence(time(now - 86_400_000), time(now + 10 * 365 * 86_400_000)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(sequence(SUBJECT_ALT_NAME, tlv(0x04, names)))),
  );
  const signature = sign('sha256', content, privateKey);
  const der = sequence(content, SHA256_WITH_RSA, tlv(0x03, Buffer.from([0]), signature));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
  };
}
