/**
 * Makes X.509 certificates for the simulators: a root, an intermediate that may issue leaves only (pathLen 0), the leaf
 * that signs webhooks, and server certificates for loopback TLS. `node:crypto` reads certificates but cannot write
 * them, so the DER is written here (RFC 5280). For tests and demos only.
 */
import { createHash, createPublicKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';

/** Attributes in order; a name may appear twice (an attack does that). */
export type DistinguishedName = readonly (readonly ['CN' | 'O' | 'OU' | 'C', string])[];

export interface Identity {
  readonly subject: DistinguishedName;
  readonly key: KeyObject;
  readonly keyPem: string;
  readonly der: Buffer;
  /** Ends with a line break, so that chains can be concatenated. */
  readonly pem: string;
}

export interface CertificateRequest {
  readonly subject: DistinguishedName;
  /** Who signs; absent = self-signed. */
  readonly issuer?: Identity;
  /** Private key of the subject; a new RSA 2048 key when absent. */
  readonly key?: KeyObject;
  /** Present = a certificate authority; `pathLength` limits how many authorities may follow. */
  readonly authority?: { readonly pathLength?: number };
  /** DNS names and IP addresses for TLS. */
  readonly hosts?: readonly string[];
  /** Where the issuer's certificate can be fetched (authority information access). */
  readonly issuerUrl?: string;
  readonly validFrom?: Date;
  readonly validTo?: Date;
}

const lengthOf = (size: number): Buffer => {
  if (size < 128) return Buffer.from([size]);
  const bytes: number[] = [];
  for (let rest = size; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.from([0x80 | bytes.length, ...bytes]);
};
const tlv = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
};
const sequence = (...parts: readonly Uint8Array[]): Buffer => tlv(0x30, ...parts);
const octets = (content: Uint8Array): Buffer => tlv(0x04, content);
const bits = (content: Uint8Array, unused = 0): Buffer => tlv(0x03, Buffer.from([unused]), content);
const utf8 = (text: string): Buffer => tlv(0x0c, Buffer.from(text, 'utf8'));
const yes = tlv(0x01, Buffer.from([0xff]));

function integer(content: Uint8Array): Buffer {
  const first = content[0] ?? 0;
  return tlv(0x02, first & 0x80 ? Buffer.concat([Buffer.from([0]), content]) : content);
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const group = [part & 0x7f];
    for (let left = part >>> 7; left > 0; left >>>= 7) group.unshift((left & 0x7f) | 0x80);
    bytes.push(...group);
  }
  return tlv(0x06, Buffer.from(bytes));
}

/** UTCTime up to 2049, as RFC 5280 §4.1.2.5 asks. */
const utcTime = (date: Date): Buffer => tlv(0x17, Buffer.from(`${date.toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`));

const nameOids = { CN: '2.5.4.3', O: '2.5.4.10', OU: '2.5.4.11', C: '2.5.4.6' };
const distinguishedName = (name: DistinguishedName): Buffer =>
  sequence(
    ...name.map(([kind, value]) => tlv(0x31, sequence(oid(nameOids[kind]), kind === 'C' ? tlv(0x13, Buffer.from(value)) : utf8(value)))),
  );

const extension = (id: string, content: Buffer, critical = false): Buffer => sequence(oid(id), ...(critical ? [yes] : []), octets(content));

/** The subjectPublicKey bits, hashed: the usual key identifier (RFC 5280 §4.2.1.2). */
const keyIdentifier = (publicKey: KeyObject): Buffer =>
  createHash('sha1')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest();

function addressBytes(host: string): Buffer {
  if (isIP(host) === 4) return Buffer.from(host.split('.').map(Number));
  if (host !== '::1') throw new Error(`Only IPv4 addresses and ::1 can stand in a test certificate, not ${host}`);
  return Buffer.concat([Buffer.alloc(15), Buffer.from([1])]);
}

function extensionsOf(request: CertificateRequest, publicKey: KeyObject, issuerKey: KeyObject): Buffer {
  const list = [
    extension('2.5.29.14', octets(keyIdentifier(publicKey))),
    extension('2.5.29.35', sequence(tlv(0x80, keyIdentifier(issuerKey)))),
  ];
  if (request.authority) {
    const { pathLength } = request.authority;
    list.push(extension('2.5.29.19', sequence(yes, ...(pathLength === undefined ? [] : [integer(Buffer.from([pathLength]))])), true));
    list.push(extension('2.5.29.15', bits(Buffer.from([0x06]), 1), true)); // keyCertSign, cRLSign
  } else {
    list.push(extension('2.5.29.19', sequence(), true));
    list.push(extension('2.5.29.15', bits(Buffer.from([0xa0]), 5), true)); // digitalSignature, keyEncipherment
    list.push(extension('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.1'), oid('1.3.6.1.5.5.7.3.2'))));
  }
  if (request.hosts) {
    const names = request.hosts.map((host) => (isIP(host) ? tlv(0x87, addressBytes(host)) : tlv(0x82, Buffer.from(host))));
    list.push(extension('2.5.29.17', sequence(...names)));
  }
  if (request.issuerUrl !== undefined) {
    const access = sequence(oid('1.3.6.1.5.5.7.48.2'), tlv(0x86, Buffer.from(request.issuerUrl)));
    list.push(extension('1.3.6.1.5.5.7.1.1', sequence(access)));
  }
  return tlv(0xa3, sequence(...list));
}

export const newRsaKey = (bitLength = 2048): KeyObject => generateKeyPairSync('rsa', { modulusLength: bitLength }).privateKey;

const kept = new Map<string, KeyObject>();

/** The one key this process has for a purpose, made on first use: a key takes 0.1 s or more, and every simulated world needs some. */
export function keptRsaKey(purpose: string): KeyObject {
  const key = kept.get(purpose) ?? newRsaKey();
  kept.set(purpose, key);
  return key;
}

export const newEcKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

/** Wide on purpose: tests run on movable clocks, TLS on the real one. */
const longAgo = new Date('2015-01-01T00:00:00Z');
const farAhead = new Date('2049-12-31T00:00:00Z');

/** Issues one certificate, signed with SHA-256 by the issuer's RSA key. */
export function issueCertificate(request: CertificateRequest): Identity {
  const key = request.key ?? newRsaKey();
  const issuerKey = request.issuer?.key ?? key;
  const publicKey = createPublicKey(key);
  const algorithm = sequence(oid('1.2.840.113549.1.1.11'), tlv(0x05));
  const body = sequence(
    tlv(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([0x40]), randomBytes(15)])),
    algorithm,
    distinguishedName(request.issuer?.subject ?? request.subject),
    sequence(utcTime(request.validFrom ?? longAgo), utcTime(request.validTo ?? farAhead)),
    distinguishedName(request.subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    extensionsOf(request, publicKey, createPublicKey(issuerKey)),
  );
  const der = sequence(body, algorithm, bits(sign('sha256', body, issuerKey)));
  const base64 = der.toString('base64').replace(/(.{64})(?!$)/g, '$1\n');
  return {
    subject: request.subject,
    key,
    keyPem: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    der,
    pem: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
  };
}

export interface TestAuthority {
  readonly root: Identity;
  /** May issue leaves only. */
  readonly intermediate: Identity;
  /** Key and chain (leaf first) for a TLS server on these hosts; default localhost, 127.0.0.1 and ::1. */
  serverCertificate(hosts?: readonly string[]): { readonly key: string; readonly cert: string };
}

/** A certificate authority nobody else trusts. About 0.3 s, nearly all of it key generation. */
export function createTestAuthority(): TestAuthority {
  const root = issueCertificate({
    subject: [
      ['C', 'US'],
      ['O', 'Simulated Root Operations'],
      ['CN', 'Simulated Root Authority'],
    ],
    authority: {},
  });
  const intermediate = issueCertificate({
    subject: [
      ['C', 'US'],
      ['O', 'Simulated Root Operations'],
      ['CN', 'Simulated Issuing Authority 01'],
    ],
    issuer: root,
    authority: { pathLength: 0 },
  });
  let serverKey: KeyObject | undefined;
  return {
    root,
    intermediate,
    serverCertificate(hosts = ['localhost', '127.0.0.1', '::1']) {
      serverKey ??= newRsaKey();
      const server = issueCertificate({ subject: [['CN', hosts[0] ?? 'localhost']], issuer: intermediate, key: serverKey, hosts });
      return { key: server.keyPem, cert: server.pem + intermediate.pem };
    },
  };
}

let shared: TestAuthority | undefined;

/** One authority for the whole process, made on first use. */
export function sharedTestAuthority(): TestAuthority {
  shared ??= createTestAuthority();
  return shared;
}
