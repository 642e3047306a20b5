/**
 * Writes what is generated from package and code: the default mapping, the field table, the names `cosell doctor` looks for, the manifests and the
 * tables of the guides. Tests compare the results with the committed files.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fill, guides } from '../middleware/test/contracts/guides.ts';
import { defaultMappingPath, printDefaultMapping } from '../middleware/test/package/default-mapping.ts';
import { fieldsTablePath, printFieldsTable } from '../middleware/test/package/fields-table.ts';
import { manifests, printManifest } from '../middleware/test/package/manifest.ts';
import { readPackage, repository } from '../middleware/test/package/package-files.ts';
import { printWatchedFields, watchedFieldsPath, watchingDirectories } from '../middleware/test/package/watched-fields.ts';
import { packageNamesPath, printPackageNames } from '../middleware/test/setup/package-names.ts';

function write(path: string, text: string): void {
  mkdirSync(dirname(join(repository, path)), { recursive: true });
  writeFileSync(join(repository, path), text);
  console.log(`${path} written`);
}

const files = readPackage(['force-app']);
write(defaultMappingPath, printDefaultMapping(files));
write(watchedFieldsPath, printWatchedFields(readPackage(watchingDirectories)));
write(fieldsTablePath, await printFieldsTable(files));
write(packageNamesPath, await printPackageNames());
for (const { path, directory } of manifests) write(path, await printManifest(directory));
for (const guide of guides) write(guide.path, await fill(guide, readFileSync(join(repository, guide.path), 'utf8')));
