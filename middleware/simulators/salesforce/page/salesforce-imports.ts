/**
 * `@salesforce/*` imports of the components, answered from the package's own metadata. A label, field, object or permission
 * that does not exist fails the build, as it would fail the deployment.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'rolldown';
import { packageDirectories } from './module-map.ts';

const prefix = '\0salesforce:';
const quote = (value: unknown): string => `export default ${JSON.stringify(value)};`;

const entities: { readonly [name: string]: string } = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&apos;': "'" };

/** All custom labels of the package by name. */
export function readLabels(directories: readonly string[]): Map<string, string> {
  const labels = new Map<string, string>();
  for (const directory of directories) {
    const file = join(directory, 'main/default/labels/CustomLabels.labels-meta.xml');
    if (!existsSync(file)) continue;
    for (const [, name = '', value = ''] of readFileSync(file, 'utf8').matchAll(
      /<fullName>(\w+)<\/fullName>[\s\S]*?<value>([\s\S]*?)<\/value>/g,
    )) {
      labels.set(
        name,
        value.replaceAll(/&\w+;/g, (entity) => entities[entity] ?? entity),
      );
    }
  }
  return labels;
}

const isCustom = (name: string): boolean => /__(c|mdt|e)$/.test(name);

function schemaImport(name: string, exists: (path: string) => boolean): string {
  const [objectApiName = '', ...steps] = name.split('.');
  const fieldApiName = steps.join('.');
  if (isCustom(objectApiName) && !exists(`objects/${objectApiName}`))
    throw new Error(`@salesforce/schema/${name}: the package has no object ${objectApiName}.`);
  if (steps.length === 1 && isCustom(fieldApiName) && !exists(`objects/${objectApiName}/fields/${fieldApiName}.field-meta.xml`)) {
    throw new Error(`@salesforce/schema/${name}: the package has no field ${fieldApiName} on ${objectApiName}.`);
  }
  return quote(fieldApiName === '' ? { objectApiName } : { objectApiName, fieldApiName });
}

/** What depends on the user is decided when the page opens: `session` is set by the host page before the bundle loads. */
const session = 'globalThis.localPage.session';

export function salesforceImports(): Plugin {
  const directories = packageDirectories();
  const labels = readLabels(directories);
  const exists = (path: string): boolean => directories.some((directory) => existsSync(join(directory, 'main/default', path)));

  const answer = (kind: string, name: string): string | null => {
    switch (kind) {
      case 'label': {
        if (!name.startsWith('c.')) return null;
        const value = labels.get(name.slice(2));
        if (value === undefined) throw new Error(`@salesforce/label/${name}: the package has no such custom label.`);
        return quote(value);
      }
      case 'schema':
        return schemaImport(name, exists);
      case 'user':
        return name === 'Id' ? `export default ${session}.userId;` : null;
      case 'customPermission':
        if (!exists(`customPermissions/${name}.customPermission-meta.xml`))
          throw new Error(`@salesforce/customPermission/${name}: the package has no such permission.`);
        return `export default ${session}.permissions.includes(${JSON.stringify(name)}) || undefined;`;
      case 'i18n':
        if (name === 'timeZone') return 'export default Intl.DateTimeFormat().resolvedOptions().timeZone;';
        // a browser without a language set says "en-US@posix", which no formatter takes
        return name === 'locale'
          ? `let locale = 'en-US'; try { [locale] = Intl.getCanonicalLocales(navigator.language); } catch {} export default locale;`
          : null;
      case 'apex':
        throw new Error(`@salesforce/apex/${name}: this package has no Apex.`);
      default:
        return null;
    }
  };

  return {
    name: 'salesforce-imports',
    resolveId(source) {
      const match = /^@salesforce\/(\w+)\/(.+)$/.exec(source);
      const code = match ? answer(match[1] ?? '', match[2] ?? '') : null;
      return code === null ? null : `${prefix}${match?.[1]}/${match?.[2]}`;
    },
    load(id) {
      if (!id.startsWith(prefix)) return null;
      const [kind = '', ...name] = id.slice(prefix.length).split('/');
      return { code: answer(kind, name.join('/')) ?? '', moduleType: 'js' };
    },
  };
}
