/** Signs deliveries like Microsoft's dispatcher and serves the certificate it signs with (API §11.4). */
import { sign, type KeyObject } from 'node:crypto';

import { issueCertificate, keptRsaKey, newRsaKey, type Identity, type TestAuthority } from '../certificates.ts';
import { empty, type Service } from '../wire.ts';
import { attacks, dispatchName, dispatchSubject, type AttackName, type CertificateAnswer, type Forgery } from './attacks.ts';

export interface SignedDelivery {
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

export interface Signer {
  /** `separateHeader` = signature in x-ms-signature, else in Authorization. */
  sign(body: string, separateHeader: boolean, attack?: AttackName | null): SignedDelivery;
  /** The host of the certificates: /cert/….cer */
  readonly certificateService: Service;
  /** Address of the genuine certificate. */
  certificateUrl(): string;
  /** A new key and certificate under the same address. */
  renew(): void;
  readonly leaf: () => Identity;
  readonly authority: TestAuthority;
}

export interface SignerOptions {
  readonly authority: TestAuthority;
  /** Origin of the certificate host, as receivers reach it. */
  readonly origin: () => string;
}

/** Keys and certificates are made on first use, so that a run that verifies nothing pays nothing. */
export function createSigner({ authority, origin }: SignerOptions): Signer {
  let leaf: Identity | undefined;
  let key = (): KeyObject => keptRsaKey('webhooks');
  const forgeries = new Map<AttackName, Forgery>();
  const genuine = (): Identity =>
    (leaf ??= issueCertificate({ subject: dispatchSubject, issuer: authority.intermediate, hosts: [dispatchName], key: key() }));
  const certificateUrl = (): string => `${origin()}/cert/${dispatchName}.cer`;

  function forgeryOf(name: AttackName): Forgery {
    const known = forgeries.get(name);
    if (known) return known;
    const forgery = attacks[name].forge({ authority, genuine: genuine(), origin: origin() });
    forgeries.set(name, forgery);
    return forgery;
  }

  function answerFor(path: string): CertificateAnswer | undefined {
    if (path === `/cert/${dispatchName}.cer` || path === '/cert/genuine.cer')
      return { kind: 'file', content: genuine().pem + authority.intermediate.pem };
    if (path === '/cert/intermediate.cer') return { kind: 'file', content: authority.intermediate.der };
    const name = /^\/cert\/attack-(.+)\.cer$/.exec(path)?.[1];
    return name !== undefined && Object.hasOwn(attacks, name) ? forgeryOf(name as AttackName).certificate : undefined;
  }

  return {
    authority,
    leaf: genuine,
    certificateUrl,
    renew() {
      leaf = undefined;
      key = newRsaKey;
      forgeries.clear();
    },
    sign(body, separateHeader, attack = null) {
      const forgery: Forgery = attack === null ? {} : forgeryOf(attack);
      const real = sign(forgery.hash ?? 'sha256', Buffer.from(body, 'utf8'), forgery.key ?? genuine().key).toString('base64');
      const signature = forgery.signature ? forgery.signature(real) : real;
      const algorithm = forgery.algorithm === undefined ? 'rsa-sha256' : forgery.algorithm;
      const usual = forgery.certificate ? `${origin()}/cert/attack-${String(attack)}.cer` : certificateUrl();
      const url = forgery.certificateUrl ? forgery.certificateUrl(usual) : usual;
      return {
        headers: {
          'content-type': 'application/json',
          ...(signature === null ? {} : { [separateHeader ? 'x-ms-signature' : 'authorization']: `Signature ${signature}` }),
          ...(url === null ? {} : { 'x-ms-certificate-url': url }),
          ...(algorithm === null ? {} : { 'x-ms-signature-algorithm': algorithm }),
        },
        body: forgery.body ? forgery.body(body) : body,
      };
    },
    certificateService(request) {
      const answer = answerFor(new URL(request.url, 'http://simulator').pathname);
      if (!answer) return Promise.resolve(empty(404));
      switch (answer.kind) {
        case 'file':
          return Promise.resolve({ status: 200, headers: { 'content-type': 'application/x-x509-ca-cert' }, body: answer.content });
        case 'redirect':
          return Promise.resolve(empty(302, { location: answer.to }));
        case 'status':
          return Promise.resolve(empty(answer.status));
        case 'hang':
          return new Promise(() => undefined);
      }
    },
  };
}
