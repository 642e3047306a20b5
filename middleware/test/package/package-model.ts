/** The package as the rules see it: objects with fields, and every other component by its kind. */
import {
  childOf,
  childrenOf,
  objectOf,
  parsePackage,
  textOf,
  type Element,
  type Fault,
  type MetadataFile,
  type PackageFiles,
} from './package-files.ts';
import { standardObjects, type StandardKind } from './standard-schema.ts';

export interface FieldModel {
  readonly object: string;
  readonly name: string;
  readonly type: string;
  readonly file: MetadataFile;
  readonly required: boolean;
  readonly formula: string | null;
  /** API names of the picklist values, null for other types. */
  readonly values: readonly string[] | null;
  readonly referenceTo: string | null;
  readonly relationshipName: string | null;
}

export interface ObjectModel {
  readonly name: string;
  readonly kind: 'standard' | 'custom' | 'event' | 'metadata';
  /** The object's own file; null for standard objects. */
  readonly file: MetadataFile | null;
  readonly fields: ReadonlyMap<string, FieldModel>;
  readonly listViews: ReadonlySet<string>;
}

export interface PackageModel {
  readonly files: PackageFiles;
  readonly all: readonly MetadataFile[];
  readonly objects: ReadonlyMap<string, ObjectModel>;
  /** Files of one suffix, e.g. `flow`. */
  of(suffix: string): readonly MetadataFile[];
  /** Names (stems) of one suffix. */
  names(suffix: string): ReadonlySet<string>;
  /** Names of the component bundles. */
  readonly bundles: ReadonlySet<string>;
}

/** One rule no schema knows. `report` takes the file and a sentence. */
export interface Rule {
  readonly name: string;
  check(model: PackageModel, report: (path: string, text: string) => void): void;
}

function fieldModel(file: MetadataFile): FieldModel {
  const definition = childOf(childOf(file.root, 'valueSet'), 'valueSetDefinition');
  return {
    object: objectOf(file.path) ?? '',
    name: textOf(file.root, 'fullName') ?? file.stem,
    type: textOf(file.root, 'type') ?? '',
    file,
    required: textOf(file.root, 'required') === 'true' || textOf(file.root, 'type') === 'MasterDetail',
    formula: textOf(file.root, 'formula') ?? null,
    values: definition ? childrenOf(definition, 'value').map((value) => textOf(value, 'fullName') ?? '') : null,
    referenceTo: textOf(file.root, 'referenceTo') ?? null,
    relationshipName: textOf(file.root, 'relationshipName') ?? null,
  };
}

const kindOf = (name: string): ObjectModel['kind'] =>
  name.endsWith('__e') ? 'event' : name.endsWith('__mdt') ? 'metadata' : name.endsWith('__c') ? 'custom' : 'standard';

export function buildModel(files: PackageFiles): PackageModel {
  const { files: all } = parsePackage(files);
  const bySuffix = new Map<string, MetadataFile[]>();
  for (const file of all) bySuffix.set(file.suffix, [...(bySuffix.get(file.suffix) ?? []), file]);
  const of = (suffix: string): readonly MetadataFile[] => bySuffix.get(suffix) ?? [];
  const objects = new Map<string, ObjectModel>();
  const objectNames = new Set(all.map((file) => objectOf(file.path)).filter((name): name is string => name !== null));
  for (const name of objectNames) {
    const inside = all.filter((file) => objectOf(file.path) === name);
    objects.set(name, {
      name,
      kind: kindOf(name),
      file: inside.find((file) => file.suffix === 'object') ?? null,
      fields: new Map(inside.filter((file) => file.suffix === 'field').map((file) => [file.stem, fieldModel(file)])),
      listViews: new Set(inside.filter((file) => file.suffix === 'listView').map((file) => file.stem)),
    });
  }
  const bundles = new Set<string>();
  for (const path of files.keys()) {
    const bundle = /\/lwc\/([^/]+)\/\1\.js$/.exec(path)?.[1];
    if (bundle) bundles.add(bundle);
  }
  return { files, all, objects, of, names: (suffix) => new Set(of(suffix).map((file) => file.stem)), bundles };
}

/** Fields of every object of ours, custom ones and those on standard objects. */
export const ownFields = (model: PackageModel): readonly FieldModel[] =>
  [...model.objects.values()].flatMap((object) => [...object.fields.values()]);

export const objectExists = (model: PackageModel, name: string): boolean =>
  standardObjects().has(name) || model.objects.get(name)?.file != null;

/** Fields every record of a custom object has. */
const systemFields: Readonly<Record<string, StandardKind>> = {
  Id: 'text',
  Name: 'text',
  OwnerId: 'text',
  CreatedById: 'text',
  CreatedDate: 'date',
  LastModifiedById: 'text',
  LastModifiedDate: 'date',
  SystemModstamp: 'date',
  IsDeleted: 'boolean',
};
const metadataFields: Readonly<Record<string, StandardKind>> = {
  Id: 'text',
  MasterLabel: 'text',
  DeveloperName: 'text',
  IsProtected: 'boolean',
  NamespacePrefix: 'text',
  CreatedById: 'text',
  LastModifiedById: 'text',
};

export type ValueKind = StandardKind | 'picklist' | 'long-text';

export interface ResolvedField {
  readonly object: string;
  readonly name: string;
  readonly kind: ValueKind;
  /** Our own definition; null for a standard field. */
  readonly own: FieldModel | null;
}

const ownKinds: Readonly<Record<string, ValueKind>> = {
  Checkbox: 'boolean',
  Number: 'number',
  Date: 'date',
  DateTime: 'date',
  Picklist: 'picklist',
  LongTextArea: 'long-text',
};

/** A field of an object by its API name; null when there is none. Rows of master-detail objects have no owner. */
export function fieldOf(model: PackageModel, object: string, name: string): ResolvedField | null {
  const own = model.objects.get(object)?.fields.get(name);
  if (own) return { object, name, kind: own.values ? 'picklist' : (ownKinds[own.type] ?? 'text'), own };
  const standard = standardObjects().get(object)?.fields.get(name);
  if (standard) return { object, name, kind: standard, own: null };
  const ours = model.objects.get(object);
  if (!ours || ours.kind === 'standard') return null;
  const base = ours.kind === 'metadata' ? metadataFields : systemFields;
  if (name === 'OwnerId' && textOf(ours.file?.root, 'sharingModel') === 'ControlledByParent') return null;
  const kind = base[name];
  return kind ? { object, name, kind, own: null } : null;
}

/** The object a relationship name (`Account`, `Opportunity__r`) of an object leads to; null when it leads nowhere. */
export function parentOf(model: PackageModel, object: string, relation: string): string | null {
  if (relation.endsWith('__r')) return model.objects.get(object)?.fields.get(`${relation.slice(0, -3)}__c`)?.referenceTo ?? null;
  if (relation === 'Owner' && fieldOf(model, object, 'OwnerId')) return 'User';
  if (relation === 'CreatedBy' || relation === 'LastModifiedBy') return 'User';
  return standardObjects().get(object)?.parents.get(relation) ?? null;
}

/** A path such as `Account.Name` from an object. */
export function fieldAt(model: PackageModel, object: string, path: string): ResolvedField | null {
  const steps = path.split('.');
  let current: string | null = object;
  for (const step of steps.slice(0, -1)) {
    current = parentOf(model, current, step);
    if (current === null) return null;
  }
  return fieldOf(model, current, steps.at(-1) ?? '');
}

/** The object behind a child relationship name (`PC_Requests__r`, `OpportunityContactRoles`). */
export function childObject(model: PackageModel, object: string, relationship: string): string | null {
  if (!relationship.endsWith('__r')) return standardObjects().get(object)?.children.get(relationship) ?? null;
  const name = relationship.slice(0, -3);
  return ownFields(model).find((field) => field.referenceTo === object && field.relationshipName === name)?.object ?? null;
}

export function runRules(model: PackageModel, rules: readonly Rule[]): readonly Fault[] {
  const faults: Fault[] = [];
  for (const rule of rules) rule.check(model, (path, text) => faults.push({ rule: rule.name, path, text }));
  return faults;
}

/** Every text below an element with its line, for rules that search. */
export function texts(element: Element): readonly { readonly name: string; readonly text: string; readonly line: number }[] {
  const own = element.children.length === 0 ? [{ name: element.name, text: element.text.trim(), line: element.line }] : [];
  return [...own, ...element.children.flatMap(texts)];
}
