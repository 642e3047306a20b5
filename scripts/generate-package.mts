/**
 * Writes what is generated from the Salesforce package: the default mapping, the field table, the names `cosell doctor` looks for and the manifests. Tests
 * compare the results with the committed files.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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
