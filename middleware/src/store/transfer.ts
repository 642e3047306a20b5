/**
 * Export and import of the whole store as JSON lines: back-up, and the move from SQLite to PostgreSQL. Secrets stay sealed; whoever
 * imports needs the same sealing keys. Named locks stay behind, and keys that were being worked on come out as waiting.
 */
import { SyncError } from '../errors.ts';
import type { Db, Engine, Trx } from './engine.ts';
import { storeVersion } from './migrations.ts';
import { ExportedRow, ExportEnd, ExportHead } from './schema.ts';
import { staysBehind, keepRestored } from './settings.ts';
import type { Tables } from './tables.ts';
import { freed } from './work-row.ts';

const page = 500;

type TableName = ExportedRow['table'];
/** Order of the export, with what orders each table. */
const keysOf: { readonly [T in TableName]: readonly string[] } = {
  link: ['id'],
  link_alias: ['retired_id'],
  work: ['key'],
  inbox: ['source', 'message_id'],
  checkpoint: ['stream'],
  audit: ['id'],
  audit_chain: ['link_id'],
  secret: ['name'],
  setting: ['name'],
};
const tableNames = Object.keys(keysOf) as readonly TableName[];

type AnyRow = { readonly [column: string]: unknown };

/** Rows of one table in key order, page by page. Tables are handled alike here, so their types are set aside. */
async function* rowsOf(db: Db, table: TableName): AsyncIterable<AnyRow> {
  const keys = keysOf[table];
  const ordered = (keys as readonly never[]).reduce((query, key) => query.orderBy(key), db.selectFrom(table as keyof Tables).selectAll());
  for (let last: AnyRow | null = null; ;) {
    const after: AnyRow | null = last;
    const rows: readonly AnyRow[] = await ordered
      .limit(page)
      .$if(after !== null, (query) =>
        query.where(({ eb, refTuple, tuple }) => {
          const [one, two] = keys as readonly never[];
          const value = (key: string | undefined): never => (after as AnyRow)[key ?? ''] as never;
          return two === undefined
            ? eb(one as never, '>', value(keys[0]))
            : eb(refTuple(one as never, two), '>', tuple(value(keys[0]), value(keys[1])) as never);
        }),
      )
      .execute();
    yield* rows;
    last = rows.at(-1) ?? null;
    if (rows.length < page) return;
  }
}

const printRow = (table: TableName, row: AnyRow): string =>
  JSON.stringify({ table, row: row.sealed instanceof Uint8Array ? { ...row, sealed: Buffer.from(row.sealed).toString('base64') } : row });

/** The whole store as it was at one moment, one JSON text per item, without line ends. */
export async function* exportLines(engine: Engine, now: number): AsyncIterable<string> {
  yield JSON.stringify({ export: 'cosell store', version: storeVersion, at: now });
  let rows = 0;
  async function* lines(db: Db): AsyncIterable<string> {
    for (const table of tableNames) {
      for await (const row of rowsOf(db, table)) if (!(table === 'setting' && staysBehind(row['name']))) yield printRow(table, row);
    }
  }
  for await (const line of engine.snapshot(lines)) {
    rows += 1;
    yield line;
  }
  yield JSON.stringify({ end: 'cosell store', rows });
}

const refuse = (message: string, cause?: unknown): SyncError =>
  new SyncError('STORE_IMPORT', { message, ...(cause === undefined ? {} : { cause }) });

async function mustBeEmpty(trx: Trx): Promise<void> {
  for (const table of tableNames) {
    const row = await trx
      .selectFrom(table as keyof Tables)
      .selectAll()
      .limit(1)
      .executeTakeFirst();
    if (row) throw refuse('This store holds data already. Import into an empty one.');
  }
}

async function insert(trx: Trx, rows: readonly ExportedRow[], now: number): Promise<void> {
  const [head] = rows;
  if (!head) return;
  const values = rows.map((one) => (one.table === 'work' ? freed(one.row, now) : one.row));
  await trx
    .insertInto(head.table as 'link')
    .values(values as never)
    .execute();
}

function parse(line: string, lineNumber: number): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw refuse(`Line ${lineNumber} of the export is not readable.`, error);
  }
}

/**
 * Fills an empty store from an export, all or nothing.
 * @returns the number of rows. @throws `STORE_IMPORT` naming the line that does not fit.
 */
export function importLines(engine: Engine, lines: AsyncIterable<string>, now: number): Promise<number> {
  return engine.write(async (trx) => {
    await mustBeEmpty(trx);
    let lineNumber = 0;
    let count = 0;
    let ended = false;
    let waiting: ExportedRow[] = [];
    const flush = async (): Promise<void> => {
      await insert(trx, waiting, now);
      waiting = [];
    };
    for await (const line of lines) {
      lineNumber += 1;
      if (line.trim() === '') continue;
      if (ended) throw refuse('The export goes on after its end: two exports were put together.');
      const value = parse(line, lineNumber);
      if (lineNumber === 1) {
        const first = ExportHead.safeParse(value);
        if (!first.success) throw refuse('This is not an export of the store.', first.error);
        if (first.data.version > storeVersion)
          throw refuse(`The export was made by a newer version of the service (${first.data.version}).`);
        continue;
      }
      const end = ExportEnd.safeParse(value);
      if (end.success) {
        ended = true;
        if (end.data.rows !== count) throw refuse(`The export should hold ${end.data.rows} rows and holds ${count}.`);
        continue;
      }
      const row = ExportedRow.safeParse(value);
      if (!row.success)
        throw refuse(
          `Line ${lineNumber} of the export does not fit: ${row.error.issues[0]?.path.join('.') ?? ''} ${row.error.issues[0]?.message ?? ''}`,
          row.error,
        );
      if (waiting.length >= page || (waiting[0] && waiting[0].table !== row.data.table)) await flush();
      waiting.push(row.data);
      count += 1;
    }
    if (!ended) throw refuse('The export was cut off: its last line is missing.');
    await flush();
    await engine.differences.resetCounters(trx);
    await keepRestored(trx, now);
    return count;
  });
}
