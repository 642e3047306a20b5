/** `cosell app generate`: a key pair, its certificate, and the external client app filled in, as a small project of its own to deploy. */
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

import { SyncError } from '../../errors.ts';
import { folder } from '../installation.ts';
import { pemOf, selfSigned } from './certificate.ts';

export interface AppWishes {
  readonly contactEmail: string;
  /** Folder to write; must not exist or be empty. */
  readonly out: string;
  /** Days the certificate is good for. */
  readonly days: number;
  /** Root of the clone. */
  readonly root: string;
  /** Epoch ms. */
  readonly now: number;
}

export interface GeneratedApp {
  readonly out: string;
  readonly privateKey: string;
  readonly certificate: string;
  /** ISO date. */
  readonly goodUntil: string;
  readonly files: readonly string[];
}

const day = 86_400_000;
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const refuse = (message: string): never => {
  throw new SyncError('CONFIG_INVALID', { message });
};

function checkFolder(out: string, root: string): void {
  const first = relative(root, out).split(sep)[0] ?? '';
  if (first.startsWith('force-')) refuse(`${out} lies in the Salesforce package, where a key must never be. Choose a folder outside.`);
  if (existsSync(out) && readdirSync(out).length > 0)
    refuse(`${out} is not empty; a key that is there is never overwritten. Choose a new folder.`);
}

/** Throws CONFIG_INVALID for a wish that cannot be met; then nothing is written. */
export function generateApp(wishes: AppWishes): GeneratedApp {
  const { contactEmail, days, root, now } = wishes;
  const out = resolve(wishes.out);
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(contactEmail))
    refuse(`"${contactEmail}" is no mail address. Salesforce wants one for the app: --contact-email admin@example.com`);
  if (!Number.isInteger(days) || days < 1 || days > 3_650) refuse('--days must be a whole number from 1 to 3650.');
  const template = folder('external-client-app/template', root);
  checkFolder(out, root);

  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  // a day back, for clocks that lag
  const notBefore = Math.floor((now - day) / 1_000) * 1_000;
  const notAfter = Math.floor((now + days * day) / 1_000) * 1_000;
  const certificate = selfSigned({ commonName: 'Partner Center service', publicKey, privateKey, notBefore, notAfter });
  const marks: { readonly [mark: string]: string } = { contactEmail: escaped(contactEmail), certificate: certificate.toString('base64') };

  mkdirSync(out, { recursive: true, mode: 0o700 });
  const written: string[] = [];
  const write = (name: string, text: string, mode = 0o644): string => {
    const path = join(out, name);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, text, { mode, flag: 'wx' });
    written.push(name);
    return path;
  };
  const keyPath = write('service.key', String(privateKey.export({ type: 'pkcs8', format: 'pem' })), 0o600);
  const certificatePath = write('service.crt', pemOf(certificate));
  write('.gitignore', '*\n');
  write(
    'sfdx-project.json',
    `${JSON.stringify({ packageDirectories: [{ path: 'app', default: true }], sourceApiVersion: '66.0' }, null, 2)}\n`,
  );
  for (const name of globSync('**/*-meta.xml', { cwd: template }).sort()) {
    const filled = readFileSync(join(template, name), 'utf8').replaceAll(/\{\{(\w+)\}\}/g, (whole, mark: string) => marks[mark] ?? whole);
    write(join('app', name), filled);
  }
  return {
    out,
    privateKey: keyPath,
    certificate: certificatePath,
    goodUntil: new Date(notAfter).toISOString().slice(0, 10),
    files: written,
  };
}

export function printGenerated({ out, privateKey, certificate, goodUntil, files }: GeneratedApp): string {
  return `Written to ${out}: ${files.length} files.
  Private key   ${privateKey}   (only you can read it; it never goes into version control)
  Certificate   ${certificate}   good until ${goodUntil}

Next:
  1. Setup → External Client App Settings: switch on "Allow access to External Client App consumer secrets via the Metadata API".
  2. cd ${out} && sf project deploy start --source-dir app --target-org <alias>
     If the org refuses a file, make the app by hand with this certificate: docs/install.md, 5.
  3. Setup → External Client App Manager → Partner Center Service → Settings → OAuth: copy the consumer key into COSELL_SALESFORCE_CLIENT_ID.
  4. Give the service the key: COSELL_SALESFORCE_PRIVATE_KEY_FILE=${privateKey}, and COSELL_SALESFORCE_USERNAME.
  5. cosell doctor --org <alias>`;
}
