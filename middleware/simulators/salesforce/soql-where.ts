/** WHERE as a test on rows, and the rows worth testing. */
import { normalizeId } from './ids.ts';
import type { FieldDefinition, FieldType, FieldValue, ObjectDefinition, RecordValues } from './schema-model.ts';
import { pathValue, resolvePath, type FieldPath, type QueryScope } from './soql-fields.ts';
import { queryError, type CompareOperator, type Condition, type Literal, type SoqlQuery } from './soql-parse.ts';
import { rangeSpan } from './soql-ranges.ts';
import { parseTime } from './wire-time.ts';

export type RowTest = (row: RecordValues) => boolean;

/** Values of the one field an inner query selects. */
export type SemiJoin = (query: SoqlQuery) => readonly FieldValue[];

type Kind = 'text' | 'number' | 'boolean' | 'date' | 'datetime' | 'id';

const kindOf = (type: FieldType): Kind => {
  switch (type) {
    case 'Checkbox':
      return 'boolean';
    case 'Number':
    case 'Currency':
    case 'Percent':
      return 'number';
    case 'Date':
      return 'date';
    case 'DateTime':
      return 'datetime';
    case 'Id':
    case 'Lookup':
    case 'MasterDetail':
      return 'id';
    default:
      return 'text';
  }
};

/** A value in the form comparisons use. */
function comparable(kind: Kind, value: FieldValue): string | number | boolean | null {
  if (value === null || value === '') return null;
  if (kind === 'datetime') return parseTime(String(value));
  if (kind === 'text') return String(value).toLowerCase();
  return value;
}

export function compileCondition(
  scope: QueryScope,
  object: ObjectDefinition,
  alias: string | null,
  condition: Condition,
  join: SemiJoin,
): RowTest {
  switch (condition.kind) {
    case 'and': {
      const tests = condition.parts.map((part) => compileCondition(scope, object, alias, part, join));
      return (row) => tests.every((test) => test(row));
    }
    case 'or': {
      const tests = condition.parts.map((part) => compileCondition(scope, object, alias, part, join));
      return (row) => tests.some((test) => test(row));
    }
    case 'not': {
      const test = compileCondition(scope, object, alias, condition.part, join);
      return (row) => !test(row);
    }
    case 'in': {
      const path = filterPath(scope, object, alias, condition.path, condition.at);
      const kind = kindOf(path.field.type);
      const wanted = new Set<string | number | boolean | null>();
      if (isQuery(condition.values)) for (const value of join(condition.values)) wanted.add(comparable(kind, value));
      else for (const literal of condition.values) wanted.add(literalValue(scope, path.field, kind, literal, condition.at));
      return (row) => wanted.has(comparable(kind, pathValue(scope, path, row))) !== condition.negated;
    }
    case 'compare': {
      const path = filterPath(scope, object, alias, condition.path, condition.at);
      const test = compileComparison(scope, path.field, condition.operator, condition.value, condition.at);
      return (row) => test(pathValue(scope, path, row));
    }
  }
}

const isQuery = (values: readonly Literal[] | SoqlQuery): values is SoqlQuery => !Array.isArray(values);

function filterPath(scope: QueryScope, object: ObjectDefinition, alias: string | null, path: string, at: number): FieldPath {
  const resolved = resolvePath(scope, object, alias, path, at);
  const { field } = resolved;
  if (field.type === 'LongTextArea' || field.type === 'Html' || field.filterable === false) {
    throw queryError(scope.soql, at, 'INVALID_FIELD', `field '${field.name}' can not be filtered in a query call`);
  }
  return resolved;
}

export function compileComparison(
  scope: QueryScope,
  field: FieldDefinition,
  operator: CompareOperator,
  literal: Literal,
  at: number,
): (value: FieldValue) => boolean {
  const kind = kindOf(field.type);
  if (operator === 'like') {
    if (literal.kind !== 'text' || kind !== 'text')
      throw queryError(scope.soql, at, 'INVALID_QUERY_FILTER_OPERATOR', `invalid operator on ${field.name}`);
    const pattern = likePattern(literal.value);
    return (value) => pattern.test(String(value ?? ''));
  }
  if (operator === 'includes' || operator === 'excludes') {
    if (literal.kind !== 'text' || field.type !== 'MultiselectPicklist')
      throw queryError(scope.soql, at, 'INVALID_QUERY_FILTER_OPERATOR', `invalid operator on ${field.name}`);
    const groups = literal.value.split('\n').map((one) => one.toLowerCase().split(';'));
    return (value) => {
      const held = new Set(
        String(value ?? '')
          .toLowerCase()
          .split(';'),
      );
      return groups.some((group) => group.every((one) => held.has(one))) === (operator === 'includes');
    };
  }
  if (literal.kind === 'range') return rangeTest(scope, field, kind, operator, literal, at);
  const wanted = literalValue(scope, field, kind, literal, at);
  if (operator === '=') return (value) => comparable(kind, value) === wanted;
  if (operator === '!=') return (value) => comparable(kind, value) !== wanted;
  if (kind === 'boolean') throw queryError(scope.soql, at, 'INVALID_QUERY_FILTER_OPERATOR', `invalid operator on boolean field`);
  return (value) => {
    const held = comparable(kind, value);
    if (held === null || wanted === null) return false;
    return operator === '<' ? held < wanted : operator === '<=' ? held <= wanted : operator === '>' ? held > wanted : held >= wanted;
  };
}

function rangeTest(
  scope: QueryScope,
  field: FieldDefinition,
  kind: Kind,
  operator: CompareOperator,
  literal: Literal & { readonly kind: 'range' },
  at: number,
): (value: FieldValue) => boolean {
  const span = rangeSpan(literal.name, literal.count, scope.state.now());
  if (!span) throw queryError(scope.soql, at, 'MALFORMED_QUERY', `The simulator does not know the date literal ${literal.name}.`);
  if (kind !== 'date' && kind !== 'datetime') throw mistyped(scope, field, kind, at);
  return (value) => {
    const ms = value === null ? null : parseTime(String(value));
    if (ms === null) return operator === '!=';
    const inside = ms >= span.from && ms < span.to;
    switch (operator) {
      case '=':
        return inside;
      case '!=':
        return !inside;
      case '<':
        return ms < span.from;
      case '<=':
        return ms < span.to;
      case '>':
        return ms >= span.to;
      default:
        return ms >= span.from;
    }
  };
}

function mistyped(scope: QueryScope, field: FieldDefinition, kind: Kind, at: number): Error {
  const names: { readonly [kind in Kind]: string } = {
    text: 'string',
    number: 'double',
    boolean: 'boolean',
    date: 'date',
    datetime: 'dateTime',
    id: 'reference',
  };
  const quotes = kind === 'text' || kind === 'id' ? 'should be enclosed in quotes' : 'should not be enclosed in quotes';
  return queryError(
    scope.soql,
    at,
    'INVALID_FIELD',
    `value of filter criterion for field '${field.name}' must be of type ${names[kind]} and ${quotes}`,
  );
}

function literalValue(
  scope: QueryScope,
  field: FieldDefinition,
  kind: Kind,
  literal: Literal,
  at: number,
): string | number | boolean | null {
  if (literal.kind === 'null') return kind === 'boolean' ? false : null;
  if (kind === 'id') {
    if (literal.kind !== 'text') throw mistyped(scope, field, kind, at);
    if (literal.value === '') return null;
    const id = normalizeId(literal.value);
    if (id === null) throw queryError(scope.soql, at, 'INVALID_QUERY_FILTER_OPERATOR', `invalid ID field: ${literal.value}`);
    return id;
  }
  if (literal.kind === 'range' || literal.kind !== kind) throw mistyped(scope, field, kind, at);
  return comparable(kind, literal.value);
}

function likePattern(text: string): RegExp {
  let source = '';
  for (let index = 0; index < text.length; index += 1) {
    const letter = text.charAt(index);
    if (letter === '\\' && index + 1 < text.length) {
      index += 1;
      source += text.charAt(index).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    } else source += letter === '%' ? '[\\s\\S]*' : letter === '_' ? '[\\s\\S]' : letter.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  }
  return new RegExp(`^${source}$`, 'i');
}

/** Rows that can match: by id or by an indexed field where the filter names one, else all. */
export function candidates(
  scope: QueryScope,
  object: ObjectDefinition,
  alias: string | null,
  where: Condition | null,
  includeDeleted: boolean,
): readonly RecordValues[] {
  const parts = where === null ? [] : where.kind === 'and' ? where.parts : [where];
  for (const part of parts) {
    if (part.kind !== 'compare' && part.kind !== 'in') continue;
    if (part.kind === 'compare' ? part.operator !== '=' : part.negated || isQuery(part.values)) continue;
    const name = part.path.toLowerCase().startsWith(`${(alias ?? object.name).toLowerCase()}.`)
      ? part.path.slice((alias ?? object.name).length + 1)
      : part.path;
    const field = name.includes('.') ? undefined : scope.state.schema.field(object.name, name);
    if (!field) continue;
    const literals = part.kind === 'compare' ? [part.value] : isQuery(part.values) ? [] : part.values;
    const texts = literals.flatMap((literal) => (literal.kind === 'text' && literal.value !== '' ? [literal.value] : []));
    if (texts.length < literals.length) continue;
    if (field.type === 'Id') {
      const ids = new Set(texts.map((text) => normalizeId(text)));
      return [...ids].flatMap((id) => {
        const row = id !== null && id.startsWith(object.keyPrefix) ? scope.state.record(id) : undefined;
        return row && (includeDeleted || row['IsDeleted'] !== true) ? [row] : [];
      });
    }
    const reference = field.type === 'Lookup' || field.type === 'MasterDetail';
    if (includeDeleted || !(reference || field.unique || field.externalId)) continue;
    const values = new Set(texts.map((text) => (reference ? (normalizeId(text) ?? text) : text)));
    return [...values].flatMap((value) => scope.state.find(object.name, field.name, value));
  }
  return includeDeleted ? scope.state.allRows(object.name) : scope.state.rows(object.name);
}
