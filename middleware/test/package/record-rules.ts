/** Rules about the custom metadata records: form, value maps, settings and reference lists. */
import { customRecords, type CustomRecord } from './default-mapping.ts';
import { helpLabels } from './field-rules.ts';
import { childOf, childrenOf, textOf } from './package-files.ts';
import { type PackageModel, type Rule } from './package-model.ts';

const xsiTypes: Readonly<Record<string, string>> = {
  Checkbox: 'xsd:boolean',
  Number: 'xsd:double',
  DateTime: 'xsd:dateTime',
  Date: 'xsd:date',
};
/** May be empty; every other field of a record must hold a value. */
const optional = ['PC_Field_Map.Default_Value__c', 'PC_Field_Map.Limit__c', 'PC_Setting.Value__c'];

const values: Rule = {
  name: 'record-value',
  check(model, report) {
    for (const file of model.of('md')) {
      const [type = '', name = ''] = file.stem.split('.');
      const object = model.objects.get(`${type}__mdt`);
      if (!object) {
        report(file.path, `the custom metadata type ${type} does not exist`);
        continue;
      }
      if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name) || name.includes('__') || name.endsWith('_') || name.length > 40)
        report(file.path, `"${name}" is no valid name`);
      if (!textOf(file.root, 'label')) report(file.path, 'label is missing');
      if (textOf(file.root, 'protected') !== 'false') report(file.path, 'the customer must see the record: protected false');
      if (!file.root.attributes['xmlns:xsi'] || !file.root.attributes['xmlns:xsd'])
        report(file.path, 'the namespaces xsi and xsd are missing');
      const blocks = childrenOf(file.root, 'values');
      const given = blocks.map((block) => textOf(block, 'field') ?? '');
      for (const field of object.fields.keys())
        if (given.filter((candidate) => candidate === field).length !== 1) report(file.path, `${field} must stand exactly once`);
      for (const block of blocks) {
        const fieldName = textOf(block, 'field') ?? '';
        const field = object.fields.get(fieldName);
        const value = childOf(block, 'value');
        if (!field || !value) {
          report(file.path, `${object.name} has no field ${fieldName}`);
          continue;
        }
        if (value.attributes['xsi:nil'] === 'true') {
          if (!optional.includes(`${type}.${fieldName}`)) report(file.path, `${fieldName} needs a value`);
          continue;
        }
        if (value.attributes['xsi:type'] !== (xsiTypes[field.type] ?? 'xsd:string'))
          report(file.path, `${fieldName} needs xsi:type ${xsiTypes[field.type] ?? 'xsd:string'}`);
        if (field.values && !field.values.includes(value.text)) report(file.path, `${fieldName} has no value "${value.text}"`);
        if (field.type === 'Checkbox' && !['true', 'false'].includes(value.text)) report(file.path, `${fieldName} is true or false`);
        if (field.type === 'Number' && !/^\d+(\.\d+)?$/.test(value.text)) report(file.path, `${fieldName} is a number`);
        if (value.text.length > 255) report(file.path, `${fieldName} has more than 255 characters`);
        if (value.text !== value.text.trim() || value.text === '') report(file.path, `${fieldName} is empty or has spaces at its ends`);
      }
    }
  },
};

const records = (model: PackageModel, type: string): readonly CustomRecord[] => customRecords(model.files, type);
const place = (record: CustomRecord): string => `customMetadata/${record.type}.${record.name}`;

/** The closed list of API §13, beside its labels. */
const helpCodes = [
  'WorkloadSpecificValueProposition',
  'CustomerTechnicalArchitecture',
  'ProofOfConceptOrDemo',
  'QuotesOrLicensing',
  'PostSalesCustomerSuccess',
  'GeneralOrOther',
];
const intents: Readonly<Record<string, string>> = { Yes: 'Yes', No: 'No', 'Have not decided': 'HaveNotDecided' };

const valueMaps: Rule = {
  name: 'record-value-map',
  check(model, report) {
    const lines = records(model, 'PC_Value_Map');
    const of = (map: string): readonly CustomRecord[] => lines.filter((line) => line.values.Map__c === map);
    const both = (line: CustomRecord): void => {
      if (line.values.Direction__c !== 'Both') report(place(line), 'this line must be used in both directions');
    };
    for (const line of of('help')) {
      both(line);
      if (helpCodes[helpLabels.indexOf(line.values.Salesforce_Value__c ?? '')] !== line.values.Partner_Center_Value__c)
        report(place(line), 'the label and the code do not belong together');
    }
    for (const line of of('intent')) {
      both(line);
      if (intents[line.values.Salesforce_Value__c ?? ''] !== line.values.Partner_Center_Value__c)
        report(place(line), 'the label and the code do not belong together');
    }
    for (const line of of('stage')) {
      if (!['new', 'active', 'won', 'lost'].includes(line.values.Partner_Center_Value__c ?? ''))
        report(place(line), 'a stage stands for new, active, won or lost');
    }
    for (const line of of('country'))
      if (!/^[A-Z]{2}$/.test(line.values.Partner_Center_Value__c ?? '') || line.values.Direction__c !== 'To Partner Center')
        report(place(line), 'a country is a two-letter code, and a spelling is used towards Partner Center only');
    for (const line of of('currency'))
      if (!/^[A-Z]{3}$/.test(line.values.Partner_Center_Value__c ?? '') || line.values.Direction__c !== 'To Partner Center')
        report(place(line), 'a currency is a three-letter code, and a spelling is used towards Partner Center only');
    const opportunity = model.objects.get('Opportunity')?.fields;
    const lists: readonly (readonly [map: string, field: string])[] = [
      ['help', 'How_can_Microsoft_help__c'],
      ['intent', 'PC_Marketplace_Intent__c'],
      ['lost-reason', 'PC_Lost_Reason__c'],
    ];
    for (const [map, field] of lists) {
      const mapped = of(map)
        .map((line) => line.values.Salesforce_Value__c)
        .sort()
        .join('|');
      const offered = [...(opportunity?.get(field)?.values ?? [])].sort().join('|');
      if (mapped !== offered) report('customMetadata/PC_Value_Map', `the lines of "${map}" must be the values of ${field}`);
    }
    for (const line of of('lost-reason')) {
      both(line);
      if (line.values.Salesforce_Value__c !== line.values.Partner_Center_Value__c)
        report(place(line), 'Partner Center takes a readable text: the value itself');
    }
    const keys = lines.map((line) => `${line.values.Map__c} ${line.values.Salesforce_Value__c}`);
    for (const key of new Set(keys.filter((candidate, index) => keys.indexOf(candidate) !== index)))
      report('customMetadata/PC_Value_Map', `"${key}" stands twice`);
  },
};

const allowed: Readonly<Record<string, RegExp>> = {
  Active_Stage: /^Prospecting$/,
  Won_Stage: /^Closed Won$/,
  Lost_Stage: /^Closed Lost$/,
  On_Hold_Stage: /^$/,
  Leads: /^(ignore|lead-records)$/,
  Matching: /^(always-create|ask|link-when-certain)$/,
  Confirm_One_Way_Steps: /^(true|false)$/,
  Won_Hold_Hours: /^72$/,
  Notify_New_Deal: /^true$/,
  Notify_Accepted: /^true$/,
  Notify_Declined: /^true$/,
  Notify_Needs_You: /^true$/,
  Notify_Expiring: /^true$/,
  Default_Owner: /^$/,
  Default_Currency: /^$/,
  Audit_Days: /^\d+$/,
};

const settings: Rule = {
  name: 'record-setting',
  check(model, report) {
    const all = records(model, 'PC_Setting');
    for (const record of all) {
      const pattern = allowed[record.name];
      if (!pattern) report(place(record), 'no setting of this name is read');
      else if (!pattern.test(record.values.Value__c ?? ''))
        report(place(record), `"${record.values.Value__c}" is not the safe default of this setting`);
    }
    for (const name of Object.keys(allowed))
      if (!all.some((record) => record.name === name)) report('customMetadata/PC_Setting', `the setting ${name} is missing`);
    const stage = (value: string): string | null | undefined =>
      records(model, 'PC_Value_Map').find((line) => line.values.Map__c === 'stage' && line.values.Partner_Center_Value__c === value)?.values
        .Salesforce_Value__c;
    const pairs: readonly (readonly [string, string])[] = [
      ['Won_Stage', 'won'],
      ['Lost_Stage', 'lost'],
      ['Active_Stage', 'active'],
    ];
    for (const [name, state] of pairs) {
      const record = all.find((candidate) => candidate.name === name);
      if (record && record.values.Value__c !== stage(state))
        report(place(record), `the setting and the value map of stages disagree about "${state}"`);
    }
  },
};

/** API §6.2: eight reasons to decline, nine to retire. */
const counts: Readonly<Record<string, number>> = { 'decline-reason': 8, 'error-reason': 9 };

const references: Rule = {
  name: 'record-reference',
  check(model, report) {
    const all = records(model, 'PC_Reference_Value');
    for (const list of ['decline-reason', 'error-reason', 'partner-role', 'solution-area', 'solution-play']) {
      const members = all.filter((record) => record.values.List__c === list);
      const count = counts[list] ?? 2;
      if (members.length !== count)
        report('customMetadata/PC_Reference_Value', `the list ${list} has ${members.length} values, not ${count}`);
      const order = members.map((record) => Number(record.values.Order__c)).sort((a, b) => a - b);
      if (order.some((value, index) => value !== index + 1))
        report('customMetadata/PC_Reference_Value', `the list ${list} is not numbered from 1`);
      for (const record of members) {
        const example = (record.values.Value__c ?? '').startsWith('Example ');
        if (example === list.endsWith('-reason'))
          report(place(record), 'areas, plays and roles are not public: they are shipped as examples, reasons are not');
        if (example === (record.values.Active__c === 'true')) report(place(record), 'an example is never offered, a real value is');
        if (example && !(record.values.Value__c ?? '').includes('replace by a value of your Partner Center'))
          report(place(record), 'an example says what to do with it');
      }
    }
    const reasons = all
      .filter((record) => record.values.List__c === 'decline-reason')
      .map((record) => record.values.Value__c)
      .sort()
      .join('|');
    if (reasons !== [...(model.objects.get('Opportunity')?.fields.get('PC_Lost_Reason__c')?.values ?? [])].sort().join('|'))
      report('customMetadata/PC_Reference_Value', 'the reasons to decline must be those of PC_Lost_Reason__c');
  },
};

export const recordRules: readonly Rule[] = [values, valueMaps, settings, references];
