/** Prints `middleware/src/domain/watched-fields.ts`: which fields the flows of the package compare, read from the flows themselves. */
import { conditions, flowParts } from './flow-parts.ts';
import { childOf, parsePackage, textOf, type MetadataFile, type PackageFiles } from './package-files.ts';

export const watchedFieldsPath = 'middleware/src/domain/watched-fields.ts';

/** Directories whose flows run in a save of a person and tell the service. */
export const watchingDirectories = ['force-app', 'force-teams', 'force-multicurrency'] as const;

/** Related lists as a mapping names them. */
const lists: Readonly<Record<string, string>> = {
  OpportunityContactRole: 'OpportunityContactRoles',
  OpportunityTeamMember: 'OpportunityTeamMembers',
  PC_Opportunity_Solution__c: 'PC_Opportunity_Solutions__r',
};

interface Watched {
  readonly path: string;
  readonly flow: string;
  readonly directory: string;
}

/** `$Record.X` compared with `$Record__Prior.X` in an outcome, or `ISCHANGED({!$Record.X})` in the entry formula. */
function comparedFields(file: MetadataFile): readonly string[] {
  const inOutcomes = conditions(file.root).flatMap((condition) => {
    const left = textOf(condition, 'leftValueReference') ?? '';
    const right = textOf(childOf(condition, 'rightValue'), 'elementReference') ?? '';
    const field = /^\$Record\.(.+)$/.exec(left)?.[1];
    return field !== undefined && right === `$Record__Prior.${field}` ? [field] : [];
  });
  const formula = textOf(childOf(file.root, 'start'), 'filterFormula') ?? '';
  return [...inOutcomes, ...[...formula.matchAll(/ISCHANGED\(\{!\$Record\.([\w.]+)\}\)/g)].map((match) => match[1] as string)];
}

function watchedBy(file: MetadataFile): readonly Watched[] {
  const { start, object } = flowParts(file);
  if (textOf(start, 'triggerType') !== 'RecordAfterSave') return [];
  const paths = object === 'Opportunity' ? comparedFields(file) : lists[object] === undefined ? [] : [lists[object]];
  return paths.map((path) => ({ path, flow: file.stem, directory: file.directory }));
}

/** The whole text of the generated file. */
export function printWatchedFields(files: PackageFiles): string {
  const found = parsePackage(files)
    .files.filter((file) => file.suffix === 'flow')
    .flatMap(watchedBy);
  const byPath = new Map(found.map((watched) => [watched.path, watched]));
  const rows = [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return [
    '/**',
    ' * Fields whose change a flow of the package tells the service at once. GENERATED from the flows of force-app and of the optional',
    ' * directories by `node scripts/generate-package.mts`; change the flows, not this file.',
    ' */',
    '',
    'export interface WatchedField {',
    '  /** Field of the opportunity, or the name of a related list. */',
    '  readonly path: string;',
    '  readonly flow: string;',
    '  /** Package directory that brings the flow; all but `force-app` are optional. */',
    '  readonly directory: string;',
    '}',
    '',
    '// prettier-ignore',
    'export const watchedFields: readonly WatchedField[] = [',
    ...rows.map(({ path, flow, directory }) => `  { path: '${path}', flow: '${flow}', directory: '${directory}' },`),
    '];',
    '',
  ].join('\n');
}
