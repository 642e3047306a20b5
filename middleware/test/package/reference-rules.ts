/** Rules about everything that points at something else: app, tabs, list views, quick actions, notifications. */
import { childOf, childrenOf, objectOf, textOf, textsOf, walk } from './package-files.ts';
import type { Rule } from './package-model.ts';
import { featureOnly, standardObjects } from './standard-schema.ts';
import { filterFault } from './list-filter.ts';

const standardTabs = [
  'standard-home',
  'standard-Opportunity',
  'standard-Account',
  'standard-Contact',
  'standard-report',
  'standard-Dashboard',
];

const app: Rule = {
  name: 'app',
  check(model, report) {
    for (const file of model.of('app')) {
      const tabs = textsOf(file.root, 'tabs');
      for (const tab of tabs)
        if (!standardTabs.includes(tab) && !model.names('tab').has(tab)) report(file.path, `the tab ${tab} does not exist`);
      for (const tab of model.names('tab')) if (!tabs.includes(tab)) report(file.path, `the tab ${tab} is not part of the app`);
      if (new Set(tabs).size !== tabs.length) report(file.path, 'a tab stands twice');
      if (!tabs.includes(textOf(file.root, 'defaultLandingTab') ?? '')) report(file.path, 'the landing tab must be one of the tabs');
      if (textOf(file.root, 'uiType') !== 'Lightning' || textOf(file.root, 'navType') !== 'Standard')
        report(file.path, 'the app is a Lightning app with standard navigation');
      if (textsOf(file.root, 'formFactors').join() !== 'Large,Small') report(file.path, 'the app is for desktop and phone');
      if (!/^#[0-9A-F]{6}$/i.test(textOf(childOf(file.root, 'brand'), 'headerColor') ?? ''))
        report(file.path, 'headerColor is a colour such as #0070D2');
      if (textOf(childOf(file.root, 'brand'), 'shouldOverrideOrgTheme') !== 'false') report(file.path, "the customer's theme stays");
      for (const flag of [
        'isNavAutoTempTabsDisabled',
        'isNavPersonalizationDisabled',
        'isNavTabPersistenceDisabled',
        'isOmniPinnedViewEnabled',
      ])
        if (textOf(file.root, flag) !== 'false') report(file.path, `${flag} must be false`);
      const overrides = childrenOf(file.root, 'actionOverrides').map((entry) =>
        ['pageOrSobjectType', 'actionName', 'content', 'formFactor', 'type', 'skipRecordTypeSelect']
          .map((name) => textOf(entry, name))
          .join(' '),
      );
      const wanted = ['Opportunity View PC_Opportunity_Page Large Flexipage false', 'standard-home Tab PC_Home_Page Large Flexipage false'];
      if (overrides.slice().sort().join('|') !== wanted.join('|'))
        report(file.path, 'the app shows its own opportunity page and its own home page, and overrides nothing else');
      for (const entry of childrenOf(file.root, 'actionOverrides'))
        if (!model.names('flexipage').has(textOf(entry, 'content') ?? ''))
          report(file.path, `the page ${textOf(entry, 'content')} does not exist`);
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
      if (textOf(file.root, 'customObject') !== 'true' || model.objects.get(file.stem)?.kind !== 'custom')
        report(file.path, `${file.stem} is no custom object of ours`);
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
        if (!operations.includes(textOf(filter, 'operation') ?? ''))
          report(file.path, `the operation ${textOf(filter, 'operation')} is not used here`);
      }
      const scope = textOf(file.root, 'filterScope');
      if (scope !== (file.stem.includes('_My_') ? 'Mine' : 'Everything'))
        report(file.path, 'the scope is Mine for "my" lists, else Everything');
      if (childOf(file.root, 'sharedTo')) report(file.path, 'every seller sees the list: no sharedTo');
    }
    const needed: Readonly<Record<string, readonly string[]>> = {
      Opportunity: ['PC_Needs_You', 'PC_Waiting_for_Microsoft', 'PC_Expiring_Soon'],
      PC_Attention__c: ['PC_My_Open', 'PC_Open_Match', 'PC_Open_Conflict', 'PC_Open_Parked', 'PC_Open_Refused', 'PC_Open_Confirm'],
      PC_Connection__c: ['All'],
    };
    for (const [object, names] of Object.entries(needed))
      for (const name of names)
        if (!model.objects.get(object)?.listViews.has(name)) report(`objects/${object}`, `the list view ${name} is missing`);
    const subjects = model.of('listView').map((file) => ({
      file,
      key: `${objectOf(file.path)} ${textOf(file.root, 'filterScope')} ${childrenOf(file.root, 'filters')
        .map((filter) => textOf(filter, 'field') + '=' + textOf(filter, 'value'))
        .join()}`,
    }));
    for (const { file, key } of subjects)
      if (subjects.filter((other) => other.key === key).length > 1) report(file.path, 'another list view shows the same rows');
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
      if (meta && !all.some((element) => element.name === 'target' && element.text.trim() === 'lightning__RecordAction'))
        report(file.path, `${bundle} lacks the target lightning__RecordAction`);
      if (meta && !all.some((element) => element.name === 'actionType' && element.text.trim() === 'ScreenAction'))
        report(file.path, `${bundle} must be a ScreenAction`);
      if (textOf(file.root, 'type') !== 'LightningWebComponent' || textOf(file.root, 'actionSubtype') !== 'ScreenAction')
        report(file.path, 'the action opens a component as a screen');
      if (textOf(file.root, 'optionsCreateFeedItem') !== 'false') report(file.path, 'the action writes nothing into the feed');
      if (!/^Opportunity\.PC_\w+$/.test(file.stem)) report(file.path, 'our actions are for opportunities');
    }
    for (const name of ['PC_Sync_Now', 'PC_Accept', 'PC_Decline'])
      if (!model.names('quickAction').has(`Opportunity.${name}`)) report(`quickActions/Opportunity.${name}`, 'the action is missing');
  },
};

const notifications: Rule = {
  name: 'notification',
  check(model, report) {
    for (const name of ['PC_New_Deal', 'PC_Accepted', 'PC_Declined', 'PC_Needs_You', 'PC_Expiring'])
      if (!model.names('notiftype').has(name)) report(`notificationtypes/${name}`, 'the notification type is missing');
    for (const file of model.of('notiftype')) {
      if (textOf(file.root, 'desktop') !== 'true' || textOf(file.root, 'mobile') !== 'true')
        report(file.path, 'owners are told on the desktop and on the phone');
      if (childOf(file.root, 'slack')) report(file.path, 'slack is reserved by Salesforce');
      if (!textOf(file.root, 'masterLabel')?.startsWith('Partner Center: '))
        report(file.path, 'people must see where the notification comes from');
    }
    for (const file of model.of('customPermission'))
      if (textOf(file.root, 'isLicensed') !== 'false') report(file.path, 'the permission needs no license');
    for (const name of ['PC_Bypass_Sync', 'PC_Administer'])
      if (!model.names('customPermission').has(name)) report(`customPermissions/${name}`, 'the custom permission is missing');
  },
};

const featurePatterns = featureOnly.map(({ name, directory }) => ({ name, directory, pattern: new RegExp(`\\b${name}\\b`) }));
const recordId = /\b00[0-9A-Za-z]{13}(?:[0-9A-Za-z]{3})?\b/;

const features: Rule = {
  name: 'feature',
  check(model, report) {
    for (const file of model.all) {
      const leaves = [...walk(file.root)].filter(
        (element) => element.children.length === 0 && element.name !== 'description' && element.name !== 'inlineHelpText',
      );
      for (const { name, directory, pattern } of featurePatterns) {
        if (file.directory === directory || file.suffix === 'md') continue;
        const leaf = leaves.find((element) => pattern.test(element.text));
        if (leaf)
          report(file.path, `line ${leaf.line}: ${name} exists only where the org switched a feature on; it belongs into ${directory}`);
      }
      for (const leaf of leaves)
        if (recordId.test(leaf.text)) report(file.path, `line ${leaf.line}: an id of a record means nothing in another org`);
    }
    if (standardObjects().size < 100) report('node_modules/@jsforce/jsforce-node', 'the list of standard objects cannot be read');
  },
};

export const referenceRules: readonly Rule[] = [app, tabs, listViews, quickActions, notifications, features];
