/** Writes what is generated from the Salesforce package: the default mapping. Tests compare the results with the committed files. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultMappingPath, printDefaultMapping } from '../middleware/test/package/default-mapping.ts';
import { readPackage, repository } from '../middleware/test/package/package-files.ts';

const files = readPackage(['force-app']);
writeFileSync(join(repository, defaultMappingPath), printDefaultMapping(files));
console.log(`${defaultMappingPath} written`);
