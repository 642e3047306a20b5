/** `cosell mapping check | try | export | diff`. Files are read and written here, on the machine of the person who asks. */
import { readFile, writeFile } from 'node:fs/promises';

import { SyncError } from '../errors.ts';
import type { CommandLine } from './command-line.ts';
import type { Reached } from './reach-service.ts';
import { printTable } from './table.ts';

interface FindingRow {
  readonly weight: 'blocks' | 'warns';
  readonly record: string | null;
  readonly field: string | null;
  readonly text: string;
  readonly cure: string;
}
interface Checked {
  readonly inForce: boolean;
  readonly findings: readonly FindingRow[];
  readonly unwatched: readonly FindingRow[];
}
interface Tried {
  readonly opportunityId: string;
  readonly referralId: string | null;
  readonly name: string | null;
  readonly note: string | null;
  readonly warnings: readonly string[];
  readonly problems: readonly string[];
  readonly fields: readonly { readonly [name: string]: string | null }[];
}
interface Diffed {
  readonly problems: readonly string[];
  readonly differences: readonly { readonly record: string; readonly part: string; readonly file: unknown; readonly here: unknown }[];
}

const kept = (problems: readonly string[]): readonly string[] =>
  problems.length === 0
    ? []
    : ['The last good mapping is used, because the one in the org has mistakes:', ...problems.map((problem) => `  ${problem}`), ''];

export function printChecked(result: unknown): string {
  const { inForce, findings, unwatched } = result as Checked;
  const lines = [inForce ? 'The mapping is right and comes into force.' : 'The mapping has mistakes; the last good one stays in force.'];
  for (const one of findings) lines.push('', `${one.weight === 'blocks' ? 'Mistake' : 'Note'}: ${one.text}`, `  ${one.cure}`);
  if (unwatched.length > 0) lines.push('', 'Not watched by a flow of the package:');
  for (const one of unwatched) lines.push(`  ${one.text}`, `    ${one.cure}`);
  return lines.join('\n');
}

export function printTried(result: unknown): string {
  const tried = result as Tried;
  const lines = [`${tried.name ?? 'Deal'}  (opportunity ${tried.opportunityId}, referral ${tried.referralId ?? 'none'})`];
  if (tried.note) lines.push(tried.note);
  lines.push(...tried.warnings, '', ...kept(tried.problems));
  const cell = (value: string | null | undefined): string => value ?? '–';
  const rows = tried.fields.map((one) => [
    cell(one['field']),
    cell(one['salesforce']),
    cell(one['produces']),
    cell(one['partnerCenter']),
    cell(one['happens']),
    cell(one['why']),
  ]);
  lines.push(
    printTable(['Field', 'In Salesforce', 'Would produce', 'In Partner Center', 'What happens', 'Why'], rows, [24, 28, 28, 28, 12, 48]),
  );
  return lines.join('\n');
}

export function printDiffed(result: unknown): string {
  const { problems, differences } = result as Diffed;
  const show = (value: unknown): string => (value === null ? 'absent' : JSON.stringify(value));
  const lines = differences.map((one) => `${one.record}  ${one.part}: ${show(one.file)} in the file, ${show(one.here)} here`);
  return [...kept(problems), ...(lines.length === 0 ? ['The file and the mapping in force are the same.'] : lines)].join('\n');
}

async function readDocument(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new SyncError('CONFIG_INVALID', { message: `The file ${file} cannot be read as an export of a mapping.`, cause });
  }
}

async function exportTo(reached: Reached, file: string): Promise<unknown> {
  const document = (await reached.call('mapping.export')) as { readonly fields: readonly unknown[]; readonly values: readonly unknown[] };
  await writeFile(file, `${JSON.stringify(document, null, 2)}\n`);
  return { file, fields: document.fields.length, values: document.values.length };
}

/** Adds the commands to `cosell mapping`. */
export function addMappingCommands({ parent, run, exits, path }: CommandLine): void {
  parent
    .command('check')
    .description('check the mapping of the org: every mistake with record, field and cure, and what no flow watches')
    .action(() =>
      run(
        printChecked,
        (reached) => reached.call('mapping.check'),
        (result) => ((result as Checked).inForce ? exits.done : exits.attention),
      ),
    );
  parent
    .command('try <opportunity>')
    .description('show field by field what the mapping makes of an opportunity; changes nothing')
    .action((id: string) => run(printTried, (reached) => reached.call('mapping.try', { id })));
  parent
    .command('export <file>')
    .description('write the mapping in force as JSON, in a stable order')
    .action((file: string) => run(null, (reached) => exportTo(reached, path(file))));
  parent
    .command('diff <file>')
    .description('compare an exported mapping with the one in force')
    .action((file: string) =>
      run(
        printDiffed,
        async (reached) => reached.call('mapping.diff', { mapping: await readDocument(path(file)) }),
        (result) => ((result as Diffed).differences.length === 0 ? exits.done : exits.attention),
      ),
    );
}
