/**
 * Compares every `-meta.xml` with Salesforce's own description of the metadata types (`@salesforce/types`, one release for
 * each API version): unknown, missing, repeated and scattered elements, numbers, booleans and enum values.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePackage, repository, type Element, type Fault, type PackageFiles } from './package-files.ts';

interface Property {
  readonly type: string;
  readonly optional: boolean;
  readonly array: boolean;
}

interface MetadataTypes {
  readonly objects: ReadonlyMap<string, { readonly base: string | undefined; readonly properties: ReadonlyMap<string, Property> }>;
  readonly enums: ReadonlyMap<string, readonly string[]>;
  readonly aliases: ReadonlyMap<string, string>;
}

function readTypes(): MetadataTypes {
  const text = readFileSync(join(repository, 'node_modules/@salesforce/types/lib/metadata.d.ts'), 'utf8');
  const objects = new Map<string, { base: string | undefined; properties: Map<string, Property> }>();
  const enums = new Map<string, string[]>();
  const aliases = new Map<string, string>();
  for (const chunk of text.split(/^export (?=type|declare)/m)) {
    const match = /^(?:declare )?type (\w+) = ([\s\S]*?);\s*$/.exec(chunk);
    if (!match) continue;
    const [, name = '', body = ''] = match;
    if (body.trim().startsWith("'")) {
      enums.set(
        name,
        [...body.matchAll(/'([^']*)'/g)].map((found) => found[1] as string),
      );
      continue;
    }
    const shape = /^(?:([\w &]+?)\s*&\s*)?\{([\s\S]*)\}$/.exec(body);
    if (!shape) {
      aliases.set(name, body.trim());
      continue;
    }
    const properties = new Map<string, Property>();
    for (const found of (shape[2] ?? '').matchAll(/^\s*'?([\w-]+)'?(\?)?:\s*([^;]+);$/gm)) {
      const type = (found[3] as string).trim();
      properties.set(found[1] as string, { type: type.replace(/\[\]$/, ''), optional: found[2] === '?', array: type.endsWith('[]') });
    }
    objects.set(name, { base: shape[1]?.trim(), properties });
  }
  return { objects, enums, aliases };
}

let types: MetadataTypes | null = null;
const metadataTypes = (): MetadataTypes => (types ??= readTypes());

/** Root elements whose type has another name in the schema. */
const rootTypes: Readonly<Record<string, string>> = { ReportFolder: 'Folder', DashboardFolder: 'Folder' };
/** Gaps of the schema that real orgs accept: the license mark of custom permissions. */
const tolerated: Readonly<Record<string, readonly string[]>> = { CustomPermission: ['isLicensed'] };
/** The format of component bundles is not in the schema; `component-rules.ts` reads those files. */
const exemptRoots = new Set(['LightningComponentBundle']);

function allProperties(name: string): ReadonlyMap<string, Property> | null {
  const { objects } = metadataTypes();
  const type = objects.get(name);
  if (!type) return null;
  const inherited = (type.base ?? '').split('&').flatMap((base) => [...(allProperties(base.trim()) ?? [])]);
  return new Map([...inherited, ...type.properties]);
}

const cache = new Map<string, ReadonlyMap<string, Property> | null>();
function propertiesOf(name: string): ReadonlyMap<string, Property> | null {
  let found = cache.get(name);
  if (found === undefined) cache.set(name, (found = allProperties(name)));
  return found;
}

function leafFault(type: string, text: string): string | null {
  const { enums, aliases } = metadataTypes();
  const alias = aliases.get(type) ?? type;
  const values = enums.get(type);
  if (values) return values.includes(text) ? null : `"${text}" is not one of the values of ${type}`;
  if (alias === 'boolean') return text === 'true' || text === 'false' ? null : `"${text}" is neither true nor false`;
  if (alias === 'number') return /^-?\d+(\.\d+)?$/.test(text) ? null : `"${text}" is no number`;
  if (alias === 'Date') return Number.isNaN(Date.parse(text)) && !/^\d\d:\d\d:\d\d/.test(text) ? `"${text}" is no date or time` : null;
  return null;
}

function* check(element: Element, typeName: string, path: string, where: string): Generator<Fault> {
  const fault = (text: string, line = element.line): Fault => ({ rule: 'schema', path, text: `line ${line}, ${where}: ${text}` });
  const properties = propertiesOf(typeName);
  if (!properties) {
    if (element.children.length > 0 && typeName !== 'any') yield fault(`${element.name} takes no elements inside`);
    else if (element.attributes['xsi:nil'] !== 'true') {
      const text = leafFault(typeName, element.text.trim());
      if (text !== null) yield fault(text);
    }
    return;
  }
  if (element.children.length === 0 && element.text.trim() !== '') yield fault(`text where elements of ${typeName} are expected`);
  const seen = new Set<string>();
  let before: string | null = null;
  for (const child of element.children) {
    const property = properties.get(child.name);
    if (!property) {
      if (!(tolerated[typeName] ?? []).includes(child.name)) yield fault(`${typeName} has no element ${child.name}`, child.line);
    } else {
      if (seen.has(child.name) && !property.array) yield fault(`${child.name} may stand only once`, child.line);
      else if (seen.has(child.name) && before !== child.name) yield fault(`the elements ${child.name} must stand together`, child.line);
      if (!(typeName === 'CustomMetadataValue' && child.name === 'value'))
        yield* check(child, property.type, path, `${where}/${child.name}`);
    }
    seen.add(child.name);
    before = child.name;
  }
  for (const [name, property] of properties) {
    if (!property.optional && !property.array && !seen.has(name)) yield fault(`${name} is missing`);
  }
}

/** Children in alphabetical order, `fullName` first: then repeated elements can never be scattered. */
function* checkOrder(element: Element, path: string): Generator<Fault> {
  const names = element.children.map((child) => child.name);
  const key = (name: string): string => (name === 'fullName' ? '' : name);
  const wrong = names.find((name, index) => index > 0 && key(name) < key(names[index - 1] as string));
  if (wrong !== undefined)
    yield { rule: 'order', path, text: `line ${element.line}: ${wrong} is not in alphabetical order inside ${element.name}` };
  for (const child of element.children) yield* checkOrder(child, path);
}

/** Every fault of form in the package's metadata files. */
export function schemaFaults(files: PackageFiles): readonly Fault[] {
  const { files: parsed, faults } = parsePackage(files);
  const result = [...faults];
  for (const { path, root } of parsed) {
    if (exemptRoots.has(root.name)) continue;
    const type = rootTypes[root.name] ?? root.name;
    if (!metadataTypes().objects.has(type)) {
      result.push({ rule: 'schema', path, text: `${root.name} is no metadata type` });
      continue;
    }
    if (root.attributes.xmlns !== 'http://soap.sforce.com/2006/04/metadata')
      result.push({ rule: 'schema', path, text: 'the metadata namespace is missing' });
    result.push(...check(root, type, path, root.name), ...checkOrder(root, path));
  }
  return result;
}

/** Number of elements the check can see, for the test that proves it is not blind. */
export const countElements = (element: Element): number => 1 + element.children.reduce((sum, child) => sum + countElements(child), 0);
