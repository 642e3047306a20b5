/** Rules about fields, objects and the formulas on them. */
import { childOf, childrenOf, textOf, type Element } from './package-files.ts';
import { fieldOf, fieldAt, objectExists, ownFields, type FieldModel, type PackageModel, type Rule } from './package-model.ts';
import { readFormula } from './formula-text.ts';
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
  Lookup: { must: ['referenceTo', 'relationshipName', 'deleteConstraint'], mustNot: ['length', 'relationshipOrder', 'reparentableMasterDetail', 'writeRequiresMasterRead', 'unique', 'externalId'] },
  MasterDetail: { must: ['referenceTo', 'relationshipName', 'relationshipOrder', 'reparentableMasterDetail', 'writeRequiresMasterRead'], mustNot: ['required', 'deleteConstraint', 'lookupFilter', 'length'] },
};

function numbers(field: FieldModel, report: Report): void {
  const value = (name: string): number => Number(textOf(field.file.root, name));
  const path = field.file.path;
  if (field.type === 'LongTextArea' && (value('length') < 256 || value('length') > 131_072)) report(path, 'a long text holds 256 to 131,072 characters');
  if (field.type === 'LongTextArea' && value('visibleLines') < 2) report(path, 'a long text shows at least two lines');
  if (field.type === 'Text' && field.formula === null && !(value('length') >= 1 && value('length') <= 255)) report(path, 'a text holds 1 to 255 characters');
  if (field.type === 'Number' && (value('precision') > 18 || value('scale') > value('precision'))) report(path, 'a number has at most 18 digits, and not more decimals than digits');
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
      if (textOf(root, 'externalId') !== textOf(root, 'unique') && field.type === 'Text' && field.formula === null && childOf(root, 'externalId')) report(path, 'a key is unique and an external id, other texts are neither');
      if (textOf(root, 'externalId') === 'true' && !['Text', 'Number', 'Email', 'AutoNumber'].includes(field.type)) report(path, 'this type cannot be an external id');
      if (childOf(root, 'trackHistory') || childOf(root, 'trackFeedHistory')) report(path, "history belongs to the customer's twenty fields: leave it out");
      if (field.object === 'Opportunity' && textOf(root, 'required') === 'true') report(path, 'a required field on Opportunity breaks every other integration');
      if (textOf(root, 'required') === 'true' && textOf(root, 'deleteConstraint') === 'SetNull') report(path, 'a required lookup cannot be emptied on delete');
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
      if (values.some((value) => textOf(value, 'default') !== 'false')) report(path, 'no value is a default: what nobody chose would be sent');
      if (textOf(definition, 'sorted') !== 'false') report(path, 'the values stand in the order people know, not sorted');
      if (new Set(field.values).size !== field.values.length) report(path, 'a value stands twice');
      if (values.some((value) => !textOf(value, 'label') || !textOf(value, 'fullName'))) report(path, 'a value needs a name and a label');
      const restricted = textOf(set, 'restricted') === 'true';
      const mayRestrict = field.name === 'How_can_Microsoft_help__c' || model.objects.get(field.object)?.kind === 'metadata';
      if (restricted !== mayRestrict) report(path, mayRestrict ? 'this list is closed and must be restricted' : 'only the help picklist is restricted: a record type could refuse what is written here');
    }
  },
};

/** Microsoft's six fields, exactly as partners have them. */
const microsoftShapes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Audit__c: { type: 'LongTextArea', length: '100000', visibleLines: '4' },
  How_can_Microsoft_help__c: { type: 'Picklist' },
  Products__c: { type: 'Text', length: '255' },
  Referral_Identifier__c: { type: 'Text', length: '100', unique: 'true', externalId: 'true', caseSensitive: 'false', label: 'Referral Identifier' },
  Referral_Link__c: { type: 'Url' },
  Sync_with_Partner_Center__c: { type: 'Checkbox', defaultValue: 'false' },
};
/** API §13. */
export const helpLabels: readonly string[] = ['Workload specific value proposition', 'Customer technical architecture', 'Proof of concept or demo', 'Quotes or licensing', 'Post sales customer success', 'General or other'];

const microsoft: Rule = {
  name: 'microsoft-fields',
  check(model, report) {
    const fields = model.objects.get('Opportunity')?.fields;
    for (const name of microsoftFields) {
      const field = fields?.get(name);
      if (!field) report('objects/Opportunity', `the field ${name} of Microsoft's connector is missing`);
      for (const [element, value] of Object.entries(microsoftShapes[name] ?? {})) {
        if (field && textOf(field.file.root, element) !== value) report(field.file.path, `${element} must be ${value}, as partners have it`);
      }
    }
    const help = fields?.get('How_can_Microsoft_help__c');
    if (help && help.values?.join('|') !== helpLabels.join('|')) report(help.file.path, 'the six values are those of Microsoft, in their order');
  },
};

const eventTypes = ['Checkbox', 'Date', 'DateTime', 'Number', 'Text', 'LongTextArea'];
const metadataTypes = ['Checkbox', 'Date', 'DateTime', 'Email', 'Number', 'Percent', 'Phone', 'Picklist', 'Text', 'TextArea', 'LongTextArea', 'Url', 'MetadataRelationship'];

const fieldTypes: Rule = {
  name: 'field-type',
  check(model, report) {
    for (const field of ownFields(model)) {
      const { root, path } = field.file;
      const kind = model.objects.get(field.object)?.kind;
      if (kind === 'event' && (!eventTypes.includes(field.type) || childOf(root, 'externalId') || childOf(root, 'unique') || childOf(root, 'inlineHelpText'))) report(path, 'an event field is plain: no picklist, lookup, key or help');
      if (kind === 'metadata' && (!metadataTypes.includes(field.type) || childOf(root, 'externalId'))) report(path, `custom metadata takes no ${field.type} field and no external id`);
      if (kind === 'metadata' && textOf(root, 'fieldManageability') !== 'SubscriberControlled') report(path, 'the customer must be able to edit it: fieldManageability SubscriberControlled');
      if (kind !== 'metadata' && childOf(root, 'fieldManageability')) report(path, 'fieldManageability belongs to custom metadata only');
    }
  },
};

/** Who may see records without being asked: stated here so that a change is noticed. */
export const sharingModels: Readonly<Record<string, string>> = {
  PC_Attention__c: 'Private', PC_Connection__c: 'Read', PC_Opportunity_Solution__c: 'ControlledByParent', PC_Request__c: 'ControlledByParent', PC_Service_Request__c: 'Private', PC_Solution__c: 'Read',
};

const sharing: Rule = {
  name: 'sharing',
  check(model, report) {
    for (const object of model.objects.values()) {
      if (object.kind !== 'custom' || !object.file) continue;
      const stated = textOf(object.file.root, 'sharingModel');
      if (stated !== sharingModels[object.name]) report(object.file.path, `sharingModel must be ${sharingModels[object.name]}`);
      const masters = [...object.fields.values()].filter((field) => field.type === 'MasterDetail');
      if ((stated === 'ControlledByParent') !== masters.length > 0) report(object.file.path, 'ControlledByParent goes with a master-detail field, and only with one');
      if (masters.length > 2) report(object.file.path, 'an object has at most two masters');
      const outside = textOf(object.file.root, 'externalSharingModel');
      if (outside !== (stated === 'ControlledByParent' ? stated : 'Private')) report(object.file.path, 'outside users see nothing: externalSharingModel');
      for (const field of masters) if (textOf(field.file.root, 'writeRequiresMasterRead') !== 'false') report(field.file.path, 'writing a row must need edit rights on the deal');
    }
  },
};

/** Child relationship names, by object and field: queries of the service and of the pages use them. */
const relationshipNames: Readonly<Record<string, string>> = {
  'PC_Attention__c.Opportunity__c': 'PC_Attentions',
  'PC_Opportunity_Solution__c.Opportunity__c': 'PC_Opportunity_Solutions',
  'PC_Opportunity_Solution__c.Solution__c': 'PC_Opportunity_Solutions',
  'PC_Request__c.Attention__c': 'PC_Requests',
  'PC_Request__c.Opportunity__c': 'PC_Requests',
  'PC_Service_Request__c.Attention__c': 'PC_Service_Requests',
  'PC_Service_Request__c.Connection__c': 'PC_Service_Requests',
};

const relationships: Rule = {
  name: 'relationship',
  check(model, report) {
    const seen = new Map<string, string>();
    for (const field of ownFields(model)) {
      if (field.type !== 'Lookup' && field.type !== 'MasterDetail') continue;
      const path = field.file.path;
      if (!field.referenceTo || !objectExists(model, field.referenceTo)) report(path, `${field.referenceTo} does not exist`);
      if (field.name === 'Opportunity__c' && field.referenceTo !== 'Opportunity') report(path, 'Opportunity__c leads to the opportunity');
      const key = `${field.referenceTo}.${field.relationshipName}`;
      if (seen.has(key)) report(path, `the relationship ${key} also stands in ${seen.get(key)}`);
      seen.set(key, path);
      const known = relationshipNames[`${field.object}.${field.name}`];
      if (field.relationshipName !== known) report(path, `relationshipName must be ${known ?? 'added to the rule'}`);
    }
  },
};

function customObject(root: Element, path: string, report: Report): void {
  const name = childOf(root, 'nameField');
  for (const element of ['label', 'pluralLabel', 'nameField', 'deploymentStatus', 'sharingModel']) if (!childOf(root, element)) report(path, `${element} is missing`);
  if (textOf(root, 'deploymentStatus') !== 'Deployed') report(path, 'deploymentStatus must be Deployed');
  if (textOf(name, 'type') === 'AutoNumber' && !/\{0+\}/.test(textOf(name, 'displayFormat') ?? '')) report(path, 'an auto number needs a displayFormat with {0000}');
  if (!['Text', 'AutoNumber'].includes(textOf(name, 'type') ?? '')) report(path, 'a name is a text or an auto number');
  const access = ['enableBulkApi', 'enableSharing', 'enableStreamingApi'].map((element) => textOf(root, element));
  if (new Set(access).size !== 1) report(path, 'enableBulkApi, enableSharing and enableStreamingApi go together');
  for (const element of ['enableReports', 'enableSearch']) if (textOf(root, element) !== 'true') report(path, `${element} must be on: people look for these records`);
  for (const element of ['enableHistory', 'enableFeeds', 'enableActivities', 'allowInChatterGroups', 'enableLicensing']) if (textOf(root, element) !== 'false') report(path, `${element} must be off`);
  if (childOf(root, 'eventType') || childOf(root, 'visibility')) report(path, 'a custom object takes neither eventType nor visibility');
  if (textOf(root, 'compactLayoutAssignment') !== 'SYSTEM') report(path, 'compactLayoutAssignment must be SYSTEM');
}

const objectShape: Rule = {
  name: 'object-shape',
  check(model, report) {
    for (const object of model.objects.values()) {
      if (object.kind === 'standard') {
        if (object.file) report(object.file.path, "an object file of a standard object replaces the customer's settings");
        continue;
      }
      if (!object.file) {
        report(`objects/${object.name}`, 'the object file is missing');
        continue;
      }
      const { root, path } = object.file;
      if (object.kind === 'custom') customObject(root, path, report);
      if (object.kind === 'event') {
        if (textOf(root, 'eventType') !== 'HighVolume' || textOf(root, 'publishBehavior') !== 'PublishAfterCommit') report(path, 'an event is HighVolume and published after commit, so that the subscriber can read the saved deal');
        for (const element of ['nameField', 'sharingModel', 'enableHistory', 'enableSearch', 'visibility']) if (childOf(root, element)) report(path, `an event takes no ${element}`);
      }
      if (object.kind === 'metadata' && textOf(root, 'visibility') !== 'Public') report(path, 'custom metadata must be Public');
    }
    for (const file of model.all) {
      if (/\/objects\/Opportunity\//.test(file.path) && file.suffix !== 'field' && file.suffix !== 'listView') report(file.path, 'on Opportunity only fields, list views and quick actions are ours');
    }
  },
};

function formulaFaults(model: PackageModel, object: string, text: string): readonly string[] {
  const parts = readFormula(text);
  const faults = [...parts.faults];
  for (const name of parts.names) {
    if (name.startsWith('$Permission.')) {
      if (!model.names('customPermission').has(name.slice(12))) faults.push(`the permission ${name} does not exist`);
    } else if (name.startsWith('$') || !fieldAt(model, object, name)) faults.push(`the field ${name} does not exist on ${object}`);
  }
  for (const literal of parts.literals) {
    const field = fieldAt(model, object, literal.name);
    if (field?.own?.values && !field.own.values.includes(literal.value)) faults.push(`${literal.name} has no value "${literal.value}"`);
  }
  return faults;
}

/** States the service writes, which formulas and list views compare with. */
export const syncStates: readonly string[] = ['In sync', 'Sending', 'Waiting for Microsoft', 'On hold', 'Needs you', 'Stopped'];

const formulas: Rule = {
  name: 'formula',
  check(model, report) {
    for (const field of ownFields(model)) {
      if (field.formula === null) continue;
      for (const fault of formulaFaults(model, field.object, field.formula)) report(field.file.path, fault);
      for (const literal of readFormula(field.formula).literals) if (literal.name === 'PC_Sync_State__c' && !syncStates.includes(literal.value)) report(field.file.path, `"${literal.value}" is no sync state`);
    }
    for (const file of model.of('validationRule')) {
      const object = /\/objects\/([^/]+)\//.exec(file.path)?.[1] ?? '';
      const formula = textOf(file.root, 'errorConditionFormula') ?? '';
      for (const fault of formulaFaults(model, object, formula)) report(file.path, fault);
      const shown = textOf(file.root, 'errorDisplayField');
      if (shown !== undefined && !fieldOf(model, object, shown)) report(file.path, `errorDisplayField ${shown} does not exist`);
      if (textOf(file.root, 'active') !== 'true') report(file.path, 'the rule must be active');
    }
  },
};

/** Requests that only administrators may make, by object. */
const guarded: Readonly<Record<string, readonly string[]>> = { PC_Request__c: ['release_hold', 'retire'], PC_Service_Request__c: ['retry_all', 'sweep_now', 'reload_mapping', 'release_hold', 'retire'] };

/** What can be asked of the service, by object; the service refuses anything else. */
const requestKinds: Readonly<Record<string, readonly string[]>> = {
  PC_Request__c: ['sync_now', 'accept', 'decline', 'put_back', 'link', 'keep_as_new', 'undo_link', 'release_hold', 'retire', 'confirm', 'retry'],
  PC_Service_Request__c: ['link', 'keep_as_new', 'accept', 'decline', 'retry', 'retry_all', 'sweep_now', 'reload_mapping', 'release_hold', 'retire'],
};

const kinds: Rule = {
  name: 'request-kinds',
  check(model, report) {
    for (const [object, wanted] of Object.entries(requestKinds)) {
      const field = model.objects.get(object)?.fields.get('Kind__c');
      if (field?.values?.join() !== wanted.join()) report(field?.file.path ?? `objects/${object}`, `the kinds must be ${wanted.join(', ')}`);
    }
  },
};

/** Lengths the service and the pages count on. */
const lengthsOf: Readonly<Record<string, string>> = {
  Reason__c: '255', Field__c: '80', Value__c: '4000', Target__c: '18', Note__c: '4000', Outcome__c: '40', Message__c: '4000', Salesforce_Value__c: '4000', Partner_Center_Value__c: '4000', Salesforce_By__c: '120', Partner_Center_By__c: '120', Cure__c: '4000', Cause__c: '80', Suggestions__c: '32000',
  Referral_Id__c: '100', Parked_Causes__c: '32000', Settings__c: '32000', Cadence__c: '255', Version__c: '40', Package_Version__c: '40', State__c: '40', Webhook_Owner__c: '255', Webhook_State__c: '40', Status__c: '20', Kind__c: '40',
};

const fieldLengths: Rule = {
  name: 'length-known',
  check(model, report) {
    for (const field of ownFields(model)) {
      const length = textOf(field.file.root, 'length');
      const wanted = model.objects.get(field.object)?.kind === 'custom' ? lengthsOf[field.name] : undefined;
      if (length !== undefined && wanted !== undefined && length !== wanted) report(field.file.path, `the service writes up to ${wanted} characters`);
      const longLines = field.type === 'LongTextArea' && !['3', '4'].includes(textOf(field.file.root, 'visibleLines') ?? '');
      if (longLines) report(field.file.path, 'a long text shows three or four lines');
    }
  },
};

const adminRequests: Rule = {
  name: 'admin-requests',
  check(model, report) {
    for (const [object, kinds] of Object.entries(guarded)) {
      const file = model.of('validationRule').find((candidate) => candidate.path.includes(`/objects/${object}/`));
      const formula = textOf(file?.root, 'errorConditionFormula') ?? '';
      const named = readFormula(formula).literals.map((literal) => literal.value);
      if (!file || named.slice().sort().join() !== kinds.slice().sort().join()) report(file?.path ?? `objects/${object}`, `the requests ${kinds.join(', ')} must be kept to administrators`);
      if (!formula.includes('NOT($Permission.PC_Administer)') || !formula.includes('ISNEW()')) report(file?.path ?? `objects/${object}`, 'the rule must look at the moment of asking and at the permission PC_Administer');
    }
  },
};

export const fieldRules: readonly Rule[] = [fieldShape, picklists, microsoft, fieldTypes, sharing, relationships, objectShape, formulas, kinds, fieldLengths, adminRequests];
