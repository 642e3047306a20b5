/** Which module stands behind which name in the page: our stand-ins first, then the package's bundles, then the real base components. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = fileURLToPath(new URL('../../../../', import.meta.url));
export const pageRoot = fileURLToPath(new URL('./', import.meta.url));

export interface ModuleAlias {
  readonly name: string;
  readonly path: string;
}

/** Folders of `root/<namespace>/<bundle>/<bundle>.js`, each as `namespace/bundle`. */
function bundlesBelow(folder: string, namespace: string): ModuleAlias[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => ({ name: `${namespace}/${entry.name}`, path: join(folder, entry.name, `${entry.name}.js`) }))
    .filter((alias) => existsSync(alias.path));
}

/** The SFDX package directories that exist, absolute. */
export function packageDirectories(root = projectRoot): readonly string[] {
  const project = JSON.parse(readFileSync(join(root, 'sfdx-project.json'), 'utf8')) as { packageDirectories: { path: string }[] };
  return project.packageDirectories.map((one) => join(root, one.path)).filter((path) => existsSync(path));
}

/** Stand-ins of platform modules: a module not listed here and not in the base components fails the build. */
export const standIns = (): ModuleAlias[] =>
  ['lightning', 'page', 'host'].flatMap((namespace) => bundlesBelow(join(pageRoot, 'modules', namespace), namespace));

/** Order counts: the first match wins, so that a stand-in replaces the module of the same name in the base components. */
export function moduleMap(): ({ readonly npm: string } | ModuleAlias)[] {
  const bundles = packageDirectories().flatMap((directory) => bundlesBelow(join(directory, 'main/default/lwc'), 'c'));
  return [...standIns(), ...bundles, { npm: 'lightning-base-components' }];
}
