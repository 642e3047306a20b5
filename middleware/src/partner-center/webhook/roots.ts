/** Pinned roots: from Node's own list by fingerprint, so that no certificate is shipped (entra-and-webhooks §8). */
import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';

/** SHA-256 fingerprints: Microsoft RSA and ECC Root 2017, DigiCert Global Root G2 and G3. */
const pinned: ReadonlySet<string> = new Set([
  'C7:41:F7:0F:4B:2A:8D:88:BF:2E:71:C1:41:22:EF:53:EF:10:EB:A0:CF:A5:E6:4C:FA:20:F4:18:85:30:73:E0',
  '35:8D:F3:9D:76:4A:F9:E1:B7:66:E9:C9:72:DF:35:2E:E1:5C:FA:C2:27:AF:6A:D1:D7:0E:8E:4A:6E:DC:BA:02',
  'CB:3C:CB:B7:60:31:E5:E0:13:8F:8D:D3:9A:23:F9:DE:47:FF:C3:5E:43:C1:14:4C:EA:27:D4:6A:5A:B1:CB:5F',
  '31:AD:66:48:F8:10:41:38:C7:38:F3:9E:A4:32:01:33:39:3E:3A:18:CC:02:29:6E:F9:7C:2A:C9:EF:67:31:D0',
]);

let ownRoots: readonly X509Certificate[] | null = null;

/** @param extraPem further trusted roots from the configuration; a bad one throws. */
export function trustedRoots(extraPem: readonly string[] = []): readonly X509Certificate[] {
  // Node's list has more than a hundred and does not change while the process lives
  ownRoots ??= rootCertificates.map((pem) => new X509Certificate(pem)).filter((root) => pinned.has(root.fingerprint256));
  return [...ownRoots, ...extraPem.flatMap((pem) => readCertificates(Buffer.from(pem)) ?? badRoot())];
}

function badRoot(): never {
  throw new Error('An extra root is not a certificate.');
}

/** Most certificates a file may hold: a leaf and its chain. */
const mostCertificates = 8;

/** DER, PEM or several PEM blocks; null when it is none of them. Which one Microsoft serves is not documented. */
export function readCertificates(file: Uint8Array): readonly X509Certificate[] | null {
  const text = Buffer.from(file).toString('latin1');
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g);
  if (blocks !== null && blocks.length > mostCertificates) return null;
  try {
    return (blocks ?? [file]).map((block) => new X509Certificate(block));
  } catch {
    return null;
  }
}
