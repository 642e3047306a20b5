/** Is this certificate one that may sign for Microsoft? Pin first, then the path, fetching missing issuers (AIA). */
import { X509Certificate, type KeyObject } from 'node:crypto';

import { findPath, topsWithoutIssuer } from './certificate-path.ts';
import { allowedIssuerUrl } from './certificate-url.ts';
import { readFacts } from './certificate-facts.ts';
import { refuseSigner } from './signer-pin.ts';

/** Gets a small file; null when it cannot be had now. */
export type Download = (url: string) => Promise<Uint8Array | null>;

export interface TrustRules {
  readonly roots: readonly X509Certificate[];
  /** Intermediates from the configuration, beside those that come with the file. */
  readonly intermediates: readonly X509Certificate[];
  readonly signerNames: readonly string[];
  /** Further hosts issuers' certificates may be fetched from. */
  readonly issuerHosts: readonly string[];
}

export type Verdict =
  | { readonly kind: 'trusted'; readonly key: KeyObject }
  | { readonly kind: 'refused'; readonly why: string }
  /** An issuer could not be fetched: not the sender's fault. */
  | { readonly kind: 'unavailable'; readonly why: string };

export interface SignerFile {
  readonly leaf: X509Certificate;
  readonly others: readonly X509Certificate[];
}

/** The leaf is the first certificate that is not an authority; the order in such files varies. */
export function signerFile(certificates: readonly X509Certificate[]): SignerFile | null {
  const leaf = certificates.find((one) => readFacts(one)?.ca === false) ?? certificates[0];
  return leaf === undefined ? null : { leaf, others: certificates.filter((one) => one !== leaf) };
}

const mostHops = 3;

/** The verdict, and the issuers that were fetched for it. */
export async function judgeSigner(
  file: SignerFile,
  rules: TrustRules,
  now: number,
  download: Download,
): Promise<{ readonly verdict: Verdict; readonly fetched: readonly X509Certificate[] }> {
  const { leaf } = file;
  const why = refuseSigner(leaf, rules.signerNames);
  if (why !== null) return { verdict: { kind: 'refused', why }, fetched: [] };
  const fetched: X509Certificate[] = [];
  let missed = false;
  for (let hop = 0; ; hop += 1) {
    const intermediates = [...file.others, ...rules.intermediates, ...fetched];
    if (findPath(leaf, intermediates, rules.roots, now)) return { verdict: { kind: 'trusted', key: leaf.publicKey }, fetched };
    if (hop === mostHops) break;
    const issuers = await fetchIssuers(topsWithoutIssuer(leaf, intermediates), rules, download);
    missed ||= issuers.missed;
    if (issuers.found.length === 0) break;
    fetched.push(...issuers.found);
  }
  const verdict: Verdict = missed
    ? { kind: 'unavailable', why: 'the certificate of an issuer could not be fetched' }
    : { kind: 'refused', why: 'no valid path leads to a pinned root' };
  return { verdict, fetched };
}

async function fetchIssuers(
  tops: readonly X509Certificate[],
  rules: TrustRules,
  download: Download,
): Promise<{ readonly found: readonly X509Certificate[]; readonly missed: boolean }> {
  const found: X509Certificate[] = [];
  let missed = false;
  const urls = new Set(tops.flatMap(issuerUrls).flatMap((url) => allowedIssuerUrl(url, rules.issuerHosts) ?? []));
  for (const url of [...urls].slice(0, mostHops)) {
    const bytes = await download(url);
    if (bytes === null) missed = true;
    else {
      try {
        found.push(new X509Certificate(bytes));
      } catch {
        // Not a certificate: the place is allowed, but what lies there helps nobody.
      }
    }
  }
  return { found, missed };
}

function issuerUrls(certificate: X509Certificate): readonly string[] {
  // Undefined, against its type, when the extension is absent.
  const text = certificate.infoAccess ?? '';
  return [...text.matchAll(/^CA Issuers - URI:(\S+)$/gm)].flatMap((match) => match[1] ?? []);
}
