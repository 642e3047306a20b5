/** Rules about Lightning pages. Standard components and their properties come from a closed list, since a typing mistake there is invisible. */
import { childOf, childrenOf, textOf, walk, type Element, type MetadataFile } from './package-files.ts';
import { childObject, fieldOf, type PackageModel, type Rule } from './package-model.ts';

interface StandardComponent {
  readonly properties: readonly string[];
  /** Property that names a facet. */
  readonly facet?: string;
}
const standardComponents: Readonly<Record<string, StandardComponent>> = {
  'flexipage:column': { properties: ['body'], facet: 'body' },
  'flexipage:fieldSection': { properties: ['columns', 'horizontalAlignment', 'label'], facet: 'columns' },
  'flexipage:filterListCard': { properties: ['entityName', 'filterName', 'pageSize'] },
  'flexipage:tab': { properties: ['body', 'title'], facet: 'body' },
  'flexipage:tabset': { properties: ['tabs'], facet: 'tabs' },
  'force:detailPanel': { properties: [] },
  'force:highlightsPanel': { properties: [] },
  'force:relatedListContainer': { properties: [] },
  'force:relatedListSingleContainer': {
    properties: ['parentFieldApiName', 'relatedListApiName', 'relatedListComponentOverride', 'rowsToDisplay', 'showActionBar'],
  },
};
const templates: Readonly<Record<string, { readonly type: string; readonly regions: readonly string[] }>> = {
  'flexipage:recordHomeTemplateDesktop': { type: 'RecordPage', regions: ['header', 'main', 'sidebar'] },
  'home:desktopTemplate': { type: 'HomePage', regions: ['top', 'bottomLeft', 'bottomRight', 'sidebar'] },
};
/** Which target a bundle needs on which page. */
export const pageTargets: Readonly<Record<string, string>> = { RecordPage: 'lightning__RecordPage', HomePage: 'lightning__HomePage' };

const components = (file: MetadataFile): readonly Element[] =>
  [...walk(file.root)].filter((element) => element.name === 'componentInstance');
const fieldsOf = (file: MetadataFile): readonly Element[] => [...walk(file.root)].filter((element) => element.name === 'fieldInstance');
function properties(component: Element): ReadonlyMap<string, string> {
  return new Map(
    childrenOf(component, 'componentInstanceProperties').map((property) => [
      textOf(property, 'name') ?? '',
      textOf(property, 'value') ?? '',
    ]),
  );
}

const pageNames: Rule = {
  name: 'page-name',
  check(model, report) {
    for (const file of model.of('flexipage')) {
      const regions = childrenOf(file.root, 'flexiPageRegions');
      const all = [
        ...regions.map((region) => textOf(region, 'name') ?? ''),
        ...[...components(file), ...fieldsOf(file)].map((element) => textOf(element, 'identifier') ?? ''),
      ];
      for (const name of new Set(all.filter((candidate, index) => all.indexOf(candidate) !== index)))
        report(file.path, `the name ${name} is used twice`);
      if (all.includes('')) report(file.path, 'every component and field needs an identifier');
      const facets = regions.filter((region) => textOf(region, 'type') === 'Facet').map((region) => textOf(region, 'name') ?? '');
      const used = components(file).flatMap((component) => {
        const facet = standardComponents[textOf(component, 'componentName') ?? '']?.facet;
        return facet ? [properties(component).get(facet) ?? ''] : [];
      });
      for (const name of facets)
        if (used.filter((candidate) => candidate === name).length !== 1) report(file.path, `the facet ${name} must be used exactly once`);
      for (const name of used) if (!facets.includes(name)) report(file.path, `there is no facet ${name}`);
      for (const instance of [...walk(file.root)].filter((element) => element.name === 'itemInstances'))
        if (instance.children.length !== 1) report(file.path, `line ${instance.line}: one child in each itemInstances`);
    }
  },
};

const template: Rule = {
  name: 'page-template',
  check(model, report) {
    for (const file of model.of('flexipage')) {
      const name = textOf(childOf(file.root, 'template'), 'name') ?? '';
      const known = templates[name];
      const type = textOf(file.root, 'type');
      if (!known || known.type !== type) report(file.path, `the template ${name} does not go with a ${type}`);
      for (const region of childrenOf(file.root, 'flexiPageRegions')) {
        if (textOf(region, 'type') === 'Region' && !known?.regions.includes(textOf(region, 'name') ?? ''))
          report(file.path, `the template has no region ${textOf(region, 'name')}`);
      }
      if ((type === 'RecordPage') !== (childOf(file.root, 'sobjectType') !== undefined))
        report(file.path, 'a record page names its object, other pages name none');
      if (type === 'RecordPage' && textOf(file.root, 'sobjectType') !== 'Opportunity')
        report(file.path, 'our record page is for opportunities');
      if (!textOf(file.root, 'masterLabel')) report(file.path, 'masterLabel is missing');
    }
  },
};

const behaviors = ['none', 'readonly', 'required'];

const pageFields: Rule = {
  name: 'page-field',
  check(model, report) {
    for (const file of model.of('flexipage')) {
      const object = textOf(file.root, 'sobjectType') ?? '';
      for (const element of fieldsOf(file)) {
        const item = textOf(element, 'fieldItem') ?? '';
        const name = item.replace(/^Record\./, '');
        const field = fieldOf(model, object, name);
        if (!item.startsWith('Record.') || !field) report(file.path, `${item} does not exist on ${object}`);
        const property = childOf(element, 'fieldInstanceProperties');
        const behavior = textOf(property, 'value') ?? '';
        if (textOf(property, 'name') !== 'uiBehavior' || !behaviors.includes(behavior))
          report(file.path, `${name}: uiBehavior is none, readonly or required`);
        if (behavior === 'required') report(file.path, `${name} must not be required: the deal can be saved without it`);
        if (textOf(element, 'identifier') !== `Record${name}Field`)
          report(file.path, `the identifier of ${name} must be Record${name}Field`);
      }
      const shown = fieldsOf(file).map((element) => textOf(element, 'fieldItem'));
      for (const name of new Set(shown.filter((candidate, index) => shown.indexOf(candidate) !== index)))
        report(file.path, `${name} is shown twice`);
    }
  },
};

const tabTitles = ['Standard.Tab.detail', 'Standard.Tab.relatedLists'];

const pageComponents: Rule = {
  name: 'page-component',
  check(model, report) {
    for (const file of model.of('flexipage')) {
      for (const component of components(file)) {
        const name = textOf(component, 'componentName') ?? '';
        const given = properties(component);
        const standard = standardComponents[name];
        if (!standard) {
          if (textOf(component, 'identifier') !== name) report(file.path, `the identifier of ${name} must be its name`);
          if (!model.bundles.has(name)) report(file.path, `the component ${name} does not exist`);
          const target = pageTargets[textOf(file.root, 'type') ?? ''] ?? '';
          const meta = model.of('js').find((candidate) => candidate.stem === name);
          if (meta && ![...walk(meta.root)].some((element) => element.name === 'target' && element.text.trim() === target))
            report(file.path, `${name} lacks the target ${target}`);
          continue;
        }
        for (const property of given.keys())
          if (!standard.properties.includes(property)) report(file.path, `${name} has no property ${property}`);
        for (const property of standard.properties) if (!given.get(property)) report(file.path, `${name} needs the property ${property}`);
        if (name === 'force:relatedListSingleContainer') {
          if (
            given.get('parentFieldApiName') !== 'Opportunity.Id' ||
            !childObject(model, 'Opportunity', given.get('relatedListApiName') ?? '')
          )
            report(file.path, `the related list ${given.get('relatedListApiName')} does not exist`);
          if (given.get('relatedListComponentOverride') !== 'NONE') report(file.path, 'relatedListComponentOverride must be NONE');
        }
        if (name === 'flexipage:filterListCard') {
          const views = model.objects.get(given.get('entityName') ?? '')?.listViews;
          if (!views?.has(given.get('filterName') ?? ''))
            report(file.path, `the list view ${given.get('entityName')}.${given.get('filterName')} does not exist`);
        }
        for (const property of ['rowsToDisplay', 'pageSize'])
          if (given.has(property) && !/^[1-9]\d?$/.test(given.get(property) ?? '')) report(file.path, `${property} is a small number`);
        for (const property of ['showActionBar', 'horizontalAlignment'])
          if (given.has(property) && !['true', 'false'].includes(given.get(property) ?? ''))
            report(file.path, `${property} is true or false`);
        const title = given.get('title');
        if (title?.startsWith('Standard.') && !tabTitles.includes(title)) report(file.path, `the title ${title} is not known`);
      }
    }
    const placed = model
      .of('flexipage')
      .flatMap((file) => components(file).map((component) => `${file.stem} ${textOf(component, 'componentName')}`));
    for (const wanted of [
      'PC_Opportunity_Page partnerCenterPanel',
      'PC_Opportunity_Page partnerCenterAudit',
      'PC_Home_Page partnerCenterHealth',
      'PC_Opportunity_Page force:relatedListSingleContainer',
    ]) {
      if (!placed.includes(wanted)) report(`flexipages/${wanted.split(' ')[0]}`, `${wanted.split(' ')[1]} is missing on the page`);
    }
    const labels = model.of('flexipage').flatMap((file) => components(file).map((component) => properties(component).get('label')));
    if (!labels.includes('Microsoft Partner Center'))
      report('flexipages/PC_Opportunity_Page', 'the section "Microsoft Partner Center" is missing');
  },
};

export const pageRules: readonly Rule[] = [pageNames, template, pageFields, pageComponents];

/** Used by the allow list and the component rules. */
export const componentsOfPages = (model: PackageModel): readonly string[] =>
  model.of('flexipage').flatMap((file) => components(file).map((component) => textOf(component, 'componentName') ?? ''));
