/** Permission sets, groups, custom permissions and notification types, with the platform's dependency rules (Salesforce package §6). */
import { child, childrenOf, flagOf, MetadataProblem, requiredText, textOf, type XmlElement } from './metadata-xml.ts';
import type { ObjectPermission, PermissionSetDefinition } from './schema-model.ts';
import { refuseAll, type Apply, type Component, type DeployContext } from './deploy-model.ts';

export const applyCustomPermission: Apply = ({ fullName, root }, { state }) => {
  state.schema.putCustomPermission({ name: fullName, label: requiredText(root, 'label') });
};

export const applyNotificationType: Apply = ({ fullName, root }, { state }) => {
  state.schema.putNotificationType({
    name: fullName,
    label: requiredText(root, 'masterLabel'),
    desktop: flagOf(root, 'desktop'),
    mobile: flagOf(root, 'mobile'),
  });
};

export const applyPermissionSetGroup: Apply = (component, context) => {
  const { root, fullName } = component;
  const members = childrenOf(root, 'permissionSets').map((element) => element.text);
  refuseAll(
    members
      .filter((member) => !context.state.schema.permissionSets.has(member))
      .map((member) => new MetadataProblem(`In field: permissionSet - no PermissionSet named ${member} found`, root)),
  );
  if (child(root, 'mutingPermissionSets'))
    throw new MetadataProblem('The simulated org does not know muting permission sets.', child(root, 'mutingPermissionSets'));
  context.state.schema.putPermissionSetGroup({ name: fullName, label: requiredText(root, 'label'), members });
};

/** User permissions every edition the package is for has; an org refuses names its edition lacks. */
const USER_PERMISSIONS: ReadonlySet<string> = new Set([
  'ApiEnabled',
  'ViewSetup',
  'ViewAllData',
  'ModifyAllData',
  'ViewRoles',
  'ViewAllUsers',
  'ViewEventLogFiles',
  'RunReports',
  'ExportReport',
  'CreateCustomizeReports',
  'ManageDashboards',
  'ManageUsers',
  'AssignPermissionSets',
  'CustomizeApplication',
  'ManageCustomPermissions',
  'SendCustomNotifications',
  'LightningExperienceUser',
  'ApiUserOnly',
  'EditTask',
  'EditEvent',
  'TransferAnyEntity',
  'BulkApiHardDelete',
  'UpdateWithInactiveOwner',
  'ActivitiesAccess',
  'AllowViewKnowledge',
  'ContentWorkspaces',
]);

/** Parts of a permission set the simulated org reads; others fail by name. */
const KNOWN: ReadonlySet<string> = new Set([
  'fullName',
  'label',
  'description',
  'license',
  'hasActivationRequired',
  'objectPermissions',
  'fieldPermissions',
  'customPermissions',
  'userPermissions',
  'customMetadataTypeAccesses',
  'tabSettings',
  'applicationVisibilities',
  'flowAccesses',
  'recordTypeVisibilities',
]);

export const applyPermissionSet: Apply = (component, context) => {
  const { root, fullName } = component;
  const problems: (string | MetadataProblem)[] = [];
  for (const element of root.children) {
    if (!KNOWN.has(element.name))
      problems.push(new MetadataProblem(`The simulated org does not know '${element.name}' in a permission set.`, element));
  }
  const description = textOf(root, 'description');
  if ((description?.length ?? 0) > 255) problems.push(`data value too large: ${description?.slice(0, 40)}… (max length=255)`);
  const objects = readObjects(component, context, problems);
  const definition: PermissionSetDefinition = {
    name: fullName,
    label: requiredText(root, 'label'),
    ...(description === null ? {} : { description }),
    objects,
    fields: readFields(component, context, problems),
    customPermissions: new Set(
      enabled(root, 'customPermissions', 'name', problems, (name) => context.state.schema.customPermissions.has(name), 'CustomPermission'),
    ),
    userPermissions: new Set(
      childrenOf(root, 'userPermissions')
        .filter((element) => flagOf(element, 'enabled'))
        .map((element) => {
          const name = requiredText(element, 'name');
          if (!USER_PERMISSIONS.has(name)) problems.push(new MetadataProblem(`Unknown user permission: ${name}`, element));
          return name;
        }),
    ),
    customMetadataTypes: new Set(
      enabled(
        root,
        'customMetadataTypeAccesses',
        'name',
        problems,
        (name) => context.state.schema.object(name)?.kind === 'metadata',
        'CustomObject',
      ),
    ),
  };
  for (const element of childrenOf(root, 'tabSettings')) {
    const tab = requiredText(element, 'tab');
    if (!tab.startsWith('standard-') && !context.has('CustomTab', tab))
      problems.push(new MetadataProblem(`In field: tab - no CustomTab named ${tab} found`, element));
  }
  for (const element of childrenOf(root, 'applicationVisibilities')) {
    const application = requiredText(element, 'application');
    if (!application.startsWith('standard__') && !context.has('CustomApplication', application)) {
      problems.push(new MetadataProblem(`In field: application - no CustomApplication named ${application} found`, element));
    }
  }
  for (const element of childrenOf(root, 'flowAccesses')) {
    const flow = requiredText(element, 'flow');
    if (!context.has('Flow', flow)) problems.push(new MetadataProblem(`In field: flow - no FlowDefinition named ${flow} found`, element));
  }
  for (const element of childrenOf(root, 'recordTypeVisibilities')) {
    const [object = '', name = ''] = requiredText(element, 'recordType').split('.');
    if (!context.state.schema.object(object)?.recordTypes.has(name))
      problems.push(new MetadataProblem(`In field: recordType - no RecordType named ${object}.${name} found`, element));
  }
  refuseAll(problems);
  context.state.schema.putPermissionSet(definition);
};

function enabled(
  root: XmlElement,
  list: string,
  key: string,
  problems: (string | MetadataProblem)[],
  exists: (name: string) => boolean,
  type: string,
): readonly string[] {
  return childrenOf(root, list)
    .filter((element) => flagOf(element, 'enabled'))
    .map((element) => {
      const name = requiredText(element, key);
      if (!exists(name)) problems.push(new MetadataProblem(`In field: ${key} - no ${type} named ${name} found`, element));
      return name;
    });
}

const RIGHTS = [
  ['allowRead', 'Read', 'read'],
  ['allowCreate', 'Create', 'create'],
  ['allowEdit', 'Edit', 'edit'],
  ['allowDelete', 'Delete', 'delete'],
  ['viewAllRecords', 'View All', 'viewAll'],
  ['modifyAllRecords', 'Modify All', 'modifyAll'],
] as const;

/** Right → rights it needs on the same object in the same set. */
const NEEDS: { readonly [right: string]: readonly (readonly [keyof ObjectPermission, string])[] } = {
  create: [['read', 'Read']],
  edit: [['read', 'Read']],
  delete: [
    ['read', 'Read'],
    ['edit', 'Edit'],
  ],
  viewAll: [['read', 'Read']],
  modifyAll: [
    ['read', 'Read'],
    ['edit', 'Edit'],
    ['delete', 'Delete'],
    ['viewAll', 'View All'],
  ],
};

function readObjects(
  component: Component,
  context: DeployContext,
  problems: (string | MetadataProblem)[],
): PermissionSetDefinition['objects'] {
  const objects = new Map<string, ObjectPermission>();
  const places = new Map<string, XmlElement>();
  for (const element of childrenOf(component.root, 'objectPermissions')) {
    const name = requiredText(element, 'object');
    const object = context.state.schema.object(name);
    if (!object) {
      problems.push(new MetadataProblem(`In field: field - no CustomObject named ${name} found`, element));
      continue;
    }
    if (objects.has(object.name)) problems.push(new MetadataProblem(`Duplicate objectPermissions for ${name}`, element));
    if (object.kind === 'metadata') problems.push(new MetadataProblem(`Object permissions can't be given for ${name}`, element));
    const rights = Object.fromEntries(RIGHTS.map(([tag, , key]) => [key, flagOf(element, tag)])) as unknown as ObjectPermission;
    if (object.kind === 'event' && (rights.edit || rights.delete || rights.viewAll || rights.modifyAll)) {
      problems.push(new MetadataProblem(`A platform event takes only Read and Create permissions (${name})`, element));
    }
    objects.set(object.name, rights);
    places.set(object.name, element);
  }
  for (const [name, rights] of objects) {
    const place = places.get(name) ?? null;
    for (const [, label, key] of RIGHTS) {
      if (!rights[key]) continue;
      const missing = (NEEDS[key] ?? []).filter(([needed]) => !rights[needed]).map(([, needed]) => `${needed} ${name}`);
      if (missing.length > 0)
        problems.push(new MetadataProblem(`Permission ${label} ${name} depends on permission(s): ${missing.join(', ')}`, place));
    }
    if (!rights.read) continue;
    for (const master of mastersOf(name, context)) {
      if (!objects.get(master)?.read)
        problems.push(new MetadataProblem(`Permission Read ${name} depends on permission(s): Read ${master}`, place));
    }
  }
  return objects;
}

/** Standard objects that hang on Account, and masters of details. */
function mastersOf(name: string, context: DeployContext): readonly string[] {
  if (name === 'Opportunity' || name === 'Contact') return ['Account'];
  const fields = context.state.schema.object(name)?.fields.values() ?? [];
  return [...fields].filter((field) => field.type === 'MasterDetail').flatMap((field) => field.referenceTo ?? []);
}

function readFields(
  component: Component,
  context: DeployContext,
  problems: (string | MetadataProblem)[],
): PermissionSetDefinition['fields'] {
  const fields = new Map<string, { readonly readable: boolean; readonly editable: boolean }>();
  for (const element of childrenOf(component.root, 'fieldPermissions')) {
    const path = requiredText(element, 'field');
    const [objectName = '', fieldName = ''] = path.split('.');
    const object = context.state.schema.object(objectName);
    const field = context.state.schema.field(objectName, fieldName);
    const compound = [...(object?.fields.values() ?? [])].some((one) => one.permissionName === fieldName);
    if (!object || (!field && !compound)) {
      problems.push(new MetadataProblem(`In field: field - no CustomField named ${path} found`, element));
      continue;
    }
    if (fields.has(`${object.name}.${field?.name ?? fieldName}`))
      problems.push(new MetadataProblem(`Duplicate fieldPermissions for ${path}`, element));
    const readable = flagOf(element, 'readable');
    const editable = flagOf(element, 'editable');
    if (object.kind === 'event')
      problems.push(new MetadataProblem(`Field permissions can't be given for a platform event: ${path}`, element));
    if (field && (field.required === true || field.type === 'MasterDetail' || field.permissionable === false)) {
      problems.push(new MetadataProblem(`You cannot deploy to a required field: ${path}`, element));
    }
    if (editable && !readable)
      problems.push(new MetadataProblem(`Permission Edit ${path} depends on permission(s): Read ${path}`, element));
    if (editable && field && (field.formula !== undefined || field.type === 'AutoNumber'))
      problems.push(new MetadataProblem(`Field ${path} is not editable`, element));
    fields.set(`${object.name}.${field?.name ?? fieldName}`, { readable, editable });
  }
  return fields;
}
