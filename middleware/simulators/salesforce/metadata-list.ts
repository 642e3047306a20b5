/** describeMetadata, listMetadata and readMetadata, as far as command-line tools ask for them. */
import type { StoredComponent } from './deploy-model.ts';
import { METADATA_TYPES, metadataType } from './metadata-types.ts';
import { escapeXml, type XmlElement } from './metadata-xml.ts';
import type { OrgState } from './state.ts';

/** Body of describeMetadata's result. */
export function describeMetadata(): { readonly [name: string]: unknown } {
  const children = (type: string): readonly string[] => METADATA_TYPES.filter((one) => one.parent?.type === type).map((one) => one.name);
  return {
    metadataObjects: METADATA_TYPES.filter((type) => type.layout !== 'child').map((type) => ({
      childXmlNames: children(type.name),
      directoryName: type.directory,
      inFolder: type.layout === 'folder',
      metaFile: false,
      suffix: type.suffix,
      xmlName: type.name,
    })),
    organizationNamespace: '',
    partialSaveAllowed: true,
    testRequired: false,
  };
}

/** One entry per component of the type that was deployed, and the org's own objects and fields. */
export function listMetadata(state: OrgState, type: string, userId: string): readonly { readonly [name: string]: unknown }[] {
  const suffix = metadataType(type)?.suffix ?? '';
  const directory = metadataType(type)?.directory ?? '';
  const deployed = new Map(state.schema.components(type).map((component) => [component.fullName, component.definition as StoredComponent]));
  const names = new Set(deployed.keys());
  if (type === 'CustomObject') for (const object of state.schema.objects()) names.add(object.name);
  return [...names].sort().map((fullName) => {
    const at = new Date(deployed.get(fullName)?.changedAt ?? 0).toISOString();
    return {
      createdById: userId,
      createdByName: '',
      createdDate: at,
      fileName: deployed.get(fullName)?.fileName ?? `${directory}/${fullName}.${suffix}`,
      fullName,
      id: '',
      lastModifiedById: userId,
      lastModifiedByName: '',
      lastModifiedDate: at,
      type,
    };
  });
}

/** XML of `<records>` for the deployed components; an unknown one is an empty record, as the API answers. */
export function readMetadata(state: OrgState, type: string, fullNames: readonly string[]): string {
  return fullNames
    .map((fullName) => {
      const stored = state.schema.component(type, fullName)?.definition as StoredComponent | undefined;
      const inner = stored
        ? stored.root.children
            .filter((element) => element.name !== 'fullName')
            .map(printElement)
            .join('')
        : '';
      return `<records xsi:type="${escapeXml(type)}">${stored ? `<fullName>${escapeXml(fullName)}</fullName>` : ''}${inner}</records>`;
    })
    .join('');
}

function printElement(element: XmlElement): string {
  const attributes = Object.entries(element.attributes).map(([name, value]) => ` ${name}="${escapeXml(value)}"`);
  return `<${element.name}${attributes.join('')}>${escapeXml(element.text)}${element.children.map(printElement).join('')}</${element.name}>`;
}
