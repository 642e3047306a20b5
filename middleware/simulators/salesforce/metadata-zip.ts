/** A deployment zip in metadata format (Salesforce APIs §8.4): manifest, destructive manifests and files. */
import { unzipSync } from 'fflate';
import { childrenOf, MetadataProblem, parseXml, textOf, type XmlElement } from './metadata-xml.ts';

export interface Manifest {
  /** `66.0` */
  readonly version: string;
  /** Type → members as written, `*` included. */
  readonly types: ReadonlyMap<string, readonly string[]>;
}

export interface DeployZip {
  readonly manifest: Manifest;
  /** Deleted before, and after, the rest. */
  readonly destructive: { readonly before: Manifest | null; readonly after: Manifest | null };
  /** Path without the package's own folder → bytes. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Opens a zip. Throws `MetadataProblem` when it is no zip or holds no `package.xml`. */
export function openDeployZip(bytes: Uint8Array): DeployZip {
  let entries: { readonly [path: string]: Uint8Array };
  try {
    entries = unzipSync(bytes);
  } catch {
    throw new MetadataProblem('The zip file could not be read.');
  }
  const manifestPath = Object.keys(entries).find((path) => /^(?:[^/]+\/)?package\.xml$/.test(path));
  if (manifestPath === undefined) throw new MetadataProblem('No package.xml found');
  const prefix = manifestPath.slice(0, -'package.xml'.length);
  const files = new Map<string, Uint8Array>();
  for (const [path, content] of Object.entries(entries)) {
    if (path.startsWith(prefix) && !path.endsWith('/')) files.set(path.slice(prefix.length), content);
  }
  const read = (name: string): Manifest | null => {
    const content = files.get(name);
    files.delete(name);
    return content ? readManifest(parseXml(textFrom(content))) : null;
  };
  const manifest = read('package.xml') ?? { version: '66.0', types: new Map<string, readonly string[]>() };
  const before = read('destructiveChangesPre.xml') ?? read('destructiveChanges.xml');
  return { manifest, destructive: { before, after: read('destructiveChangesPost.xml') }, files };
}

function readManifest(root: XmlElement): Manifest {
  if (root.name !== 'Package') throw new MetadataProblem('package.xml must hold a Package element', root);
  const types = new Map<string, readonly string[]>();
  for (const entry of childrenOf(root, 'types')) {
    const name = textOf(entry, 'name') ?? '';
    types.set(name, [...(types.get(name) ?? []), ...childrenOf(entry, 'members').map((member) => member.text)]);
  }
  return { version: textOf(root, 'version') ?? '66.0', types };
}

export const textFrom = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
