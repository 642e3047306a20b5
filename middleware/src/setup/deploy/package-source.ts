/** The package's own fields and objects, read from its source files. */
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { childrenOf, readXml, textAt } from '../xml.ts';
import type { Definition } from './compare.ts';

function definition(component: string, path: string): Definition {
  const root = readXml(readFileSync(path, 'utf8'));
  const [valueSet] = childrenOf(root, 'valueSet');
  const [own] = valueSet ? childrenOf(valueSet, 'valueSetDefinition') : [];
  return {
    component,
    label: textAt(root, 'label'),
    type: textAt(root, 'type') ?? textAt(root, 'eventType'),
    length: textAt(root, 'length'),
    values: own ? childrenOf(own, 'value').map((value) => textAt(value, 'fullName') ?? '') : null,
    valueSet: valueSet ? textAt(valueSet, 'valueSetName') : null,
  };
}

/** @param directory absolute path of a package directory */
export function packageDefinitions(directory: string): readonly Definition[] {
  const objects = globSync('main/default/objects/*/*.object-meta.xml', { cwd: directory }).map((path) => ({
    component: basename(dirname(path)),
    path,
  }));
  const fields = globSync('main/default/objects/*/fields/*.field-meta.xml', { cwd: directory }).map((path) => ({
    component: `${basename(dirname(dirname(path)))}.${basename(path, '.field-meta.xml')}`,
    path,
  }));
  return [...objects, ...fields]
    .sort((a, b) => (a.component < b.component ? -1 : 1))
    .map(({ component, path }) => definition(component, join(directory, path)));
}

/** Full names a manifest lists of one type. */
export function manifestMembers(manifest: string, type: string): readonly string[] {
  const types = childrenOf(readXml(manifest), 'types').filter((one) => textAt(one, 'name') === type);
  return types.flatMap((one) => childrenOf(one, 'members').map((member) => member.text));
}

/** The manifest without some members of a type; a type that loses all its members goes too. */
export function withoutMembers(manifest: string, type: string, names: ReadonlySet<string>): string {
  return manifest.replaceAll(/[ \t]*<types>[\s\S]*?<\/types>\r?\n?/g, (block) => {
    if (!block.includes(`<name>${type}</name>`)) return block;
    const rest = block.replaceAll(/[ \t]*<members>([^<]*)<\/members>\r?\n?/g, (line, name: string) => (names.has(name) ? '' : line));
    return rest.includes('<members>') ? rest : '';
  });
}
