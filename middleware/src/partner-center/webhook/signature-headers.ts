/** The three headers of a signed notification, in both forms Microsoft sends (API §11.4). */

export interface SignatureHeaders {
  readonly signature: Uint8Array;
  readonly certificateUrl: string;
  /** Name of a hash Node knows. */
  readonly hash: 'sha256' | 'sha384' | 'sha512';
}

export type ReadHeaders =
  | { readonly kind: 'headers'; readonly headers: SignatureHeaders }
  | { readonly kind: 'refused'; readonly status: 400 | 401; readonly why: string };

/** SHA-2 only. A Map, because a plain object knows `__proto__` too (entra-and-webhooks §8). */
const hashes: ReadonlyMap<string, SignatureHeaders['hash']> = new Map([
  ['rsa-sha256', 'sha256'],
  ['rsa-sha384', 'sha384'],
  ['rsa-sha512', 'sha512'],
]);

const scheme = /^signature +([A-Za-z0-9+/]{4,1024}={0,2})$/i;

const refused = (status: 400 | 401, why: string): ReadHeaders => ({ kind: 'refused', status, why });

/** @param headers lower-case names. */
export function readSignatureHeaders(headers: { readonly [name: string]: string | readonly string[] | undefined }): ReadHeaders {
  const one = (name: string): string | undefined => {
    const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
    return typeof value === 'string' ? value.trim() : undefined;
  };
  const certificateUrl = one('x-ms-certificate-url');
  const algorithm = one('x-ms-signature-algorithm');
  // Gateways rewrite Authorization, so the other form wins when both are there.
  const signed = one('x-ms-signature') ?? one('authorization');
  if (!certificateUrl) return refused(400, 'no certificate address');
  if (!algorithm) return refused(400, 'no signature algorithm');
  if (!signed) return refused(401, 'no signature');
  const text = scheme.exec(signed)?.[1];
  if (text === undefined || text.length % 4 !== 0) return refused(400, 'the signature is malformed');
  const hash = hashes.get(algorithm.toLowerCase());
  if (hash === undefined) return refused(401, 'the signature algorithm is not allowed');
  return { kind: 'headers', headers: { signature: Buffer.from(text, 'base64'), certificateUrl, hash } };
}
