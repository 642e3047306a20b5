/** Rules about page layouts. */
import { childOf, childrenOf, textOf, textsOf, walk, type MetadataFile } from './package-files.ts';
import { fieldOf, type PackageModel, type Rule } from './package-model.ts';

const split = (file: MetadataFile): { readonly object: string; readonly name: string } => {
  const at = file.stem.indexOf('-');
  return { object: file.stem.slice(0, at), name: file.stem.slice(at + 1) };
};
interface Item {
  readonly field: string;
  readonly behavior: string;
}
const items = (file: MetadataFile): readonly Item[] =>
  [...walk(file.root)]
    .filter((element) => element.name === 'layoutItems')
    .map((element) => ({ field: textOf(element, 'field') ?? '', behavior: textOf(element, 'behavior') ?? '' }));

const names: Rule = {
  name: 'layout-name',
  check(model, report) {
    for (const file of model.of('layout')) {
      const { object, name } = split(file);
      if (object === 'Opportunity') {
        if (name !== 'Partner Center Opportunity Layout')
          report(file.path, "only a copy-source layout of our own may be shipped: any other name replaces the customer's");
        continue;
      }
      const own = model.objects.get(object);
      if (!own?.file) report(file.path, `the object ${object} is not ours`);
      else if (name !== `${textOf(own.file.root, 'label')} Layout`)
        report(file.path, 'the org makes a layout named after the label; only a file of that name becomes the one people see');
    }
    for (const object of model.objects.values()) {
      if (
        (object.kind === 'custom' || object.kind === 'metadata') &&
        !model.of('layout').some((file) => split(file).object === object.name)
      )
        report(object.file?.path ?? object.name, 'without a layout its fields cannot be seen');
    }
  },
};

const layoutFields: Rule = {
  name: 'layout-field',
  check(model, report) {
    for (const file of model.of('layout')) {
      const { object } = split(file);
      const list = items(file);
      for (const item of list)
        if (!fieldOf(model, object, item.field)) report(file.path, `the field ${item.field} does not exist on ${object}`);
      for (const item of list.filter((candidate, index) => list.findIndex((other) => other.field === candidate.field) !== index))
        report(file.path, `${item.field} stands twice`);
      const own = model.objects.get(object);
      for (const field of own?.fields.values() ?? [])
        if (!list.some((item) => item.field === field.name))
          report(file.path, `${field.name} is not on the layout: an administrator could not see it`);
    }
  },
};

/** Fields an Opportunity layout must hold, with the behavior the platform asks for. */
const demanded: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Opportunity: { Name: 'Required', StageName: 'Required', CloseDate: 'Required', Probability: 'Edit' },
};
const readonlyFields = ['CreatedById', 'LastModifiedById', 'NamespacePrefix'];

function behaviors(model: PackageModel, file: MetadataFile): Readonly<Record<string, string>> {
  const { object } = split(file);
  const own = model.objects.get(object);
  if (!own || own.kind === 'standard') return demanded[object] ?? {};
  if (own.kind === 'metadata') return { MasterLabel: 'Required', DeveloperName: 'Required', IsProtected: 'Required' };
  const automatic = textOf(childOf(own.file?.root, 'nameField'), 'type') === 'AutoNumber';
  const wanted: Record<string, string> = { Name: automatic ? 'Readonly' : 'Required' };
  for (const field of own.fields.values()) if (field.required) wanted[field.name] = 'Required';
  return wanted;
}

const required: Rule = {
  name: 'layout-required',
  check(model, report) {
    for (const file of model.of('layout')) {
      const { object } = split(file);
      const list = items(file);
      const demands = behaviors(model, file);
      for (const [field, behavior] of Object.entries(demands)) {
        const item = list.find((candidate) => candidate.field === field);
        if (item?.behavior !== behavior) report(file.path, `${field} must be on the layout with the behavior ${behavior}`);
      }
      for (const item of list) {
        const computed = fieldOf(model, object, item.field)?.own?.formula != null || readonlyFields.includes(item.field);
        if (computed && item.behavior !== 'Readonly') report(file.path, `${item.field} cannot be edited and must be Readonly`);
        if (item.behavior === 'Required' && demands[item.field] !== 'Required') report(file.path, `${item.field} must not be required`);
      }
    }
  },
};

const columns: Rule = {
  name: 'layout-columns',
  check(model, report) {
    for (const file of model.of('layout')) {
      for (const section of childrenOf(file.root, 'layoutSections')) {
        const style = textOf(section, 'style') ?? '';
        const wanted = style.startsWith('TwoColumns') ? 2 : style === 'OneColumn' ? 1 : 3;
        if (childrenOf(section, 'layoutColumns').length !== wanted)
          report(file.path, `section "${textOf(section, 'label')}": the style ${style} has ${wanted} columns`);
        if (!textOf(section, 'label')) report(file.path, 'a section needs a label');
        const system = textOf(section, 'label') === 'System Information';
        if (textOf(section, 'detailHeading') !== 'true' || textOf(section, 'editHeading') !== String(!system))
          report(file.path, `section "${textOf(section, 'label')}": headings are shown, that of the system section only when reading`);
        const standard = system || ['Information', 'Opportunity Information'].includes(textOf(section, 'label') ?? '');
        if (!standard && textOf(section, 'customLabel') !== 'true')
          report(file.path, `section "${textOf(section, 'label')}" carries a label of ours: customLabel`);
      }
      for (const flag of [
        'showEmailCheckbox',
        'showHighlightsPanel',
        'showInteractionLogPanel',
        'showRunAssignmentRulesCheckbox',
        'showSubmitAndAttachButton',
      ])
        if (textOf(file.root, flag) !== 'false') report(file.path, `${flag} is of no use here`);
    }
  },
};

/** Related lists of standard objects with their columns. */
const standardLists: Readonly<Record<string, readonly string[]>> = {
  RelatedContactRoleList: [
    'CONTACT.NAME',
    'CONTACT.EMAIL',
    'CONTACT.PHONE1',
    'OPPORTUNITY_CONTACT_ROLE.ROLE',
    'OPPORTUNITY_CONTACT_ROLE.IS_PRIMARY',
  ],
};
const standardButtons = ['Edit', 'Clone', 'Delete'];

const links: Rule = {
  name: 'layout-link',
  check(model, report) {
    for (const file of model.of('layout')) {
      const { object } = split(file);
      for (const list of childrenOf(file.root, 'relatedLists')) {
        const name = textOf(list, 'relatedList') ?? '';
        const standard = standardLists[name];
        const [child = '', lookup = ''] = name.split('.');
        const field = model.objects.get(child)?.fields.get(lookup);
        if (!standard && field?.referenceTo !== object) report(file.path, `the related list ${name} does not lead to ${object}`);
        for (const column of textsOf(list, 'fields')) {
          if (standard ? !standard.includes(column) : column !== 'NAME' && !model.objects.get(child)?.fields.has(column))
            report(file.path, `the related list ${name} has no column ${column}`);
        }
      }
      const actions = childrenOf(childOf(file.root, 'platformActionList') ?? file.root, 'platformActionListItems');
      for (const item of actions) {
        const name = textOf(item, 'actionName') ?? '';
        const known = textOf(item, 'actionType') === 'QuickAction' ? model.names('quickAction').has(name) : standardButtons.includes(name);
        if (!known) report(file.path, `the action ${name} does not exist`);
      }
      const order = actions.map((item) => textOf(item, 'sortOrder'));
      if (order.some((value, index) => value !== String(index))) report(file.path, 'the actions are numbered from 0 in their order');
    }
    const offered = model
      .of('layout')
      .flatMap((file) => [...walk(file.root)].filter((element) => element.name === 'actionName').map((element) => element.text.trim()));
    for (const file of model.of('quickAction')) if (!offered.includes(file.stem)) report(file.path, 'no layout offers this action');
  },
};

/** Fields whose change cannot be taken back: set in the panel, where the seller confirms it. */
export const oneWayFields: readonly string[] = [
  'How_can_Microsoft_help__c',
  'PC_Visible_to_Microsoft__c',
  'PC_Contact_Consent__c',
  'PC_Note_to_Microsoft__c',
];

const oneWay: Rule = {
  name: 'one-way',
  check(model, report) {
    const layout = model.of('layout').find((file) => split(file).object === 'Opportunity');
    for (const name of oneWayFields) {
      const item = layout ? items(layout).find((candidate) => candidate.field === name) : undefined;
      if (layout && item?.behavior !== 'Readonly') report(layout.path, `${name} cannot be taken back and is set in the panel only`);
    }
    for (const file of model.of('flexipage')) {
      for (const element of walk(file.root)) {
        const field = element.name === 'fieldInstance' ? textOf(element, 'fieldItem')?.replace('Record.', '') : undefined;
        if (
          field !== undefined &&
          oneWayFields.includes(field) &&
          textOf(childOf(element, 'fieldInstanceProperties'), 'value') !== 'readonly'
        )
          report(file.path, `${field} cannot be taken back and is set in the panel only`);
      }
    }
  },
};

export const layoutRules: readonly Rule[] = [names, layoutFields, required, columns, links, oneWay];
