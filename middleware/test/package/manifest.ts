/** The manifest of what would be deployed, and the list of what may ever be in it. */
import { join } from 'node:path';
import { ComponentSet } from '@salesforce/source-deploy-retrieve';
import { childrenOf, parseXml, repository, textOf, textsOf } from './package-files.ts';

/** Manifest → package directory. The optional directories need none: they are deployed by their folder. */
export const manifests: readonly { readonly path: string; readonly directory: string }[] = [
  { path: 'manifest/package.xml', directory: 'force-app' },
  { path: 'manifest/reports.xml', directory: 'force-reports' },
];

/** The manifest of a package directory as the deploy library sees it. */
export async function printManifest(directory: string): Promise<string> {
  const set = ComponentSet.fromSource(join(repository, directory));
  set.sourceApiVersion = '66.0';
  // The whole label file is one member; naming each label beside it would only repeat it.
  const text = (await set.getPackageXml(4)).replace(
    / {4}<types>\n(?: {8}<members>[^<]*<\/members>\n)+ {8}<name>CustomLabel<\/name>\n {4}<\/types>\n/,
    '',
  );
  return `${text.trimEnd()}\n`;
}

/** Type → members of a manifest's text. */
export function manifestMembers(text: string): ReadonlyMap<string, readonly string[]> {
  return new Map(childrenOf(parseXml(text), 'types').map((type) => [textOf(type, 'name') ?? '', textsOf(type, 'members')]));
}

const ours = /^PC_\w+$/;
const ourObjects = /^PC_\w+__(c|e|mdt)$/;
/** The only members a manifest may hold. A type that is not named here is refused altogether. */
const allowed: Readonly<Record<string, RegExp>> = {
  CustomApplication: ours,
  CustomField:
    /^(PC_\w+__(c|e|mdt)\.\w+__c|Opportunity\.(PC_\w+__c|Audit__c|How_can_Microsoft_help__c|Products__c|Referral_Identifier__c|Referral_Link__c|Sync_with_Partner_Center__c))$/,
  CustomLabels: /^CustomLabels$/,
  CustomMetadata: /^PC_(Field_Map|Value_Map|Setting|Reference_Value)\.\w+$/,
  CustomNotificationType: ours,
  CustomObject: ourObjects,
  CustomPermission: ours,
  CustomTab: ourObjects,
  Dashboard: /^PC_Partner_Center(\/(PC_\w+)?)?$/,
  FlexiPage: ours,
  Flow: ours,
  Layout: /^(PC_\w+__(c|mdt)-[\w ]+|Opportunity-Partner Center Opportunity Layout)$/,
  LightningComponentBundle: /^partnerCenter\w+$/,
  ListView: /^(Opportunity\.PC_\w+|PC_\w+__c\.\w+)$/,
  PermissionSet: ours,
  PermissionSetGroup: ours,
  QuickAction: /^Opportunity\.PC_\w+$/,
  Report: /^PC_Partner_Center(\/(PC_\w+)?)?$/,
  ReportType: ours,
  ValidationRule: /^PC_\w+__c\.\w+$/,
};

/** Members that must not be deployed, with the reason left to the reader: they are the customer's, or they carry a key. */
export function forbiddenMembers(text: string): readonly string[] {
  return [...manifestMembers(text)].flatMap(([type, members]) =>
    members.filter((member) => !allowed[type]?.test(member)).map((member) => `${type}: ${member}`),
  );
}
