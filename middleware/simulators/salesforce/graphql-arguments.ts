/** `where` and `orderBy` of a GraphQL query in the terms of a SOQL query. */
import { ApiError } from './org-errors.ts';
import { isObject } from './org.ts';
import type { FieldType, ObjectDefinition } from './schema-model.ts';
import type { CompareOperator, Condition, Literal } from './soql-parse.ts';
import type { OrgState } from './state.ts';

const operators: { readonly [name: string]: CompareOperator } = { eq: '=', ne: '!=', lt: '<', lte: '<=', gt: '>', gte: '>=', like: 'like' };

/** `{and: […], StageName: {eq: "x"}, Account: {Name: {like: "%a%"}}}` */
export function graphqlCondition(
  state: OrgState,
  object: ObjectDefinition,
  where: { readonly [name: string]: unknown },
  prefix = '',
): Condition {
  const parts = Object.entries(where).flatMap(([name, value]): Condition[] => {
    if (name === 'and' || name === 'or') {
      const list = Array.isArray(value) ? value : [value];
      return [{ kind: name, parts: list.filter(isObject).map((one) => graphqlCondition(state, object, one, prefix)) }];
    }
    if (!isObject(value)) return [];
    if (name === 'not') return [{ kind: 'not', part: graphqlCondition(state, object, value, prefix) }];
    const field = state.schema.field(object.name, name);
    if (field)
      return Object.entries(value).map(([operator, operand]) => comparison(`${prefix}${field.name}`, field.type, operator, operand));
    const parent = state.schema.object(state.schema.parentField(object.name, name)?.referenceTo?.[0] ?? '');
    if (!parent) throw new ApiError(400, 'ValidationError', `Field '${name}' is not defined in '${object.name}_Filter'`);
    return [graphqlCondition(state, parent, value, `${prefix}${name}.`)];
  });
  return parts.length === 1 && parts[0] ? parts[0] : { kind: 'and', parts };
}

function comparison(path: string, type: FieldType, operator: string, operand: unknown): Condition {
  if (operator === 'in' || operator === 'nin') {
    const values = Array.isArray(operand) ? operand : [operand];
    return { kind: 'in', path, at: 0, negated: operator === 'nin', values: values.map((one) => literal(type, one)) };
  }
  const known = operators[operator];
  if (known === undefined)
    throw new ApiError(400, 'ValidationError', `The simulator does not know the operator ${operator} in a GraphQL filter.`);
  return { kind: 'compare', path, at: 0, operator: known, value: literal(type, operand) };
}

function literal(type: FieldType, operand: unknown): Literal {
  if (operand === null || operand === undefined) return { kind: 'null' };
  if (isObject(operand)) {
    if (typeof operand['literal'] === 'string') return { kind: 'range', name: operand['literal'].toUpperCase(), count: 1 };
    if (isObject(operand['range'])) {
      const [name = '', count = 0] = Object.entries(operand['range'])[0] ?? [];
      return { kind: 'range', name: name.toUpperCase(), count: Number(count) };
    }
    return literal(type, operand['value']);
  }
  if (typeof operand === 'number') return { kind: 'number', value: operand };
  if (typeof operand === 'boolean') return { kind: 'boolean', value: operand };
  const text = String(operand);
  return type === 'Date'
    ? { kind: 'date', value: text }
    : type === 'DateTime'
      ? { kind: 'datetime', value: text }
      : { kind: 'text', value: text };
}

/** `{CreatedDate: {order: DESC, nulls: LAST}}`; several keys in the order they stand. */
export function graphqlOrder(
  orderBy: unknown,
  prefix = '',
): { readonly path: string; readonly descending: boolean; readonly nullsLast: boolean }[] {
  if (!isObject(orderBy)) return [];
  return Object.entries(orderBy).flatMap(([name, value]) => {
    if (!isObject(value)) return [];
    if (!('order' in value) && !('nulls' in value)) return graphqlOrder(value, `${prefix}${name}.`);
    return [{ path: `${prefix}${name}`, descending: value['order'] === 'DESC', nullsLast: value['nulls'] === 'LAST' }];
  });
}
