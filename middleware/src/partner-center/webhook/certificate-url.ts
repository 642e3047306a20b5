/**
 * Where a signing certificate may come from. The documented host lies in a name space where anyone can rent a name, so
 * the whole host is compared, never a suffix (entra-and-webhooks §8).
 */

export const defaultCertificateHosts = ['3psostorageacct.blob.core.windows.net'] as const;

const longestUrl = 512;
const allowedPath = /^\/cert\/[A-Za-z0-9][A-Za-z0-9._-]{0,200}\.cer$/;

/**
 * The checked URL, or null. @param hosts allowed hosts, exactly as in the URL: `name`, or `name:port` for a port that
 * is not the default.
 */
export function allowedCertificateUrl(text: string, hosts: readonly string[]): string | null {
  // Read as typed, before the parser tidies up: what it would change is refused.
  if (text.length > longestUrl || !/^https:\/\/[a-z0-9.:[\]-]+\/[A-Za-z0-9/._-]*$/.test(text)) return null;
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.href !== text || url.username !== '' || url.password !== '') return null;
  return hosts.includes(url.host) && allowedPath.test(url.pathname) && !url.pathname.includes('..') ? text : null;
}

/** Issuers' own download places (AIA), by exact host and path. */
const issuerPlaces: readonly { readonly host: string; readonly path: string }[] = [
  { host: 'www.microsoft.com', path: '/pkiops/certs/' },
  { host: 'caissuers.microsoft.com', path: '/' },
  { host: 'cacerts.digicert.com', path: '/' },
];

/**
 * URL of the issuer's certificate as https, or null. These links usually say http; the certificate proves itself, and
 * over https the service needs no unsafe way out.
 */
export function allowedIssuerUrl(text: string, extraPlaces: readonly string[]): string | null {
  if (text.length > longestUrl || !/^https?:\/\/[A-Za-z0-9.:-]+\/[A-Za-z0-9/._%()-]*$/.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.protocol === 'http:' && url.port === '') url.protocol = 'https:';
  if (url.protocol !== 'https:' || /%|\.\./.test(url.pathname.replaceAll('%20', ''))) return null;
  const known = issuerPlaces.some((place) => place.host === url.host && url.pathname.startsWith(place.path));
  return known || extraPlaces.includes(url.host) ? url.href : null;
}
