/** Rules about the custom metadata records: form, and that the shipped mapping makes sense. */
import { fieldAtPath, fieldNames, fields as dealFields } from '../../src/domain/fields.ts';
import { customRecords, printDefaultMapping, type CustomRecord } from './default-mapping.ts';
import { helpLabels } from './field-rules.ts';
import { childOf, childrenOf, textOf } from './package-files.ts';
import { childObject, fieldAt, type PackageModel, type Rule } from './package-model.ts';

const xsiTypes: Readonly<Record<string, string>> = { Checkbox: 'xsd:boolean', Number: 'xsd:double', DateTime: 'xsd:dateTime', Date: 'xsd:date' };
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
      if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name) || name.includes('__') || name.endsWith('_') || name.length > 40) report(file.path, `"${name}" is no valid name`);
      if (!textOf(file.root, 'label')) report(file.path, 'label is missing');
      if (textOf(file.root, 'protected') !== 'false') report(file.path, 'the customer must see the record: protected false');
      if (!file.root.attributes['xmlns:xsi'] || !file.root.attributes['xmlns:xsd']) report(file.path, 'the namespaces xsi and xsd are missing');
      const blocks = childrenOf(file.root, 'values');
      const given = blocks.map((block) => textOf(block, 'field') ?? '');
      for (const field of object.fields.keys()) if (given.filter((candidate) => candidate === field).length !== 1) report(file.path, `${field} must stand exactly once`);
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
        if (value.attributes['xsi:type'] !== (xsiTypes[field.type] ?? 'xsd:string')) report(file.path, `${fieldName} needs xsi:type ${xsiTypes[field.type] ?? 'xsd:string'}`);
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
/** Standard paths the mapping names that the typed schema cannot know: child lists, and fields of optional features. */
const outside = ['OpportunityContactRoles', 'OpportunityTeamMembers', 'Account.DunsNumber', 'CurrencyIsoCode', 'Account.BillingStreet', 'Account.BillingCity', 'Account.BillingState', 'Account.BillingPostalCode', 'Account.BillingCountry'];
/** Deal fields no record maps: the second street line lives in the same Salesforce field as the first. */
const unmapped = ['customerAddressLine2'];

/** Which transform fits which kind of deal field. */
const transforms: Readonly<Record<string, readonly string[]>> = {
  text: ['text', 'value-map', 'none'], 'long-text': ['text'], number: ['number'], day: ['utc-day'], instant: ['none'], flag: ['boolean'], people: ['none'], solutions: ['none'], state: ['value-map'], code: ['none', 'text', 'country', 'currency', 'value-map', 'number'],
};

const mapping: Rule = {
  name: 'record-mapping',
  check(model, report) {
    const maps = records(model, 'PC_Field_Map');
    const seen = new Set<string>();
    for (const record of maps) {
      const { values: given } = record;
      const path = given.Referral_Path__c ?? '';
      const field = fieldAtPath(path);
      const source = given.Salesforce_Path__c ?? '';
      if (field === null) report(place(record), `no deal field lives at "${path}"`);
      if (seen.has(path)) report(place(record), `"${path}" is mapped twice`);
      seen.add(path);
      if (!fieldAt(model, 'Opportunity', source) && childObject(model, 'Opportunity', source) === null && !outside.includes(source)) report(place(record), `"${source}" leads nowhere from the opportunity`);
      if (field === null) continue;
      const facts = dealFields[field];
      if (!transforms[facts.kind]?.includes(given.Transform__c ?? '')) report(place(record), `the transform ${given.Transform__c} does not fit the field ${facts.label}`);
      const takes = given.Direction__c === 'Both' || given.Direction__c === 'To Salesforce';
      if (facts.frozen === 'always' && given.Direction__c !== 'To Salesforce') report(place(record), 'only Microsoft writes this field: To Salesforce');
      if ((given.Direction__c === 'To Salesforce') !== (given.Owner__c === 'Partner Center')) report(place(record), 'what only Partner Center sends, Partner Center owns');
      if (facts.frozen === 'created' && given.On_Update__c === 'true') report(place(record), 'Partner Center freezes this field at creation: On_Update__c must be false');
      if (given.Direction__c === 'Off' ? given.On_Create__c === 'true' || given.On_Update__c === 'true' : given.On_Create__c !== 'true' && given.On_Update__c !== 'true') report(place(record), 'a mapped field is used on create or on update, one that is off never');
      const own = model.objects.get('Opportunity')?.fields.get(source);
      const length = own?.type === 'Text' || own?.type === 'LongTextArea' ? Number(textOf(own.file.root, 'length')) : null;
      if (takes && length !== null && Number(given.Limit__c) !== length) report(place(record), `Limit__c must be the length of ${source}: ${length}`);
      const standardLimits: Readonly<Record<string, number>> = { Name: 120, 'Account.Name': 255, 'Account.BillingStreet': 255, 'Account.BillingCity': 40, 'Account.BillingState': 80, 'Account.BillingPostalCode': 20, 'Account.DunsNumber': 9 };
      if (length === null && given.Limit__c !== null && Number(given.Limit__c) !== standardLimits[source]) report(place(record), `Limit__c does not fit ${source}`);
      if (length === null && takes && given.Limit__c === null && standardLimits[source] !== undefined) report(place(record), `Limit__c must be ${standardLimits[source]}, or a long text from Partner Center is refused`);
      const byDefault = own?.values && given.Default_Value__c !== null && !own.values.includes(given.Default_Value__c ?? '');
      if (byDefault) report(place(record), `the default "${given.Default_Value__c}" is no value of ${source}`);
      if (given.Confidential__c !== 'false') report(place(record), 'no field is confidential by default');
    }
    for (const field of fieldNames) if (!unmapped.includes(field) && !seen.has(dealFields[field].path)) report('customMetadata/PC_Field_Map', `no record maps ${dealFields[field].label} (${dealFields[field].path})`);
    try {
      printDefaultMapping(model.files);
    } catch (error) {
      report('customMetadata', error instanceof Error ? error.message : String(error));
    }
  },
};

/** The closed list of API §13, beside its labels. */
const helpCodes = ['WorkloadSpecificValueProposition', 'CustomerTechnicalArchitecture', 'ProofOfConceptOrDemo', 'QuotesOrLicensing', 'PostSalesCustomerSuccess', 'GeneralOrOther'];
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
      if (helpCodes[helpLabels.indexOf(line.values.Salesforce_Value__c ?? '')] !== line.values.Partner_Center_Value__c) report(place(line), 'the label and the code do not belong together');
    }
    for (const line of of('intent')) {
      both(line);
      if (intents[line.values.Salesforce_Value__c ?? ''] !== line.values.Partner_Center_Value__c) report(place(line), 'the label and the code do not belong together');
    }
    for (const line of of('stage')) {
      if (!['new', 'active', 'won', 'lost'].includes(line.values.Partner_Center_Value__c ?? '')) report(place(line), 'a stage stands for new, active, won or lost');
    }
    for (const line of of('country')) if (!/^[A-Z]{2}$/.test(line.values.Partner_Center_Value__c ?? '') || line.values.Direction__c !== 'To Partner Center') report(place(line), 'a country is a two-letter code, and a spelling is used towards Partner Center only');
    for (const line of of('currency')) if (!/^[A-Z]{3}$/.test(line.values.Partner_Center_Value__c ?? '') || line.values.Direction__c !== 'To Partner Center') report(place(line), 'a currency is a three-letter code, and a spelling is used towards Partner Center only');
    const opportunity = model.objects.get('Opportunity')?.fields;
    const lists: readonly (readonly [map: string, field: string])[] = [['help', 'How_can_Microsoft_help__c'], ['intent', 'PC_Marketplace_Intent__c'], ['lost-reason', 'PC_Lost_Reason__c']];
    for (const [map, field] of lists) {
      const mapped = of(map).map((line) => line.values.Salesforce_Value__c).sort().join('|');
      const offered = [...(opportunity?.get(field)?.values ?? [])].sort().join('|');
      if (mapped !== offered) report('customMetadata/PC_Value_Map', `the lines of "${map}" must be the values of ${field}`);
    }
    for (const line of of('lost-reason')) {
      both(line);
      if (line.values.Salesforce_Value__c !== line.values.Partner_Center_Value__c) report(place(line), 'Partner Center takes a readable text: the value itself');
    }
    const keys = lines.map((line) => `${line.values.Map__c} ${line.values.Salesforce_Value__c}`);
    for (const key of new Set(keys.filter((candidate, index) => keys.indexOf(candidate) !== index))) report('customMetadata/PC_Value_Map', `"${key}" stands twice`);
  },
};

const allowed: Readonly<Record<string, RegExp>> = {
  Active_Stage: /^Prospecting$/, Won_Stage: /^Closed Won$/, Lost_Stage: /^Closed Lost$/, On_Hold_Stage: /^$/, Leads: /^(ignore|lead-records)$/, Matching: /^(always-create|ask|link-when-certain)$/, Confirm_One_Way_Steps: /^true$/, Won_Hold_Hours: /^72$/,
  Notify_New_Deal: /^true$/, Notify_Accepted: /^true$/, Notify_Declined: /^true$/, Notify_Needs_You: /^true$/, Notify_Expiring: /^true$/, Default_Owner: /^$/, Default_Currency: /^$/, Audit_Days: /^\d+$/,
};

const settings: Rule = {
  name: 'record-setting',
  check(model, report) {
    const all = records(model, 'PC_Setting');
    for (const record of all) {
      const pattern = allowed[record.name];
      if (!pattern) report(place(record), 'no setting of this name is read');
      else if (!pattern.test(record.values.Value__c ?? '')) report(place(record), `"${record.values.Value__c}" is not the safe default of this setting`);
    }
    for (const name of Object.keys(allowed)) if (!all.some((record) => record.name === name)) report('customMetadata/PC_Setting', `the setting ${name} is missing`);
    const stage = (value: string): string | null | undefined => records(model, 'PC_Value_Map').find((line) => line.values.Map__c === 'stage' && line.values.Partner_Center_Value__c === value)?.values.Salesforce_Value__c;
    const pairs: readonly (readonly [string, string])[] = [['Won_Stage', 'won'], ['Lost_Stage', 'lost'], ['Active_Stage', 'active']];
    for (const [name, state] of pairs) {
      const record = all.find((candidate) => candidate.name === name);
      if (record && record.values.Value__c !== stage(state)) report(place(record), `the setting and the value map of stages disagree about "${state}"`);
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
      if (members.length !== count) report('customMetadata/PC_Reference_Value', `the list ${list} has ${members.length} values, not ${count}`);
      const order = members.map((record) => Number(record.values.Order__c)).sort((a, b) => a - b);
      if (order.some((value, index) => value !== index + 1)) report('customMetadata/PC_Reference_Value', `the list ${list} is not numbered from 1`);
      for (const record of members) {
        const example = (record.values.Value__c ?? '').startsWith('Example ');
        if (example === list.endsWith('-reason')) report(place(record), 'areas, plays and roles are not public: they are shipped as examples, reasons are not');
        if (example === (record.values.Active__c === 'true')) report(place(record), 'an example is never offered, a real value is');
        if (example && !(record.values.Value__c ?? '').includes('replace by a value of your Partner Center')) report(place(record), 'an example says what to do with it');
      }
    }
    const reasons = all.filter((record) => record.values.List__c === 'decline-reason').map((record) => record.values.Value__c).sort().join('|');
    if (reasons !== [...(model.objects.get('Opportunity')?.fields.get('PC_Lost_Reason__c')?.values ?? [])].sort().join('|')) report('customMetadata/PC_Reference_Value', 'the reasons to decline must be those of PC_Lost_Reason__c');
  },
};

export const recordRules: readonly Rule[] = [values, mapping, valueMaps, settings, references];
