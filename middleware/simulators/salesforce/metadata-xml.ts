/** Metadata XML as a tree with line numbers, read strictly: what an org cannot parse, this cannot either. */
import { SaxesParser } from 'saxes';

export interface XmlElement {
  /** Name without a prefix. */
  readonly name: string;
  readonly attributes: { readonly [name: string]: string };
  readonly children: readonly XmlElement[];
  /** Text of a leaf, trimmed at both ends as the platform does. */
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** A place in a file, 1-based. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A refusal with its place in the file where it is known. */
export class MetadataProblem extends Error {
  readonly place: Place | null;

  constructor(message: string, place: Place | null = null) {
    super(message);
    this.name = 'MetadataProblem';
    this.place = place;
  }
}

interface Open {
  readonly name: string;
  readonly attributes: { [name: string]: string };
  readonly children: XmlElement[];
  text: string;
  readonly line: number;
  readonly column: number;
}

/** Reads a document. Throws `MetadataProblem` with line and column. */
export function parseXml(source: string): XmlElement {
  const parser = new SaxesParser({ position: true });
  const stack: Open[] = [];
  let root: XmlElement | null = null;
  let failure: MetadataProblem | null = null;
  parser.on('error', (error) => {
    failure ??= new MetadataProblem(`Error parsing file: ${error.message.replace(/^[^:]*\d+:\d+: /, '')}`, {
      line: parser.line,
      column: parser.column,
    });
  });
  parser.on('opentag', (tag) => {
    const attributes: { [name: string]: string } = {};
    for (const [name, value] of Object.entries(tag.attributes)) attributes[name] = String(value);
    stack.push({ name: tag.name.replace(/^.*:/, ''), attributes, children: [], text: '', line: parser.line, column: parser.column });
  });
  parser.on('text', (text) => {
    const open = stack.at(-1);
    if (open) open.text += text;
  });
  parser.on('cdata', (text) => {
    const open = stack.at(-1);
    if (open) open.text += text;
  });
  parser.on('closetag', () => {
    const closed = stack.pop();
    if (!closed) return;
    const element: XmlElement = { ...closed, text: closed.children.length > 0 ? '' : closed.text.trim() };
    const parent = stack.at(-1);
    if (parent) parent.children.push(element);
    else root = element;
  });
  parser.write(source.replace(/^\uFEFF/, '')).close();
  if (failure !== null) throw failure as MetadataProblem;
  if (root === null) throw new MetadataProblem('Error parsing file: the document is empty', { line: 1, column: 1 });
  return root;
}

/** First child of this name. */
export const child = (element: XmlElement, name: string): XmlElement | undefined => element.children.find((one) => one.name === name);

export const childrenOf = (element: XmlElement, name: string): readonly XmlElement[] => element.children.filter((one) => one.name === name);

/** Text of the first child of this name; null when it is missing or nil. */
export function textOf(element: XmlElement, name: string): string | null {
  const found = child(element, name);
  return found === undefined || found.attributes['xsi:nil'] === 'true' ? null : found.text;
}

/** Text of a child that must be there and hold something. */
export function requiredText(element: XmlElement, name: string, place: XmlElement = element): string {
  const text = textOf(element, name);
  if (text === null || text === '') throw new MetadataProblem(`Required field is missing: ${name}`, place);
  return text;
}

/** `true`/`false` of a child, with a default for a missing one. */
export function flagOf(element: XmlElement, name: string, missing = false): boolean {
  const text = textOf(element, name);
  if (text === null) return missing;
  if (text !== 'true' && text !== 'false')
    throw new MetadataProblem(`'${text}' is not a valid value for the enum 'xsd:boolean'`, child(element, name));
  return text === 'true';
}

/** Whole number of a child; null when missing. */
export function numberOf(element: XmlElement, name: string): number | null {
  const text = textOf(element, name);
  if (text === null) return null;
  if (!/^-?\d+(?:\.\d+)?$/.test(text))
    throw new MetadataProblem(`'${text}' is not a valid value for the type xsd:int`, child(element, name));
  return Number(text);
}

/** Refuses repeated elements that do not stand together (Salesforce package §1 rule 3), at every level. */
export function refuseScattered(element: XmlElement, type: string): void {
  const closed = new Set<string>();
  let previous: string | null = null;
  for (const one of element.children) {
    if (one.name !== previous && closed.has(one.name)) {
      throw new MetadataProblem(`Element ${one.name} is duplicated at this location in type ${type}`, one);
    }
    if (previous !== null && one.name !== previous) closed.add(previous);
    previous = one.name;
    refuseScattered(one, one.name);
  }
}

export const escapeXml = (text: string): string =>
  text.replace(/[<>&'"]/g, (sign) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;', "'": '&apos;', '"': '&quot;' })[sign] ?? sign);
