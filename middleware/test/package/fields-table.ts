/** Prints `docs/fields.md`: every field with its meaning, who writes it and when it is frozen. */
import { format } from 'prettier';
import { fieldAtPath, fields as dealFields, type FrozenWhen } from '../../src/domain/fields.ts';
import { customRecords } from './default-mapping.ts';
import { childOf, textOf, type PackageFiles } from './package-files.ts';
import { buildModel, type FieldModel, type PackageModel } from './package-model.ts';
import { sellerFields } from './access-rules.ts';

export const fieldsTablePath = 'docs/fields.md';

const frozenWords: Readonly<Record<FrozenWhen, string>> = {
  never: 'when the deal is closed',
  always: 'always: only Microsoft changes it',
  created: 'once the referral exists',
  asked: 'once help was asked for',
  given: 'once a value was sent',
  yes: 'once it is on',
};
const escape = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function typeWords(field: FieldModel): string {
  const { root } = field.file;
  const length = textOf(root, 'length');
  if (field.formula !== null) return 'formula (text)';
  if (field.values)
    return `picklist of ${field.values.length}${textOf(childOf(root, 'valueSet'), 'restricted') === 'true' ? ', restricted' : ''}`;
  if (field.type === 'Lookup' || field.type === 'MasterDetail')
    return `${field.type === 'Lookup' ? 'lookup' : 'master-detail'} to ${field.referenceTo}`;
  if (field.type === 'Number') return `number (${textOf(root, 'precision')}, ${textOf(root, 'scale')})`;
  const names: Readonly<Record<string, string>> = {
    Checkbox: 'checkbox',
    DateTime: 'date and time',
    LongTextArea: 'long text',
    Text: 'text',
    TextArea: 'text area',
    Url: 'link',
  };
  const unique = textOf(root, 'unique') === 'true' ? ', unique external id' : '';
  return `${names[field.type] ?? field.type}${length ? ` ${length}` : ''}${unique}`;
}

function writer(field: FieldModel): string {
  if (field.formula !== null) return 'computed';
  if (field.name === 'PC_Shared_Notes__c') return 'seller and service';
  return sellerFields.includes(field.name) ? 'seller' : 'service';
}

function opportunityRows(model: PackageModel, files: PackageFiles): readonly string[] {
  const bySource = new Map(customRecords(files, 'PC_Field_Map').map((record) => [record.values.Salesforce_Path__c, record] as const));
  return [...(model.objects.get('Opportunity')?.fields.values() ?? [])].map((field) => {
    const record = bySource.get(field.name);
    const deal = record ? fieldAtPath(record.values.Referral_Path__c ?? '') : null;
    const frozen = deal ? frozenWords[dealFields[deal].frozen] : '';
    const cells = [
      `\`${field.name}\``,
      textOf(field.file.root, 'label') ?? '',
      typeWords(field),
      writer(field),
      record ? `\`${record.values.Referral_Path__c}\`` : '',
      frozen,
      textOf(field.file.root, 'description') ?? '',
    ];
    return `| ${cells.map(escape).join(' | ')} |`;
  });
}

function mappingRows(files: PackageFiles): readonly string[] {
  return customRecords(files, 'PC_Field_Map').map((record) => {
    const { values } = record;
    const deal = fieldAtPath(values.Referral_Path__c ?? '');
    const when = [values.On_Create__c === 'true' ? 'create' : '', values.On_Update__c === 'true' ? 'update' : '']
      .filter(Boolean)
      .join(', ');
    const cells = [
      record.label,
      `\`${values.Salesforce_Path__c}\``,
      `\`${values.Referral_Path__c}\``,
      values.Direction__c ?? '',
      when,
      values.Owner__c ?? '',
      values.Transform__c ?? '',
      deal ? frozenWords[dealFields[deal].frozen] : '',
    ];
    return `| ${cells.map(escape).join(' | ')} |`;
  });
}

function objectSection(model: PackageModel, name: string): readonly string[] {
  const object = model.objects.get(name);
  if (!object?.file) return [];
  const rows = [...object.fields.values()].map(
    (field) =>
      `| ${[`\`${field.name}\``, textOf(field.file.root, 'label') ?? '', typeWords(field), textOf(field.file.root, 'description') ?? ''].map(escape).join(' | ')} |`,
  );
  const sharing = textOf(object.file.root, 'sharingModel');
  return [
    '',
    `### ${textOf(object.file.root, 'label')} (\`${name}\`)`,
    '',
    `${textOf(object.file.root, 'description')}${sharing ? ` Sharing: ${sharing}.` : ''}`,
    '',
    '| Field | Label | Type | Meaning |',
    '| --- | --- | --- | --- |',
    ...rows,
  ];
}

/** The whole text of the generated page, formatted as the repository formats its pages. */
export function printFieldsTable(files: PackageFiles): Promise<string> {
  const model = buildModel(files);
  const objects = [...model.objects.values()]
    .filter((object) => object.kind !== 'standard')
    .map((object) => object.name)
    .sort();
  const text = [
    '# Fields',
    '',
    'GENERATED from the package by `node scripts/generate-package.mts`; change the package, not this page.',
    '',
    '## Opportunity',
    '',
    'After Won, Lost, Declined or Expired everything is frozen in Partner Center. "Service" fields are written by the service only; people see them read-only.',
    '',
    '| Field | Label | Type | Who writes | In the referral | Frozen in Partner Center | Meaning |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...opportunityRows(model, files),
    '',
    '## The default mapping',
    '',
    'One custom metadata record (`PC_Field_Map`) for each line. Change the records in Setup → Custom Metadata Types; the service reads them again within minutes.',
    '',
    '| Record | Salesforce | Referral | Direction | Used on | Wins a conflict | Transform | Frozen in Partner Center |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...mappingRows(files),
    '',
    '## Objects, event and custom metadata types',
    ...objects.flatMap((name) => objectSection(model, name)),
    '',
  ].join('\n');
  return format(text, { parser: 'markdown' });
}
