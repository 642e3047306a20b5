/**
 * Makes the metadata-format zip of the project's package directories with Salesforce's own deploy library, as `sf project deploy`
 * does. The library takes a second or more to load and convert, so the zip is kept under `.cache/` by the content of the sources.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { contentHash } from '../content-hash.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Raised when the way zips are made changes. */
const FORMAT = '2';

/** Zips this process has, by the name they have in `.cache/`. */
const held = new Map<string, Uint8Array>();

/**
 * @param dirs package directories, relative to the project or absolute
 * @returns bytes of a zip with `package.xml` at its root, the same array as long as the sources are the same
 */
export async function buildDeployZip(dirs: readonly string[]): Promise<Uint8Array> {
  const folders = dirs.map((dir) => resolve(ROOT, dir));
  const cached = join(ROOT, '.cache', `deploy-${contentHash(ROOT, [join(ROOT, '.forceignore'), ...folders], FORMAT)}.zip`);
  const zip = held.get(cached) ?? (existsSync(cached) ? new Uint8Array(readFileSync(cached)) : await make(folders, cached));
  held.set(cached, zip);
  return zip;
}

async function make(folders: readonly string[], cached: string): Promise<Uint8Array> {
  const zip = await convert(folders);
  mkdirSync(dirname(cached), { recursive: true });
  // Written beside and renamed, since two test files may build at the same time.
  const draft = `${cached}.${process.pid}`;
  writeFileSync(draft, zip);
  renameSync(draft, cached);
  return zip;
}

async function convert(folders: readonly string[]): Promise<Uint8Array> {
  // Without this the library opens a log file in the user's home folder.
  process.env['SF_DISABLE_LOG_FILE'] ??= 'true';
  const { ComponentSet, MetadataConverter } = await import('@salesforce/source-deploy-retrieve');
  const set = ComponentSet.fromSource([...folders]);
  set.sourceApiVersion = sourceApiVersion();
  const result = await new MetadataConverter().convert(set, 'metadata', { type: 'zip' });
  if (!result.zipBuffer) throw new Error('The deploy library made no zip.');
  return new Uint8Array(result.zipBuffer);
}

function sourceApiVersion(): string {
  const project = JSON.parse(readFileSync(join(ROOT, 'sfdx-project.json'), 'utf8')) as { readonly sourceApiVersion?: string };
  return project.sourceApiVersion ?? '66.0';
}
