/** Rules about who may do what: every field granted somewhere, sellers write what sellers decide, special rights in one place. */
import { fieldRights, has, objectRights, permissionSet, permissionSets } from './permission-parts.ts';
import { childrenOf, textOf } from './package-files.ts';
import { ownFields, type FieldModel, type PackageModel, type Rule } from './package-model.ts';

const grantable = (model: PackageModel): readonly FieldModel[] =>
  ownFields(model).filter(
    (field) => !field.required && (field.object === 'Opportunity' || model.objects.get(field.object)?.kind === 'custom'),
  );

const granted: Rule = {
  name: 'granted',
  check(model, report) {
    for (const name of ['PC_Seller', 'PC_Admin', 'PC_Integration']) {
      const file = permissionSet(model, name);
      if (!file) {
        report(`permissionsets/${name}`, 'the permission set is missing');
        continue;
      }
      for (const field of grantable(model)) {
        const key = `${field.object}.${field.name}`;
        const entry = fieldRights(file.root, key);
        if (!has(entry, 'readable'))
          report(file.path, `${key} is invisible: nobody sees a deployed field before a permission set grants it`);
        if (name !== 'PC_Seller' && field.formula === null && !has(entry, 'editable')) report(file.path, `${key} must be editable here`);
      }
      for (const object of model.objects.values())
        if (object.kind === 'custom' && !has(objectRights(file.root, object.name), 'allowRead'))
          report(file.path, `${object.name} is not readable`);
      const types = childrenOf(file.root, 'customMetadataTypeAccesses').map((entry) => textOf(entry, 'name'));
      for (const object of model.objects.values())
        if (object.kind === 'metadata' && name !== 'PC_Seller' && !types.includes(object.name))
          report(file.path, `${object.name} is not readable over the API`);
      if (name !== 'PC_Integration') {
        for (const tab of model.names('tab'))
          if (
            !childrenOf(file.root, 'tabSettings').some((entry) => textOf(entry, 'tab') === tab && textOf(entry, 'visibility') === 'Visible')
          )
            report(file.path, `the tab ${tab} is not visible`);
        if (childrenOf(file.root, 'applicationVisibilities').length === 0) report(file.path, 'the app is not visible');
      }
    }
    for (const object of model.objects.values()) {
      if (object.kind === 'event' && !permissionSets(model).some((file) => has(objectRights(file.root, object.name), 'allowRead')))
        report(object.file?.path ?? object.name, 'nobody may subscribe to the event');
    }
  },
};

/** What a seller decides; everything else on the opportunity is written by the service. */
export const sellerFields: readonly string[] = [
  'Sync_with_Partner_Center__c',
  'How_can_Microsoft_help__c',
  'Products__c',
  'PC_Visible_to_Microsoft__c',
  'PC_Note_to_Microsoft__c',
  'PC_Shared_Notes__c',
  'PC_Contact_Consent__c',
  'PC_Marketplace_Intent__c',
  'PC_Partner_Role__c',
  'PC_Solution_Area__c',
  'PC_Solution_Play__c',
  'PC_Lost_Reason__c',
];
const requestObjects = ['PC_Request__c', 'PC_Service_Request__c'];
const answers = ['Outcome__c', 'Message__c', 'Answered__c'];

const sellerRights: Rule = {
  name: 'seller-rights',
  check(model, report) {
    const file = permissionSet(model, 'PC_Seller');
    if (!file) return;
    for (const field of grantable(model)) {
      const mayEdit =
        field.formula === null &&
        (field.object === 'Opportunity'
          ? sellerFields.includes(field.name)
          : field.object === 'PC_Opportunity_Solution__c' || (requestObjects.includes(field.object) && !answers.includes(field.name)));
      const edits = has(fieldRights(file.root, `${field.object}.${field.name}`), 'editable');
      if (edits !== mayEdit)
        report(
          file.path,
          mayEdit
            ? `sellers decide ${field.object}.${field.name}: it must be editable`
            : `${field.object}.${field.name} is not for sellers to write`,
        );
    }
    const rights: Readonly<Record<string, string>> = {
      Account: 'R',
      Opportunity: 'R',
      PC_Attention__c: 'R',
      PC_Connection__c: 'R',
      PC_Opportunity_Solution__c: 'CRED',
      PC_Request__c: 'CR',
      PC_Service_Request__c: 'CR',
      PC_Solution__c: 'R',
    };
    for (const entry of childrenOf(file.root, 'objectPermissions')) {
      const letters = (['allowCreate', 'allowRead', 'allowEdit', 'allowDelete', 'viewAllRecords', 'modifyAllRecords'] as const)
        .map((right, index) => (has(entry, right) ? ('CREDVM'[index] as string) : ''))
        .join('');
      const object = textOf(entry, 'object') ?? '';
      if (letters !== rights[object]) report(file.path, `sellers have the rights ${rights[object] ?? 'none'} on ${object}, not ${letters}`);
    }
  },
};

const specialRights: Rule = {
  name: 'special-rights',
  check(model, report) {
    const holders: Readonly<Record<string, string>> = { PC_Bypass_Sync: 'PC_Integration', PC_Administer: 'PC_Admin' };
    for (const [permission, holder] of Object.entries(holders)) {
      const holding = permissionSets(model).filter((file) =>
        childrenOf(file.root, 'customPermissions').some((entry) => textOf(entry, 'name') === permission),
      );
      if (holding.map((file) => file.stem).join() !== holder)
        report(holding[0]?.path ?? `permissionsets/${holder}`, `${permission} belongs to ${holder} alone`);
    }
    for (const file of permissionSets(model)) {
      for (const entry of childrenOf(file.root, 'objectPermissions')) {
        const object = textOf(entry, 'object') ?? '';
        const all = has(entry, 'modifyAllRecords') || has(entry, 'viewAllRecords');
        if (all && !object.startsWith('PC_') && file.stem !== 'PC_Integration_All_Deals')
          report(
            file.path,
            `${object}: rights on all records of the customer stand in PC_Integration_All_Deals alone, so that nobody gets them unseen`,
          );
      }
    }
    const everything = permissionSet(model, 'PC_Integration_All_Deals');
    if (!everything || !has(objectRights(everything.root, 'Opportunity'), 'modifyAllRecords'))
      report(everything?.path ?? 'permissionsets/PC_Integration_All_Deals', 'the set must give Modify All on Opportunity');
    const service = permissionSet(model, 'PC_Integration');
    if (service && !childrenOf(service.root, 'userPermissions').some((entry) => textOf(entry, 'name') === 'ApiEnabled'))
      report(service.path, 'the integration user needs ApiEnabled');
    for (const object of ['Account', 'Contact', 'Opportunity']) {
      if (service && !(['allowCreate', 'allowRead', 'allowEdit'] as const).every((right) => has(objectRights(service.root, object), right)))
        report(service.path, `the service creates and edits ${object} records`);
    }
  },
};

export const accessRules: readonly Rule[] = [granted, sellerRights, specialRights];
