/** Prints `middleware/src/domain/default-mapping.ts` from the custom metadata records of the package. */
import { fieldAtPath } from '../../src/domain/fields.ts';
import { childOf, childrenOf, parsePackage, textOf, type MetadataFile, type PackageFiles } from './package-files.ts';

export const defaultMappingPath = 'middleware/src/domain/default-mapping.ts';

export interface CustomRecord {
  readonly type: string;
  readonly name: string;
  readonly label: string;
  /** Field → value; null for `xsi:nil`. */
  readonly values: Readonly<Record<string, string | null>>;
}

function toRecord(file: MetadataFile): CustomRecord {
  const [type = '', name = ''] = file.stem.split('.');
  const values: Record<string, string | null> = {};
  for (const block of childrenOf(file.root, 'values')) {
    const value = childOf(block, 'value');
    values[textOf(block, 'field') ?? ''] = !value || value.attributes['xsi:nil'] === 'true' ? null : value.text;
  }
  return { type, name, label: textOf(file.root, 'label') ?? '', values };
}

/** The records of one type, ordered by name. */
export function customRecords(files: PackageFiles, type: string): readonly CustomRecord[] {
  return parsePackage(files)
    .files.filter((file) => file.suffix === 'md')
    .map(toRecord)
    .filter((record) => record.type === type)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const directions: Readonly<Record<string, string>> = {
  Both: 'both',
  'To Partner Center': 'to-partner',
  'To Salesforce': 'to-crm',
  Off: 'off',
};
const owners: Readonly<Record<string, string>> = { Salesforce: 'crm', 'Partner Center': 'partner', Ask: 'ask' };

function known(table: Readonly<Record<string, string>>, value: string | null | undefined, record: CustomRecord): string {
  const found = table[value ?? ''];
  if (found === undefined) throw new Error(`${record.type}.${record.name}: "${value}" is not one of ${Object.keys(table).join(', ')}.`);
  return found;
}

const quote = (value: string | null | undefined): string =>
  value === null || value === undefined ? 'null' : `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
const flag = (value: string | null | undefined): string => (value === 'true' ? 'true' : 'false');
const number = (value: string | null | undefined): string => (value === null || value === undefined ? 'null' : String(Number(value)));

function fieldRule(record: CustomRecord): string {
  const { values } = record;
  const field = fieldAtPath(values.Referral_Path__c ?? '');
  if (field === null) throw new Error(`${record.type}.${record.name}: no deal field lives at "${values.Referral_Path__c}".`);
  const parts = [
    `record: ${quote(record.name)}`,
    `field: ${quote(field)}`,
    `crmPath: ${quote(values.Salesforce_Path__c)}`,
    `direction: ${quote(known(directions, values.Direction__c, record))}`,
    `onCreate: ${flag(values.On_Create__c)}`,
    `onUpdate: ${flag(values.On_Update__c)}`,
    `owner: ${quote(known(owners, values.Owner__c, record))}`,
    `defaultValue: ${quote(values.Default_Value__c)}`,
    `transform: ${quote(values.Transform__c)}`,
    `limit: ${number(values.Limit__c)}`,
    `confidential: ${flag(values.Confidential__c)}`,
  ];
  return `    { ${parts.join(', ')} },`;
}

function valueRule(record: CustomRecord): string {
  const { values } = record;
  const parts = [
    `record: ${quote(record.name)}`,
    `map: ${quote(values.Map__c)}`,
    `crmValue: ${quote(values.Salesforce_Value__c)}`,
    `partnerValue: ${quote(values.Partner_Center_Value__c)}`,
    `direction: ${quote(known(directions, values.Direction__c, record))}`,
  ];
  return `    { ${parts.join(', ')} },`;
}

/** Which record feeds which setting, and how its text is read. A path with a dot is a setting of a group. */
const settings: readonly (readonly [record: string, setting: string, read: (value: string | null | undefined) => string])[] = [
  ['Active_Stage', 'activeStage', quote],
  ['On_Hold_Stage', 'onHoldStage', quote],
  ['Won_Stage', 'wonStage', quote],
  ['Lost_Stage', 'lostStage', quote],
  ['Leads', 'leads', quote],
  ['Matching', 'matching', quote],
  ['Confirm_One_Way_Steps', 'confirmOneWaySteps', flag],
  ['Won_Hold_Hours', 'wonHoldHours', number],
  ['Notify_New_Deal', 'notify.newDeal', flag],
  ['Notify_Accepted', 'notify.accepted', flag],
  ['Notify_Declined', 'notify.declined', flag],
  ['Notify_Needs_You', 'notify.needsYou', flag],
  ['Notify_Expiring', 'notify.expiring', flag],
  ['Default_Owner', 'defaultOwner', quote],
  ['Default_Currency', 'defaultCurrency', quote],
  ['Audit_Days', 'auditDays', number],
];

function settingsText(records: readonly CustomRecord[]): readonly string[] {
  const unknown = records.filter((record) => !settings.some(([name]) => name === record.name));
  if (unknown.length > 0) throw new Error(`No setting reads ${unknown.map((record) => record.name).join(', ')}.`);
  const shown = settings.map(([name, setting, read]) => {
    const record = records.find((candidate) => candidate.name === name);
    if (!record) throw new Error(`The record PC_Setting.${name} is missing.`);
    return { setting, text: read(record.values.Value__c) };
  });
  const grouped = shown.filter(({ setting }) => setting.startsWith('notify.')).map(({ setting, text }) => `${setting.slice(7)}: ${text}`);
  const plain = shown.filter(({ setting }) => !setting.includes('.')).map(({ setting, text }) => `    ${setting}: ${text},`);
  return [...plain, `    notify: { ${grouped.join(', ')} },`];
}

function referenceText(records: readonly CustomRecord[]): readonly string[] {
  const lists = [...new Set(records.map((record) => record.values.List__c ?? ''))].sort();
  return lists.flatMap((list) => [
    `  '${list}': [`,
    ...records
      .filter((record) => record.values.List__c === list)
      .sort((a, b) => Number(a.values.Order__c) - Number(b.values.Order__c))
      .map(
        (record) =>
          `    { value: ${quote(record.values.Value__c)}, order: ${number(record.values.Order__c)}, active: ${flag(record.values.Active__c)} },`,
      ),
    '  ],',
  ]);
}

/** The whole text of the generated file. Throws when a record cannot be read, naming it. */
export function printDefaultMapping(files: PackageFiles): string {
  return [
    '/**',
    ' * The mapping as shipped. GENERATED from the custom metadata records of force-app by `node scripts/generate-package.mts`;',
    ' * change the records, not this file.',
    ' */',
    "import type { Mapping } from './mapping.ts';",
    '',
    '// prettier-ignore',
    'export const defaultMapping: Mapping = {',
    '  fields: [',
    ...customRecords(files, 'PC_Field_Map').map(fieldRule),
    '  ],',
    '  values: [',
    ...customRecords(files, 'PC_Value_Map').map(valueRule),
    '  ],',
    '  settings: {',
    ...settingsText(customRecords(files, 'PC_Setting')),
    '  },',
    '};',
    '',
    "export type ReferenceListName = 'decline-reason' | 'error-reason' | 'partner-role' | 'solution-area' | 'solution-play';",
    '',
    '/** One value that the panel offers. */',
    'export interface ReferenceValue {',
    '  readonly value: string;',
    '  readonly order: number;',
    '  readonly active: boolean;',
    '}',
    '',
    '/** The lists as shipped. Areas, plays and roles are examples: Microsoft renews those lists every year and publishes them to partners only. */',
    '// prettier-ignore',
    'export const referenceLists: Readonly<Record<ReferenceListName, readonly ReferenceValue[]>> = {',
    ...referenceText(customRecords(files, 'PC_Reference_Value')),
    '};',
    '',
  ].join('\n');
}
