/**
 * Checks a metadata file against Salesforce's own schema, as the deploy service does before it looks at the content. The schema is
 * the published type package generated from the Metadata WSDL (Salesforce package §14), read once and lazily.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { MetadataProblem, type XmlElement } from './metadata-xml.ts';

interface Property {
  readonly type: string;
  readonly optional: boolean;
  readonly array: boolean;
}

interface WsdlTypes {
  readonly structures: ReadonlyMap<string, ReadonlyMap<string, Property>>;
  readonly enums: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Known gaps of the published schema (Salesforce package §14): elements it lacks, and elements it wrongly requires. */
const EXTRA: { readonly [type: string]: readonly string[] } = { CustomField: ['displayLocationInDecimal'] };
const OPTIONAL: { readonly [type: string]: readonly string[] } = { CustomPermission: ['isLicensed'] };

const NAMESPACE = '{http://soap.sforce.com/2006/04/metadata}';

let wsdl: WsdlTypes | undefined;

/** Throws `MetadataProblem` for the first element the schema does not allow; an org also reports one at a time. */
export function checkAgainstSchema(root: XmlElement, type: string): void {
  wsdl ??= readTypes();
  if (wsdl.structures.has(type)) checkElement(root, type, wsdl);
}

function checkElement(element: XmlElement, type: string, types: WsdlTypes): void {
  const properties = types.structures.get(type);
  if (!properties) {
    checkText(element, type, types);
    return;
  }
  const seen = new Set<string>();
  for (const one of element.children) {
    const property = properties.get(one.name);
    if (!property) {
      if (EXTRA[type]?.includes(one.name)) continue;
      throw new MetadataProblem(`Element ${NAMESPACE}${one.name} invalid at this location in type ${type}`, one);
    }
    if (!property.array && seen.has(one.name))
      throw new MetadataProblem(`Element ${one.name} is duplicated at this location in type ${type}`, one);
    seen.add(one.name);
    if (one.attributes['xsi:nil'] !== 'true') checkElement(one, property.type, types);
  }
  for (const [name, property] of properties) {
    if (property.optional || property.array || seen.has(name) || OPTIONAL[type]?.includes(name)) continue;
    throw new MetadataProblem(`Required field is missing: ${name}`, element);
  }
}

function checkText(element: XmlElement, type: string, types: WsdlTypes): void {
  const refuse = (wanted: string): never => {
    throw new MetadataProblem(`'${element.text}' is not a valid value for the ${wanted}`, element);
  };
  const values = types.enums.get(type);
  if (values && !values.has(element.text)) refuse(`enum '${type}'`);
  if (type === 'boolean' && element.text !== 'true' && element.text !== 'false') refuse("type 'xsd:boolean'");
  if (type === 'number' && !/^-?\d+(?:\.\d+)?$/.test(element.text)) refuse("type 'xsd:int'");
  if (element.children.length > 0 && (values || ['string', 'boolean', 'number', 'Date'].includes(type))) {
    const first = element.children[0] as XmlElement;
    throw new MetadataProblem(`Element ${NAMESPACE}${first.name} invalid at this location in type ${type}`, first);
  }
}

/** The declaration file is regular enough to be read with patterns. */
function readTypes(): WsdlTypes {
  const script = createRequire(import.meta.url).resolve('@salesforce/types/metadata');
  const source = readFileSync(script.replace(/\.js$/, '.d.ts'), 'utf8');
  const enums = new Map<string, ReadonlySet<string>>();
  const own = new Map<string, { readonly base: string | null; readonly properties: Map<string, Property> }>();
  for (const chunk of source.split(/^export (?=type|declare)/m)) {
    const declared = /^(?:declare )?type (\w+) = ([\s\S]*?);\s*$/.exec(chunk);
    if (!declared) continue;
    const [, name = '', body = ''] = declared;
    if (body.trim().startsWith("'")) {
      enums.set(name, new Set([...body.matchAll(/'([^']*)'/g)].map((match) => match[1] ?? '')));
      continue;
    }
    const structure = /^(?:([\w &]+?)\s*&\s*)?\{([\s\S]*)\}$/.exec(body);
    if (!structure) continue;
    const properties = new Map<string, Property>();
    for (const property of (structure[2] ?? '').matchAll(/^\s*'?([\w-]+)'?(\?)?:\s*([^;]+);$/gm)) {
      const text = (property[3] ?? '').trim();
      properties.set(property[1] ?? '', { type: text.replace(/\[\]$/, ''), optional: property[2] === '?', array: text.endsWith('[]') });
    }
    own.set(name, { base: structure[1]?.trim() ?? null, properties });
  }
  const structures = new Map<string, ReadonlyMap<string, Property>>();
  const whole = (name: string): Map<string, Property> => {
    const declared = own.get(name);
    if (!declared) return new Map();
    const inherited = (declared.base ?? '').split('&').flatMap((base) => (base.trim() === '' ? [] : [...whole(base.trim())]));
    return new Map([...inherited, ...declared.properties]);
  };
  for (const name of own.keys()) structures.set(name, whole(name));
  return { structures, enums };
}
