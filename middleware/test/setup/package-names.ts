/** Prints the names of the package that `cosell doctor` looks for, so that the doctor needs no package beside it. */
import { format } from 'prettier';

import { childrenOf, readPackage, textOf, parseXml } from '../package/package-files.ts';

export const packageNamesPath = 'middleware/src/setup/package-names.ts';

const directories = { base: 'force-app', teams: 'force-teams', multicurrency: 'force-multicurrency', alerts: 'force-alerts' } as const;
const parse = (text: string | undefined): ReturnType<typeof parseXml> => parseXml(text ?? '<none/>');
const quoted = (texts: readonly string[]): string => `[${texts.map((text) => `'${text}'`).join(', ')}]`;
const table = (rows: readonly (readonly [string, readonly string[]])[], indent = '  '): string =>
  rows.map(([name, values]) => `${indent}${name}: ${quoted(values)},`).join('\n');

function grouped(names: readonly string[]): readonly (readonly [string, readonly string[]])[] {
  const byObject = new Map<string, string[]>();
  for (const name of [...names].sort()) {
    const [object = '', field = ''] = name.split('.');
    byObject.set(object, [...(byObject.get(object) ?? []), field]);
  }
  return [...byObject];
}

export async function printPackageNames(): Promise<string> {
  const files = readPackage(Object.values(directories));
  const stems = (pattern: RegExp): string[] => [...files.keys()].flatMap((path) => pattern.exec(path)?.[1] ?? []);
  const objects = stems(/^force-app\/.*\/objects\/(\w+)\/\w+\.object-meta\.xml$/);
  const fields = [...files.keys()].flatMap((path) => {
    const match = /^force-app\/.*\/objects\/(\w+)\/fields\/(\w+)\.field-meta\.xml$/.exec(path);
    return match ? [`${match[1] ?? ''}.${match[2] ?? ''}`] : [];
  });
  const integration = parse([...files].find(([path]) => path.endsWith('/PC_Integration.permissionset-meta.xml'))?.[1]);
  const grants = childrenOf(integration, 'fieldPermissions').filter((grant) => textOf(grant, 'field')?.endsWith('__c'));
  const names = (editable: boolean): string[] =>
    grants.filter((grant) => (textOf(grant, 'editable') === 'true') === editable).map((grant) => textOf(grant, 'field') ?? '');
  const help = parse([...files].find(([path]) => path.endsWith('/How_can_Microsoft_help__c.field-meta.xml'))?.[1]);
  const [valueSet] = childrenOf(help, 'valueSet');
  const [definition] = valueSet ? childrenOf(valueSet, 'valueSetDefinition') : [];
  const helpValues = (definition ? childrenOf(definition, 'value') : []).map((value) => textOf(value, 'fullName') ?? '');
  const flows = Object.entries(directories).map(
    ([part, directory]) => [part, stems(new RegExp(`^${directory}/.*/flows/(\\w+)\\.flow-meta\\.xml$`))] as const,
  );
  const text = `/** Names of the package's components. Generated from the package ("node scripts/generate-package.mts"); a test compares. */

/** Our fields by object; every object, event and metadata type of the package is named. */
export const packageFields: { readonly [object: string]: readonly string[] } = {
${table(grouped([...fields, ...objects.filter((object) => !fields.some((field) => field.startsWith(`${object}.`))).map((object) => `${object}.`)]))}
};

/** What the permission set of the integration user lets it change, and what it only reads. */
export const serviceChanges: { readonly [object: string]: readonly string[] } = {
${table(grouped(names(true)))}
};
export const serviceReads: { readonly [object: string]: readonly string[] } = {
${table(grouped(names(false)))}
};

/** Flows by part of the package; \`base\` is always deployed. */
export const packageFlows = {
${table(flows)}
} as const satisfies { readonly [part: string]: readonly string[] };

/** Values of the one restricted picklist. */
export const helpValues: readonly string[] = ${quoted(helpValues)};
`;
  return format(text, { parser: 'typescript', printWidth: 140, singleQuote: true, trailingComma: 'all' });
}
