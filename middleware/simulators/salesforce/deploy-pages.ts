/**
 * What people see: tabs, apps, pages, layouts, quick actions, labels, Lightning components. The org keeps them by name; here their
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

export const applyLabels: Apply = ({ root }) => {
  const seen = new Set<string>();
  for (const label of root.name === 'labels' ? [root] : childrenOf(root, 'labels')) {
    const name = requiredText(label, 'fullName');
    if (seen.has(name.toLowerCase())) throw new MetadataProblem(`Duplicate label name: ${name}`, label);
    seen.add(name.toLowerCase());
    for (const element of ['language', 'protected', 'shortDescription', 'value']) requiredText(label, element);
    if ((textOf(label, 'value') ?? '').length > 1_000)
      throw new MetadataProblem(`Value too long for field: Value maximum length is:1000 (${name})`, label);
    if ((textOf(label, 'shortDescription') ?? '').length > 80)
      throw new MetadataProblem(`Value too long for field: MasterLabel maximum length is:80 (${name})`, label);
  }
};

/** A bundle's imports resolve. It is not compiled here: that is the job of the component tests. */
export const applyBundle: Apply = ({ fullName, root, files }, context) => {
  if (!/^[a-z][A-Za-z0-9_]*$/.test(fullName) || /__|_$/.test(fullName))
    throw new MetadataProblem(`The bundle name '${fullName}' is not valid`, root);
  const problems: MetadataProblem[] = [];
  if (!files.has(`${fullName}.js`) && !files.has(`${fullName}.css`))
    problems.push(new MetadataProblem(`Cannot find Lightning Component Bundle ${fullName}`, root));
  const testFile = [...files.keys()].find((path) => path.includes('__tests__'));
  if (testFile !== undefined) problems.push(new MetadataProblem(`No MODULE named markup://c:${fullName} found : ${testFile}`, root));
  for (const [path, content] of files) {
    if (!path.endsWith('.js')) continue;
    for (const match of content.matchAll(/\bfrom\s+['"]([^'"]+)['"]|\bimport\s+['"]([^'"]+)['"]/g)) {
      const problem = importProblem(match[1] ?? match[2] ?? '', context);
      if (problem !== null) problems.push(new MetadataProblem(`${path}: ${problem}`, root));
    }
  }
  refuseAll(problems);
};

function importProblem(module: string, context: DeployContext): string | null {
  const [, scope = '', kind = '', name = ''] = /^(@salesforce|c)\/([^/]+)(?:\/(.+))?$/.exec(module) ?? [];
  if (scope === 'c')
    return context.has('LightningComponentBundle', kind) || context.bringing('LightningComponentBundle', kind)
      ? null
      : `No MODULE named markup://c:${kind} found`;
  if (scope === '') return null;
  switch (kind) {
    case 'schema': {
      const [object = '', field, ...rest] = name.split('.');
      if (!context.state.schema.object(object)) return `Invalid reference ${name} of type sobject`;
      if (field !== undefined && rest.length === 0 && !context.state.schema.field(object, field))
        return `Invalid reference ${name} of type sobjectField`;
      return null;
    }
    case 'label': {
      const label = name.replace(/^c\./, '');
      return name.startsWith('c.') && !context.has('CustomLabel', label) ? `Invalid reference ${name} of type label` : null;
    }
    case 'customPermission':
      return context.state.schema.customPermissions.has(name) ? null : `Invalid reference ${name} of type customPermission`;
    case 'apex':
      return `Unable to find Apex action class referenced as '${name}'`;
    default:
      return null;
  }
}

export const applyEventChannel: Apply = ({ fullName, root }) => {
  if (!fullName.endsWith('__chn')) throw new MetadataProblem('The name of a channel ends in __chn', root);
};

export const applyEventChannelMember: Apply = ({ root }, context) => {
  const channel = requiredText(root, 'eventChannel');
  const entity = requiredText(root, 'selectedEntity');
  if (!context.has('PlatformEventChannel', channel))
    throw new MetadataProblem(`In field: eventChannel - no PlatformEventChannel named ${channel} found`, root);
  if (entity.endsWith('__e') && context.state.schema.object(entity)?.kind !== 'event')
    throw new MetadataProblem(`In field: selectedEntity - no CustomObject named ${entity} found`, root);
};
