/** From a leaf to a pinned root, by the rules of RFC 5280 that Node leaves out (entra-and-webhooks §8). */
import type { X509Certificate } from 'node:crypto';

import { isStrongRsa, keyOf, readFacts } from './certificate-facts.ts';

/** Certificates above the leaf, root included. */
const longestPath = 5;

/** SHA-1 and MD5 signatures; a pinned root's own signature is not looked at. */
const weakAlgorithms = new Set(['1.2.840.113549.1.1.5', '1.2.840.113549.1.1.4', '1.2.840.10045.4.1', '1.3.14.3.2.29']);

export const validAt = (certificate: X509Certificate, now: number): boolean =>
  Date.parse(certificate.validFrom) <= now && now <= Date.parse(certificate.validTo);

/** May `issuer` stand above `certificate`, with `below` CA certificates already under it? */
function mayIssue(issuer: X509Certificate, certificate: X509Certificate, below: number): boolean {
  const facts = readFacts(issuer);
  if (facts === null || !facts.ca || facts.unknownCritical.length > 0) return false;
  if (facts.keyUsage !== null && !facts.keyUsage.signsCertificates) return false;
  if (facts.pathLength !== null && below > facts.pathLength) return false;
  const key = keyOf(issuer);
  if (key === null || !(isStrongRsa(key) || key.asymmetricKeyType === 'ec')) return false;
  return certificate.checkIssued(issuer) && certificate.verify(key);
}

const isSame = (a: X509Certificate, b: X509Certificate): boolean => a.fingerprint256 === b.fingerprint256;

/**
 * A path from the leaf to one of the roots, leaf first; null when there is none. Whatever else was tried does not
 * matter: one valid path is enough.
 */
export function findPath(
  leaf: X509Certificate,
  intermediates: readonly X509Certificate[],
  roots: readonly X509Certificate[],
  now: number,
): readonly X509Certificate[] | null {
  function upward(path: readonly X509Certificate[], below: number): readonly X509Certificate[] | null {
    const top = path.at(-1) ?? leaf;
    const facts = readFacts(top);
    if (facts === null || facts.unknownCritical.length > 0 || weakAlgorithms.has(facts.signatureAlgorithm) || !validAt(top, now))
      return null;
    const root = roots.find((one) => validAt(one, now) && mayIssue(one, top, below));
    if (root) return [...path, root];
    if (path.length >= longestPath) return null;
    for (const issuer of intermediates) {
      if (path.some((used) => isSame(used, issuer)) || !mayIssue(issuer, top, below)) continue;
      // Self-issued certificates do not count towards the length (RFC 5280 §6.1.4).
      const found = upward([...path, issuer], below + (readFacts(issuer)?.selfIssued ? 0 : 1));
      if (found) return found;
    }
    return null;
  }
  return upward([leaf], 0);
}

/** The certificates of a path that an issuer is still missing for: where a download could help. */
export function topsWithoutIssuer(leaf: X509Certificate, intermediates: readonly X509Certificate[]): readonly X509Certificate[] {
  const reached: X509Certificate[] = [leaf];
  for (const top of reached) {
    for (const issuer of intermediates) {
      if (!reached.some((one) => isSame(one, issuer)) && top.checkIssued(issuer)) reached.push(issuer);
    }
  }
  return reached.filter((top) => !top.checkIssued(top) && !intermediates.some((issuer) => top.checkIssued(issuer)));
}
