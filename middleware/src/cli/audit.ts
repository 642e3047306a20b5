/** `cosell audit`: the trail of one deal, an export of all of them as JSON lines or CSV, and the check of its chains. */
import { open } from 'node:fs/promises';

import { SyncError } from '../errors.ts';
import type { CommandLine } from './command-line.ts';
import { printCsv } from './csv.ts';
import type { Reached } from './reach-service.ts';

interface Change {
  readonly field: string;
  readonly from?: string | null;
  readonly to?: string | null;
  readonly lost?: string | null;
}
interface Row {
  readonly id: number;
  /** ISO instant, UTC. */
  readonly at: string;
  readonly linkId: string;
  readonly opportunityId: string | null;
  readonly referralId: string | null;
  readonly hash: string;
  readonly entry: {
    readonly way: string;
    readonly act: string;
    readonly result: string;
    readonly by: string | null;
    readonly changes: readonly Change[];
    readonly code: string | null;
    readonly text: string | null;
    readonly requestId: string | null;
  };
}
interface Page {
  readonly rows: readonly Row[];
  readonly last: number | null;
  readonly done: boolean;
}
interface Verified {
  readonly whole: boolean;
  readonly breaks: readonly {
    readonly opportunityId: string | null;
    readonly referralId: string | null;
    readonly linkId: string;
    readonly entryId: number | null;
  }[];
  readonly keptDays: number;
}
interface Exported extends Verified {
  readonly entries: number;
  readonly file: string | null;
  /** The entries themselves when no file was named. */
  readonly text: string | null;
}

interface ExportOptions {
  readonly since?: string;
  readonly until?: string;
  readonly format: string;
  readonly out?: string;
  readonly people?: boolean;
}

const printLines = (result: unknown): string => {
  const rows = result as readonly { readonly line: string }[];
  return rows.length === 0 ? 'No entries.' : rows.map((row) => row.line).join('\n');
};

function printVerified(result: unknown): string {
  const { whole, breaks, keptDays } = result as Verified;
  return [
    whole
      ? 'The chains of hashes hold: nothing was changed, added or taken away but by retention.'
      : 'The trail was tampered with. The chains of hashes do not hold for:',
    ...breaks.map(
      (one) =>
        `  ${one.opportunityId ?? one.referralId ?? one.linkId}: ${one.entryId === null ? 'entries are missing at the end' : `from entry ${one.entryId} on`}`,
    ),
    `Entries are kept for ${keptDays} days (setting "Audit Days").`,
  ].join('\n');
}

const columns = [
  'id',
  'at',
  'opportunity',
  'referral',
  'way',
  'act',
  'result',
  'by',
  'changes',
  'code',
  'text',
  'request',
  'hash',
] as const;

const say = (value: string | null | undefined): string => (value === null || value === undefined ? 'empty' : value);
const printChange = ({ field, from, to, lost }: Change): string =>
  from === undefined && to === undefined
    ? `${field}: changed`
    : `${field}: ${say(from)} -> ${say(to)}${lost === undefined ? '' : ` (lost: ${say(lost)})`}`;

const flat = ({ id, at, opportunityId, referralId, entry, hash }: Row): { readonly [C in (typeof columns)[number]]: unknown } => ({
  id,
  at,
  opportunity: opportunityId,
  referral: referralId,
  way: entry.way,
  act: entry.act,
  result: entry.result,
  by: entry.by,
  changes: entry.changes.map(printChange).join('\n') || null,
  code: entry.code,
  text: entry.text,
  request: entry.requestId,
  hash,
});

/** How pages become text; the first page brings the header. */
const formats: { readonly [name: string]: (rows: readonly Row[], first: boolean) => string } = {
  jsonl: (rows) => rows.map(({ entry, ...row }) => `${JSON.stringify({ ...row, ...entry, at: row.at })}\n`).join(''),
  csv: (rows, first) => {
    const text = printCsv(columns, rows.map(flat));
    return first ? text : text.slice(text.indexOf('\r\n') + 2);
  },
};

/** Pages as text, one after the other. */
async function* pagesOf(reached: Reached, options: ExportOptions): AsyncIterable<{ readonly text: string; readonly entries: number }> {
  const print = formats[options.format];
  if (!print) throw new SyncError('CONFIG_INVALID', { message: '--format takes jsonl or csv.' });
  const range = { since: options.since ?? null, until: options.until ?? null, people: options.people === true };
  for (let after = 0, done = false; !done;) {
    const page = (await reached.call('audit.page', { ...range, after })) as Page;
    yield { text: print(page.rows, after === 0), entries: page.rows.length };
    ({ done } = page);
    after = page.last ?? after;
  }
}

async function exportTrail(reached: Reached, options: ExportOptions, file: string | null): Promise<Exported> {
  const verified = (await reached.call('audit.verify')) as Verified;
  const handle = file === null ? null : await open(file, 'w', 0o600);
  let [entries, text] = [0, ''];
  try {
    for await (const page of pagesOf(reached, options)) {
      if (handle) await handle.write(page.text);
      else text += page.text;
      entries += page.entries;
    }
  } finally {
    await handle?.close();
  }
  return { entries, file, text: file === null ? text : null, ...verified };
}

/** Entries go to standard output alone; what is no entry is told beside. */
const printExported =
  (tell: (text: string) => void) =>
  (result: unknown): string => {
    const { file, entries, text } = result as Exported;
    const about = [`${entries} entries${file === null ? '' : ` are in ${file}`}.`, printVerified(result)].join('\n');
    if (text === null) return about;
    tell(about);
    return text.trimEnd();
  };

/** @param tell says on standard error what is no entry */
export function addAuditCommands({ parent, run, exits, path }: CommandLine, tell: (text: string) => void): void {
  const audit = parent
    .command('audit')
    .argument('<id>', 'opportunity, referral or engagement')
    .description('print the trail of a deal; "audit export" and "audit verify" are about all deals')
    .action((id: string) => run(printLines, (reached) => reached.call('audit', { id })));
  const isWhole = (result: unknown): number => ((result as Verified).whole ? exits.done : exits.attention);
  audit
    .command('export')
    .description('write the trail of all deals, oldest first; people and confidential values show as "changed"')
    .option('--since <date>', 'from that day on')
    .option('--until <date>', 'up to that day, not included')
    .option('--format <format>', 'jsonl or csv', 'jsonl')
    .option('--out <file>', 'a file of yours; standard output otherwise')
    .option('--people', 'with the names and addresses of contacts, team members and sellers')
    .action((options: ExportOptions) =>
      run(printExported(tell), (reached) => exportTrail(reached, options, options.out === undefined ? null : path(options.out)), isWhole),
    );
  audit
    .command('verify')
    .description('check that no entry of the trail was changed, added or taken away')
    .action(() => run(printVerified, (reached) => reached.call('audit.verify'), isWhole));
}
