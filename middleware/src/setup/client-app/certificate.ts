/**
 * A self-signed X.509 certificate for an RSA key (RFC 5280), since node:crypto reads certificates but writes none. Only what a
 * certificate for the JWT bearer flow needs: version 3, SHA-256 with RSA, one common name, no authority, signing only.
 */
import { createSign, randomBytes, type KeyObject } from 'node:crypto';

export interface CertificateWishes {
  readonly commonName: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  /** Epoch ms. */
  readonly notBefore: number;
  readonly notAfter: number;
}

const tag = {
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  nothing: 0x05,
  oid: 0x06,
  utf8: 0x0c,
  utcTime: 0x17,
  generalTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  version: 0xa0,
  extensions: 0xa3,
} as const;

/** One element in DER: tag, shortest length, content. */
function der(type: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Buffer.from([type, content.length]), content]);
  const hex = content.length.toString(16);
  const length = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.from([type, 0x80 | length.length]), length, content]);
}

/** An object identifier from its DER content in hex. */
const oid = (hex: string): Buffer => der(tag.oid, Buffer.from(hex, 'hex'));
const sha256WithRsa = (): Buffer => der(tag.sequence, oid('2a864886f70d01010b'), der(tag.nothing));
const commonName = '550403';
const basicConstraints = '551d13';
const keyUsage = '551d0f';

/** UTC time until 2049, general time from 2050 on (RFC 5280 §4.1.2.5). */
function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return Number(digits.slice(0, 4)) < 2050 ? der(tag.utcTime, Buffer.from(digits.slice(2))) : der(tag.generalTime, Buffer.from(digits));
}

const name = (text: string): Buffer =>
  der(tag.sequence, der(tag.set, der(tag.sequence, oid(commonName), der(tag.utf8, Buffer.from(text, 'utf8')))));

const extension = (id: string, value: Buffer): Buffer => der(tag.sequence, oid(id), der(0x01, Buffer.from([0xff])), der(tag.octets, value));

/** A positive number of 16 bytes. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return der(tag.integer, bytes);
}

/** @returns the certificate in DER */
export function selfSigned(wishes: CertificateWishes): Buffer {
  const subject = name(wishes.commonName);
  const signed = der(
    tag.sequence,
    der(tag.version, der(tag.integer, Buffer.from([2]))),
    serialNumber(),
    sha256WithRsa(),
    subject,
    der(tag.sequence, time(wishes.notBefore), time(wishes.notAfter)),
    subject,
    wishes.publicKey.export({ type: 'spki', format: 'der' }),
    // not an authority; may sign (the first bit, seven bits unused)
    der(
      tag.extensions,
      der(tag.sequence, extension(basicConstraints, der(tag.sequence)), extension(keyUsage, der(tag.bits, Buffer.from([7, 0x80])))),
    ),
  );
  const signature = createSign('sha256').update(signed).sign(wishes.privateKey);
  return der(tag.sequence, signed, sha256WithRsa(), der(tag.bits, Buffer.from([0]), signature));
}

export const pemOf = (certificate: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${(certificate.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`;
