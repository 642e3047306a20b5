/**
 * The simulated org's metadata: what an object, a field, a permission set … is. Values only, immutable; the registry that
 * holds them is `schema.ts`. Field types carry their metadata-format names (`LongTextArea`), describe translates them.
 */

/** What a record field can hold. Dates are `YYYY-MM-DD`, times `2026-11-20T10:00:00.000+0000`. */
export type FieldValue = string | number | boolean | null;

/** A stored record, `Id` included, keyed by the fields' exact names. Absent means null. */
export type RecordValues = { readonly [field: string]: FieldValue };

/** A record on its way into the store. */
export type DraftRecord = { [field: string]: FieldValue };

export type FieldType =
  | 'Id'
  | 'Text'
  | 'TextArea'
  | 'LongTextArea'
  | 'Html'
  | 'Picklist'
  | 'MultiselectPicklist'
  | 'Checkbox'
  | 'Number'
  | 'Currency'
  | 'Percent'
  | 'Date'
  | 'DateTime'
  | 'Time'
  | 'Url'
  | 'Email'
  | 'Phone'
  | 'AutoNumber'
  | 'Lookup'
  | 'MasterDetail'
  | 'MetadataRelationship';

export interface PicklistValue {
  /** API name, what records hold (`fullName`). */
  readonly value: string;
  readonly label: string;
  readonly active: boolean;
  readonly isDefault: boolean;
}

export interface FieldDefinition {
  /** `Amount`, `PC_Expires__c`. */
  readonly name: string;
  readonly label: string;
  readonly type: FieldType;
  readonly custom: boolean;
  /** Text kinds: characters. */
  readonly length?: number;
  /** Numbers: digits altogether. */
  readonly precision?: number;
  /** Numbers: digits after the point. */
  readonly scale?: number;
  readonly visibleLines?: number;
  /** Must hold a value on every save; such a field takes no field permission. */
  readonly required?: boolean;
  readonly unique?: boolean;
  readonly externalId?: boolean;
  /** Of a unique text; default false. */
  readonly caseSensitive?: boolean;
  /** Formula text as in the metadata file: `false`, `"Own"`, `TODAY()`. */
  readonly defaultValue?: string;
  readonly picklist?: { readonly restricted: boolean; readonly values: readonly PicklistValue[] };
  /** Formula text; the field's `type` is then the formula's return type and the field is read-only. */
  readonly formula?: string;
  readonly treatBlanksAsZero?: boolean;
  /** AutoNumber: `RQ-{000000}`. */
  readonly displayFormat?: string;
  readonly startingNumber?: number;
  /** Lookup and MasterDetail: target objects. */
  readonly referenceTo?: readonly string[];
  /** Name of the parent in SOQL paths: `Account`, `Opportunity__r`. */
  readonly relationshipName?: string;
  /** Name of the child list in SOQL, with `__r` for custom: `Opportunities`, `PC_Requests__r`. */
  readonly childRelationshipName?: string;
  readonly deleteConstraint?: 'SetNull' | 'Restrict' | 'Cascade';
  readonly writeRequiresMasterRead?: boolean;
  readonly reparentable?: boolean;
  /** Default true; false for what only the platform writes. */
  readonly createable?: boolean;
  /** Default true. */
  readonly updateable?: boolean;
  /** Default true for custom fields that are neither required nor master-detail. */
  readonly permissionable?: boolean;
  /** Permission that covers this field when it has another name (`BillingAddress` for `BillingCity`). */
  readonly permissionName?: string;
  readonly filterable?: boolean;
  readonly sortable?: boolean;
  readonly description?: string;
  readonly inlineHelpText?: string;
}

export interface RecordTypeDefinition {
  readonly developerName: string;
  readonly label: string;
  readonly active: boolean;
  /** Available values per picklist field (API names). A field that is not listed has none available (API: see switches). */
  readonly picklists: { readonly [field: string]: readonly string[] };
}

export interface ValidationRuleDefinition {
  readonly name: string;
  readonly active: boolean;
  readonly formula: string;
  readonly message: string;
  /** Field the message stands at; absent = top of the page. */
  readonly field?: string;
}

export type SharingModel = 'Private' | 'Read' | 'ReadWrite' | 'ControlledByParent';

export interface ObjectDefinition {
  readonly name: string;
  readonly label: string;
  readonly pluralLabel: string;
  readonly kind: 'standard' | 'custom' | 'event' | 'metadata' | 'setting';
  /** First three characters of ids. Absent on a definition that is new: the registry gives one. */
  readonly keyPrefix: string;
  /** By exact name. System fields are included. */
  readonly fields: ReadonlyMap<string, FieldDefinition>;
  /** Field that names a record: `Name`, `CaseNumber`, `DeveloperName`; null when there is none. */
  readonly nameField: string | null;
  readonly sharingModel: SharingModel;
  readonly recordTypes: ReadonlyMap<string, RecordTypeDefinition>;
  readonly validationRules: ReadonlyMap<string, ValidationRuleDefinition>;
  /** Events only. */
  readonly publishBehavior?: 'PublishAfterCommit' | 'PublishImmediately';
  /** Rights come from this object's rights (`OpportunityContactRole` from `Opportunity`). */
  readonly accessThrough?: { readonly object: string; readonly field: string };
  /** Everyone may make and change their own (notes). */
  readonly openToAll?: boolean;
  /** Everyone may read (User, RecordType, Organization …). */
  readonly openToRead?: boolean;
  /** Rows are changed by deployment or by an administrator only. */
  readonly adminOnly?: boolean;
  /** Rows are computed; nothing is stored. */
  readonly computed?: boolean;
  readonly description?: string;
}

export interface ObjectPermission {
  readonly read: boolean;
  readonly create: boolean;
  readonly edit: boolean;
  readonly delete: boolean;
  readonly viewAll: boolean;
  readonly modifyAll: boolean;
}

export interface PermissionSetDefinition {
  readonly name: string;
  readonly label: string;
  readonly description?: string;
  /** By object name. */
  readonly objects: ReadonlyMap<string, ObjectPermission>;
  /** By `Object.Field`. */
  readonly fields: ReadonlyMap<string, { readonly readable: boolean; readonly editable: boolean }>;
  readonly customPermissions: ReadonlySet<string>;
  /** `ApiEnabled`, `ViewAllData` … */
  readonly userPermissions: ReadonlySet<string>;
  /** Custom metadata types its holders may read over the API. */
  readonly customMetadataTypes: ReadonlySet<string>;
}

export interface PermissionSetGroupDefinition {
  readonly name: string;
  readonly label: string;
  readonly members: readonly string[];
}

export interface CustomPermissionDefinition {
  readonly name: string;
  readonly label: string;
}

export interface NotificationTypeDefinition {
  readonly name: string;
  readonly label: string;
  readonly desktop: boolean;
  readonly mobile: boolean;
}

/** A component kept by name only (apps, pages, tabs, layouts, quick actions …) or as someone else's parsed value (flows). */
export interface ComponentDefinition {
  /** Metadata type: `Flow`, `CustomApplication`, `FlexiPage`. */
  readonly type: string;
  readonly fullName: string;
  readonly definition: unknown;
}

/** A platform event as published; the bus gives it replay id and position. */
export interface PublishedEvent {
  /** `PC_Sync_Request__e`. */
  readonly object: string;
  readonly uuid: string;
  /** Epoch ms. */
  readonly createdAt: number;
  readonly createdById: string;
  /** Custom fields by name, every field of the event present. */
  readonly values: RecordValues;
}

/** The lists above in one call, for readers of `fields` that must not mind case. */
export const sameName = (a: string, b: string): boolean => a === b || a.toLowerCase() === b.toLowerCase();
