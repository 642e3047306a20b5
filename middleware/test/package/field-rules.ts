/** Rules about fields: what each type must and must not carry, and what the service counts on. */
import { childOf, childrenOf, textOf } from './package-files.ts';
import { ownFields, type FieldModel, type Rule } from './package-model.ts';
import { microsoftFields } from './name-rules.ts';

type Report = (path: string, text: string) => void;

/** What a field type must and must not carry; Salesforce APIs for package developers, field table. */
const shapes: Readonly<Record<string, { readonly must: readonly string[]; readonly mustNot: readonly string[] }>> = {
  Checkbox: { must: ['defaultValue'], mustNot: ['required', 'unique', 'length', 'precision', 'externalId'] },
  Text: { must: ['length'], mustNot: ['precision', 'scale', 'visibleLines', 'valueSet'] },
  TextArea: { must: [], mustNot: ['length', 'unique', 'externalId', 'visibleLines'] },
  Url: { must: [], mustNot: ['length', 'unique', 'externalId'] },
  LongTextArea: { must: ['length', 'visibleLines'], mustNot: ['required', 'unique', 'externalId', 'defaultValue'] },
  Picklist: { must: ['valueSet'], mustNot: ['length', 'unique', 'externalId', 'defaultValue'] },
  Number: { must: ['precision', 'scale'], mustNot: ['length', 'visibleLines'] },
  DateTime: { must: [], mustNot: ['length', 'precision', 'unique', 'externalId'] },
  Lookup: {
    must: ['referenceTo', 'relationshipName', 'deleteConstraint'],
    mustNot: ['length', 'relationshipOrder', 'reparentableMasterDetail', 'writeRequiresMasterRead', 'unique', 'externalId'],
  },
  MasterDetail: {
    must: ['referenceTo', 'relationshipName', 'relationshipOrder', 'reparentableMasterDetail', 'writeRequiresMasterRead'],
    mustNot: ['required', 'deleteConstraint', 'lookupFilter', 'length'],
  },
};

function numbers(field: FieldModel, report: Report): void {
  const value = (name: string): number => Number(textOf(field.file.root, name));
  const path = field.file.path;
  if (field.type === 'LongTextArea' && (value('length') < 256 || value('length') > 131_072))
    report(path, 'a long text holds 256 to 131,072 characters');
  if (field.type === 'LongTextArea' && value('visibleLines') < 2) report(path, 'a long text shows at least two lines');
  if (field.type === 'Text' && field.formula === null && !(value('length') >= 1 && value('length') <= 255))
    report(path, 'a text holds 1 to 255 characters');
  if (field.type === 'Number' && (value('precision') > 18 || value('scale') > value('precision')))
    report(path, 'a number has at most 18 digits, and not more decimals than digits');
}

const fieldShape: Rule = {
  name: 'field-shape',
  check(model, report) {
    for (const field of ownFields(model)) {
      const { root, path } = field.file;
      const shape = shapes[field.type];
      if (!shape) {
        report(path, `the type ${field.type} is not used in this package`);
        continue;
      }
      const formula = field.formula !== null;
      for (const name of shape.must) if (!formula && !childOf(root, name)) report(path, `a ${field.type} field needs ${name}`);
      for (const name of shape.mustNot) if (childOf(root, name)) report(path, `a ${field.type} field takes no ${name}`);
      if (formula && !childOf(root, 'formulaTreatBlanksAs')) report(path, 'a formula needs formulaTreatBlanksAs');
      numbers(field, report);
      if (
        textOf(root, 'externalId') !== textOf(root, 'unique') &&
        field.type === 'Text' &&
        field.formula === null &&
        childOf(root, 'externalId')
      )
        report(path, 'a key is unique and an external id, other texts are neither');
      if (textOf(root, 'externalId') === 'true' && !['Text', 'Number', 'Email', 'AutoNumber'].includes(field.type))
        report(path, 'this type cannot be an external id');
      if (childOf(root, 'trackHistory') || childOf(root, 'trackFeedHistory'))
        report(path, "history belongs to the customer's twenty fields: leave it out");
      if (field.object === 'Opportunity' && textOf(root, 'required') === 'true')
        report(path, 'a required field on Opportunity breaks every other integration');
      if (textOf(root, 'required') === 'true' && textOf(root, 'deleteConstraint') === 'SetNull')
        report(path, 'a required lookup cannot be emptied on delete');
    }
  },
};

const picklists: Rule = {
  name: 'picklist',
  check(model, report) {
    for (const field of ownFields(model)) {
      if (!field.values) continue;
      const { root, path } = field.file;
      const set = childOf(root, 'valueSet');
      const definition = childOf(set, 'valueSetDefinition');
      const values = definition ? childrenOf(definition, 'value') : [];
      if (values.length === 0) report(path, 'a picklist needs values');
      if (childOf(set, 'valueSetName')) report(path, 'a picklist has a definition or a name, not both');
      if (values.some((value) => textOf(value, 'default') !== 'false'))
        report(path, 'no value is a default: what nobody chose would be sent');
      if (textOf(definition, 'sorted') !== 'false') report(path, 'the values stand in the order people know, not sorted');
      if (new Set(field.values).size !== field.values.length) report(path, 'a value stands twice');
      if (values.some((value) => !textOf(value, 'label') || !textOf(value, 'fullName'))) report(path, 'a value needs a name and a label');
      const restricted = textOf(set, 'restricted') === 'true';
      const mayRestrict = field.name === 'How_can_Microsoft_help__c' || model.objects.get(field.object)?.kind === 'metadata';
      if (restricted !== mayRestrict)
        report(
          path,
          mayRestrict
            ? 'this list is closed and must be restricted'
            : 'only the help picklist is restricted: a record type could refuse what is written here',
        );
    }
  },
};

/** Microsoft's six fields, exactly as partners have them. */
const microsoftShapes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Audit__c: { type: 'LongTextArea', length: '100000', visibleLines: '4' },
  How_can_Microsoft_help__c: { type: 'Picklist' },
  Products__c: { type: 'Text', length: '255' },
  Referral_Identifier__c: {
    type: 'Text',
    length: '100',
    unique: 'true',
    externalId: 'true',
    caseSensitive: 'false',
    label: 'Referral Identifier',
  },
  Referral_Link__c: { type: 'Url' },
  Sync_with_Partner_Center__c: { type: 'Checkbox', defaultValue: 'false' },
};
/** API §13. */
export const helpLabels: readonly string[] = [
  'Workload specific value proposition',
  'Customer technical architecture',
  'Proof of concept or demo',
  'Quotes or licensing',
  'Post sales customer success',
  'General or other',
];

const microsoft: Rule = {
  name: 'microsoft-fields',
  check(model, report) {
    const fields = model.objects.get('Opportunity')?.fields;
    for (const name of microsoftFields) {
      const field = fields?.get(name);
      if (!field) report('objects/Opportunity', `the field ${name} of Microsoft's connector is missing`);
      for (const [element, value] of Object.entries(microsoftShapes[name] ?? {})) {
        if (field && textOf(field.file.root, element) !== value)
          report(field.file.path, `${element} must be ${value}, as partners have it`);
      }
    }
    const help = fields?.get('How_can_Microsoft_help__c');
    if (help && help.values?.join('|') !== helpLabels.join('|'))
      report(help.file.path, 'the six values are those of Microsoft, in their order');
  },
};

const eventTypes = ['Checkbox', 'Date', 'DateTime', 'Number', 'Text', 'LongTextArea'];
const metadataTypes = [
  'Checkbox',
  'Date',
  'DateTime',
  'Email',
  'Number',
  'Percent',
  'Phone',
  'Picklist',
  'Text',
  'TextArea',
  'LongTextArea',
  'Url',
  'MetadataRelationship',
];

const fieldTypes: Rule = {
  name: 'field-type',
  check(model, report) {
    for (const field of ownFields(model)) {
      const { root, path } = field.file;
      const kind = model.objects.get(field.object)?.kind;
      if (
        kind === 'event' &&
        (!eventTypes.includes(field.type) || childOf(root, 'externalId') || childOf(root, 'unique') || childOf(root, 'inlineHelpText'))
      )
        report(path, 'an event field is plain: no picklist, lookup, key or help');
      if (kind === 'metadata' && (!metadataTypes.includes(field.type) || childOf(root, 'externalId')))
        report(path, `custom metadata takes no ${field.type} field and no external id`);
      if (kind === 'metadata' && textOf(root, 'fieldManageability') !== 'SubscriberControlled')
        report(path, 'the customer must be able to edit it: fieldManageability SubscriberControlled');
      if (kind !== 'metadata' && childOf(root, 'fieldManageability')) report(path, 'fieldManageability belongs to custom metadata only');
    }
  },
};

/** What can be asked of the service, by object; the service refuses anything else. */
const requestKinds: Readonly<Record<string, readonly string[]>> = {
  PC_Request__c: [
    'sync_now',
    'accept',
    'decline',
    'put_back',
    'link',
    'keep_as_new',
    'undo_link',
    'release_hold',
    'retire',
    'confirm',
    'retry',
    'register',
  ],
  PC_Service_Request__c: [
    'link',
    'keep_as_new',
    'accept',
    'decline',
    'retry',
    'retry_all',
    'sweep_now',
    'reload_mapping',
    'release_hold',
    'retire',
  ],
};

const kinds: Rule = {
  name: 'request-kinds',
  check(model, report) {
    for (const [object, wanted] of Object.entries(requestKinds)) {
      const field = model.objects.get(object)?.fields.get('Kind__c');
      if (field?.values?.join() !== wanted.join())
        report(field?.file.path ?? `objects/${object}`, `the kinds must be ${wanted.join(', ')}`);
    }
  },
};

/** Lengths the service and the pages count on. */
const lengthsOf: Readonly<Record<string, string>> = {
  Reason__c: '255',
  Field__c: '80',
  Value__c: '4000',
  Target__c: '18',
  Note__c: '4000',
  Outcome__c: '40',
  Message__c: '4000',
  Salesforce_Value__c: '4000',
  Partner_Center_Value__c: '4000',
  Salesforce_By__c: '120',
  Partner_Center_By__c: '120',
  Cure__c: '4000',
  Cause__c: '80',
  Suggestions__c: '32000',
  Referral_Id__c: '100',
  Parked_Causes__c: '32000',
  Settings__c: '32000',
  Cadence__c: '255',
  Version__c: '40',
  Package_Version__c: '40',
  State__c: '40',
  Webhook_Owner__c: '255',
  Webhook_State__c: '40',
  Status__c: '20',
  Kind__c: '40',
};

const fieldLengths: Rule = {
  name: 'length-known',
  check(model, report) {
    for (const field of ownFields(model)) {
      const length = textOf(field.file.root, 'length');
      const wanted = model.objects.get(field.object)?.kind === 'custom' ? lengthsOf[field.name] : undefined;
      if (length !== undefined && wanted !== undefined && length !== wanted)
        report(field.file.path, `the service writes up to ${wanted} characters`);
      const longLines = field.type === 'LongTextArea' && !['3', '4'].includes(textOf(field.file.root, 'visibleLines') ?? '');
      if (longLines) report(field.file.path, 'a long text shows three or four lines');
    }
  },
};

export const fieldRules: readonly Rule[] = [fieldShape, picklists, microsoft, fieldTypes, kinds, fieldLengths];
