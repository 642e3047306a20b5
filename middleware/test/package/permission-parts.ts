/** Reading permission sets. */
import { childrenOf, textOf, type Element, type MetadataFile } from './package-files.ts';
import type { PackageModel } from './package-model.ts';

export const permissionSets = (model: PackageModel): readonly MetadataFile[] => model.of('permissionset');
export const permissionSet = (model: PackageModel, name: string): MetadataFile | undefined =>
  permissionSets(model).find((file) => file.stem === name);
/** Whether a flag of an entry is on. */
export const has = (element: Element | undefined, name: string): boolean => textOf(element, name) === 'true';
export const objectRights = (root: Element, object: string): Element | undefined =>
  childrenOf(root, 'objectPermissions').find((entry) => textOf(entry, 'object') === object);
export const fieldRights = (root: Element, field: string): Element | undefined =>
  childrenOf(root, 'fieldPermissions').find((entry) => textOf(entry, 'field') === field);
