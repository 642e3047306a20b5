/** Test certificates: a small DER writer on node:crypto. Nothing of this ships. */
import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';

const joined = (parts: readonly Uint8Array[]): Buffer => Buffer.concat(parts);

function value(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = joined(parts);
  if (content.length < 0x80) return joined([Buffer.from([tag, content.length]), content]);
  const octets: number[] = [];
  for (let rest = content.length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return joined([Buffer.from([tag, 0x80 | octets.length, ...octets]), content]);
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => value(0x30, ...parts);
const set = (...parts: readonly Uint8Array[]): Buffer => value(0x31, ...parts);
const integer = (bytes: Uint8Array): Buffer => value(0x02, (bytes[0] ?? 0) >= 0x80 ? joined([Buffer.from([0]), bytes]) : bytes);
const text = (content: string): Buffer => value(0x0c, Buffer.from(content, 'utf8'));
const yes = value(0x01, Buffer.from([0xff]));

function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const octets: number[] = [];
  for (const arc of [first * 40 + second, ...rest]) {
    const group = [arc & 0x7f];
    for (let high = arc >> 7; high > 0; high >>= 7) group.unshift((high & 0x7f) | 0x80);
    octets.push(...group);
  }
  return value(0x06, Buffer.from(octets));
}

/** `YYYYMMDDHHMMSSZ`. */
const time = (at: number): Buffer => value(0x18, Buffer.from(new Date(at).toISOString().replace(/[-:T]|\.\d+/g, '')));

const nameTypes = { CN: '2.5.4.3', O: '2.5.4.10', C: '2.5.4.6' } as const;
export type Name = readonly (readonly [keyof typeof nameTypes, string])[];

const nameOf = (name: Name): Buffer => sequence(...name.map(([type, content]) => set(sequence(objectId(nameTypes[type]), text(content)))));

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export const rsa = (bits = 2_048): KeyPair => generateKeyPairSync('rsa', { modulusLength: bits });
export const elliptic = (): KeyPair => generateKeyPairSync('ec', { namedCurve: 'P-256' });

export interface CertificateOptions {
  readonly subject: Name;
  readonly keys: KeyPair;
  /** Absent = signed by itself. */
  readonly issuer?: Issued;
  readonly validFrom?: number;
  readonly validTo?: number;
  readonly ca?: boolean;
  readonly pathLength?: number;
  /** Bits from the left: 0 digitalSignature … 5 keyCertSign. */
  readonly keyUsage?: readonly number[];
  readonly dnsNames?: readonly string[];
  readonly issuerUrl?: string;
  /** Dotted id of a critical extension nobody knows. */
  readonly unknownCritical?: string;
  readonly hash?: 'sha256' | 'sha1';
}

/** A certificate with everything needed to issue another below it. */
export interface Issued {
  readonly der: Buffer;
  readonly pem: string;
  readonly subject: Name;
  readonly keys: KeyPair;
}

const day = 86_400_000;
/** Two octets, the first never zero: DER wants integers in their shortest form. */
let serial = 0x1000;

const extension = (id: string, critical: boolean, content: Uint8Array): Buffer =>
  sequence(objectId(id), ...(critical ? [yes] : []), value(0x04, content));

function extensions(options: CertificateOptions): Buffer[] {
  const { ca, pathLength, keyUsage, dnsNames, issuerUrl, unknownCritical } = options;
  const list: Buffer[] = [];
  if (ca !== undefined) {
    const limit = pathLength === undefined ? [] : [integer(Buffer.from([pathLength]))];
    list.push(extension('2.5.29.19', true, sequence(...(ca ? [yes] : []), ...limit)));
  }
  if (keyUsage) {
    const bits = keyUsage.reduce((all, bit) => all | (0x80 >> bit), 0);
    list.push(extension('2.5.29.15', true, value(0x03, Buffer.from([0, bits]))));
  }
  if (dnsNames) list.push(extension('2.5.29.17', false, sequence(...dnsNames.map((name) => value(0x82, Buffer.from(name))))));
  if (issuerUrl)
    list.push(
      extension('1.3.6.1.5.5.7.1.1', false, sequence(sequence(objectId('1.3.6.1.5.5.7.48.2'), value(0x86, Buffer.from(issuerUrl))))),
    );
  if (unknownCritical) list.push(extension(unknownCritical, true, value(0x05)));
  return list;
}

const algorithms = {
  rsa: { sha256: sequence(objectId('1.2.840.113549.1.1.11'), value(0x05)), sha1: sequence(objectId('1.2.840.113549.1.1.5'), value(0x05)) },
  ec: { sha256: sequence(objectId('1.2.840.10045.4.3.2')), sha1: sequence(objectId('1.2.840.10045.4.1')) },
} as const;

export function issue(options: CertificateOptions): Issued {
  const { subject, keys, issuer, hash = 'sha256', validFrom = Date.now() - day, validTo = Date.now() + 30 * day } = options;
  const signer = issuer?.keys ?? keys;
  const algorithm = algorithms[signer.privateKey.asymmetricKeyType === 'ec' ? 'ec' : 'rsa'][hash];
  const list = extensions(options);
  serial += 1;
  const body = sequence(
    value(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.from([serial >> 8, serial & 0xff])),
    algorithm,
    nameOf(issuer?.subject ?? subject),
    sequence(time(validFrom), time(validTo)),
    nameOf(subject),
    keys.publicKey.export({ type: 'spki', format: 'der' }),
    ...(list.length > 0 ? [value(0xa3, sequence(...list))] : []),
  );
  const signature = createSign(hash).update(body).sign(signer.privateKey);
  const der = sequence(body, algorithm, value(0x03, Buffer.from([0]), signature));
  return { der, pem: pemOf(der), subject, keys };
}

export const pemOf = (der: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${(
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  ).join('\n')}\n-----END CERTIFICATE-----\n`;

/** Signature over raw bytes as Partner Center makes it. */
export const signed = (body: Uint8Array, key: KeyObject, hash = 'sha256'): string =>
  createSign(hash).update(body).sign(key).toString('base64');

export const signerName: Name = [
  ['C', 'US'],
  ['O', 'Microsoft Corporation'],
  ['CN', 'pcnotifications-dispatch.microsoft.com'],
];

/** Root, issuing authority below it (path length 0) and a leaf like the real one. */
export interface Authority {
  readonly root: Issued;
  readonly issuing: Issued;
  readonly leaf: Issued;
}

export function makeAuthority(overrides: Partial<CertificateOptions> = {}): Authority {
  const root = issue({ subject: [['CN', 'Test Root']], keys: rsa(), ca: true, keyUsage: [5, 6] });
  const issuing = issue({
    subject: [
      ['O', 'Microsoft Corporation'],
      ['CN', 'Test Issuing'],
    ],
    keys: rsa(),
    issuer: root,
    ca: true,
    pathLength: 0,
    keyUsage: [0, 5, 6],
  });
  const leaf = issue({ subject: signerName, keys: rsa(), issuer: issuing, ca: false, keyUsage: [0], ...overrides });
  return { root, issuing, leaf };
}
