/** Rules about objects: who may see their records, how they hang together, and what the platform asks of an object file. */
import { childOf, textOf, type Element } from './package-files.ts';
import { objectExists, ownFields, type Rule } from './package-model.ts';

type Report = (path: string, text: string) => void;

/** Who may see records without being asked: stated here so that a change is noticed. */
export const sharingModels: Readonly<Record<string, string>> = {
  PC_Attention__c: 'Private',
  PC_Connection__c: 'Read',
  PC_Opportunity_Solution__c: 'ControlledByParent',
  PC_Request__c: 'ControlledByParent',
  PC_Service_Request__c: 'Private',
  PC_Solution__c: 'Read',
};

const sharing: Rule = {
  name: 'sharing',
  check(model, report) {
    for (const object of model.objects.values()) {
      if (object.kind !== 'custom' || !object.file) continue;
      const stated = textOf(object.file.root, 'sharingModel');
      if (stated !== sharingModels[object.name]) report(object.file.path, `sharingModel must be ${sharingModels[object.name]}`);
      const masters = [...object.fields.values()].filter((field) => field.type === 'MasterDetail');
      if ((stated === 'ControlledByParent') !== masters.length > 0)
        report(object.file.path, 'ControlledByParent goes with a master-detail field, and only with one');
      if (masters.length > 2) report(object.file.path, 'an object has at most two masters');
      const outside = textOf(object.file.root, 'externalSharingModel');
      if (outside !== (stated === 'ControlledByParent' ? stated : 'Private'))
        report(object.file.path, 'outside users see nothing: externalSharingModel');
      for (const field of masters)
        if (textOf(field.file.root, 'writeRequiresMasterRead') !== 'false')
          report(field.file.path, 'writing a row must need edit rights on the deal');
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
  for (const element of ['label', 'pluralLabel', 'nameField', 'deploymentStatus', 'sharingModel'])
    if (!childOf(root, element)) report(path, `${element} is missing`);
  if (textOf(root, 'deploymentStatus') !== 'Deployed') report(path, 'deploymentStatus must be Deployed');
  if (textOf(name, 'type') === 'AutoNumber' && !/\{0+\}/.test(textOf(name, 'displayFormat') ?? ''))
    report(path, 'an auto number needs a displayFormat with {0000}');
  if (!['Text', 'AutoNumber'].includes(textOf(name, 'type') ?? '')) report(path, 'a name is a text or an auto number');
  const access = ['enableBulkApi', 'enableSharing', 'enableStreamingApi'].map((element) => textOf(root, element));
  if (new Set(access).size !== 1) report(path, 'enableBulkApi, enableSharing and enableStreamingApi go together');
  for (const element of ['enableReports', 'enableSearch'])
    if (textOf(root, element) !== 'true') report(path, `${element} must be on: people look for these records`);
  for (const element of ['enableHistory', 'enableFeeds', 'enableActivities', 'allowInChatterGroups', 'enableLicensing'])
    if (textOf(root, element) !== 'false') report(path, `${element} must be off`);
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
        if (textOf(root, 'eventType') !== 'HighVolume' || textOf(root, 'publishBehavior') !== 'PublishAfterCommit')
          report(path, 'an event is HighVolume and published after commit, so that the subscriber can read the saved deal');
        for (const element of ['nameField', 'sharingModel', 'enableHistory', 'enableSearch', 'visibility'])
          if (childOf(root, element)) report(path, `an event takes no ${element}`);
      }
      if (object.kind === 'metadata' && textOf(root, 'visibility') !== 'Public') report(path, 'custom metadata must be Public');
    }
    for (const file of model.all) {
      if (/\/objects\/Opportunity\//.test(file.path) && file.suffix !== 'field' && file.suffix !== 'listView')
        report(file.path, 'on Opportunity only fields, list views and quick actions are ours');
    }
  },
};

export const objectRules: readonly Rule[] = [sharing, relationships, objectShape];
