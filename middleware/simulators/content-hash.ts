/** Names kept results by what they were made from. */
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * One short name for the content and the paths of files and whole folders.
 * @param root paths are taken relative to it, so that the name is the same in every checkout
 * @param salt whatever else the result depends on
 */
export function contentHash(root: string, paths: readonly string[], salt: string): string {
  const hash = createHash('sha256').update(salt);
  for (const path of paths.filter((one) => existsSync(one))) {
    const files = statSync(path).isDirectory()
      ? globSync('**/*', { cwd: path, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name))
      : [path];
    for (const file of files.sort()) hash.update(`\0${relative(root, file)}\0`).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 32);
}
