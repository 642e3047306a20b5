/** Rules about permission sets: what the platform refuses, and who may do what. */
import { childOf, childrenOf, textOf, textsOf, type Element, type MetadataFile } from './package-files.ts';
import { fieldOf, objectExists, ownFields, type FieldModel, type PackageModel, type Rule } from './package-model.ts';

type Right = 'allowCreate' | 'allowDelete' | 'allowEdit' | 'allowRead' | 'modifyAllRecords' | 'viewAllRecords';
const needs: readonly (readonly [right: Right, also: Right])[] = [
  ['allowCreate', 'allowRead'], ['allowEdit', 'allowRead'], ['allowDelete', 'allowRead'], ['allowDelete', 'allowEdit'], ['viewAllRecords', 'allowRead'], ['modifyAllRecords', 'allowDelete'], ['modifyAllRecords', 'viewAllRecords'],
];
/** Read on the first needs Read on the second in the same set. */
const standardMasters: Readonly<Record<string, string>> = { Opportunity: 'Account', Contact: 'Account' };

const sets = (model: PackageModel): readonly MetadataFile[] => model.of('permissionset');
const has = (element: Element | undefined, name: string): boolean => textOf(element, name) === 'true';
const objectRights = (root: Element, object: string): Element | undefined => childrenOf(root, 'objectPermissions').find((entry) => textOf(entry, 'object') === object);
const fieldRights = (root: Element, field: string): Element | undefined => childrenOf(root, 'fieldPermissions').find((entry) => textOf(entry, 'field') === field);
const set = (model: PackageModel, name: string): MetadataFile | undefined => sets(model).find((file) => file.stem === name);
const twice = (names: readonly string[]): readonly string[] => [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];

/** Standard fields the platform never lets a permission set grant, because every record needs them. */
const alwaysVisible = ['Opportunity.Name', 'Opportunity.StageName', 'Opportunity.CloseDate', 'Opportunity.OwnerId', 'Account.Name', 'Account.OwnerId', 'Contact.Name', 'Contact.LastName', 'Lead.LastName', 'Lead.Company', 'Lead.Status'];
const compoundFields = ['Account.BillingAddress', 'Lead.Address', 'Contact.MailingAddress'];

const fieldPermissions: Rule = {
  name: 'permission-field',
  check(model, report) {
    for (const { root, path } of sets(model)) {
      const entries = childrenOf(root, 'fieldPermissions');
      for (const name of twice(entries.map((entry) => textOf(entry, 'field') ?? ''))) report(path, `${name} is granted twice`);
      for (const entry of entries) {
        const name = textOf(entry, 'field') ?? '';
        const [object = '', field = ''] = name.split('.');
        const found = fieldOf(model, object, field);
        if (!found && !compoundFields.includes(name)) report(path, `${name} does not exist`);
        if (alwaysVisible.includes(name) || found?.own?.required) report(path, `${name} is required or a master-detail: it cannot be granted`);
        if (has(entry, 'editable') && !has(entry, 'readable')) report(path, `${name} is editable but not readable`);
        if (has(entry, 'editable') && found?.own?.formula != null) report(path, `${name} is a formula and never editable`);
        if (found?.own && model.objects.get(object)?.kind !== 'custom' && object !== 'Opportunity') report(path, `${name} takes no field permission`);
        if (!found?.own && !has(entry, 'editable')) report(path, `${name} is granted so that the service can write it: editable`);
        if (!objectRights(root, object)) report(path, `${name} is granted without any right on ${object}`);
      }
    }
  },
};

const objectPermissions: Rule = {
  name: 'permission-object',
  check(model, report) {
    for (const { root, path } of sets(model)) {
      const entries = childrenOf(root, 'objectPermissions');
      for (const name of twice(entries.map((entry) => textOf(entry, 'object') ?? ''))) report(path, `${name} is granted twice`);
      for (const entry of entries) {
        const object = textOf(entry, 'object') ?? '';
        if (!objectExists(model, object)) report(path, `the object ${object} does not exist`);
        for (const [right, also] of needs) if (has(entry, right) && !has(entry, also)) report(path, `${object}: ${right} depends on ${also}`);
        const kind = model.objects.get(object)?.kind;
        if (kind === 'event' && (['allowEdit', 'allowDelete', 'viewAllRecords', 'modifyAllRecords'] as const).some((right) => has(entry, right))) report(path, `${object}: an event can be read and created only`);
        if (kind === 'metadata') report(path, `${object}: custom metadata is granted by customMetadataTypeAccesses`);
        const masters = [...(model.objects.get(object)?.fields.values() ?? [])].filter((field) => field.type === 'MasterDetail').map((field) => field.referenceTo ?? '');
        if (masters.length > 0 && (has(entry, 'viewAllRecords') || has(entry, 'modifyAllRecords'))) report(path, `${object}: all-records rights of a detail object are those of its master`);
        for (const master of [...masters, ...(standardMasters[object] ? [standardMasters[object]] : [])]) {
          if (has(entry, 'allowRead') && !has(objectRights(root, master), 'allowRead')) report(path, `Read ${object} depends on Read ${master}`);
        }
      }
    }
  },
};

/** User permissions that exist in every edition; the second only in an optional directory, because a license may not hold it. */
const userPermissions: Readonly<Record<string, string>> = { ApiEnabled: 'force-app', SendCustomNotifications: 'force-alerts' };

const permissionNames: Rule = {
  name: 'permission-name',
  check(model, report) {
    for (const file of sets(model)) {
      const { root, path } = file;
      for (const entry of childrenOf(root, 'applicationVisibilities')) {
        if (!model.names('app').has(textOf(entry, 'application') ?? '')) report(path, `the app ${textOf(entry, 'application')} does not exist`);
        if (childOf(entry, 'default')) report(path, 'a permission set names no default app');
      }
      for (const entry of childrenOf(root, 'tabSettings')) {
        if (!model.names('tab').has(textOf(entry, 'tab') ?? '')) report(path, `the tab ${textOf(entry, 'tab')} does not exist`);
      }
      for (const entry of childrenOf(root, 'customPermissions')) if (!model.names('customPermission').has(textOf(entry, 'name') ?? '')) report(path, `the custom permission ${textOf(entry, 'name')} does not exist`);
      for (const entry of childrenOf(root, 'customMetadataTypeAccesses')) if (model.objects.get(textOf(entry, 'name') ?? '')?.kind !== 'metadata') report(path, `the custom metadata type ${textOf(entry, 'name')} does not exist`);
      for (const entry of childrenOf(root, 'userPermissions')) {
        const name = textOf(entry, 'name') ?? '';
        if (userPermissions[name] !== file.directory) report(path, `the user permission ${name} may be unknown in an edition and would fail the deployment`);
      }
      if (childOf(root, 'license')) report(path, 'a set without a license can be assigned to every license that has the rights');
      if (has(root, 'hasActivationRequired')) report(path, 'the set would do nothing until a session activates it');
      for (const entry of [...childrenOf(root, 'applicationVisibilities'), ...childrenOf(root, 'customPermissions'), ...childrenOf(root, 'customMetadataTypeAccesses'), ...childrenOf(root, 'userPermissions')]) {
        if (textOf(entry, 'visible') === 'false' || textOf(entry, 'enabled') === 'false') report(path, `an entry of ${entry.name} that is off says nothing`);
      }
    }
    for (const { root, path } of model.of('permissionsetgroup')) {
      const members = textsOf(root, 'permissionSets');
      for (const name of members) if (!set(model, name)) report(path, `the permission set ${name} does not exist`);
      if (members.slice().sort().join() !== 'PC_Admin,PC_Seller') report(path, 'administrators get PC_Admin and PC_Seller, and nothing of the integration user');
    }
  },
};

const grantable = (model: PackageModel): readonly FieldModel[] =>
  ownFields(model).filter((field) => !field.required && (field.object === 'Opportunity' || model.objects.get(field.object)?.kind === 'custom'));

const granted: Rule = {
  name: 'granted',
  check(model, report) {
    for (const name of ['PC_Seller', 'PC_Admin', 'PC_Integration']) {
      const file = set(model, name);
      if (!file) {
        report(`permissionsets/${name}`, 'the permission set is missing');
        continue;
      }
      for (const field of grantable(model)) {
        const key = `${field.object}.${field.name}`;
        const entry = fieldRights(file.root, key);
        if (!has(entry, 'readable')) report(file.path, `${key} is invisible: nobody sees a deployed field before a permission set grants it`);
        if (name !== 'PC_Seller' && field.formula === null && !has(entry, 'editable')) report(file.path, `${key} must be editable here`);
      }
      for (const object of model.objects.values()) if (object.kind === 'custom' && !has(objectRights(file.root, object.name), 'allowRead')) report(file.path, `${object.name} is not readable`);
      const types = childrenOf(file.root, 'customMetadataTypeAccesses').map((entry) => textOf(entry, 'name'));
      for (const object of model.objects.values()) if (object.kind === 'metadata' && name !== 'PC_Seller' && !types.includes(object.name)) report(file.path, `${object.name} is not readable over the API`);
      if (name !== 'PC_Integration') {
        for (const tab of model.names('tab')) if (!childrenOf(file.root, 'tabSettings').some((entry) => textOf(entry, 'tab') === tab && textOf(entry, 'visibility') === 'Visible')) report(file.path, `the tab ${tab} is not visible`);
        if (childrenOf(file.root, 'applicationVisibilities').length === 0) report(file.path, 'the app is not visible');
      }
    }
    for (const object of model.objects.values()) {
      if (object.kind === 'event' && !sets(model).some((file) => has(objectRights(file.root, object.name), 'allowRead'))) report(object.file?.path ?? object.name, 'nobody may subscribe to the event');
    }
  },
};

/** What a seller decides; everything else on the opportunity is written by the service. */
export const sellerFields: readonly string[] = [
  'Sync_with_Partner_Center__c', 'How_can_Microsoft_help__c', 'Products__c', 'PC_Visible_to_Microsoft__c', 'PC_Note_to_Microsoft__c', 'PC_Shared_Notes__c', 'PC_Contact_Consent__c', 'PC_Marketplace_Intent__c', 'PC_Partner_Role__c', 'PC_Solution_Area__c', 'PC_Solution_Play__c', 'PC_Lost_Reason__c',
];
const requestObjects = ['PC_Request__c', 'PC_Service_Request__c'];
const answers = ['Outcome__c', 'Message__c', 'Answered__c'];

const sellerRights: Rule = {
  name: 'seller-rights',
  check(model, report) {
    const file = set(model, 'PC_Seller');
    if (!file) return;
    for (const field of grantable(model)) {
      const mayEdit = field.formula === null && (field.object === 'Opportunity' ? sellerFields.includes(field.name) : field.object === 'PC_Opportunity_Solution__c' || (requestObjects.includes(field.object) && !answers.includes(field.name)));
      const edits = has(fieldRights(file.root, `${field.object}.${field.name}`), 'editable');
      if (edits !== mayEdit) report(file.path, mayEdit ? `sellers decide ${field.object}.${field.name}: it must be editable` : `${field.object}.${field.name} is not for sellers to write`);
    }
    const rights: Readonly<Record<string, string>> = { Account: 'R', Opportunity: 'R', PC_Attention__c: 'R', PC_Connection__c: 'R', PC_Opportunity_Solution__c: 'CRED', PC_Request__c: 'CR', PC_Service_Request__c: 'CR', PC_Solution__c: 'R' };
    for (const entry of childrenOf(file.root, 'objectPermissions')) {
      const letters = (['allowCreate', 'allowRead', 'allowEdit', 'allowDelete', 'viewAllRecords', 'modifyAllRecords'] as const).map((right, index) => (has(entry, right) ? ('CREDVM'[index] as string) : '')).join('');
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
      const holding = sets(model).filter((file) => childrenOf(file.root, 'customPermissions').some((entry) => textOf(entry, 'name') === permission));
      if (holding.map((file) => file.stem).join() !== holder) report(holding[0]?.path ?? `permissionsets/${holder}`, `${permission} belongs to ${holder} alone`);
    }
    for (const file of sets(model)) {
      for (const entry of childrenOf(file.root, 'objectPermissions')) {
        const object = textOf(entry, 'object') ?? '';
        const all = has(entry, 'modifyAllRecords') || has(entry, 'viewAllRecords');
        if (all && !object.startsWith('PC_') && file.stem !== 'PC_Integration_All_Deals') report(file.path, `${object}: rights on all records of the customer stand in PC_Integration_All_Deals alone, so that nobody gets them unseen`);
      }
    }
    const everything = set(model, 'PC_Integration_All_Deals');
    if (!everything || !has(objectRights(everything.root, 'Opportunity'), 'modifyAllRecords')) report(everything?.path ?? 'permissionsets/PC_Integration_All_Deals', 'the set must give Modify All on Opportunity');
    const service = set(model, 'PC_Integration');
    if (service && !childrenOf(service.root, 'userPermissions').some((entry) => textOf(entry, 'name') === 'ApiEnabled')) report(service.path, 'the integration user needs ApiEnabled');
    for (const object of ['Account', 'Contact', 'Opportunity']) {
      if (service && !(['allowCreate', 'allowRead', 'allowEdit'] as const).every((right) => has(objectRights(service.root, object), right))) report(service.path, `the service creates and edits ${object} records`);
    }
  },
};

export const permissionRules: readonly Rule[] = [fieldPermissions, objectPermissions, permissionNames, granted, sellerRights, specialRights];
