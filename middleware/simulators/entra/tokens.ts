/** JSON web tokens of the authority: made, published as a key set, and checked (Sign-in and webhooks §5). */
import { constants, createHash, createPublicKey, sign, verify, X509Certificate, type KeyObject } from 'node:crypto';

import { keptRsaKey } from '../certificates.ts';
import type { Surroundings } from '../wire.ts';

export type Claims = { readonly [name: string]: unknown };

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function decode(part: string | undefined): Claims | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Claims) : null;
  } catch {
    return null;
  }
}

export interface TokenMint {
  /** The claims need an id of their own (`jti`). */
  sign(claims: Claims): string;
  /** The claims of a token this mint made and that is neither expired nor revoked; else null. */
  read(token: string): Claims | null;
  /** Every token made so far opens nothing any more. */
  revokeAll(): void;
  /** JWKS document. */
  keys(): { readonly keys: readonly object[] };
}

export function createTokenMint(surroundings: Surroundings): TokenMint {
  const live = new Set<unknown>();
  const privateKey = (): KeyObject => keptRsaKey('tokens');
  const keyId = (): string =>
    createHash('sha256')
      .update(createPublicKey(privateKey()).export({ type: 'spki', format: 'der' }))
      .digest('base64url')
      .slice(0, 27);
  return {
    sign(claims) {
      live.add(claims['jti']);
      const text = `${encode({ typ: 'JWT', alg: 'RS256', kid: keyId() })}.${encode(claims)}`;
      return `${text}.${sign('sha256', Buffer.from(text), privateKey()).toString('base64url')}`;
    },
    read(token) {
      const [header, body, signature, ...rest] = token.split('.');
      if (rest.length > 0 || decode(header)?.['alg'] !== 'RS256') return null;
      const good = verify(
        'sha256',
        Buffer.from(`${header}.${body}`),
        createPublicKey(privateKey()),
        Buffer.from(signature ?? '', 'base64url'),
      );
      const claims = good ? decode(body) : null;
      return claims && live.has(claims['jti']) && Number(claims['exp']) * 1000 > surroundings.now() ? claims : null;
    },
    revokeAll: () => live.clear(),
    keys: () => ({ keys: [{ ...createPublicKey(privateKey()).export({ format: 'jwk' }), kid: keyId(), use: 'sig', alg: 'RS256' }] }),
  };
}

/** Checks a client assertion against the registered certificate: PS256 or RS256, our audience, in time. */
export function isGoodAssertion(
  assertion: string,
  certificatePem: string,
  clientId: string,
  audiences: readonly string[],
  now: number,
): boolean {
  const [header, body, signature] = assertion.split('.');
  const [head, claims] = [decode(header), decode(body)];
  if (!head || !claims) return false;
  const certificate = new X509Certificate(certificatePem);
  const thumbprint = createHash('sha256').update(certificate.raw).digest('base64url');
  if (head['x5t#S256'] !== undefined && head['x5t#S256'] !== thumbprint) return false;
  const alg = head['alg'];
  if (alg !== 'PS256' && alg !== 'RS256') return false;
  const padding = alg === 'PS256' ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST } : {};
  const signed = verify(
    'sha256',
    Buffer.from(`${header}.${body}`),
    { key: certificate.publicKey, ...padding },
    Buffer.from(signature ?? '', 'base64url'),
  );
  return (
    signed &&
    claims['iss'] === clientId &&
    claims['sub'] === clientId &&
    audiences.includes(String(claims['aud'])) &&
    Number(claims['exp']) * 1000 > now
  );
}
