/** The registry of the org's metadata. Every `put` replaces; `snapshot` gives back a function that restores all of it. */
import { customKeyPrefix } from './ids.ts';
import { standardField } from './system-fields.ts';
import type {
  ComponentDefinition,
  CustomPermissionDefinition,
  FieldDefinition,
  NotificationTypeDefinition,
  ObjectDefinition,
  PermissionSetDefinition,
  PermissionSetGroupDefinition,
  RecordTypeDefinition,
  ValidationRuleDefinition,
} from './schema-model.ts';

const recordTypeField = standardField('RecordTypeId', 'Lookup', {
  label: 'Record Type ID',
  referenceTo: ['RecordType'],
  relationshipName: 'RecordType',
  permissionable: false,
});

export interface ChildRelationship {
  readonly name: string;
  readonly childObject: string;
  readonly field: FieldDefinition;
}

export interface Schema {
  /** By name in any case. */
  object(name: string): ObjectDefinition | undefined;
  objects(): readonly ObjectDefinition[];
  /** By name in any case. */
  field(object: string, name: string): FieldDefinition | undefined;
  /** Finds the parent a path step names (`Account`, `Opportunity__r`). */
  parentField(object: string, relationshipName: string): FieldDefinition | undefined;
  childRelationship(object: string, name: string): ChildRelationship | undefined;
  childRelationships(object: string): readonly ChildRelationship[];
  objectByPrefix(keyPrefix: string): ObjectDefinition | undefined;
  /** A free key prefix for a new custom object (`a`), event (`e`) or custom metadata type (`m`). */
  nextKeyPrefix(letter: 'a' | 'e' | 'm'): string;

  putObject(definition: ObjectDefinition): void;
  removeObject(name: string): void;
  putField(object: string, field: FieldDefinition): void;
  removeField(object: string, field: string): void;
  putRecordType(object: string, recordType: RecordTypeDefinition): void;
  putValidationRule(object: string, rule: ValidationRuleDefinition): void;
  removeValidationRule(object: string, name: string): void;

  readonly permissionSets: ReadonlyMap<string, PermissionSetDefinition>;
  readonly permissionSetGroups: ReadonlyMap<string, PermissionSetGroupDefinition>;
  readonly customPermissions: ReadonlyMap<string, CustomPermissionDefinition>;
  readonly notificationTypes: ReadonlyMap<string, NotificationTypeDefinition>;
  putPermissionSet(definition: PermissionSetDefinition): void;
  putPermissionSetGroup(definition: PermissionSetGroupDefinition): void;
  putCustomPermission(definition: CustomPermissionDefinition): void;
  putNotificationType(definition: NotificationTypeDefinition): void;

  /** Components kept by name, key `Type:fullName`; flows stand here as `Flow:<name>` with part 2's parsed definition. */
  component(type: string, fullName: string): ComponentDefinition | undefined;
  components(type?: string): readonly ComponentDefinition[];
  putComponent(component: ComponentDefinition): void;
  removeComponent(type: string, fullName: string): void;

  /** Grows with every change; for caches. */
  version(): number;
  snapshot(): () => void;
  /** All metadata as a value; `load` puts it into another org's registry. Definitions are never changed in place, so they may be shared. */
  image(): SchemaImage;
  load(image: SchemaImage): void;
}

export interface SchemaImage {
  readonly objects: ReadonlyMap<string, ObjectDefinition>;
  readonly permissionSets: ReadonlyMap<string, PermissionSetDefinition>;
  readonly permissionSetGroups: ReadonlyMap<string, PermissionSetGroupDefinition>;
  readonly customPermissions: ReadonlyMap<string, CustomPermissionDefinition>;
  readonly notificationTypes: ReadonlyMap<string, NotificationTypeDefinition>;
  readonly components: ReadonlyMap<string, ComponentDefinition>;
  readonly prefixCounters: { readonly a: number; readonly e: number; readonly m: number };
}

/** @param complete what the org adds to every object it is given (a currency field, say) */
export function createSchema(
  initial: readonly ObjectDefinition[],
  complete = (object: ObjectDefinition): ObjectDefinition => object,
): Schema {
  let objects = new Map<string, ObjectDefinition>();
  let permissionSets = new Map<string, PermissionSetDefinition>();
  let permissionSetGroups = new Map<string, PermissionSetGroupDefinition>();
  let customPermissions = new Map<string, CustomPermissionDefinition>();
  let notificationTypes = new Map<string, NotificationTypeDefinition>();
  let components = new Map<string, ComponentDefinition>();
  const prefixCounters = { a: 0, e: 0, m: 0 };
  let version = 0;
  // Names in any case → definition; rebuilt per object when the definition changed.
  let fieldNames = new WeakMap<ObjectDefinition, Map<string, FieldDefinition>>();
  let children: { readonly version: number; readonly byParent: Map<string, ChildRelationship[]> } | undefined;

  for (const definition of initial) objects.set(definition.name.toLowerCase(), complete(definition));

  const object = (name: string): ObjectDefinition | undefined => objects.get(name.toLowerCase());
  const fieldsOf = (definition: ObjectDefinition): Map<string, FieldDefinition> => {
    let names = fieldNames.get(definition);
    if (!names) {
      names = new Map();
      for (const field of definition.fields.values()) names.set(field.name.toLowerCase(), field);
      fieldNames.set(definition, names);
    }
    return names;
  };
  const relationshipsByParent = (): Map<string, ChildRelationship[]> => {
    if (children?.version === version) return children.byParent;
    const byParent = new Map<string, ChildRelationship[]>();
    for (const child of objects.values()) {
      for (const field of child.fields.values()) {
        if (field.childRelationshipName === undefined) continue;
        for (const parent of field.referenceTo ?? []) {
          const key = parent.toLowerCase();
          const list = byParent.get(key) ?? [];
          list.push({ name: field.childRelationshipName, childObject: child.name, field });
          byParent.set(key, list);
        }
      }
    }
    children = { version, byParent };
    return byParent;
  };
  const must = (name: string): ObjectDefinition => {
    const found = object(name);
    if (!found) throw new Error(`The simulated org has no object ${name}.`);
    return found;
  };
  const put = (definition: ObjectDefinition): void => {
    version += 1;
    objects.set(definition.name.toLowerCase(), complete(definition));
  };
  const changed = <V>(map: Map<string, V>, key: string, value: V): void => {
    version += 1;
    map.set(key, value);
  };

  return {
    object,
    objects: () => [...objects.values()],
    field: (objectName, name) => {
      const definition = object(objectName);
      return definition && fieldsOf(definition).get(name.toLowerCase());
    },
    parentField: (objectName, relationshipName) => {
      const wanted = relationshipName.toLowerCase();
      for (const field of object(objectName)?.fields.values() ?? []) if (field.relationshipName?.toLowerCase() === wanted) return field;
      return undefined;
    },
    childRelationship: (objectName, name) =>
      relationshipsByParent()
        .get(objectName.toLowerCase())
        ?.find((one) => one.name.toLowerCase() === name.toLowerCase()),
    childRelationships: (objectName) => relationshipsByParent().get(objectName.toLowerCase()) ?? [],
    objectByPrefix: (keyPrefix) => [...objects.values()].find((one) => one.keyPrefix === keyPrefix),
    nextKeyPrefix: (letter) => {
      const prefix = customKeyPrefix(letter, prefixCounters[letter]);
      prefixCounters[letter] += 1;
      return prefix;
    },
    putObject: put,
    removeObject: (name) => {
      version += 1;
      objects.delete(name.toLowerCase());
    },
    putField: (objectName, field) => {
      const definition = must(objectName);
      const fields = new Map(definition.fields);
      fields.set(field.name, field);
      put({ ...definition, fields });
    },
    removeField: (objectName, field) => {
      const definition = must(objectName);
      const fields = new Map(definition.fields);
      fields.delete(field);
      put({ ...definition, fields });
    },
    putRecordType: (objectName, recordType) => {
      const definition = must(objectName);
      // The field exists only where record types do.
      const fields = new Map(definition.fields).set(recordTypeField.name, recordTypeField);
      put({ ...definition, fields, recordTypes: new Map(definition.recordTypes).set(recordType.developerName, recordType) });
    },
    putValidationRule: (objectName, rule) => {
      const definition = must(objectName);
      put({ ...definition, validationRules: new Map(definition.validationRules).set(rule.name, rule) });
    },
    removeValidationRule: (objectName, name) => {
      const definition = must(objectName);
      const validationRules = new Map(definition.validationRules);
      validationRules.delete(name);
      put({ ...definition, validationRules });
    },
    get permissionSets() {
      return permissionSets;
    },
    get permissionSetGroups() {
      return permissionSetGroups;
    },
    get customPermissions() {
      return customPermissions;
    },
    get notificationTypes() {
      return notificationTypes;
    },
    putPermissionSet: (definition) => changed(permissionSets, definition.name, definition),
    putPermissionSetGroup: (definition) => changed(permissionSetGroups, definition.name, definition),
    putCustomPermission: (definition) => changed(customPermissions, definition.name, definition),
    putNotificationType: (definition) => changed(notificationTypes, definition.name, definition),
    component: (type, fullName) => components.get(`${type}:${fullName}`),
    components: (type) => [...components.values()].filter((one) => type === undefined || one.type === type),
    putComponent: (component) => changed(components, `${component.type}:${component.fullName}`, component),
    removeComponent: (type, fullName) => {
      version += 1;
      components.delete(`${type}:${fullName}`);
    },
    version: () => version,
    snapshot: () => {
      const saved = {
        objects: new Map(objects),
        permissionSets: new Map(permissionSets),
        permissionSetGroups: new Map(permissionSetGroups),
        customPermissions: new Map(customPermissions),
        notificationTypes: new Map(notificationTypes),
        components: new Map(components),
      };
      return () => {
        version += 1;
        ({ objects, permissionSets, permissionSetGroups, customPermissions, notificationTypes, components } = saved);
        fieldNames = new WeakMap();
      };
    },
    image: () => ({
      objects: new Map(objects),
      permissionSets: new Map(permissionSets),
      permissionSetGroups: new Map(permissionSetGroups),
      customPermissions: new Map(customPermissions),
      notificationTypes: new Map(notificationTypes),
      components: new Map(components),
      prefixCounters: { ...prefixCounters },
    }),
    load: (image) => {
      version += 1;
      objects = new Map(image.objects);
      permissionSets = new Map(image.permissionSets);
      permissionSetGroups = new Map(image.permissionSetGroups);
      customPermissions = new Map(image.customPermissions);
      notificationTypes = new Map(image.notificationTypes);
      components = new Map(image.components);
      Object.assign(prefixCounters, image.prefixCounters);
      fieldNames = new WeakMap();
    },
  };
}
