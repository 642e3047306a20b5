/** CustomObject and its children besides fields: record types, validation rules, list views (Salesforce package §3, §4, §9). */
import { formulaProblems } from './formula.ts';
import { child, childrenOf, flagOf, MetadataProblem, requiredText, textOf, type XmlElement } from './metadata-xml.ts';
import { referenceType } from './record-formula.ts';
import type { FieldDefinition, ObjectDefinition, SharingModel } from './schema-model.ts';
import { fieldMap, objectDefinition, systemFields } from './system-fields.ts';
import type { Apply, Component, DeployContext } from './deploy-model.ts';

type Kind = 'custom' | 'event' | 'metadata';

const KINDS: { readonly [suffix: string]: { readonly kind: Kind; readonly letter: 'a' | 'e' | 'm' } } = {
  __c: { kind: 'custom', letter: 'a' },
  __e: { kind: 'event', letter: 'e' },
  __mdt: { kind: 'metadata', letter: 'm' },
};

/** Creates or changes an object; its fields come as components of their own. */
export const applyObject: Apply = (component, context) => {
  const { root, fullName } = component;
  const before = context.state.schema.object(fullName);
  const suffix = /__[a-z]+$/.exec(fullName)?.[0] ?? '';
  const shape = KINDS[suffix];
  if (!shape) {
    if (!before) throw new MetadataProblem(`Entity of type 'CustomObject' named '${fullName}' cannot be found`, root);
    applyStandardObject(component);
    return;
  }
  const bare = fullName.slice(0, -suffix.length);
  if (bare.length > 40 || !/^[A-Za-z](?:_?[A-Za-z0-9])*$/.test(bare))
    throw new MetadataProblem(`The object name '${fullName}' is not valid`, root);
  if (child(root, 'customSettingsType'))
    throw new MetadataProblem('The simulated org does not know custom settings.', child(root, 'customSettingsType'));
  const label = requiredText(root, 'label');
  if (label.length > 40) throw new MetadataProblem(`Label is too long: ${label.length} characters, at most 40`, child(root, 'label'));
  const pluralLabel = requiredText(root, 'pluralLabel');
  const description = textOf(root, 'description');
  const base = { name: fullName, label, pluralLabel, kind: shape.kind, ...(description === null ? {} : { description }) };
  const keyPrefix = before?.keyPrefix ?? context.state.schema.nextKeyPrefix(shape.letter);
  const definition = partsOf(shape.kind, root, before, context);
  const own = new Map([...definition.fields].map((field) => [field.name, field]));
  const kept = [...(before?.fields.values() ?? [])].filter((field) => field.custom && !own.has(field.name));
  context.state.schema.putObject(
    objectDefinition({
      ...base,
      keyPrefix,
      ...definition.extra,
      fields: [...fieldMap([...definition.fields, ...kept]).values()],
      ...(before ? { recordTypes: before.recordTypes, validationRules: before.validationRules } : {}),
    }),
  );
};

interface ObjectParts {
  readonly fields: readonly FieldDefinition[];
  readonly extra: Partial<Omit<ObjectDefinition, 'fields'>>;
}

function partsOf(kind: Kind, root: XmlElement, before: ObjectDefinition | undefined, context: DeployContext): ObjectParts {
  const refuse = (elements: readonly string[], what: string): void => {
    for (const element of elements) {
      if (child(root, element)) throw new MetadataProblem(`${what} can't have '${element}'`, child(root, element));
    }
  };
  switch (kind) {
    case 'event': {
      refuse(
        ['nameField', 'sharingModel', 'enableHistory', 'enableSearch', 'enableReports', 'enableActivities', 'visibility'],
        'A platform event',
      );
      if (textOf(root, 'eventType') !== 'HighVolume')
        throw new MetadataProblem('A platform event needs eventType HighVolume', child(root, 'eventType') ?? root);
      requiredText(root, 'deploymentStatus');
      refuseTooManyEvents(before, context);
      const behavior = textOf(root, 'publishBehavior') ?? 'PublishImmediately';
      if (behavior !== 'PublishAfterCommit' && behavior !== 'PublishImmediately')
        throw new MetadataProblem(`'${behavior}' is not a valid value for the enum 'PlatformEventPublishBehavior'`, root);
      return { fields: systemFields('event'), extra: { publishBehavior: behavior } };
    }
    case 'metadata':
      refuse(['nameField', 'sharingModel', 'deploymentStatus', 'eventType', 'publishBehavior', 'enableHistory'], 'A custom metadata type');
      return { fields: systemFields('metadata'), extra: { adminOnly: true, nameField: 'DeveloperName' } };
    case 'custom': {
      refuse(['eventType', 'publishBehavior'], 'A custom object');
      const nameField = child(root, 'nameField');
      if (!nameField) throw new MetadataProblem('Must specify a nameField for the CustomObject', root);
      requiredText(root, 'deploymentStatus');
      const sharing = requiredText(root, 'sharingModel');
      if (!['Private', 'Read', 'ReadWrite', 'ControlledByParent'].includes(sharing))
        throw new MetadataProblem(`The simulated org does not know sharing model '${sharing}'.`, child(root, 'sharingModel'));
      const detail =
        childrenOf(root, 'fields').some((field) => textOf(field, 'type') === 'MasterDetail') ||
        [...(before?.fields.values() ?? [])].some((field) => field.type === 'MasterDetail');
      if (detail !== (sharing === 'ControlledByParent')) {
        throw new MetadataProblem(
          detail
            ? `Cannot set sharingModel to ${sharing} on a CustomObject with a MasterDetail relationship field`
            : 'Cannot set sharingModel to ControlledByParent on a CustomObject without a MasterDetail relationship field',
          child(root, 'sharingModel'),
        );
      }
      return {
        fields: [...systemFields(detail ? 'detail' : 'custom'), nameFieldFrom(nameField)],
        extra: { sharingModel: sharing as SharingModel, nameField: 'Name' },
      };
    }
  }
}

/** Event definitions per org, Enterprise (Salesforce APIs §3.5). */
const EVENT_DEFINITIONS = 50;

function refuseTooManyEvents(before: ObjectDefinition | undefined, context: DeployContext): void {
  const events = context.state.schema.objects().filter((object) => object.kind === 'event').length;
  if (!before && events >= EVENT_DEFINITIONS)
    throw new MetadataProblem(`The org has reached its limit of ${EVENT_DEFINITIONS} platform event definitions`);
}

function nameFieldFrom(element: XmlElement): FieldDefinition {
  const label = requiredText(element, 'label');
  const type = requiredText(element, 'type');
  if (type === 'Text') return { name: 'Name', label, type: 'Text', custom: false, length: 80, required: true, permissionable: false };
  if (type !== 'AutoNumber') throw new MetadataProblem(`A name field has type Text or AutoNumber, not ${type}`, element);
  const displayFormat = requiredText(element, 'displayFormat');
  if (!/\{0+\}/.test(displayFormat)) throw new MetadataProblem('The display format of an auto number needs {0}', element);
  return {
    name: 'Name',
    label,
    type: 'AutoNumber',
    custom: false,
    displayFormat,
    startingNumber: 1,
    createable: false,
    updateable: false,
    permissionable: false,
  };
}

/** A file of a standard object may carry more than fields; what would replace the customer's settings is refused to keep packages honest. */
function applyStandardObject(component: Component): void {
  const replaced = component.root.children.find((element) => !STANDARD_CHILDREN.has(element.name));
  if (replaced)
    throw new MetadataProblem(`The simulated org does not know '${replaced.name}' of a standard object (${component.fullName}).`, replaced);
}

const STANDARD_CHILDREN: ReadonlySet<string> = new Set([
  'fields',
  'listViews',
  'recordTypes',
  'validationRules',
  'compactLayouts',
  'fieldSets',
  'fullName',
]);

export const applyRecordType: Apply = (component, context) => {
  const [objectName = '', developerName = ''] = component.fullName.split('.');
  const { root } = component;
  const object = mustObject(objectName, component, context);
  const picklists: { [field: string]: readonly string[] } = {};
  for (const entry of childrenOf(root, 'picklistValues')) {
    const name = requiredText(entry, 'picklist');
    const field = context.state.schema.field(objectName, name);
    if (!field?.picklist) throw new MetadataProblem(`Picklist ${objectName}.${name} does not exist`, entry);
    const values = childrenOf(entry, 'values').map((value) => decodeURIComponent(requiredText(value, 'fullName')));
    for (const value of values) {
      if (!field.picklist.values.some((one) => one.value === value))
        throw new MetadataProblem(`Picklist value: ${value} in picklist: ${name} not found`, entry);
    }
    picklists[field.name] = values;
  }
  context.state.schema.putRecordType(object.name, {
    developerName,
    label: requiredText(root, 'label'),
    active: flagOf(root, 'active'),
    picklists,
  });
};

export const applyValidationRule: Apply = (component, context) => {
  const [objectName = '', name = ''] = component.fullName.split('.');
  const { root } = component;
  const object = mustObject(objectName, component, context);
  const formula = requiredText(root, 'errorConditionFormula');
  const message = requiredText(root, 'errorMessage');
  if (message.length > 255)
    throw new MetadataProblem('Value too long for field: ErrorMessage maximum length is:255', child(root, 'errorMessage'));
  const [problem] = formulaProblems(formula, 'validation-rule', (path) => referenceType(context.state, object, path));
  if (problem !== undefined) throw new MetadataProblem(`Formula error: ${problem}`, child(root, 'errorConditionFormula'));
  const field = textOf(root, 'errorDisplayField');
  if (field !== null && !context.state.schema.field(objectName, field))
    throw new MetadataProblem(`Field ${field} does not exist. Check spelling.`, child(root, 'errorDisplayField'));
  context.state.schema.putValidationRule(object.name, {
    name,
    active: flagOf(root, 'active'),
    formula,
    message,
    ...(field === null ? {} : { field }),
  });
};

/** List views and field sets name fields; standard columns go by other names (`OPPORTUNITY.NAME`), which only an org knows. */
export const applyListView: Apply = (component, context) => {
  const [objectName = ''] = component.fullName.split('.');
  mustObject(objectName, component, context);
  requiredText(component.root, 'label');
  requiredText(component.root, 'filterScope');
  const named = [
    ...childrenOf(component.root, 'columns'),
    ...childrenOf(component.root, 'filters').flatMap((filter) => childrenOf(filter, 'field')),
  ];
  for (const column of named) {
    const field = column.text.split('.').at(-1) ?? '';
    if (field.endsWith('__c') && !column.text.includes('__r') && !context.state.schema.field(objectName, field)) {
      throw new MetadataProblem(`Could not resolve list view column: ${column.text}`, column);
    }
  }
  const filters = childrenOf(component.root, 'filters');
  if (filters.length > 10) throw new MetadataProblem('A list view has at most 10 filters', component.root);
};

export const applyFieldList: Apply = (component, context) => {
  const [objectName = ''] = component.fullName.split('.');
  mustObject(objectName, component, context);
  for (const element of component.root.children) {
    const name = element.name === 'fields' ? element.text : element.name === 'displayedFields' ? textOf(element, 'field') : null;
    if (name !== null && !name.includes('.') && !context.state.schema.field(objectName, name))
      throw new MetadataProblem(`Could not find field ${objectName}.${name}`, element);
  }
};

function mustObject(name: string, component: Component, context: DeployContext): ObjectDefinition {
  const object = context.state.schema.object(name);
  if (!object) throw new MetadataProblem(`Entity of type 'CustomObject' named '${name}' cannot be found`, component.root);
  return object;
}
