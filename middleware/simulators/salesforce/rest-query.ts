/** `query`, `queryAll`, further pages (Salesforce APIs §5.1). */
import { ApiError } from './org-errors.ts';
import type { Answer, Call, Handler, Org } from './org.ts';
import { runSoql, type PrintedRow } from './soql-run.ts';

export const queryHandler: Handler = (org, call) => {
  const [first, locator] = call.steps;
  if (first === 'tooling' && call.steps[1] === 'query') return toolingQuery(org, call);
  if ((first !== 'query' && first !== 'queryAll') || call.method !== 'GET') return null;
  if (locator !== undefined) return nextPage(org, call, first, locator);
  const soql = call.query.get('q');
  if (soql === null) throw new ApiError(400, 'MALFORMED_QUERY', 'A query string has to be specified');
  const scope = { state: org.state, access: call.access, version: call.version, soql };
  const keep = (rows: readonly PrintedRow[], from: number): string => {
    const kept = newLocator(org);
    org.cursors.set(kept, rows);
    return `/services/data/${call.version}/query/${kept}-${from}`;
  };
  const { totalSize, rows } = runSoql(scope, { includeDeleted: first === 'queryAll', shares: org.shares, switches: org.switches, keep });
  if (call.query.get('columns') === 'true') return { status: 200, body: columns(rows) };
  return { status: 200, body: page(org, call, first, newLocator(org), rows, 0, totalSize) };
};

const newLocator = (org: Org): string => `01g5g${String(org.state.nextNumber('#cursor', 1)).padStart(10, '0')}`;

function pageSize(org: Org, call: Call): number {
  const asked = /batchSize=(\d+)/i.exec(call.headers['sforce-query-options'] ?? '')?.[1];
  return asked === undefined ? org.switches.queryPageRows : Math.min(org.switches.queryPageRows, Math.max(200, Number(asked)));
}

function page(
  org: Org,
  call: Call,
  resource: string,
  locator: string,
  rows: readonly PrintedRow[],
  from: number,
  totalSize: number,
): unknown {
  const size = pageSize(org, call);
  const records = rows.slice(from, from + size);
  const done = from + size >= rows.length;
  if (done) {
    org.cursors.delete(locator);
    return { totalSize, done, records };
  }
  org.cursors.set(locator, rows);
  return { totalSize, done, nextRecordsUrl: `/services/data/${call.version}/${resource}/${locator}-${from + size}`, records };
}

function nextPage(org: Org, call: Call, resource: string, locator: string): Answer {
  const match = /^(\w+)-(\d+)$/.exec(locator);
  const rows = match?.[1] === undefined ? undefined : org.cursors.get(match[1]);
  if (!rows || match?.[1] === undefined) throw new ApiError(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
  return { status: 200, body: page(org, call, resource, match[1], rows, Number(match[2]), rows.length) };
}

/** What the command line asks for before it prints a table. */
function columns(rows: readonly PrintedRow[]): unknown {
  const first: PrintedRow = rows[0] ?? {};
  const column = (name: string, value: unknown): unknown => ({
    aggregate: false,
    apexType: 'String',
    booleanType: typeof value === 'boolean',
    columnName: name,
    custom: name.endsWith('__c'),
    displayName: name,
    foreignKeyName: null,
    insertable: true,
    joinColumns:
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(value).flatMap(([inner, one]) => (inner === 'attributes' ? [] : [column(inner, one)]))
        : [],
    numberType: typeof value === 'number',
    textType: typeof value === 'string',
    updatable: true,
  });
  return {
    columnMetadata: Object.entries(first).flatMap(([name, value]) => (name === 'attributes' ? [] : [column(name, value)])),
    entityName: (first['attributes'] as { readonly type?: string } | undefined)?.type ?? '',
    groupBy: false,
    idSelected: 'Id' in first,
    keyPrefix: null,
  };
}

/** Of the Tooling API only the components a deployment stored can be asked for, by type. */
function toolingQuery(org: Org, call: Call): Answer {
  const soql = call.query.get('q') ?? '';
  const type = /\bfrom\s+(\w+)/i.exec(soql)?.[1] ?? '';
  const components = org.state.schema.components().filter((one) => one.type.toLowerCase() === type.toLowerCase());
  if (
    components.length === 0 &&
    !['flow', 'flowdefinition', 'managedeventsubscription', 'flexipage', 'lightningcomponentbundle'].includes(type.toLowerCase())
  ) {
    throw new ApiError(400, 'INVALID_TYPE', `sObject type '${type}' is not supported.`);
  }
  const records = components.map((one, index) => ({
    attributes: { type: one.type, url: `/services/data/${call.version}/tooling/sobjects/${one.type}/${index}` },
    Id: `${type.slice(0, 3).toLowerCase()}${String(index).padStart(15, '0')}`,
    DeveloperName: one.fullName,
    FullName: one.fullName,
    Metadata: one.definition,
  }));
  return {
    status: 200,
    body: { size: records.length, totalSize: records.length, done: true, queryLocator: null, entityTypeName: type, records },
  };
}
