/** Is this delivery really from Microsoft? Raw bytes in, a `VerifiedNotice` or a refusal out (API §11.4). */
import { constants, verify, type KeyObject } from 'node:crypto';

import type { System } from '../../sync/ports.ts';
import type { Transport } from '../../transport.ts';
import { allowedCertificateUrl, defaultCertificateHosts } from './certificate-url.ts';
import type { VerifiedNotice } from './notice.ts';
import { readCertificates, trustedRoots } from './roots.ts';
import { readSignatureHeaders, type SignatureHeaders } from './signature-headers.ts';
import { defaultSignerNames } from './signer-pin.ts';
import { createSignerStore } from './signer-store.ts';

export interface VerifierOptions {
  /** Fetches certificates; resolves names through `guardedLookup`. */
  readonly transport: Transport;
  readonly system: System;
  /** Exact hosts (`name` or `name:port`) a signing certificate may come from. */
  readonly certificateHosts?: readonly string[];
  /** Names the signer's certificate may carry. */
  readonly signerNames?: readonly string[];
  /** PEM of roots trusted beside the pinned ones. */
  readonly extraRoots?: readonly string[];
  /** PEM of intermediates, when the file brings none. */
  readonly intermediates?: readonly string[];
  /** Further hosts for issuers' certificates. */
  readonly issuerHosts?: readonly string[];
}

export interface Delivery {
  /** Lower-case names. */
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
  /** The body exactly as it came. */
  readonly body: Uint8Array;
}

export type Verification =
  | { readonly kind: 'verified'; readonly notice: VerifiedNotice }
  /** `why` is for our log; the caller learns the status only. */
  | { readonly kind: 'refused'; readonly status: 400 | 401; readonly code: 'HOOK_HEADERS' | 'HOOK_SIGNATURE'; readonly why: string }
  /** Not the sender's fault: to be answered with 503, so that it delivers again. */
  | { readonly kind: 'unavailable'; readonly retryAfterSeconds: number; readonly why: string };

export type VerifyNotice = (delivery: Delivery) => Promise<Verification>;

const retryAfterSeconds = 30;

const refused = (why: string): Verification => ({ kind: 'refused', status: 401, code: 'HOOK_SIGNATURE', why });
const unavailable = (why: string): Verification => ({ kind: 'unavailable', retryAfterSeconds, why });

/** RSA with PKCS#1 v1.5 padding over the raw bytes. */
function fits(body: Uint8Array, { hash, signature }: SignatureHeaders, key: KeyObject): boolean {
  return verify(hash, body, { key, padding: constants.RSA_PKCS1_PADDING }, signature);
}

/** The only place that makes one. */
const verifiedNotice = (body: Uint8Array): VerifiedNotice => ({ body }) as VerifiedNotice;

/** Throws when a configured root or intermediate is not a certificate. */
export function createNoticeVerifier(options: VerifierOptions): VerifyNotice {
  const { transport, system, certificateHosts = defaultCertificateHosts, signerNames = defaultSignerNames } = options;
  const signers = createSignerStore(transport, system, {
    roots: trustedRoots(options.extraRoots),
    intermediates: (options.intermediates ?? []).flatMap((pem) => readCertificates(Buffer.from(pem)) ?? badIntermediate()),
    signerNames,
    issuerHosts: options.issuerHosts ?? [],
  });

  return async ({ headers: all, body }) => {
    const read = readSignatureHeaders(all);
    if (read.kind === 'refused') return { ...read, code: read.status === 400 ? 'HOOK_HEADERS' : 'HOOK_SIGNATURE' };
    const { headers } = read;
    const url = allowedCertificateUrl(headers.certificateUrl, certificateHosts);
    if (url === null) return refused('the certificate address is not allowed');

    const signer = await signers.signer(url);
    if (signer.kind === 'unavailable') return unavailable(signer.why);
    if (signer.kind === 'refused') return refused(signer.why);
    if (fits(body, headers, signer.key)) return { kind: 'verified', notice: verifiedNotice(body) };

    // The address stays the same when the certificate changes, so an older copy may be the reason.
    const fresh = await signers.fresherSigner(url, signer.fetchedAt);
    if (fresh === null) return refused('the signature does not fit');
    if (fresh.kind === 'unavailable') return unavailable(fresh.why);
    if (fresh.kind === 'refused') return refused(fresh.why);
    return fits(body, headers, fresh.key) ? { kind: 'verified', notice: verifiedNotice(body) } : refused('the signature does not fit');
  };
}

function badIntermediate(): never {
  throw new Error('A configured intermediate is not a certificate.');
}
