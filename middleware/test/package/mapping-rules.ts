/** Rules about the shipped field mapping: every record leads somewhere, and every deal field is mapped. */
import { fieldAtPath, fieldNames, fields as dealFields } from '../../src/domain/fields.ts';
import { customRecords, printDefaultMapping, type CustomRecord } from './default-mapping.ts';
import { textOf } from './package-files.ts';
import { childObject, fieldAt, type PackageModel, type Rule } from './package-model.ts';

const records = (model: PackageModel, type: string): readonly CustomRecord[] => customRecords(model.files, type);
const place = (record: CustomRecord): string => `customMetadata/${record.type}.${record.name}`;
/** Standard paths the mapping names that the typed schema cannot know: child lists, and fields of optional features. */
const outside = [
  'OpportunityContactRoles',
  'OpportunityTeamMembers',
  'Account.DunsNumber',
  'CurrencyIsoCode',
  'Account.BillingStreet',
  'Account.BillingCity',
  'Account.BillingState',
  'Account.BillingPostalCode',
  'Account.BillingCountry',
];
/** Deal fields no record maps: the second street line lives in the same Salesforce field as the first. */
const unmapped = ['customerAddressLine2'];

/** Which transform fits which kind of deal field. */
const transforms: Readonly<Record<string, readonly string[]>> = {
  text: ['text', 'value-map', 'none'],
  'long-text': ['text'],
  number: ['number'],
  day: ['utc-day'],
  instant: ['none'],
  flag: ['boolean'],
  people: ['none'],
  solutions: ['none'],
  state: ['value-map'],
  code: ['none', 'text', 'country', 'currency', 'value-map', 'number'],
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
      if (!fieldAt(model, 'Opportunity', source) && childObject(model, 'Opportunity', source) === null && !outside.includes(source))
        report(place(record), `"${source}" leads nowhere from the opportunity`);
      if (field === null) continue;
      const facts = dealFields[field];
      if (!transforms[facts.kind]?.includes(given.Transform__c ?? ''))
        report(place(record), `the transform ${given.Transform__c} does not fit the field ${facts.label}`);
      const takes = given.Direction__c === 'Both' || given.Direction__c === 'To Salesforce';
      if (facts.frozen === 'always' && given.Direction__c !== 'To Salesforce')
        report(place(record), 'only Microsoft writes this field: To Salesforce');
      if ((given.Direction__c === 'To Salesforce') !== (given.Owner__c === 'Partner Center'))
        report(place(record), 'what only Partner Center sends, Partner Center owns');
      if (facts.frozen === 'created' && given.On_Update__c === 'true')
        report(place(record), 'Partner Center freezes this field at creation: On_Update__c must be false');
      if (
        given.Direction__c === 'Off'
          ? given.On_Create__c === 'true' || given.On_Update__c === 'true'
          : given.On_Create__c !== 'true' && given.On_Update__c !== 'true'
      )
        report(place(record), 'a mapped field is used on create or on update, one that is off never');
      const own = model.objects.get('Opportunity')?.fields.get(source);
      const length = own?.type === 'Text' || own?.type === 'LongTextArea' ? Number(textOf(own.file.root, 'length')) : null;
      if (takes && length !== null && Number(given.Limit__c) !== length)
        report(place(record), `Limit__c must be the length of ${source}: ${length}`);
      const standardLimits: Readonly<Record<string, number>> = {
        Name: 120,
        'Account.Name': 255,
        'Account.BillingStreet': 255,
        'Account.BillingCity': 40,
        'Account.BillingState': 80,
        'Account.BillingPostalCode': 20,
        'Account.DunsNumber': 9,
      };
      if (length === null && given.Limit__c !== null && Number(given.Limit__c) !== standardLimits[source])
        report(place(record), `Limit__c does not fit ${source}`);
      if (length === null && takes && given.Limit__c === null && standardLimits[source] !== undefined)
        report(place(record), `Limit__c must be ${standardLimits[source]}, or a long text from Partner Center is refused`);
      const byDefault = own?.values && given.Default_Value__c !== null && !own.values.includes(given.Default_Value__c ?? '');
      if (byDefault) report(place(record), `the default "${given.Default_Value__c}" is no value of ${source}`);
      if (given.Confidential__c !== 'false') report(place(record), 'no field is confidential by default');
    }
    for (const field of fieldNames)
      if (!unmapped.includes(field) && !seen.has(dealFields[field].path))
        report('customMetadata/PC_Field_Map', `no record maps ${dealFields[field].label} (${dealFields[field].path})`);
    try {
      printDefaultMapping(model.files);
    } catch (error) {
      report('customMetadata', error instanceof Error ? error.message : String(error));
    }
  },
};

export const mappingRules: readonly Rule[] = [mapping];
