/** The files of the Salesforce package as parsed XML. Checks work on this value, so a test can break one file in memory. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SaxesParser } from 'saxes';

/** One XML element. Leaves carry `text`; the others carry `children`. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
  readonly line: number;
}

export interface MetadataFile {
  /** Path from the repository's root, with forward slashes. */
  readonly path: string;
  /** `force-app`, `force-reports`, … */
  readonly directory: string;
  /** File name without folder and without `.<suffix>-meta.xml`. */
  readonly stem: string;
  /** `field`, `flow`, `layout`, … */
  readonly suffix: string;
  readonly root: Element;
}

/** Path → text of every file under `main/default` of the package directories. */
export type PackageFiles = ReadonlyMap<string, string>;

/** One thing that is wrong, as a sentence that begins with the path. */
export interface Fault {
  readonly rule: string;
  readonly path: string;
  readonly text: string;
}

export const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
export const packageDirectories = ['force-app', 'force-reports', 'force-teams', 'force-multicurrency', 'force-alerts'] as const;

export function readPackage(directories: readonly string[] = packageDirectories): PackageFiles {
  const files = new Map<string, string>();
  for (const directory of directories) {
    for (const entry of readdirSync(join(repository, directory, 'main/default'), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      files.set(relative(repository, path).split(sep).join('/'), readFileSync(path, 'utf8'));
    }
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Reads one XML text; throws the parser's error for a file that is not well-formed. */
export function parseXml(text: string): Element {
  const parser = new SaxesParser({ position: true });
  const open: { name: string; attributes: Record<string, string>; children: Element[]; text: string; line: number }[] = [];
  let root: Element | null = null;
  let failure: Error | null = null;
  parser.on('error', (error) => (failure ??= error));
  parser.on('opentag', (tag) => {
    open.push({ name: tag.name, attributes: { ...(tag.attributes as Record<string, string>) }, children: [], text: '', line: parser.line });
  });
  parser.on('text', (value) => {
    const top = open.at(-1);
    if (top) top.text += value;
  });
  parser.on('closetag', () => {
    const done = open.pop();
    if (!done) return;
    const parent = open.at(-1);
    if (parent) parent.children.push(done);
    else root = done;
  });
  parser.write(text).close();
  if (failure !== null) throw failure as Error;
  if (root === null) throw new Error('The file holds no XML element.');
  return root;
}

const metaName = /^(.+)\.([A-Za-z]+)-meta\.xml$/;
const parsed = new Map<string, Element>();

/** Every `-meta.xml`, parsed. Unreadable files come back as faults. Texts seen before are not parsed again. */
export function parsePackage(files: PackageFiles): { readonly files: readonly MetadataFile[]; readonly faults: readonly Fault[] } {
  const result: MetadataFile[] = [];
  const faults: Fault[] = [];
  for (const [path, text] of files) {
    const match = metaName.exec(path.slice(path.lastIndexOf('/') + 1));
    if (!match) continue;
    try {
      let root = parsed.get(text);
      if (!root) parsed.set(text, (root = parseXml(text)));
      result.push({ path, directory: path.slice(0, path.indexOf('/')), stem: match[1] as string, suffix: match[2] as string, root });
    } catch (error) {
      faults.push({ rule: 'well-formed', path, text: `cannot be read as XML: ${error instanceof Error ? error.message : String(error)}` });
    }
  }
  return { files: result, faults };
}

export const childrenOf = (element: Element, name: string): readonly Element[] => element.children.filter((child) => child.name === name);
export const childOf = (element: Element | undefined, name: string): Element | undefined =>
  element?.children.find((child) => child.name === name);
/** Text of a child, undefined when it is absent. */
export const textOf = (element: Element | undefined, name: string): string | undefined => childOf(element, name)?.text.trim();
export const textsOf = (element: Element, name: string): readonly string[] => childrenOf(element, name).map((child) => child.text.trim());

/** The element and everything below it. */
export function* walk(element: Element): Generator<Element> {
  yield element;
  for (const child of element.children) yield* walk(child);
}

/** The object of a file inside `objects/<object>/…`. */
export function objectOf(path: string): string | null {
  return /\/objects\/([^/]+)\//.exec(path)?.[1] ?? null;
}
