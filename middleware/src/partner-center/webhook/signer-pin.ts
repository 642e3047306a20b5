/** Which leaf may sign notifications: more than the issuer's name, which proves nothing (API §11.4). */
import type { X509Certificate } from 'node:crypto';

import { isStrongRsa, keyOf, nameTypes, readFacts } from './certificate-facts.ts';

export const defaultSignerNames = ['pcnotifications-dispatch.microsoft.com'] as const;

const organization = 'Microsoft Corporation';

/** Null when the leaf may sign, else why not. @param names allowed common names or DNS names, compared whole. */
export function refuseSigner(leaf: X509Certificate, names: readonly string[]): string | null {
  const facts = readFacts(leaf);
  if (facts === null) return 'the certificate cannot be read';
  if (facts.ca) return 'the certificate is one of an authority';
  if (facts.unknownCritical.length > 0) return `unknown critical extension ${facts.unknownCritical.join(', ')}`;
  if (facts.keyUsage !== null && !facts.keyUsage.digitalSignature) return 'the certificate is not for signatures';
  const key = keyOf(leaf);
  if (key === null || !isStrongRsa(key)) return 'the key is not RSA of 2,048 bits or more';
  const texts = (type: string): readonly (string | null)[] => facts.subject.filter((part) => part.type === type).map((part) => part.text);
  const organizations = texts(nameTypes.organization);
  // Two organisations are refused: which of them is meant depends on who reads.
  if (organizations.length !== 1 || organizations[0] !== organization) return 'the subject is not Microsoft Corporation';
  const commonNames = texts(nameTypes.commonName);
  const byCommonName = commonNames.length === 1 && names.some((name) => commonNames[0]?.toLowerCase() === name.toLowerCase());
  const byAlternativeName = names.some((name) => leaf.checkHost(name, { subject: 'never', wildcards: false }) !== undefined);
  return byCommonName || byAlternativeName ? null : 'the subject is not an allowed signer';
}
