/** Report types, reports, dashboards and their folders (Salesforce package §10). */
import { child, childrenOf, MetadataProblem, requiredText, textOf, type XmlElement } from './metadata-xml.ts';
import { refuseAll, type Apply, type DeployContext } from './deploy-model.ts';

export const applyReportType: Apply = ({ root }, context) => {
  const base = requiredText(root, 'baseObject');
  const object = context.state.schema.object(base);
  if (!object) throw new MetadataProblem(`In field: baseObject - no CustomObject named ${base} found`, root);
  const tables = new Map<string, string>([[base, base]]);
  let join = child(root, 'join');
  let table = base;
  while (join) {
    const relationship = requiredText(join, 'relationship');
    const related = context.state.schema.childRelationship(tables.get(table) ?? '', relationship);
    if (!related) throw new MetadataProblem(`Could not resolve relationship ${relationship} of ${tables.get(table) ?? table}`, join);
    table = `${table}.${relationship}`;
    tables.set(table, related.childObject);
    join = child(join, 'join');
  }
  const problems: MetadataProblem[] = [];
  for (const section of childrenOf(root, 'sections')) {
    requiredText(section, 'masterLabel');
    for (const column of childrenOf(section, 'columns')) {
      const field = requiredText(column, 'field');
      const on = tables.get(requiredText(column, 'table'));
      if (on === undefined)
        problems.push(new MetadataProblem(`The table ${textOf(column, 'table') ?? ''} is not part of this report type`, column));
      else if (field === 'RecordTypeId')
        problems.push(new MetadataProblem('The column of a record type is RecordType, not RecordTypeId', column));
      else if (!columnExists(on, field, context)) problems.push(new MetadataProblem(`Could not resolve field ${on}.${field}`, column));
    }
  }
  refuseAll(problems);
};

/** Custom fields must exist; standard columns are known to an org under names of their own. */
function columnExists(object: string, path: string, context: DeployContext): boolean {
  const [first = '', ...rest] = path.split('.');
  if (rest.length === 0) return !first.endsWith('__c') || context.state.schema.field(object, first) !== undefined;
  const parent = context.state.schema.parentField(object, first.replace(/__c$/, '__r'))?.referenceTo?.[0];
  return parent === undefined ? !first.includes('__') : columnExists(parent, rest.join('.'), context);
}

export const applyReport: Apply = ({ root, fullName }, context) => {
  if (isFolder(root)) return;
  folderExists('Report', fullName, root, context);
  const name = requiredText(root, 'name');
  if (name.length > 40) throw new MetadataProblem(`Report name is too long: ${name.length} characters, at most 40`, child(root, 'name'));
  const reportType = requiredText(root, 'reportType');
  const custom = reportType.endsWith('__c') ? reportType.slice(0, -'__c'.length) : null;
  if (custom !== null) {
    // Measured on real orgs: a check-only deployment does not see its own new report types (Salesforce package §1 rule 6).
    if (!context.has('ReportType', custom) || (context.checkOnly && context.bringing('ReportType', custom))) {
      throw new MetadataProblem(`invalid report type: ${reportType}`, child(root, 'reportType'));
    }
  }
  const type = custom === null ? undefined : context.state.schema.component('ReportType', custom);
  if (!type) return;
  const known = new Set(
    childrenOf((type.definition as { readonly root: XmlElement }).root, 'sections')
      .flatMap((section) => childrenOf(section, 'columns'))
      .map((column) => `${textOf(column, 'table') ?? ''}$${textOf(column, 'field') ?? ''}`),
  );
  const columns = childrenOf(root, 'columns').map((column) => column);
  const groupings = [...childrenOf(root, 'groupingsDown'), ...childrenOf(root, 'groupingsAcross')];
  const problems: MetadataProblem[] = [];
  const check = (element: XmlElement): void => {
    const field = textOf(element, 'field') ?? '';
    if (field.includes('$') && !known.has(field)) problems.push(new MetadataProblem(`Invalid column: ${field}`, element));
  };
  columns.forEach(check);
  groupings.forEach(check);
  for (const filter of childrenOf(child(root, 'filter') ?? root, 'criteriaItems')) {
    const column = textOf(filter, 'column') ?? '';
    if (column.includes('$') && !known.has(column)) problems.push(new MetadataProblem(`Invalid filter column: ${column}`, filter));
  }
  for (const grouping of groupings) {
    if (columns.some((column) => textOf(column, 'field') === textOf(grouping, 'field')))
      problems.push(new MetadataProblem(`A grouping field can't also be a column: ${textOf(grouping, 'field') ?? ''}`, grouping));
    requiredText(grouping, 'sortOrder');
  }
  refuseAll(problems);
};

export const applyDashboard: Apply = ({ root, fullName }, context) => {
  if (isFolder(root)) return;
  folderExists('Dashboard', fullName, root, context);
  requiredText(root, 'title');
  if (textOf(root, 'dashboardType') === 'SpecifiedUser' || child(root, 'runningUser')) {
    const user = textOf(root, 'runningUser') ?? '';
    if (!context.state.find('User', 'Username', user)[0])
      throw new MetadataProblem(`In field: runningUser - no User named ${user} found`, root);
  }
  const problems: MetadataProblem[] = [];
  const visit = (element: XmlElement): void => {
    if (element.name === 'report' && element.text !== '' && !context.has('Report', element.text))
      problems.push(new MetadataProblem(`In field: report - no Report named ${element.text} found`, element));
    if (
      textOf(element, 'componentType') !== null &&
      /Bar|Column|Line|Donut|Pie|Funnel|Scatter/.test(textOf(element, 'componentType') ?? '')
    ) {
      if (!child(element, 'sortBy')) problems.push(new MetadataProblem('Required field is missing: sortBy', element));
      if (!child(element, 'chartAxisRange')) problems.push(new MetadataProblem('Required field is missing: chartAxisRange', element));
    }
    element.children.forEach(visit);
  };
  visit(root);
  refuseAll(problems);
};

const isFolder = (root: XmlElement): boolean => /Folder$/.test(root.name);

function folderExists(type: string, fullName: string, root: XmlElement, context: DeployContext): void {
  const folder = fullName.split('/').slice(0, -1).join('/');
  if (folder === '' || folder === 'unfiled$public' || context.has(type, folder)) return;
  throw new MetadataProblem(`Cannot find folder:${folder}`, root);
}
