/**
 * Writes what is generated from the Salesforce package: the default mapping, the field table and the manifests. Tests
 * compare the results with the committed files.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defaultMappingPath, printDefaultMapping } from '../middleware/test/package/default-mapping.ts';
import { fieldsTablePath, printFieldsTable } from '../middleware/test/package/fields-table.ts';
import { manifests, printManifest } from '../middleware/test/package/manifest.ts';
import { readPackage, repository } from '../middleware/test/package/package-files.ts';

function write(path: string, text: string): void {
  mkdirSync(dirname(join(repository, path)), { recursive: true });
  writeFileSync(join(repository, path), text);
  console.log(`${path} written`);
}

const files = readPackage(['force-app']);
write(defaultMappingPath, printDefaultMapping(files));
write(fieldsTablePath, printFieldsTable(files));
for (const { path, directory } of manifests) write(path, await printManifest(directory));
