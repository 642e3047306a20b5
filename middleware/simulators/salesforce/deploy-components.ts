/** Finds the components a manifest names among the files of a zip. */
import { FILE_TYPES, METADATA_TYPES, metadataType, type MetadataType } from './metadata-types.ts';
import { childrenOf, MetadataProblem, parseXml, refuseScattered, textOf, type XmlElement } from './metadata-xml.ts';
import { checkAgainstSchema } from './metadata-schema.ts';
import { textFrom, type DeployZip } from './metadata-zip.ts';
import type { Component } from './deploy-model.ts';

/** A member of the manifest: ready to be applied, or refused already. */
export type Found =
  | { readonly kind: 'component'; readonly component: Component }
  | {
      readonly kind: 'refused';
      readonly type: string;
      readonly fullName: string;
      readonly fileName: string;
      readonly problem: MetadataProblem;
    };

export interface Located {
  readonly found: readonly Found[];
  /** Files that no member of the manifest claims. */
  readonly unclaimed: readonly string[];
}

/** Reads every file the manifest needs, in order of deployment. */
export function locateComponents(zip: DeployZip): Located {
  const found: Found[] = [];
  const claimed = new Set<string>();
  const roots = new Map<string, XmlElement | MetadataProblem>();
  const refuse = (type: string, fullName: string, fileName: string, problem: MetadataProblem | string): void => {
    found.push({
      kind: 'refused',
      type,
      fullName,
      fileName,
      problem: typeof problem === 'string' ? new MetadataProblem(problem) : problem,
    });
  };
  const read = (path: string, type: string): XmlElement | MetadataProblem => {
    const known = roots.get(path);
    if (known) return known;
    let result: XmlElement | MetadataProblem;
    try {
      result = readFile(textFrom(zip.files.get(path) ?? new Uint8Array()), type);
    } catch (error) {
      result = error instanceof MetadataProblem ? error : new MetadataProblem(String(error));
    }
    roots.set(path, result);
    return result;
  };
  const add = (
    type: string,
    fullName: string,
    fileName: string,
    root: XmlElement | MetadataProblem,
    files: ReadonlyMap<string, string> = new Map(),
  ): void => {
    if (root instanceof MetadataProblem) refuse(type, fullName, fileName, root);
    else found.push({ kind: 'component', component: { type, fullName, fileName, root, files } });
  };

  // Folders come with a slash at their end.
  const wanted = new Map(
    [...zip.manifest.types].map(([type, members]) => [type, new Set(members.map((member) => member.replace(/\/$/, '')))]),
  );
  for (const type of wanted.keys()) {
    if (!metadataType(type)) refuse('', type, 'package.xml', `Unknown type name '${type}' specified in package.xml`);
  }
  for (const type of FILE_TYPES) {
    for (const fullName of membersOf(type, wanted.get(type.name), zip)) {
      if (type.layout === 'bundle') {
        addBundle(type, fullName);
        continue;
      }
      const path = pathOf(type, fullName, zip);
      if (path === null) {
        // A members list may hold a child's parent only by name; without a file there is nothing to deploy.
        refuse(
          type.name,
          fullName,
          `${type.directory}/${fullName}.${type.suffix}`,
          `Entity of type '${type.name}' named '${fullName}' cannot be found`,
        );
        continue;
      }
      claimed.add(path);
      claimed.add(`${path}-meta.xml`);
      add(type.name, fullName, path, read(path, type.name));
    }
  }
  for (const type of METADATA_TYPES) if (type.parent) addChildren(type, type.parent);

  const phase = (one: Found): number => metadataType(one.kind === 'component' ? one.component.type : one.type)?.phase ?? 0;
  const formula = (one: Found): number =>
    one.kind === 'component' && one.component.type === 'CustomField' && textOf(one.component.root, 'formula') !== null ? 1 : 0;
  found.sort((a, b) => phase(a) - phase(b) || formula(a) - formula(b));
  return { found, unclaimed: [...zip.files.keys()].filter((path) => !claimed.has(path)) };

  function addBundle(type: MetadataType, fullName: string): void {
    const prefix = `${type.directory}/${fullName}/`;
    const files = new Map<string, string>();
    for (const [path, content] of zip.files) {
      if (!path.startsWith(prefix)) continue;
      claimed.add(path);
      files.set(path.slice(prefix.length), textFrom(content));
    }
    const metaPath = `${prefix}${fullName}.js-meta.xml`;
    if (files.size === 0) return refuse(type.name, fullName, prefix.slice(0, -1), `Cannot find Lightning Component Bundle ${fullName}`);
    if (!zip.files.has(metaPath))
      return refuse(type.name, fullName, prefix.slice(0, -1), `No js-meta.xml found for Lightning Component Bundle ${fullName}`);
    // The schema of bundles' targetConfigs is not public; the file is only read.
    add(type.name, fullName, `${prefix}${fullName}.js`, read(metaPath, ''), files);
  }

  function addChildren(type: MetadataType, parent: { readonly type: string; readonly element: string }): void {
    const parentType = metadataType(parent.type);
    if (!parentType) return;
    const named = new Set(wanted.get(type.name) ?? []);
    const parents = new Set<string>(membersOf(parentType, wanted.get(parent.type), zip));
    const holders = new Set(parents);
    for (const member of named) holders.add(parent.type === 'CustomObject' ? (member.split('.')[0] ?? '') : 'CustomLabels');
    for (const holder of holders) {
      const path = pathOf(parentType, holder, zip);
      if (path === null) continue;
      claimed.add(path);
      const root = read(path, parent.type);
      const prefix = parent.type === 'CustomObject' ? `${holder}.` : '';
      if (root instanceof MetadataProblem) {
        for (const member of named) if (member.startsWith(prefix)) refuse(type.name, member, path, root);
        for (const member of [...named]) if (member.startsWith(prefix)) named.delete(member);
        continue;
      }
      for (const element of childrenOf(root, parent.element)) {
        const fullName = `${prefix}${textOf(element, 'fullName') ?? ''}`;
        if (!parents.has(holder) && !named.has(fullName)) continue;
        named.delete(fullName);
        add(type.name, fullName, path, element);
      }
    }
    for (const member of named) {
      if (member !== '*') refuse(type.name, member, 'package.xml', `Entity of type '${type.name}' named '${member}' cannot be found`);
    }
  }
}

function readFile(source: string, type: string): XmlElement {
  const root = parseXml(source);
  if (type === '') return root;
  refuseScattered(root, type);
  if (root.name !== type && !(/Folder$/.test(root.name) && (type === 'Report' || type === 'Dashboard'))) {
    throw new MetadataProblem(`Error parsing file: ${root.name} is not the root element of type ${type}`, root);
  }
  checkAgainstSchema(root, root.name);
  return root;
}

/** Members of a file type; `*` stands for every file of it in the zip. */
function membersOf(type: MetadataType, members: ReadonlySet<string> | undefined, zip: DeployZip): readonly string[] {
  if (!members) return [];
  if (!members.has('*')) return [...members];
  const names = new Set([...members].filter((member) => member !== '*'));
  for (const path of zip.files.keys()) {
    if (!path.startsWith(`${type.directory}/`)) continue;
    const inner = path.slice(type.directory.length + 1);
    if (type.layout === 'bundle') names.add(inner.split('/')[0] ?? '');
    else if (inner.endsWith(`.${type.suffix}`)) names.add(inner.slice(0, -type.suffix.length - 1));
    else if (type.layout === 'folder' && inner.endsWith('-meta.xml') && !inner.includes('.'))
      names.add(inner.slice(0, -'-meta.xml'.length));
  }
  return [...names];
}

/** Where a member's file lies. Names with special characters stand encoded in either place. */
function pathOf(type: MetadataType, fullName: string, zip: DeployZip): string | null {
  const candidates = [`${fullName}.${type.suffix}`];
  if (type.layout === 'folder') candidates.push(`${fullName}-meta.xml`, `${fullName}.${type.name.toLowerCase()}Folder-meta.xml`);
  for (const candidate of candidates) {
    const path = `${type.directory}/${candidate}`;
    if (zip.files.has(path)) return path;
    for (const existing of zip.files.keys()) if (decoded(existing) === decoded(path)) return existing;
  }
  return null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
