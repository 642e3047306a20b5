/** Rules about everything that points at something else: app, tabs, list views, quick actions, report types, reports, dashboard. */
import { childOf, childrenOf, objectOf, textOf, textsOf, walk, type Element } from './package-files.ts';
import { childObject, fieldOf, type PackageModel, type Rule } from './package-model.ts';
import { featureOnly, standardObjects } from './standard-schema.ts';
import { syncStates } from './field-rules.ts';

const standardTabs = ['standard-home', 'standard-Opportunity', 'standard-Account', 'standard-Contact', 'standard-report', 'standard-Dashboard'];

const app: Rule = {
  name: 'app',
  check(model, report) {
    for (const file of model.of('app')) {
      const tabs = textsOf(file.root, 'tabs');
      for (const tab of tabs) if (!standardTabs.includes(tab) && !model.names('tab').has(tab)) report(file.path, `the tab ${tab} does not exist`);
      for (const tab of model.names('tab')) if (!tabs.includes(tab)) report(file.path, `the tab ${tab} is not part of the app`);
      if (new Set(tabs).size !== tabs.length) report(file.path, 'a tab stands twice');
      if (!tabs.includes(textOf(file.root, 'defaultLandingTab') ?? '')) report(file.path, 'the landing tab must be one of the tabs');
      if (textOf(file.root, 'uiType') !== 'Lightning' || textOf(file.root, 'navType') !== 'Standard') report(file.path, 'the app is a Lightning app with standard navigation');
      if (textsOf(file.root, 'formFactors').join() !== 'Large,Small') report(file.path, 'the app is for desktop and phone');
      if (!/^#[0-9A-F]{6}$/i.test(textOf(childOf(file.root, 'brand'), 'headerColor') ?? '')) report(file.path, 'headerColor is a colour such as #0070D2');
      if (textOf(childOf(file.root, 'brand'), 'shouldOverrideOrgTheme') !== 'false') report(file.path, "the customer's theme stays");
      for (const flag of ['isNavAutoTempTabsDisabled', 'isNavPersonalizationDisabled', 'isNavTabPersistenceDisabled', 'isOmniPinnedViewEnabled']) if (textOf(file.root, flag) !== 'false') report(file.path, `${flag} must be false`);
      const overrides = childrenOf(file.root, 'actionOverrides').map((entry) => ['pageOrSobjectType', 'actionName', 'content', 'formFactor', 'type', 'skipRecordTypeSelect'].map((name) => textOf(entry, name)).join(' '));
      const wanted = ['Opportunity View PC_Opportunity_Page Large Flexipage false', 'standard-home Tab PC_Home_Page Large Flexipage false'];
      if (overrides.slice().sort().join('|') !== wanted.join('|')) report(file.path, 'the app shows its own opportunity page and its own home page, and overrides nothing else');
      for (const entry of childrenOf(file.root, 'actionOverrides')) if (!model.names('flexipage').has(textOf(entry, 'content') ?? '')) report(file.path, `the page ${textOf(entry, 'content')} does not exist`);
      if (!textOf(file.root, 'label')) report(file.path, 'label is missing');
    }
    if (!model.names('app').has('PC_Partner_Center')) report('applications/PC_Partner_Center', 'the app is missing');
  },
};

/** Tab styles seen in public packages; the platform accepts its own list only. */
const motifs = ['Custom13: Box', 'Custom53: Bell', 'Custom67: Gears'];

const tabs: Rule = {
  name: 'tab',
  check(model, report) {
    for (const file of model.of('tab')) {
      if (textOf(file.root, 'customObject') !== 'true' || model.objects.get(file.stem)?.kind !== 'custom') report(file.path, `${file.stem} is no custom object of ours`);
      if (!motifs.includes(textOf(file.root, 'motif') ?? '')) report(file.path, `the style "${textOf(file.root, 'motif')}" is not known`);
      if (!model.objects.get(file.stem)?.listViews.has('All')) report(file.path, 'a tab needs the list view All');
    }
    const used = model.of('tab').map((file) => textOf(file.root, 'motif'));
    if (new Set(used).size !== used.length) report(model.of('tab')[0]?.path ?? 'tabs', 'two tabs share a style');
  },
};

const standardColumns: Readonly<Record<string, readonly string[]>> = {
  Opportunity: ['OPPORTUNITY.NAME', 'ACCOUNT.NAME', 'OPPORTUNITY.AMOUNT', 'OPPORTUNITY.CLOSE_DATE', 'OPPORTUNITY.STAGE_NAME'],
  custom: ['NAME', 'OWNER.ALIAS', 'CREATEDBY_USER', 'CREATED_DATE'],
};
const operations = ['equals', 'notEqual'];
/** Closed lists of texts the service writes, compared with by list views. */
const written: Readonly<Record<string, readonly string[]>> = { PC_Sync_State__c: syncStates, Status__c: ['Open', 'Closed'], Kind__c: ['match', 'parked', 'conflict', 'refused', 'confirm', 'settings'] };

/** What is wrong with a filter value, null when nothing is. */
function filterFault(model: PackageModel, object: string, field: string, value: string): string | null {
  const found = fieldOf(model, object, field);
  if (!found?.own) return `${field} does not exist`;
  if (found.kind === 'boolean') return value === '1' || value === '0' ? null : `${field} is compared with 1 or 0`;
  if (found.kind === 'date') return /^NEXT_N_DAYS:[1-9]\d?$/.test(value) ? null : `${field} is compared with NEXT_N_DAYS:n`;
  if (found.kind === 'long-text') return `${field} is a long text and cannot be filtered`;
  const known = found.own.values ?? written[field];
  return known && !known.includes(value) ? `${field} never holds "${value}"` : null;
}

const listViews: Rule = {
  name: 'list-view',
  check(model, report) {
    for (const file of model.of('listView')) {
      const object = objectOf(file.path) ?? '';
      const standard = standardColumns[object] ?? standardColumns.custom ?? [];
      const columns = textsOf(file.root, 'columns');
      if (columns.length === 0) report(file.path, 'a list view needs columns');
      for (const column of columns) {
        const own = model.objects.get(object)?.fields.get(column);
        if (!own && !standard.includes(column)) report(file.path, `the column ${column} does not exist`);
        if (own?.type === 'LongTextArea') report(file.path, `${column} is a long text and no column`);
      }
      if (new Set(columns).size !== columns.length) report(file.path, 'a column stands twice');
      for (const filter of childrenOf(file.root, 'filters')) {
        const fault = filterFault(model, object, textOf(filter, 'field') ?? '', textOf(filter, 'value') ?? '');
        if (fault !== null) report(file.path, fault);
        if (!operations.includes(textOf(filter, 'operation') ?? '')) report(file.path, `the operation ${textOf(filter, 'operation')} is not used here`);
      }
      const scope = textOf(file.root, 'filterScope');
      if (scope !== (file.stem.includes('_My_') ? 'Mine' : 'Everything')) report(file.path, 'the scope is Mine for "my" lists, else Everything');
      if (childOf(file.root, 'sharedTo')) report(file.path, 'every seller sees the list: no sharedTo');
    }
    const needed: Readonly<Record<string, readonly string[]>> = { Opportunity: ['PC_Needs_You', 'PC_Waiting_for_Microsoft', 'PC_Expiring_Soon'], PC_Attention__c: ['PC_My_Open', 'PC_Open_Match', 'PC_Open_Conflict', 'PC_Open_Parked', 'PC_Open_Refused', 'PC_Open_Confirm'], PC_Connection__c: ['All'] };
    for (const [object, names] of Object.entries(needed)) for (const name of names) if (!model.objects.get(object)?.listViews.has(name)) report(`objects/${object}`, `the list view ${name} is missing`);
    const subjects = model.of('listView').map((file) => ({ file, key: `${objectOf(file.path)} ${textOf(file.root, 'filterScope')} ${childrenOf(file.root, 'filters').map((filter) => textOf(filter, 'field') + '=' + textOf(filter, 'value')).join()}` }));
    for (const { file, key } of subjects) if (subjects.filter((other) => other.key === key).length > 1) report(file.path, 'another list view shows the same rows');
  },
};

const quickActions: Rule = {
  name: 'quick-action',
  check(model, report) {
    for (const file of model.of('quickAction')) {
      const bundle = textOf(file.root, 'lightningWebComponent') ?? '';
      if (!model.bundles.has(bundle)) report(file.path, `the component ${bundle} does not exist`);
      const meta = model.of('js').find((candidate) => candidate.stem === bundle);
      const all = meta ? [...walk(meta.root)] : [];
      if (meta && !all.some((element) => element.name === 'target' && element.text.trim() === 'lightning__RecordAction')) report(file.path, `${bundle} lacks the target lightning__RecordAction`);
      if (meta && !all.some((element) => element.name === 'actionType' && element.text.trim() === 'ScreenAction')) report(file.path, `${bundle} must be a ScreenAction`);
      if (textOf(file.root, 'type') !== 'LightningWebComponent' || textOf(file.root, 'actionSubtype') !== 'ScreenAction') report(file.path, 'the action opens a component as a screen');
      if (textOf(file.root, 'optionsCreateFeedItem') !== 'false') report(file.path, 'the action writes nothing into the feed');
      if (!/^Opportunity\.PC_\w+$/.test(file.stem)) report(file.path, 'our actions are for opportunities');
    }
    for (const name of ['PC_Sync_Now', 'PC_Accept', 'PC_Decline']) if (!model.names('quickAction').has(`Opportunity.${name}`)) report(`quickActions/Opportunity.${name}`, 'the action is missing');
  },
};

const notifications: Rule = {
  name: 'notification',
  check(model, report) {
    for (const name of ['PC_New_Deal', 'PC_Accepted', 'PC_Declined', 'PC_Needs_You', 'PC_Expiring']) if (!model.names('notiftype').has(name)) report(`notificationtypes/${name}`, 'the notification type is missing');
    for (const file of model.of('notiftype')) {
      if (textOf(file.root, 'desktop') !== 'true' || textOf(file.root, 'mobile') !== 'true') report(file.path, 'owners are told on the desktop and on the phone');
      if (childOf(file.root, 'slack')) report(file.path, 'slack is reserved by Salesforce');
      if (!textOf(file.root, 'masterLabel')?.startsWith('Partner Center: ')) report(file.path, 'people must see where the notification comes from');
    }
    for (const file of model.of('customPermission')) if (textOf(file.root, 'isLicensed') !== 'false') report(file.path, 'the permission needs no license');
    for (const name of ['PC_Bypass_Sync', 'PC_Administer']) if (!model.names('customPermission').has(name)) report(`customPermissions/${name}`, 'the custom permission is missing');
  },
};

/** Columns of Opportunity in custom report types; lookups stand without Id. */
const reportColumns: Readonly<Record<string, readonly string[]>> = { Opportunity: ['Name', 'Account', 'Owner', 'Amount', 'CloseDate', 'StageName'], custom: ['Name', 'Owner'] };

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
      if (join && (child === null || textOf(join, 'outerJoin') !== 'false')) report(file.path, `the relationship ${relationship} does not exist, or is no inner join`);
      const tables: Readonly<Record<string, string>> = { [base]: base, ...(child ? { [`${base}.${relationship}`]: child } : {}) };
      const seen = new Set<string>();
      for (const column of [...walk(file.root)].filter((element) => element.name === 'columns')) {
        const table = textOf(column, 'table') ?? '';
        const field = textOf(column, 'field') ?? '';
        const object = tables[table];
        const known = object !== undefined && (model.objects.get(object)?.fields.has(field) || (reportColumns[object] ?? reportColumns.custom ?? []).includes(field));
        if (!known) report(file.path, `the column ${table}.${field} does not exist`);
        if (seen.has(`${table}.${field}`)) report(file.path, `the column ${table}.${field} stands twice`);
        seen.add(`${table}.${field}`);
        if (object !== undefined && fieldOf(model, object, field)?.kind === 'long-text') report(file.path, `${field} is a long text and of no use in a report`);
      }
      if (childrenOf(file.root, 'sections').some((section) => !textOf(section, 'masterLabel'))) report(file.path, 'a section needs a label');
      if (![...walk(file.root)].some((element) => element.name === 'checkedByDefault' && element.text.trim() === 'true')) report(file.path, 'no column is shown by default');
    }
  },
};

/** Columns (`Object$Field`) a report of a type may use. */
function typeColumns(model: PackageModel, name: string): ReadonlySet<string> | null {
  const file = model.of('reportType').find((candidate) => candidate.stem === name.replace(/__c$/, ''));
  if (!file || !name.endsWith('__c')) return null;
  return new Set([...walk(file.root)].filter((element) => element.name === 'columns').map((column) => `${textOf(column, 'table')}$${textOf(column, 'field')}`));
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
      for (const column of [...columns, ...grouped, ...filters.map((filter) => textOf(filter, 'column') ?? ''), date]) if (!known.has(column)) report(path, `the column ${column} is not part of the report type`);
      for (const column of columns) if (grouped.includes(column)) report(path, `${column} is a grouping and no column as well`);
      if (new Set(columns).size !== columns.length) report(path, 'a column stands twice');
      const kind = (column: string): string | undefined => {
        const [object = '', field = ''] = column.split('$');
        return field === 'Account' || field === 'Owner' ? 'text' : fieldOf(model, object, field)?.kind;
      };
      if (kind(date) !== 'date') report(path, `${date} is no date`);
      if (textOf(root, 'format') !== (groups.length > 0 ? 'Summary' : 'Tabular')) report(path, 'a report with groups is a summary, one without is a table');
      for (const group of groups) {
        const granularity = textOf(group, 'dateGranularity') ?? '';
        if (!groupings.includes(granularity) || (granularity !== 'None') !== (kind(textOf(group, 'field') ?? '') === 'date')) report(path, 'a date is grouped by day, week, month, quarter or year, other columns by None');
        if (!textOf(group, 'sortOrder')) report(path, 'a grouping needs sortOrder');
      }
      for (const filter of filters) {
        const [object = '', field = ''] = (textOf(filter, 'column') ?? '').split('$');
        const operator = textOf(filter, 'operator') ?? '';
        if (!filterOperators.includes(operator)) report(path, `the operator ${operator} is not used here`);
        const fault = operator === 'contains' || operator === 'notContain' ? null : filterFault(model, object, field, textOf(filter, 'value') ?? '');
        if (fault !== null) report(path, fault);
        if (textOf(filter, 'columnToColumn') !== 'false' || textOf(filter, 'isUnlocked') !== 'true') report(path, 'a filter compares with a value and may be changed by its reader');
        if (!textOf(filter, 'value')) report(path, 'a filter needs a value');
        if (field === 'PC_Deal_Type__c' && !['Private', 'Partner-led', 'Co-sell', 'Lead'].includes(textOf(filter, 'value') ?? '')) report(path, 'this is no deal type');
        if (field === 'PC_Referral_Status__c' && !['Won', 'Closed'].includes(textOf(filter, 'value') ?? '')) report(path, 'this is no referral status');
      }
      for (const column of childrenOf(root, 'columns')) if (childOf(column, 'aggregateTypes') && kind(textOf(column, 'field') ?? '') !== 'number') report(path, `${textOf(column, 'field')} cannot be summed`);
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
  autoselectColumnsFromReport: 'true', chartAxisRange: 'Auto', displayUnits: 'Auto', drillEnabled: 'false', drillToDetailEnabled: 'false', enableHover: 'true', expandOthers: 'false', legendPosition: 'Bottom', showPercentage: 'false', showPicturesOnCharts: 'false', showValues: 'true', sortBy: 'RowLabelAscending', useReportChart: 'false',
};

function dashboardComponent(model: PackageModel, path: string, component: Element, report: (path: string, text: string) => void): void {
  const name = textOf(component, 'report') ?? '';
  const file = model.of('report').find((candidate) => candidate.path.endsWith(`/reports/${name}.report-meta.xml`));
  if (!file) return report(path, `the report ${name} does not exist`);
  if (!chartKinds.includes(textOf(component, 'componentType') ?? '')) report(path, `${textOf(component, 'componentType')} is not used here`);
  for (const [fact, value] of Object.entries(chartFacts)) if (textOf(component, fact) !== value) report(path, `the chart of ${name} needs ${fact} ${value}`);
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
      if (textOf(file.root, 'dashboardType') !== 'LoggedInUser' || childOf(file.root, 'runningUser')) report(file.path, 'everyone sees their own deals: dashboardType LoggedInUser, no user is named');
      if (textOf(file.root, 'isGridLayout') !== 'false') report(file.path, 'the dashboard has columns: isGridLayout false');
      for (const element of walk(file.root)) if (/Color$/.test(element.name) && !/^#[0-9A-F]{6}$/i.test(element.text.trim())) report(file.path, `${element.name} is a colour such as #FFFFFF`);
      for (const section of ['leftSection', 'middleSection', 'rightSection']) if (!childOf(file.root, section)) report(file.path, `${section} is missing`);
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
      if (file.directory !== 'force-reports') report(file.path, 'reports are deployed second, from force-reports: they cannot be checked together with their report types');
    }
    for (const file of model.of('reportType')) if (file.directory !== 'force-app') report(file.path, 'report types are deployed first, with force-app');
  },
};

const featurePatterns = featureOnly.map(({ name, directory }) => ({ name, directory, pattern: new RegExp(`\\b${name}\\b`) }));
const recordId = /\b00[0-9A-Za-z]{13}(?:[0-9A-Za-z]{3})?\b/;

const features: Rule = {
  name: 'feature',
  check(model, report) {
    for (const file of model.all) {
      const leaves = [...walk(file.root)].filter((element) => element.children.length === 0 && element.name !== 'description' && element.name !== 'inlineHelpText');
      for (const { name, directory, pattern } of featurePatterns) {
        if (file.directory === directory || file.suffix === 'md') continue;
        const leaf = leaves.find((element) => pattern.test(element.text));
        if (leaf) report(file.path, `line ${leaf.line}: ${name} exists only where the org switched a feature on; it belongs into ${directory}`);
      }
      for (const leaf of leaves) if (recordId.test(leaf.text)) report(file.path, `line ${leaf.line}: an id of a record means nothing in another org`);
    }
    if (standardObjects().size < 100) report('node_modules/@jsforce/jsforce-node', 'the list of standard objects cannot be read');
  },
};

export const referenceRules: readonly Rule[] = [app, tabs, listViews, quickActions, notifications, reportTypes, reports, dashboards, features];
