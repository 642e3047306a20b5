/** COUNT, SUM … with GROUP BY and HAVING. */
import type { FieldValue, ObjectDefinition, RecordValues } from './schema-model.ts';
import { pathValue, resolvePath, type QueryScope } from './soql-fields.ts';
import { queryError, type Condition, type SelectItem, type SoqlQuery } from './soql-parse.ts';

type Printed = { [name: string]: unknown };
type Aggregate = SelectItem & { readonly kind: 'aggregate' };

export function aggregateRows(scope: QueryScope, query: SoqlQuery, object: ObjectDefinition, rows: readonly RecordValues[]): Printed[] {
  const grouping = query.groupBy.map((path) => resolvePath(scope, object, query.alias, path, 0));
  const groups = new Map<string, { readonly keys: readonly FieldValue[]; readonly rows: RecordValues[] }>();
  for (const row of rows) {
    const keys = grouping.map((path) => pathValue(scope, path, row));
    const key = JSON.stringify(keys.map((value) => (typeof value === 'string' ? value.toLowerCase() : value)));
    const group = groups.get(key);
    if (group) group.rows.push(row);
    else groups.set(key, { keys, rows: [row] });
  }
  if (groups.size === 0 && grouping.length === 0) groups.set('', { keys: [], rows: [] });
  const value = (item: Pick<Aggregate, 'call' | 'path' | 'at'>, group: readonly RecordValues[]): FieldValue => {
    if (item.path === null) return group.length;
    const path = resolvePath(scope, object, query.alias, item.path, item.at);
    const values = group.map((row) => pathValue(scope, path, row)).filter((one) => one !== null);
    const numbers = values.filter((one) => typeof one === 'number');
    switch (item.call) {
      case 'COUNT':
        return values.length;
      case 'COUNT_DISTINCT':
        return new Set(values).size;
      case 'SUM':
        return numbers.length === 0 ? null : numbers.reduce((sum, one) => sum + one, 0);
      case 'AVG':
        return numbers.length === 0 ? null : numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
      default:
        return values.reduce<FieldValue>(
          (best, one) => (best === null || (item.call === 'MIN' ? one < best : one > best) ? one : best),
          null,
        );
    }
  };
  const printed: Printed[] = [];
  for (const group of groups.values()) {
    if (query.having && !havingTest(scope, query.having, (item) => value(item, group.rows))) continue;
    const row: Printed = { attributes: { type: 'AggregateResult' } };
    let unnamed = 0;
    for (const item of query.fields) {
      if (item.kind === 'subquery')
        throw queryError(scope.soql, item.at, 'MALFORMED_QUERY', 'A subquery can not stand beside an aggregate.');
      if (item.kind === 'aggregate') {
        row[item.alias ?? `expr${unnamed}`] = value(item, group.rows);
        if (item.alias === null) unnamed += 1;
        continue;
      }
      const index = query.groupBy.findIndex((path) => path.toLowerCase() === item.path.toLowerCase());
      if (index < 0) throw queryError(scope.soql, item.at, 'MALFORMED_QUERY', `Field must be grouped or aggregated: ${item.path}`);
      row[item.alias ?? grouping[index]?.field.name ?? item.path] = group.keys[index] ?? null;
    }
    printed.push(row);
  }
  return printed;
}

function havingTest(
  scope: QueryScope,
  condition: Condition,
  value: (item: Pick<Aggregate, 'call' | 'path' | 'at'>) => FieldValue,
): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.parts.every((part) => havingTest(scope, part, value));
    case 'or':
      return condition.parts.some((part) => havingTest(scope, part, value));
    case 'not':
      return !havingTest(scope, condition.part, value);
    case 'in':
      throw queryError(scope.soql, condition.at, 'MALFORMED_QUERY', 'The simulator knows comparisons with numbers in HAVING, no lists.');
    case 'compare': {
      const call = /^(COUNT|COUNT_DISTINCT|MIN|MAX|SUM|AVG)\((.*)\)$/.exec(condition.path);
      if (!call || condition.value.kind !== 'number') {
        throw queryError(
          scope.soql,
          condition.at,
          'MALFORMED_QUERY',
          'The simulator knows only aggregates compared with numbers in HAVING.',
        );
      }
      const held = Number(
        value({ call: (call[1] ?? 'COUNT') as Aggregate['call'], path: call[2] === '' ? null : (call[2] ?? null), at: condition.at }),
      );
      const wanted = condition.value.value;
      switch (condition.operator) {
        case '=':
          return held === wanted;
        case '!=':
          return held !== wanted;
        case '<':
          return held < wanted;
        case '<=':
          return held <= wanted;
        case '>':
          return held > wanted;
        default:
          return held >= wanted;
      }
    }
  }
}
