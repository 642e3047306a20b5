/**
 * Deliveries that a receiver must refuse (or, where `verdict` says so, accept): forged signatures, wrong certificates,
 * hostile certificate addresses. One row per attack (sign-in and webhooks §8, §9).
 */
import { issueCertificate, newEcKey, newRsaKey, type DistinguishedName, type Identity, type TestAuthority } from '../certificates.ts';
import type { KeyObject } from 'node:crypto';

export const dispatchName = 'pcnotifications-dispatch.microsoft.com';
export const dispatchSubject: DistinguishedName = [
  ['C', 'US'],
  ['O', 'Microsoft Corporation'],
  ['CN', dispatchName],
];

/** What a certificate address answers. */
export type CertificateAnswer =
  | { readonly kind: 'file'; readonly content: Buffer | string }
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'hang' };

export interface Forgery {
  readonly key?: KeyObject;
  /** Hash really used; default sha256. */
  readonly hash?: string;
  /** Value of x-ms-signature-algorithm; default rsa-sha256, null = header left out. */
  readonly algorithm?: string | null;
  /** What the certificate address answers; default the genuine certificate and its intermediate. */
  readonly certificate?: CertificateAnswer;
  /** Another certificate address instead of the genuine host; null = header left out. */
  readonly certificateUrl?: (genuine: string) => string | null;
  /** Body sent instead of the signed one. */
  readonly body?: (signed: string) => string;
  /** Signature sent instead of the real one; null = header left out. */
  readonly signature?: (real: string) => string | null;
}

interface Forge {
  readonly authority: TestAuthority;
  readonly genuine: Identity;
  /** Origin of the certificate host. */
  readonly origin: string;
}

export interface Attack {
  readonly says: string;
  /** `refused` unless a careful receiver may take it. */
  readonly verdict: 'refused' | 'accepted' | 'later';
  forge(forge: Forge): Forgery;
}

const leafUnder = (issuer: Identity, more: Partial<Parameters<typeof issueCertificate>[0]> = {}): Identity =>
  issueCertificate({ subject: dispatchSubject, issuer, hosts: [dispatchName], ...more });
const file = (...chain: readonly Identity[]): CertificateAnswer => ({ kind: 'file', content: chain.map(({ pem }) => pem).join('') });
const signedBy = (leaf: Identity, ...rest: readonly Identity[]): Forgery => ({ key: leaf.key, certificate: file(leaf, ...rest) });
const named = (subject: DistinguishedName, { authority }: Forge): Forgery =>
  signedBy(issueCertificate({ subject, issuer: authority.intermediate }), authority.intermediate);

const table = {
  'wrong-hash': {
    says: 'the signature is made with SHA-512, the header says SHA-256',
    verdict: 'refused',
    forge: () => ({ hash: 'sha512' }),
  },
  'sha-1': { says: 'signature and header use SHA-1', verdict: 'refused', forge: () => ({ hash: 'sha1', algorithm: 'rsa-sha1' }) },
  'unknown-algorithm': { says: 'the algorithm is a name every object has', verdict: 'refused', forge: () => ({ algorithm: '__proto__' }) },
  'wrong-key': { says: 'signed by a key that is not in the certificate', verdict: 'refused', forge: () => ({ key: newRsaKey() }) },
  'tampered-body': {
    says: 'the body was changed after signing',
    verdict: 'refused',
    forge: () => ({ body: (signed) => signed.replace('referral', 'Referral') }),
  },
  'indented-body': {
    says: 'the body was formatted anew after signing',
    verdict: 'refused',
    forge: () => ({ body: (signed) => JSON.stringify(JSON.parse(signed), null, 2) }),
  },
  'garbage-signature': { says: 'the signature is not base64', verdict: 'refused', forge: () => ({ signature: () => '***' }) },
  'no-signature': { says: 'the signature header is missing', verdict: 'refused', forge: () => ({ signature: () => null }) },
  'no-algorithm': { says: 'the algorithm header is missing', verdict: 'refused', forge: () => ({ algorithm: null }) },
  'no-certificate-url': { says: 'the certificate header is missing', verdict: 'refused', forge: () => ({ certificateUrl: () => null }) },
  'expired-leaf': {
    says: 'the certificate is expired',
    verdict: 'refused',
    forge: ({ authority }) =>
      signedBy(leafUnder(authority.intermediate, { validTo: new Date('2016-01-01T00:00:00Z') }), authority.intermediate),
  },
  'future-leaf': {
    says: 'the certificate is not valid yet',
    verdict: 'refused',
    forge: ({ authority }) =>
      signedBy(leafUnder(authority.intermediate, { validFrom: new Date('2049-01-01T00:00:00Z') }), authority.intermediate),
  },
  'self-signed': {
    says: 'the certificate is signed by itself',
    verdict: 'refused',
    forge: () => signedBy(issueCertificate({ subject: dispatchSubject, hosts: [dispatchName] })),
  },
  'same-names-other-keys': {
    says: 'the whole chain has the right names and other keys',
    verdict: 'refused',
    forge({ authority }) {
      const root = issueCertificate({ subject: authority.root.subject, authority: {} });
      const middle = issueCertificate({ subject: authority.intermediate.subject, issuer: root, authority: { pathLength: 0 } });
      return signedBy(leafUnder(middle), middle, root);
    },
  },
  'issued-by-leaf': {
    says: 'the certificate was issued by another leaf',
    verdict: 'refused',
    forge: ({ genuine, authority }) => signedBy(leafUnder(genuine), genuine, authority.intermediate),
  },
  'sub-authority': {
    says: 'an authority stands below one that may issue leaves only',
    verdict: 'refused',
    forge({ authority }) {
      const below = issueCertificate({ subject: [['CN', 'Sub Authority']], issuer: authority.intermediate, authority: {} });
      return signedBy(leafUnder(below), below, authority.intermediate);
    },
  },
  'authority-as-leaf': {
    says: 'the signing certificate is an authority itself',
    verdict: 'refused',
    forge: ({ authority }) => signedBy(issueCertificate({ subject: dispatchSubject, issuer: authority.root, authority: {} })),
  },
  'other-organisation': {
    says: 'the organisation is another one',
    verdict: 'refused',
    forge: (forge) =>
      named(
        [
          ['O', 'Contoso Ltd'],
          ['CN', dispatchName],
        ],
        forge,
      ),
  },
  'two-organisations': {
    says: 'the organisation stands there twice',
    verdict: 'refused',
    forge: (forge) =>
      named(
        [
          ['O', 'Contoso Ltd'],
          ['O', 'Microsoft Corporation'],
          ['CN', dispatchName],
        ],
        forge,
      ),
  },
  'organisation-in-name': {
    says: 'the organisation is only written into the common name',
    verdict: 'refused',
    forge: (forge) => named([['CN', `${dispatchName}, O=Microsoft Corporation`]], forge),
  },
  'other-name': {
    says: 'a Microsoft certificate of another service',
    verdict: 'refused',
    forge: (forge) =>
      named(
        [
          ['O', 'Microsoft Corporation'],
          ['CN', 'customer-site.azurewebsites.example'],
        ],
        forge,
      ),
  },
  'rsa-1024': {
    says: 'the key has 1024 bits',
    verdict: 'refused',
    forge: ({ authority }) => signedBy(leafUnder(authority.intermediate, { key: newRsaKey(1024) }), authority.intermediate),
  },
  'ec-key': {
    says: 'the key is on an elliptic curve',
    verdict: 'refused',
    forge: ({ authority }) => signedBy(leafUnder(authority.intermediate, { key: newEcKey() }), authority.intermediate),
  },
  'intermediate-by-address': {
    says: 'the intermediate is missing in the file and can be fetched',
    verdict: 'accepted',
    forge: ({ authority, origin }) => signedBy(leafUnder(authority.intermediate, { issuerUrl: `${origin}/cert/intermediate.cer` })),
  },
  'intermediate-missing': {
    says: 'the intermediate is missing and nothing says where it is',
    verdict: 'refused',
    forge: ({ authority }) => signedBy(leafUnder(authority.intermediate)),
  },
  'intermediate-at-private-address': {
    says: 'the address of the intermediate is inside the network',
    verdict: 'refused',
    forge: ({ authority }) => signedBy(leafUnder(authority.intermediate, { issuerUrl: 'http://10.0.0.7/intermediate.cer' })),
  },
  redirect: {
    says: 'the certificate host sends elsewhere',
    verdict: 'later',
    forge: ({ origin }) => ({ certificate: { kind: 'redirect', to: `${origin}/cert/genuine.cer` } }),
  },
  'huge-file': {
    says: 'the certificate file has 200 KB',
    verdict: 'later',
    forge: () => ({ certificate: { kind: 'file', content: Buffer.alloc(200_000, 0x41) } }),
  },
  'not-a-certificate': {
    says: 'the certificate file holds something else',
    verdict: 'refused',
    forge: () => ({ certificate: { kind: 'file', content: '<html>hello</html>' } }),
  },
  'hanging-host': { says: 'the certificate host never answers', verdict: 'later', forge: () => ({ certificate: { kind: 'hang' } }) },
  'not-found': {
    says: 'the certificate host answers 404',
    verdict: 'later',
    forge: () => ({ certificate: { kind: 'status', status: 404 } }),
  },
  'look-alike-host': {
    says: 'the certificate host only looks like the real one',
    verdict: 'refused',
    forge: () => ({ certificateUrl: () => 'https://3psostorageacct.blob.core.windows.net.example/cert/a.cer' }),
  },
  'rented-storage-host': {
    says: 'another account of the same storage service',
    verdict: 'refused',
    forge: () => ({ certificateUrl: () => 'https://3psostorageacct2.blob.core.windows.net/cert/a.cer' }),
  },
  'plain-http': {
    says: 'the certificate address is not https',
    verdict: 'refused',
    forge: () => ({ certificateUrl: (genuine) => genuine.replace('https:', 'http:') }),
  },
  'user-info': {
    says: 'the certificate address hides its host behind a user name',
    verdict: 'refused',
    forge: () => ({ certificateUrl: () => 'https://3psostorageacct.blob.core.windows.net@attacker.example/cert/a.cer' }),
  },
  query: {
    says: 'the certificate address has a query',
    verdict: 'refused',
    forge: () => ({ certificateUrl: (genuine) => `${genuine}?to=elsewhere` }),
  },
  'dot-segments': {
    says: 'the certificate address climbs out of its folder',
    verdict: 'refused',
    forge: () => ({ certificateUrl: (genuine) => genuine.replace('/cert/', '/cert/%2e%2e/other/') }),
  },
  'private-address': {
    says: 'the certificate address is inside the network',
    verdict: 'refused',
    forge: () => ({ certificateUrl: () => 'https://169.254.169.254/cert/a.cer' }),
  },
} satisfies { readonly [name: string]: Attack };

export type AttackName = keyof typeof table;
export const attacks: { readonly [name in AttackName]: Attack } = table;
export const attackNames = Object.keys(table) as readonly AttackName[];
