/** Runs a parsed query for one caller and prints rows as the REST API does (Salesforce APIs §5.1). */
import type { Shares } from './access.ts';
import { ApiError } from './org-errors.ts';
import { recordAccessRows } from './record-access-rows.ts';
import { fieldValue } from './record-formula.ts';
import type { FieldValue, ObjectDefinition, RecordValues } from './schema-model.ts';
import { aggregateRows } from './soql-aggregate.ts';
import { parentOf, pathValue, resolvePath, type FieldPath, type QueryScope } from './soql-fields.ts';
import { parseSoql, queryError, type OrderBy, type SelectItem, type SoqlQuery } from './soql-parse.ts';
import { candidates, compileCondition, type RowTest } from './soql-where.ts';
import type { OrgSwitches } from './switches.ts';
import { viewRows } from './setup-views.ts';

export interface QueryOptions {
  readonly includeDeleted: boolean;
  readonly shares: Shares;
  readonly switches: OrgSwitches;
  /** Keeps the rows of a long child list for further pages and gives the way to the rows after `from`. */
  readonly keep?: (rows: readonly PrintedRow[], from: number) => string;
}

export type PrintedRow = { readonly [name: string]: unknown };

export interface QueryRows {
  /** `COUNT()` gives a number and no rows. */
  readonly totalSize: number;
  readonly rows: readonly PrintedRow[];
}

/** @throws ApiError MALFORMED_QUERY, INVALID_FIELD, INVALID_TYPE … */
export function runSoql(scope: QueryScope, options: QueryOptions): QueryRows {
  const query = parseSoql(scope.soql);
  const object = visibleObject(scope, query.from);
  const matching = selectRows(scope, options, query, object);
  const onlyCount = query.fields.length === 1 && query.fields[0]?.kind === 'aggregate' && query.fields[0].path === null;
  if (onlyCount && query.groupBy.length === 0) return { totalSize: cut(query, matching).length, rows: [] };
  if (query.groupBy.length > 0 || query.fields.some((field) => field.kind === 'aggregate')) {
    const groups = aggregateRows(scope, query, object, matching);
    for (const order of [...query.orderBy].reverse()) {
      const key = Object.keys(groups[0] ?? {}).find((name) => name.toLowerCase() === order.path.toLowerCase());
      if (key === undefined && groups.length > 0)
        throw queryError(scope.soql, order.at, 'MALFORMED_QUERY', `The simulator orders groups by selected names only: ${order.path}`);
      groups.sort((a, b) => compareValues((a[key ?? ''] ?? null) as FieldValue, (b[key ?? ''] ?? null) as FieldValue, order));
    }
    const rows = cut(query, groups);
    return { totalSize: rows.length, rows };
  }
  const printer = rowPrinter(scope, options, query, object);
  const rows = cut(query, sortRows(scope, query, object, matching)).map(printer);
  return { totalSize: rows.length, rows };
}

function visibleObject(scope: QueryScope, name: string): ObjectDefinition {
  const object = scope.state.schema.object(name);
  if (!object || object.kind === 'event' || !scope.access.object(object).read) {
    throw new ApiError(
      400,
      'INVALID_TYPE',
      `\n${scope.soql.slice(0, 80)}\nERROR at Row:1:Column:1\nsObject type '${name}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.`,
    );
  }
  return object;
}

const cut = <T>(query: SoqlQuery, rows: readonly T[]): readonly T[] =>
  query.limit === null && query.offset === 0
    ? rows
    : rows.slice(query.offset, query.limit === null ? undefined : query.offset + query.limit);

function rowTest(scope: QueryScope, options: QueryOptions, query: SoqlQuery, object: ObjectDefinition): RowTest {
  if (query.where === null) return () => true;
  return compileCondition(scope, object, query.alias, query.where, (inner) => {
    const innerObject = visibleObject(scope, inner.from);
    const only = inner.fields[0];
    if (inner.fields.length !== 1 || only?.kind !== 'field')
      throw new ApiError(400, 'MALFORMED_QUERY', 'An inner select must have exactly one field.');
    const path = resolvePath(scope, innerObject, inner.alias, only.path, only.at);
    return selectRows(scope, options, inner, innerObject).map((row) => pathValue(scope, path, row));
  });
}

function selectRows(scope: QueryScope, options: QueryOptions, query: SoqlQuery, object: ObjectDefinition): readonly RecordValues[] {
  const test = rowTest(scope, options, query, object);
  if (object.name === 'UserRecordAccess') return recordAccessRows(scope.state, options.shares, options.switches, query.where).filter(test);
  const computed = viewRows(scope.state, object.name);
  if (computed) return computed.filter(test);
  return candidates(scope, object, query.alias, query.where, options.includeDeleted).filter(
    (row) => test(row) && scope.access.canSee(object, row),
  );
}

export function compareValues(a: FieldValue, b: FieldValue, order: Pick<OrderBy, 'descending' | 'nullsLast'>): number {
  if (a === null || b === null) return a === b ? 0 : (a === null) === order.nullsLast ? 1 : -1;
  const [x, y] = typeof a === 'string' && typeof b === 'string' ? [a.toLowerCase(), b.toLowerCase()] : [a, b];
  const sign = x < y ? -1 : x > y ? 1 : 0;
  return order.descending ? -sign : sign;
}

function sortRows(scope: QueryScope, query: SoqlQuery, object: ObjectDefinition, rows: readonly RecordValues[]): readonly RecordValues[] {
  if (query.orderBy.length === 0) return rows;
  const keys = query.orderBy.map((order) => {
    const path = resolvePath(scope, object, query.alias, order.path, order.at);
    if (path.field.type === 'LongTextArea' || path.field.type === 'Html') {
      throw queryError(scope.soql, order.at, 'MALFORMED_QUERY', `field '${path.field.name}' can not be sorted in a query call`);
    }
    return { order, path };
  });
  const decorated = rows.map((row) => ({ row, values: keys.map(({ path }) => pathValue(scope, path, row)) }));
  decorated.sort((a, b) => {
    for (const [index, { order }] of keys.entries()) {
      const sign = compareValues(a.values[index] ?? null, b.values[index] ?? null, order);
      if (sign !== 0) return sign;
    }
    return 0;
  });
  return decorated.map(({ row }) => row);
}

/** Fields of one object in select order; parents become nested nodes. */
interface Node {
  readonly fields: Map<string, FieldPath | Node | ((row: RecordValues) => unknown)>;
  readonly object: ObjectDefinition;
  readonly via: FieldPath['parents'][number]['field'] | null;
}

const isNode = (entry: FieldPath | Node | ((row: RecordValues) => unknown)): entry is Node => 'fields' in entry;

function rowPrinter(
  scope: QueryScope,
  options: QueryOptions,
  query: SoqlQuery,
  object: ObjectDefinition,
): (row: RecordValues) => PrintedRow {
  const root: Node = { fields: new Map(), object, via: null };
  for (const item of query.fields) addItem(scope, options, query, root, item);
  return (row) => printNode(scope, root, row);
}

function addItem(scope: QueryScope, options: QueryOptions, query: SoqlQuery, root: Node, item: SelectItem): void {
  if (item.kind === 'aggregate') return;
  if (item.kind === 'subquery') {
    const relationship = scope.state.schema.childRelationship(root.object.name, item.query.from);
    const child = relationship && scope.state.schema.object(relationship.childObject);
    if (!relationship || !child || !scope.access.object(child).read) {
      throw queryError(
        scope.soql,
        item.at,
        'INVALID_TYPE',
        `Didn't understand relationship '${item.query.from}' in FROM part of query call. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names.`,
      );
    }
    if (item.query.fields.some((field) => field.kind === 'subquery'))
      throw queryError(scope.soql, item.at, 'MALFORMED_QUERY', 'Nesting of subqueries is not supported by the simulator.');
    const test = rowTest(scope, options, item.query, child);
    const print = rowPrinter(scope, options, item.query, child);
    root.fields.set(relationship.name, (row) => {
      const rows = scope.state.find(child.name, relationship.field.name, row['Id'] ?? null);
      const shown = cut(
        item.query,
        sortRows(
          scope,
          item.query,
          child,
          rows.filter((one) => test(one) && scope.access.canSee(child, one)),
        ),
      ).map(print);
      const most = options.switches.childPageRows;
      if (shown.length > most && options.keep) {
        return { totalSize: shown.length, done: false, nextRecordsUrl: options.keep(shown, most), records: shown.slice(0, most) };
      }
      return shown.length === 0 ? null : { totalSize: shown.length, done: true, records: shown };
    });
    return;
  }
  const path = resolvePath(scope, root.object, query.alias, item.path, item.at);
  let node = root;
  for (const { field, object } of path.parents) {
    const name = field.relationshipName ?? field.name;
    const existing = node.fields.get(name);
    const next: Node = existing && isNode(existing) ? existing : { fields: new Map(), object, via: field };
    node.fields.set(name, next);
    node = next;
  }
  if (node.fields.has(path.field.name))
    throw queryError(scope.soql, item.at, 'INVALID_FIELD', `duplicate field selected: ${path.field.name}`);
  node.fields.set(path.field.name, path);
}

export const recordUrl = (version: string, object: string, id: FieldValue | undefined): string =>
  `/services/data/${version}/sobjects/${object}/${String(id)}`;

function printNode(scope: QueryScope, node: Node, row: RecordValues): PrintedRow {
  const printed: { [name: string]: unknown } = {
    attributes: { type: node.object.name, url: recordUrl(scope.version, node.object.name, row['Id']) },
  };
  for (const [name, entry] of node.fields) {
    if (typeof entry === 'function') printed[name] = entry(row);
    else if (isNode(entry)) {
      const parent = entry.via && parentOf(scope, row, entry.via, entry.object);
      printed[name] = parent ? printNode(scope, entry, parent) : null;
    } else printed[name] = fieldValue(scope.state, node.object, row, entry.field);
  }
  return printed;
}
