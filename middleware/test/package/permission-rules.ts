/** Rules about permission sets: what the platform refuses. Who may do what stands in `access-rules.ts`. */
import { has, objectRights, permissionSet, permissionSets } from './permission-parts.ts';
import { childOf, childrenOf, textOf, textsOf } from './package-files.ts';
import { fieldOf, objectExists, type Rule } from './package-model.ts';

type Right = 'allowCreate' | 'allowDelete' | 'allowEdit' | 'allowRead' | 'modifyAllRecords' | 'viewAllRecords';
const needs: readonly (readonly [right: Right, also: Right])[] = [
  ['allowCreate', 'allowRead'],
  ['allowEdit', 'allowRead'],
  ['allowDelete', 'allowRead'],
  ['allowDelete', 'allowEdit'],
  ['viewAllRecords', 'allowRead'],
  ['modifyAllRecords', 'allowDelete'],
  ['modifyAllRecords', 'viewAllRecords'],
];
/** Read on the first needs Read on the second in the same set. */
const standardMasters: Readonly<Record<string, string>> = { Opportunity: 'Account', Contact: 'Account' };

const twice = (names: readonly string[]): readonly string[] => [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];

/** Standard fields the platform never lets a permission set grant, because every record needs them. */
const alwaysVisible = [
  'Opportunity.Name',
  'Opportunity.StageName',
  'Opportunity.CloseDate',
  'Opportunity.OwnerId',
  'Account.Name',
  'Account.OwnerId',
  'Contact.Name',
  'Contact.LastName',
  'Lead.LastName',
  'Lead.Company',
  'Lead.Status',
];
const compoundFields = ['Account.BillingAddress', 'Lead.Address', 'Contact.MailingAddress'];

const fieldPermissions: Rule = {
  name: 'permission-field',
  check(model, report) {
    for (const { root, path } of permissionSets(model)) {
      const entries = childrenOf(root, 'fieldPermissions');
      for (const name of twice(entries.map((entry) => textOf(entry, 'field') ?? ''))) report(path, `${name} is granted twice`);
      for (const entry of entries) {
        const name = textOf(entry, 'field') ?? '';
        const [object = '', field = ''] = name.split('.');
        const found = fieldOf(model, object, field);
        if (!found && !compoundFields.includes(name)) report(path, `${name} does not exist`);
        if (alwaysVisible.includes(name) || found?.own?.required)
          report(path, `${name} is required or a master-detail: it cannot be granted`);
        if (has(entry, 'editable') && !has(entry, 'readable')) report(path, `${name} is editable but not readable`);
        if (has(entry, 'editable') && found?.own?.formula != null) report(path, `${name} is a formula and never editable`);
        if (found?.own && model.objects.get(object)?.kind !== 'custom' && object !== 'Opportunity')
          report(path, `${name} takes no field permission`);
        if (!found?.own && !has(entry, 'editable')) report(path, `${name} is granted so that the service can write it: editable`);
        if (!objectRights(root, object)) report(path, `${name} is granted without any right on ${object}`);
      }
    }
  },
};

const objectPermissions: Rule = {
  name: 'permission-object',
  check(model, report) {
    for (const { root, path } of permissionSets(model)) {
      const entries = childrenOf(root, 'objectPermissions');
      for (const name of twice(entries.map((entry) => textOf(entry, 'object') ?? ''))) report(path, `${name} is granted twice`);
      for (const entry of entries) {
        const object = textOf(entry, 'object') ?? '';
        if (!objectExists(model, object)) report(path, `the object ${object} does not exist`);
        for (const [right, also] of needs)
          if (has(entry, right) && !has(entry, also)) report(path, `${object}: ${right} depends on ${also}`);
        const kind = model.objects.get(object)?.kind;
        if (
          kind === 'event' &&
          (['allowEdit', 'allowDelete', 'viewAllRecords', 'modifyAllRecords'] as const).some((right) => has(entry, right))
        )
          report(path, `${object}: an event can be read and created only`);
        if (kind === 'metadata') report(path, `${object}: custom metadata is granted by customMetadataTypeAccesses`);
        const masters = [...(model.objects.get(object)?.fields.values() ?? [])]
          .filter((field) => field.type === 'MasterDetail')
          .map((field) => field.referenceTo ?? '');
        if (masters.length > 0 && (has(entry, 'viewAllRecords') || has(entry, 'modifyAllRecords')))
          report(path, `${object}: all-records rights of a detail object are those of its master`);
        for (const master of [...masters, ...(standardMasters[object] ? [standardMasters[object]] : [])]) {
          if (has(entry, 'allowRead') && !has(objectRights(root, master), 'allowRead'))
            report(path, `Read ${object} depends on Read ${master}`);
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
    for (const file of permissionSets(model)) {
      const { root, path } = file;
      for (const entry of childrenOf(root, 'applicationVisibilities')) {
        if (!model.names('app').has(textOf(entry, 'application') ?? ''))
          report(path, `the app ${textOf(entry, 'application')} does not exist`);
        if (childOf(entry, 'default')) report(path, 'a permission set names no default app');
      }
      for (const entry of childrenOf(root, 'tabSettings')) {
        if (!model.names('tab').has(textOf(entry, 'tab') ?? '')) report(path, `the tab ${textOf(entry, 'tab')} does not exist`);
      }
      for (const entry of childrenOf(root, 'customPermissions'))
        if (!model.names('customPermission').has(textOf(entry, 'name') ?? ''))
          report(path, `the custom permission ${textOf(entry, 'name')} does not exist`);
      for (const entry of childrenOf(root, 'customMetadataTypeAccesses'))
        if (model.objects.get(textOf(entry, 'name') ?? '')?.kind !== 'metadata')
          report(path, `the custom metadata type ${textOf(entry, 'name')} does not exist`);
      for (const entry of childrenOf(root, 'userPermissions')) {
        const name = textOf(entry, 'name') ?? '';
        if (userPermissions[name] !== file.directory)
          report(path, `the user permission ${name} may be unknown in an edition and would fail the deployment`);
      }
      if (childOf(root, 'license')) report(path, 'a set without a license can be assigned to every license that has the rights');
      if (has(root, 'hasActivationRequired')) report(path, 'the set would do nothing until a session activates it');
      for (const entry of [
        ...childrenOf(root, 'applicationVisibilities'),
        ...childrenOf(root, 'customPermissions'),
        ...childrenOf(root, 'customMetadataTypeAccesses'),
        ...childrenOf(root, 'userPermissions'),
      ]) {
        if (textOf(entry, 'visible') === 'false' || textOf(entry, 'enabled') === 'false')
          report(path, `an entry of ${entry.name} that is off says nothing`);
      }
    }
    for (const { root, path } of model.of('permissionsetgroup')) {
      const members = textsOf(root, 'permissionSets');
      for (const name of members) if (!permissionSet(model, name)) report(path, `the permission set ${name} does not exist`);
      if (members.slice().sort().join() !== 'PC_Admin,PC_Seller')
        report(path, 'administrators get PC_Admin and PC_Seller, and nothing of the integration user');
    }
  },
};

export const permissionRules: readonly Rule[] = [fieldPermissions, objectPermissions, permissionNames];
