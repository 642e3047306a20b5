/** Rules about report types, reports and the dashboard. */
import { filterFault } from './list-filter.ts';
import { childOf, childrenOf, textOf, walk, type Element } from './package-files.ts';
import { childObject, fieldOf, type PackageModel, type Rule } from './package-model.ts';

/** Columns of Opportunity in custom report types; lookups stand without Id. */
const reportColumns: Readonly<Record<string, readonly string[]>> = {
  Opportunity: ['Name', 'Account', 'Owner', 'Amount', 'CloseDate', 'StageName'],
  custom: ['Name', 'Owner'],
};

const reportTypes: Rule = {
  name: 'report-type',
  check(model, report) {
    for (const file of model.of('reportType')) {
      const base = textOf(file.root, 'baseObject') ?? '';
      if (base !== 'Opportunity' && model.objects.get(base)?.kind !== 'custom') report(file.path, `the object ${base} does not exist`);
      if (model.objects.has(`${file.stem}__c`)) report(file.path, 'the name is that of a custom object: reports would mean the wrong one');
      if (textOf(file.root, 'deployed') !== 'true') report(file.path, 'nobody can use it before it is deployed');
      if (textOf(file.root, 'category') !== 'opportunities') report(file.path, 'people look for it under Opportunities');
      const join = childOf(file.root, 'join');
      const relationship = textOf(join, 'relationship');
      const child = relationship === undefined ? null : childObject(model, base, relationship);
      if (join && (child === null || textOf(join, 'outerJoin') !== 'false'))
        report(file.path, `the relationship ${relationship} does not exist, or is no inner join`);
      const tables: Readonly<Record<string, string>> = { [base]: base, ...(child ? { [`${base}.${relationship}`]: child } : {}) };
      const seen = new Set<string>();
      for (const column of [...walk(file.root)].filter((element) => element.name === 'columns')) {
        const table = textOf(column, 'table') ?? '';
        const field = textOf(column, 'field') ?? '';
        const object = tables[table];
        const known =
          object !== undefined &&
          (model.objects.get(object)?.fields.has(field) || (reportColumns[object] ?? reportColumns.custom ?? []).includes(field));
        if (!known) report(file.path, `the column ${table}.${field} does not exist`);
        if (seen.has(`${table}.${field}`)) report(file.path, `the column ${table}.${field} stands twice`);
        seen.add(`${table}.${field}`);
        if (object !== undefined && fieldOf(model, object, field)?.kind === 'long-text')
          report(file.path, `${field} is a long text and of no use in a report`);
      }
      if (childrenOf(file.root, 'sections').some((section) => !textOf(section, 'masterLabel')))
        report(file.path, 'a section needs a label');
      if (![...walk(file.root)].some((element) => element.name === 'checkedByDefault' && element.text.trim() === 'true'))
        report(file.path, 'no column is shown by default');
    }
  },
};

/** Columns (`Object$Field`) a report of a type may use. */
function typeColumns(model: PackageModel, name: string): ReadonlySet<string> | null {
  const file = model.of('reportType').find((candidate) => candidate.stem === name.replace(/__c$/, ''));
  if (!file || !name.endsWith('__c')) return null;
  return new Set(
    [...walk(file.root)]
      .filter((element) => element.name === 'columns')
      .map((column) => `${textOf(column, 'table')}$${textOf(column, 'field')}`),
  );
}

const filterOperators = ['equals', 'notEqual', 'contains', 'notContain'];
const groupings = ['None', 'Day', 'Week', 'Month', 'Quarter', 'Year'];

const reports: Rule = {
  name: 'report',
  check(model, report) {
    for (const file of model.of('report')) {
      const { root, path } = file;
      const known = typeColumns(model, textOf(root, 'reportType') ?? '');
      if (!known) {
        report(path, `the report type ${textOf(root, 'reportType')} does not exist`);
        continue;
      }
      const columns = childrenOf(root, 'columns').map((column) => textOf(column, 'field') ?? '');
      const groups = childrenOf(root, 'groupingsDown');
      const grouped = groups.map((group) => textOf(group, 'field') ?? '');
      const filters = [...walk(root)].filter((element) => element.name === 'criteriaItems');
      const date = textOf(childOf(root, 'timeFrameFilter'), 'dateColumn') ?? '';
      for (const column of [...columns, ...grouped, ...filters.map((filter) => textOf(filter, 'column') ?? ''), date])
        if (!known.has(column)) report(path, `the column ${column} is not part of the report type`);
      for (const column of columns) if (grouped.includes(column)) report(path, `${column} is a grouping and no column as well`);
      if (new Set(columns).size !== columns.length) report(path, 'a column stands twice');
      const kind = (column: string): string | undefined => {
        const [object = '', field = ''] = column.split('$');
        return field === 'Account' || field === 'Owner' ? 'text' : fieldOf(model, object, field)?.kind;
      };
      if (kind(date) !== 'date') report(path, `${date} is no date`);
      if (textOf(root, 'format') !== (groups.length > 0 ? 'Summary' : 'Tabular'))
        report(path, 'a report with groups is a summary, one without is a table');
      for (const group of groups) {
        const granularity = textOf(group, 'dateGranularity') ?? '';
        if (!groupings.includes(granularity) || (granularity !== 'None') !== (kind(textOf(group, 'field') ?? '') === 'date'))
          report(path, 'a date is grouped by day, week, month, quarter or year, other columns by None');
        if (!textOf(group, 'sortOrder')) report(path, 'a grouping needs sortOrder');
      }
      for (const filter of filters) {
        const [object = '', field = ''] = (textOf(filter, 'column') ?? '').split('$');
        const operator = textOf(filter, 'operator') ?? '';
        if (!filterOperators.includes(operator)) report(path, `the operator ${operator} is not used here`);
        const fault =
          operator === 'contains' || operator === 'notContain' ? null : filterFault(model, object, field, textOf(filter, 'value') ?? '');
        if (fault !== null) report(path, fault);
        if (textOf(filter, 'columnToColumn') !== 'false' || textOf(filter, 'isUnlocked') !== 'true')
          report(path, 'a filter compares with a value and may be changed by its reader');
        if (!textOf(filter, 'value')) report(path, 'a filter needs a value');
        if (field === 'PC_Deal_Type__c' && !['Private', 'Partner-led', 'Co-sell', 'Lead'].includes(textOf(filter, 'value') ?? ''))
          report(path, 'this is no deal type');
        if (field === 'PC_Referral_Status__c' && !['Won', 'Closed'].includes(textOf(filter, 'value') ?? ''))
          report(path, 'this is no referral status');
      }
      for (const column of childrenOf(root, 'columns'))
        if (childOf(column, 'aggregateTypes') && kind(textOf(column, 'field') ?? '') !== 'number')
          report(path, `${textOf(column, 'field')} cannot be summed`);
      if (textOf(root, 'scope') !== 'organization') report(path, 'everyone sees what they may see: scope organization');
      if (textOf(childOf(root, 'timeFrameFilter'), 'interval') !== 'INTERVAL_CUSTOM') report(path, 'the report shows all times');
      if (textOf(root, 'showDetails') !== String(groups.length === 0)) report(path, 'a summary opens folded, a table with its rows');
      if (textOf(root, 'showGrandTotal') !== 'true' || textOf(root, 'showSubTotals') !== 'true') report(path, 'totals are shown');
      if (!textOf(root, 'name')) report(path, 'name is missing');
    }
  },
};

const chartKinds = ['Bar', 'Column', 'Donut'];
/** Attributes without which the platform refuses a chart, and what they must be. */
const chartFacts: Readonly<Record<string, string>> = {
  autoselectColumnsFromReport: 'true',
  chartAxisRange: 'Auto',
  displayUnits: 'Auto',
  drillEnabled: 'false',
  drillToDetailEnabled: 'false',
  enableHover: 'true',
  expandOthers: 'false',
  legendPosition: 'Bottom',
  showPercentage: 'false',
  showPicturesOnCharts: 'false',
  showValues: 'true',
  sortBy: 'RowLabelAscending',
  useReportChart: 'false',
};

function dashboardComponent(model: PackageModel, path: string, component: Element, report: (path: string, text: string) => void): void {
  const name = textOf(component, 'report') ?? '';
  const file = model.of('report').find((candidate) => candidate.path.endsWith(`/reports/${name}.report-meta.xml`));
  if (!file) return report(path, `the report ${name} does not exist`);
  if (!chartKinds.includes(textOf(component, 'componentType') ?? ''))
    report(path, `${textOf(component, 'componentType')} is not used here`);
  for (const [fact, value] of Object.entries(chartFacts))
    if (textOf(component, fact) !== value) report(path, `the chart of ${name} needs ${fact} ${value}`);
  const group = childrenOf(file.root, 'groupingsDown').map((entry) => textOf(entry, 'field'));
  if (!group.includes(textOf(component, 'groupingColumn'))) report(path, `the chart of ${name} must group by the report's grouping`);
  if (!textOf(component, 'header')) report(path, 'a chart needs a header');
}

const dashboards: Rule = {
  name: 'dashboard',
  check(model, report) {
    for (const file of model.of('dashboard')) {
      const components = [...walk(file.root)].filter((element) => element.name === 'components');
      for (const component of components) dashboardComponent(model, file.path, component, report);
      if (components.length === 0) report(file.path, 'a dashboard needs components');
      if (textOf(file.root, 'dashboardType') !== 'LoggedInUser' || childOf(file.root, 'runningUser'))
        report(file.path, 'everyone sees their own deals: dashboardType LoggedInUser, no user is named');
      if (textOf(file.root, 'isGridLayout') !== 'false') report(file.path, 'the dashboard has columns: isGridLayout false');
      for (const element of walk(file.root))
        if (/Color$/.test(element.name) && !/^#[0-9A-F]{6}$/i.test(element.text.trim()))
          report(file.path, `${element.name} is a colour such as #FFFFFF`);
      for (const section of ['leftSection', 'middleSection', 'rightSection'])
        if (!childOf(file.root, section)) report(file.path, `${section} is missing`);
      const size = Number(textOf(file.root, 'titleSize'));
      if (size < 8 || size > 24) report(file.path, 'titleSize is between 8 and 24');
      if (!textOf(file.root, 'title')) report(file.path, 'title is missing');
    }
    for (const file of [...model.of('reportFolder'), ...model.of('dashboardFolder')]) {
      if (!textOf(file.root, 'name')) report(file.path, 'a folder needs a name');
    }
    for (const file of [...model.of('report'), ...model.of('dashboard')]) {
      const folder = /\/(?:reports|dashboards)\/([^/]+)\//.exec(file.path)?.[1] ?? '';
      const suffix = file.suffix === 'report' ? 'reportFolder' : 'dashboardFolder';
      if (!model.names(suffix).has(folder)) report(file.path, `the folder ${folder} does not exist`);
      if (file.directory !== 'force-reports')
        report(file.path, 'reports are deployed second, from force-reports: they cannot be checked together with their report types');
    }
    for (const file of model.of('reportType'))
      if (file.directory !== 'force-app') report(file.path, 'report types are deployed first, with force-app');
  },
};

export const reportRules: readonly Rule[] = [reportTypes, reports, dashboards];
