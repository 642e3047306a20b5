/**
 * What Node does not tell about a certificate: path length, key usage, critical extensions and the parts of the
 * subject (entra-and-webhooks §8: Node accepts a sub-CA below `pathLen 0`).
 */
import type { KeyObject, X509Certificate } from 'node:crypto';

import { readObjectId, readOne, readSequence, readText, readValues, tags, type DerValue } from './der.ts';

export interface CertificateFacts {
  readonly ca: boolean;
  /** How many CA certificates may stand below; null = no limit. */
  readonly pathLength: number | null;
  /** Null when the extension is absent, which allows everything. */
  readonly keyUsage: { readonly digitalSignature: boolean; readonly signsCertificates: boolean } | null;
  /** Critical extensions this reader does not judge; one of them makes the certificate unusable (RFC 5280 §4.2). */
  readonly unknownCritical: readonly string[];
  readonly signatureAlgorithm: string;
  readonly subject: readonly { readonly type: string; readonly text: string | null }[];
  readonly selfIssued: boolean;
}

const objectIds = { basicConstraints: '2.5.29.19', keyUsage: '2.5.29.15' } as const;

/** Judged here or by the caller, or without meaning for a signature: SAN, extended key usage, policies. */
const understood = new Set<string>([...Object.values(objectIds), '2.5.29.17', '2.5.29.37', '2.5.29.32']);

export const nameTypes = { commonName: '2.5.4.3', organization: '2.5.4.10' } as const;

interface Extension {
  readonly id: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
}

/** The key, when Node can use it. */
export function keyOf(certificate: X509Certificate): KeyObject | null {
  try {
    return certificate.publicKey;
  } catch {
    return null;
  }
}

/** RSA of 2,048 bits or more. */
export const isStrongRsa = (key: KeyObject): boolean =>
  key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2_048;

/** Null when the certificate is not well-formed enough to judge. */
export function readFacts(certificate: X509Certificate): CertificateFacts | null {
  try {
    return factsOf(certificate.raw);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function factsOf(raw: Uint8Array): CertificateFacts {
  const [body, algorithm] = readSequence(raw);
  const parts = readValues(need(body, tags.sequence));
  // Version is optional and tagged; serial, algorithm, issuer, validity, subject follow (RFC 5280 §4.1).
  const first = parts[0]?.tag === 0xa0 ? 1 : 0;
  const issuer = need(parts[first + 2], tags.sequence);
  const subject = need(parts[first + 4], tags.sequence);
  const extensionBlock = parts.find((part) => part.tag === 0xa3);
  const extensions = extensionBlock === undefined ? [] : readSequence(extensionBlock.content).map(readExtension);
  if (new Set(extensions.map(({ id }) => id)).size !== extensions.length) throw new RangeError('an extension stands there twice');
  return {
    ...basicConstraints(extensions),
    keyUsage: keyUsage(extensions),
    unknownCritical: extensions.filter(({ critical, id }) => critical && !understood.has(id)).map(({ id }) => id),
    signatureAlgorithm: objectIdOf(readValues(need(algorithm, tags.sequence))[0]),
    subject: readName(subject),
    selfIssued: Buffer.compare(issuer, subject) === 0,
  };
}

function need(value: DerValue | undefined, tag: number): Uint8Array {
  if (value?.tag !== tag) throw new RangeError('another value was expected');
  return value.content;
}

const objectIdOf = (value: DerValue | undefined): string => readObjectId(need(value, tags.objectId));

function readExtension(value: DerValue): Extension {
  const parts = readValues(need(value, tags.sequence));
  const flag = parts[1]?.tag === tags.boolean ? parts[1] : undefined;
  return {
    id: objectIdOf(parts[0]),
    critical: flag?.content[0] === 0xff,
    value: need(parts[flag === undefined ? 1 : 2], tags.octetString),
  };
}

function basicConstraints(extensions: readonly Extension[]): { readonly ca: boolean; readonly pathLength: number | null } {
  const extension = extensions.find(({ id }) => id === objectIds.basicConstraints);
  if (extension === undefined) return { ca: false, pathLength: null };
  const parts = readSequence(extension.value);
  const ca = parts[0]?.tag === tags.boolean && parts[0].content[0] === 0xff;
  const limit = parts.find((part) => part.tag === tags.integer);
  if (limit === undefined) return { ca, pathLength: null };
  const [octet, ...more] = limit.content;
  if (octet === undefined || octet > 0x7f || more.length > 0) throw new RangeError('a path length out of range');
  return { ca, pathLength: octet };
}

function keyUsage(extensions: readonly Extension[]): CertificateFacts['keyUsage'] {
  const extension = extensions.find(({ id }) => id === objectIds.keyUsage);
  if (extension === undefined) return null;
  // First octet of a bit string is the count of unused bits; bit 0 stands highest.
  const bits = readOne(extension.value, tags.bitString)[1] ?? 0;
  return { digitalSignature: (bits & 0x80) !== 0, signsCertificates: (bits & 0x04) !== 0 };
}

function readName(name: Uint8Array): CertificateFacts['subject'] {
  return readValues(name).flatMap((set) =>
    readValues(need(set, tags.set)).map((attribute) => {
      const [type, text] = readValues(need(attribute, tags.sequence));
      return { type: objectIdOf(type), text: text === undefined ? null : readText(text) };
    }),
  );
}
