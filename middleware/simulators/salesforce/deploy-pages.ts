/**
 * What people see: tabs, apps, pages, layouts, quick actions. The org keeps them by name; here their
 * references are checked (Salesforce package §7, §8, §15).
 */
import { child, childrenOf, MetadataProblem, requiredText, textOf, type XmlElement } from './metadata-xml.ts';
import { refuseAll, type Apply, type DeployContext } from './deploy-model.ts';

export const applyTab: Apply = ({ fullName, root }, context) => {
  const targets = ['customObject', 'flexiPage', 'lwcComponent', 'url', 'page', 'auraComponent'].filter((name) => child(root, name));
  if (targets.length !== 1) throw new MetadataProblem('A tab shows exactly one thing: an object, a page or a component', root);
  if (textOf(root, 'customObject') === 'true' && !context.state.schema.object(fullName))
    throw new MetadataProblem(`Entity of type 'CustomObject' named '${fullName}' cannot be found`, root);
  const page = textOf(root, 'flexiPage');
  if (page !== null && !context.has('FlexiPage', page))
    throw new MetadataProblem(`In field: flexiPage - no FlexiPage named ${page} found`, child(root, 'flexiPage'));
  const component = textOf(root, 'lwcComponent');
  if (component !== null && !context.has('LightningComponentBundle', component))
    throw new MetadataProblem(`In field: lwcComponent - no LightningComponentBundle named ${component} found`, root);
  requiredText(root, 'motif');
};

export const applyApplication: Apply = ({ root }, context) => {
  const problems: MetadataProblem[] = [];
  requiredText(root, 'label');
  for (const tab of childrenOf(root, 'tabs')) {
    if (!tab.text.startsWith('standard-') && !context.has('CustomTab', tab.text))
      problems.push(new MetadataProblem(`In field: tab - no CustomTab named ${tab.text} found`, tab));
  }
  for (const override of childrenOf(root, 'actionOverrides')) {
    const page = textOf(override, 'content');
    if (page !== null && !context.has('FlexiPage', page))
      problems.push(new MetadataProblem(`In field: content - no FlexiPage named ${page} found`, override));
    const object = textOf(override, 'pageOrSobjectType');
    if (object !== null && object !== 'standard-home' && !context.state.schema.object(object))
      problems.push(new MetadataProblem(`In field: pageOrSobjectType - no CustomObject named ${object} found`, override));
  }
  const utilityBar = textOf(root, 'utilityBar');
  if (utilityBar !== null && !context.has('FlexiPage', utilityBar))
    problems.push(new MetadataProblem(`In field: utilityBar - no FlexiPage named ${utilityBar} found`, child(root, 'utilityBar')));
  refuseAll(problems);
};

export const applyQuickAction: Apply = ({ fullName, root }, context) => {
  const [objectName = ''] = fullName.includes('.') ? fullName.split('.') : [''];
  if (objectName !== '' && !context.state.schema.object(objectName))
    throw new MetadataProblem(`Entity of type 'CustomObject' named '${objectName}' cannot be found`, root);
  const bundle = textOf(root, 'lightningWebComponent');
  if (bundle !== null) {
    const component = context.state.schema.component('LightningComponentBundle', bundle);
    if (!component)
      throw new MetadataProblem(
        `In field: lightningWebComponent - no LightningComponentBundle named ${bundle} found`,
        child(root, 'lightningWebComponent'),
      );
    const meta = (component.definition as { readonly root: XmlElement }).root;
    const targets = childrenOf(child(meta, 'targets') ?? meta, 'target').map((target) => target.text);
    if (!targets.includes('lightning__RecordAction'))
      throw new MetadataProblem(`The component ${bundle} has no target lightning__RecordAction`, child(root, 'lightningWebComponent'));
  }
  const target = textOf(root, 'targetObject');
  if (target !== null && !context.state.schema.object(target))
    throw new MetadataProblem(`In field: targetObject - no CustomObject named ${target} found`, child(root, 'targetObject'));
};

export const applyFlexiPage: Apply = ({ root }, context) => {
  const problems: MetadataProblem[] = [];
  const object = textOf(root, 'sobjectType');
  if (object !== null && !context.state.schema.object(object))
    throw new MetadataProblem(`In field: sobjectType - no CustomObject named ${object} found`, child(root, 'sobjectType'));
  const regions = childrenOf(root, 'flexiPageRegions');
  const names = new Set<string>();
  const claim = (name: string | null, place: XmlElement): void => {
    if (name === null) return;
    if (names.has(name)) problems.push(new MetadataProblem(`The name ${name} is used more than once on this page`, place));
    names.add(name);
  };
  for (const region of regions) claim(textOf(region, 'name'), region);
  const used = new Set<string>();
  for (const region of regions) {
    for (const item of childrenOf(region, 'itemInstances')) {
      if (item.children.length !== 1) problems.push(new MetadataProblem('An itemInstances element holds exactly one item', item));
      for (const one of item.children) {
        claim(textOf(one, 'identifier'), one);
        checkItem(one, object, context, problems, used);
      }
    }
  }
  for (const region of regions) {
    const name = textOf(region, 'name') ?? '';
    if (textOf(region, 'type') === 'Facet' && !used.has(name))
      problems.push(new MetadataProblem(`The facet ${name} is not used by any component`, region));
  }
  refuseAll(problems);
};

function checkItem(item: XmlElement, object: string | null, context: DeployContext, problems: MetadataProblem[], used: Set<string>): void {
  if (item.name === 'fieldInstance') {
    const path = (textOf(item, 'fieldItem') ?? '').replace(/^Record\./, '');
    if (object !== null && !path.includes('.') && !fieldExists(object, path, context))
      problems.push(new MetadataProblem(`The field ${path} does not exist on ${object}`, item));
    return;
  }
  const name = textOf(item, 'componentName') ?? '';
  const bare = name.replace(/^c:/, '');
  if (!name.includes(':') || name.startsWith('c:')) {
    if (!context.has('LightningComponentBundle', bare))
      problems.push(new MetadataProblem(`In field: componentName - no LightningComponentBundle named ${bare} found`, item));
  }
  for (const property of childrenOf(item, 'componentInstanceProperties')) {
    const value = textOf(property, 'value');
    if (value !== null) used.add(value);
    if (
      textOf(property, 'name') === 'relatedListApiName' &&
      value?.endsWith('__r') === true &&
      object !== null &&
      !context.state.schema.childRelationship(object, value)
    ) {
      problems.push(new MetadataProblem(`The related list ${value} does not exist on ${object}`, property));
    }
  }
}

/** Standard compound fields and those the simulated org does not hold are taken as they are; custom ones must exist. */
const fieldExists = (object: string, field: string, context: DeployContext): boolean =>
  !field.endsWith('__c') || context.state.schema.field(object, field) !== undefined;

/** Fields an org wants on the layouts of Opportunity, with the behavior they need. */
const OPPORTUNITY_LAYOUT: readonly (readonly [string, string | null])[] = [
  ['Probability', null],
  ['Name', 'Required'],
  ['StageName', 'Required'],
  ['CloseDate', 'Required'],
];

export const applyLayout: Apply = ({ fullName, root }, context) => {
  const objectName = decodeURIComponent(fullName).split('-')[0] ?? '';
  const object = context.state.schema.object(objectName);
  if (!object) throw new MetadataProblem(`In field: fullName - no CustomObject named ${objectName} found`, root);
  const items = new Map<string, string | null>();
  for (const section of childrenOf(root, 'layoutSections')) {
    const columns = childrenOf(section, 'layoutColumns');
    const style = textOf(section, 'style') ?? '';
    if (style.startsWith('TwoColumns') && columns.length !== 2)
      throw new MetadataProblem(`A section of style ${style} has two layoutColumns`, section);
    for (const item of columns.flatMap((column) => childrenOf(column, 'layoutItems'))) {
      const field = textOf(item, 'field');
      if (field === null) continue;
      if (items.has(field)) throw new MetadataProblem(`The field ${field} is on this layout more than once`, item);
      items.set(field, textOf(item, 'behavior'));
      if (!fieldExists(objectName, field, context))
        throw new MetadataProblem(`In field: field - no CustomField named ${objectName}.${field} found`, item);
    }
  }
  const needed: (readonly [string, string | null])[] = objectName === 'Opportunity' ? [...OPPORTUNITY_LAYOUT] : [];
  if (object.kind === 'custom') {
    if (object.fields.get('Name')?.type === 'Text') needed.push(['Name', 'Required']);
    for (const field of object.fields.values()) if (field.custom && field.required === true) needed.push([field.name, 'Required']);
  }
  for (const [field, behavior] of needed) {
    if (!items.has(field)) throw new MetadataProblem(`Layout must contain an item for required layout field: ${field}`, root);
    if (behavior !== null && items.get(field) !== behavior)
      throw new MetadataProblem(`The required field ${field} needs the behavior ${behavior}`, root);
  }
  for (const list of childrenOf(root, 'relatedLists')) {
    const name = requiredText(list, 'relatedList');
    const [child_, field] = name.split('.');
    if (field?.endsWith('__c') === true && !context.state.schema.field(child_ ?? '', field))
      throw new MetadataProblem(`Cannot find related list: ${name}`, list);
  }
  const actions = child(root, 'platformActionList');
  for (const action of actions ? childrenOf(actions, 'platformActionListItems') : []) {
    const name = requiredText(action, 'actionName');
    if (textOf(action, 'actionType') === 'QuickAction' && name.includes('.') && !context.has('QuickAction', name))
      throw new MetadataProblem(`In field: actionName - no QuickActionDefinition named ${name} found`, action);
  }
};
