/** Writes docs/licences.md from package-lock.json; to be run after a change of dependencies. A test compares the two. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { printLicences } from '../middleware/test/security/licences.ts';

const file = fileURLToPath(new URL('../docs/licences.md', import.meta.url));
writeFileSync(file, printLicences(existsSync(file) ? readFileSync(file, 'utf8') : ''));
