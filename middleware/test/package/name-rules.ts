/** Rules about names and texts: file names, lengths, the prefix, and that everything explains itself. */
import { childOf, objectOf, textOf, textsOf, walk, type MetadataFile } from './package-files.ts';
import type { PackageModel, Rule } from './package-model.ts';
import { ownFields } from './package-model.ts';

/** Microsoft's connector names these fields; partners' reports use them, so they carry no prefix. */
export const microsoftFields: readonly string[] = [
  'Audit__c',
  'How_can_Microsoft_help__c',
  'Products__c',
  'Referral_Identifier__c',
  'Referral_Link__c',
  'Sync_with_Partner_Center__c',
];

const named = new Set(['CustomField', 'ListView', 'ValidationRule']);
/** Suffixes whose file name is not an API name of ours. */
const freeNames = new Set(['layout', 'labels', 'md', 'js', 'quickAction']);

const fileName: Rule = {
  name: 'file-name',
  check(model, report) {
    for (const file of model.all) {
      const fullName = textOf(file.root, 'fullName');
      if (named.has(file.root.name) && fullName !== file.stem) report(file.path, `fullName "${fullName}" is not the name of the file`);
      if (!named.has(file.root.name) && fullName !== undefined) report(file.path, 'this kind of file takes no fullName');
      if (file.suffix === 'object' && objectOf(file.path) !== file.stem)
        report(file.path, 'an object file must carry the name of its folder');
      if (file.root.name === 'CustomNotificationType' && textOf(file.root, 'customNotifTypeName') !== file.stem)
        report(file.path, 'customNotifTypeName is not the name of the file');
    }
  },
};

const limits: readonly (readonly [element: string, root: string | null, limit: number])[] = [
  ['label', 'CustomField', 40],
  ['label', 'CustomObject', 40],
  ['pluralLabel', 'CustomObject', 40],
  ['label', 'CustomMetadata', 40],
  ['label', 'ListView', 40],
  ['label', 'QuickAction', 80],
  ['label', 'Flow', 80],
  ['label', 'PermissionSet', 80],
  ['name', 'Report', 40],
  ['description', 'CustomField', 1_000],
  ['description', 'CustomObject', 1_000],
  ['description', 'PermissionSet', 255],
  ['description', 'PermissionSetGroup', 255],
  ['description', 'QuickAction', 255],
  ['description', 'Report', 255],
  ['description', 'ReportType', 255],
  ['description', 'ValidationRule', 255],
  ['description', 'CustomNotificationType', 255],
  ['description', 'FlexiPage', 255],
  ['errorMessage', 'ValidationRule', 255],
  ['inlineHelpText', 'CustomField', 510],
  ['masterLabel', 'FlexiPage', 80],
];

const lengths: Rule = {
  name: 'lengths',
  check(model, report) {
    for (const file of model.all) {
      for (const [element, root, limit] of limits) {
        const text = file.root.name === root ? textOf(file.root, element) : undefined;
        if (text !== undefined && text.length > limit) report(file.path, `${element} has ${text.length} characters, ${limit} are allowed`);
        if (text === '') report(file.path, `${element} is empty`);
      }
    }
  },
};

const apiName: Rule = {
  name: 'api-name',
  check(model, report) {
    for (const file of model.all) {
      if (freeNames.has(file.suffix)) continue;
      const name = file.stem.replace(/__(c|e|mdt)$/, '');
      if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name) || name.includes('__') || name.endsWith('_'))
        report(file.path, `"${file.stem}" is no valid API name`);
      if (name.length > (file.suffix === 'field' || file.suffix === 'object' ? 40 : 80)) report(file.path, `"${file.stem}" is too long`);
    }
  },
};

function mayLackPrefix(file: MetadataFile): boolean {
  const object = objectOf(file.path);
  if (object !== null && object !== 'Opportunity') return object.startsWith('PC_');
  if (object === 'Opportunity' && file.suffix === 'field') return microsoftFields.includes(file.stem);
  if (file.suffix === 'quickAction') return /^Opportunity\.PC_/.test(file.stem);
  if (file.suffix === 'layout') return /^(PC_|Opportunity-Partner Center )/.test(file.stem);
  return file.suffix === 'labels' || file.suffix === 'js';
}

const prefix: Rule = {
  name: 'prefix',
  check(model, report) {
    for (const file of model.all) {
      if (!file.stem.startsWith('PC_') && !mayLackPrefix(file))
        report(file.path, `"${file.stem}" lives in the customer's namespace and needs the prefix PC_`);
    }
    for (const bundle of model.bundles)
      if (!bundle.startsWith('partnerCenter')) report(`lwc/${bundle}`, 'a component of ours begins with partnerCenter');
  },
};

const explained = new Set([
  'CustomField',
  'CustomObject',
  'Flow',
  'PermissionSet',
  'PermissionSetGroup',
  'CustomPermission',
  'QuickAction',
  'FlexiPage',
  'ReportType',
  'Report',
  'Dashboard',
  'CustomApplication',
  'ValidationRule',
  'CustomNotificationType',
]);

const explains: Rule = {
  name: 'explains',
  check(model, report) {
    for (const file of model.all)
      if (explained.has(file.root.name) && !textOf(file.root, 'description')) report(file.path, 'description is missing');
    for (const field of ownFields(model)) {
      const help = textOf(field.file.root, 'inlineHelpText');
      if (model.objects.get(field.object)?.kind !== 'event' && !help) report(field.file.path, 'inlineHelpText is missing');
      if (help !== undefined && !/[.?!]$/.test(help)) report(field.file.path, 'inlineHelpText is no full sentence');
    }
  },
};

const unfinished: Rule = {
  name: 'finished',
  check(model, report) {
    for (const file of model.all) {
      for (const element of walk(file.root))
        if (/\b(TODO|FIXME|lorem|xxx)\b/i.test(element.text))
          report(file.path, `line ${element.line}: unfinished text "${element.text.trim()}"`);
    }
  },
};

function duplicates(model: PackageModel, report: (path: string, text: string) => void): void {
  const seen = new Map<string, string>();
  for (const file of model.all) {
    const key = `${file.root.name} ${objectOf(file.path) ?? ''} ${file.stem}`;
    const other = seen.get(key);
    if (other !== undefined) report(file.path, `the same component stands in ${other}`);
    seen.set(key, file.path);
  }
  for (const file of model.of('labels')) {
    const names = file.root.children.map((label) => textOf(label, 'fullName') ?? '');
    for (const name of new Set(names.filter((name, index) => names.indexOf(name) !== index)))
      report(file.path, `the label ${name} stands twice`);
    for (const label of file.root.children) {
      const text = childOf(label, 'value')?.text ?? '';
      if (text.length > 1_000) report(file.path, `the label ${textOf(label, 'fullName')} has more than 1,000 characters`);
      if (textsOf(label, 'shortDescription').some((description) => description.length > 80))
        report(file.path, `the short description of ${textOf(label, 'fullName')} has more than 80 characters`);
    }
  }
}

const once: Rule = { name: 'once', check: duplicates };

export const nameRules: readonly Rule[] = [fileName, lengths, apiName, prefix, explains, unfinished, once];
