/** The base components hold 1,700 icons as templates; only those that are named somewhere are built, which halves the build. */
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'rolldown';
import { packageDirectories, pageRoot, projectRoot } from './module-map.ts';

const iconName = /\b(utility|standard|custom|action|doctype):([a-z0-9_]+)/g;
const baseRoot = join(projectRoot, 'node_modules/lightning-base-components');

/** Names that the base components put together at run time. */
const composed = [
  'utility:down',
  'utility:up',
  'utility:left',
  'utility:right',
  'utility:chevrondown',
  'utility:chevronright',
  'utility:spinner',
];

function namesIn(files: Iterable<string>): string[] {
  const found = new Set<string>();
  for (const file of files) for (const [name] of readFileSync(file, 'utf8').matchAll(iconName)) found.add(name);
  return [...found];
}

const sourcesBelow = (folder: string): string[] => globSync('**/*.{js,html}', { cwd: folder }).map((path) => join(folder, path));

/** Icons of the base components: the same until the package changes, so kept by its version. */
function baseIcons(cacheDirectory: string): string[] {
  const version = createHash('sha256')
    .update(readFileSync(join(baseRoot, 'package.json')))
    .digest('hex')
    .slice(0, 16);
  const file = join(cacheDirectory, `icons-${version}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as string[];
  const names = namesIn(
    sourcesBelow(join(baseRoot, 'src/lightning')).filter((path) => !path.includes('iconSvgTemplates') && !path.includes('__')),
  );
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(names));
  return names;
}

export function iconFilter(cacheDirectory: string): Plugin {
  const own = [...packageDirectories().map((directory) => join(directory, 'main/default/lwc')), join(pageRoot, 'modules')];
  const wanted = new Set([...composed, ...baseIcons(cacheDirectory), ...namesIn(own.flatMap(sourcesBelow))]);
  return {
    name: 'icon-filter',
    load(id) {
      const match = /iconSvgTemplates(\w+?)(Rtl)?\/buildTemplates\/templates\.js$/.exec(id);
      if (!match) return null;
      const category = (match[1] ?? '').toLowerCase();
      const kept = [...wanted]
        .filter((name) => name.startsWith(`${category}:`))
        .map((name) => name.slice(category.length + 1))
        .filter((name) => existsSync(join(dirname(id), category, `${name}.html`)));
      const imports = kept.map((name) => `import ${category}_${name} from './${category}/${name}.html';`);
      return `${imports.join('\n')}\nexport default { ${kept.map((name) => `${category}_${name}`).join(', ')} };`;
    },
  };
}
