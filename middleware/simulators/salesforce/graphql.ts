/** `POST /graphql`: the one shape the page uses, uiapi › query › Object › edges › node › field › value (local LWC §5.2). */
import { Kind, OperationTypeNode, parse, type DocumentNode, type FieldNode, type SelectionSetNode, type ValueNode } from 'graphql';
import { graphqlCondition, graphqlOrder } from './graphql-arguments.ts';
import { ApiError, RowError } from './org-errors.ts';
import { isObject, type Call, type Handler, type Org } from './org.ts';
import { fieldValue } from './record-formula.ts';
import type { FieldValue, ObjectDefinition, RecordValues } from './schema-model.ts';
import { parentOf, pathValue, resolvePath, type QueryScope } from './soql-fields.ts';
import { compareValues } from './soql-run.ts';
import { compileCondition } from './soql-where.ts';
import { uiValue } from './ui-values.ts';
import { uiScope } from './ui-api.ts';

type Printed = { [name: string]: unknown };

interface Run {
  readonly org: Org;
  readonly call: Call;
  readonly scope: QueryScope;
  readonly document: DocumentNode;
  readonly variables: { readonly [name: string]: unknown };
}

export const graphqlHandler: Handler = (org, call) => {
  if (call.steps[0] !== 'graphql' || call.method !== 'POST') return null;
  const body = call.json();
  if (!isObject(body) || typeof body['query'] !== 'string') throw new ApiError(400, 'JSON_PARSER_ERROR', 'A query is required.');
  const failed = (message: string, code: string): { readonly status: number; readonly body: unknown } => ({
    status: 200,
    body: { data: {}, errors: [{ message, paths: [], locations: [], extensions: { ErrorType: code } }] },
  });
  let document: DocumentNode;
  try {
    document = parse(body['query'], { noLocation: true });
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error), 'InvalidSyntax');
  }
  const run: Run = { org, call, scope: uiScope(org, call), document, variables: isObject(body['variables']) ? body['variables'] : {} };
  try {
    const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
    if (operation?.operation !== OperationTypeNode.QUERY)
      return failed('The simulator knows GraphQL queries only.', 'OperationNotSupported');
    const data: Printed = {};
    for (const area of fieldsOf(run, operation.selectionSet)) {
      if (area.name.value !== 'uiapi') return failed(`Field '${area.name.value}' in type 'Query' is undefined`, 'ValidationError');
      const uiapi: Printed = {};
      for (const query of fieldsOf(run, area.selectionSet)) {
        if (query.name.value !== 'query') return failed(`The simulator does not know uiapi.${query.name.value}.`, 'ValidationError');
        uiapi[keyOf(query)] = Object.fromEntries(fieldsOf(run, query.selectionSet).map((one) => [keyOf(one), objectQuery(run, one)]));
      }
      data[keyOf(area)] = uiapi;
    }
    return { status: 200, body: { data, errors: [] } };
  } catch (error) {
    if (error instanceof ApiError || error instanceof RowError) return failed(error.message.trim(), error.code);
    throw error;
  }
};

const keyOf = (field: FieldNode): string => field.alias?.value ?? field.name.value;

/** Fields of a selection, fragments put in. */
function fieldsOf(run: Run, selection: SelectionSetNode | undefined): FieldNode[] {
  return (selection?.selections ?? []).flatMap((one) => {
    if (one.kind === Kind.FIELD) return [one];
    if (one.kind === Kind.INLINE_FRAGMENT) return fieldsOf(run, one.selectionSet);
    const fragment = run.document.definitions.find(
      (definition) => definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === one.name.value,
    );
    return fragment?.kind === Kind.FRAGMENT_DEFINITION ? fieldsOf(run, fragment.selectionSet) : [];
  });
}

function plain(run: Run, value: ValueNode): unknown {
  switch (value.kind) {
    case Kind.VARIABLE:
      return run.variables[value.name.value] ?? null;
    case Kind.INT:
    case Kind.FLOAT:
      return Number(value.value);
    case Kind.NULL:
      return null;
    case Kind.LIST:
      return value.values.map((one) => plain(run, one));
    case Kind.OBJECT:
      return Object.fromEntries(value.fields.map((one) => [one.name.value, plain(run, one.value)]));
    default:
      return value.value;
  }
}

const argumentsOf = (run: Run, field: FieldNode): { readonly [name: string]: unknown } =>
  Object.fromEntries((field.arguments ?? []).map((one) => [one.name.value, plain(run, one.value)]));

function objectQuery(run: Run, field: FieldNode): Printed {
  const object = run.org.state.schema.object(field.name.value);
  if (!object || !run.call.access.object(object).read)
    throw new ApiError(400, 'INVALID_TYPE', `Field '${field.name.value}' in type 'RecordQuery' is undefined`);
  return connection(run, field, object, run.org.state.rows(object.name));
}

/** Ten rows unless `first` says otherwise, 2,000 at most. */
function connection(run: Run, field: FieldNode, object: ObjectDefinition, rows: readonly RecordValues[]): Printed {
  const given = argumentsOf(run, field);
  const known = new Set(['where', 'orderBy', 'first', 'after', 'scope']);
  for (const name of Object.keys(given)) if (!known.has(name)) throw new ApiError(400, 'ValidationError', `Unknown field argument ${name}`);
  const where = isObject(given['where']) ? graphqlCondition(run.org.state, object, given['where']) : null;
  const test = where ? compileCondition(run.scope, object, null, where, () => []) : (): boolean => true;
  const mine = given['scope'] === 'MINE' ? (row: RecordValues): boolean => row['OwnerId'] === run.call.userId : (): boolean => true;
  const matching = rows.filter((row) => test(row) && mine(row) && run.call.access.canSee(object, row));
  const sorted = sortRows(run, object, matching, given['orderBy']);
  const from = typeof given['after'] === 'string' ? Number(Buffer.from(given['after'], 'base64').toString('utf8')) : 0;
  const first = Math.min(2000, typeof given['first'] === 'number' ? given['first'] : 10);
  const shown = sorted.slice(from, from + first);
  const cursor = (index: number): string => Buffer.from(String(from + index + 1)).toString('base64');
  const printed: Printed = {};
  for (const one of fieldsOf(run, field.selectionSet)) {
    switch (one.name.value) {
      case 'edges':
        printed[keyOf(one)] = shown.map((row, index) =>
          Object.fromEntries(
            fieldsOf(run, one.selectionSet).map((edge) => [
              keyOf(edge),
              edge.name.value === 'cursor' ? cursor(index) : node(run, edge.selectionSet, object, row),
            ]),
          ),
        );
        break;
      case 'totalCount':
        printed[keyOf(one)] = sorted.length;
        break;
      case 'pageInfo':
        printed[keyOf(one)] = selected(run, one, {
          hasNextPage: from + first < sorted.length,
          hasPreviousPage: from > 0,
          startCursor: shown.length > 0 ? cursor(0) : null,
          endCursor: shown.length > 0 ? cursor(shown.length - 1) : null,
        });
        break;
      default:
        throw new ApiError(400, 'ValidationError', `Field '${one.name.value}' in type '${object.name}Connection' is undefined`);
    }
  }
  return printed;
}

/** The asked parts of a plain object. */
function selected(run: Run, field: FieldNode, known: Printed): Printed {
  return Object.fromEntries(
    fieldsOf(run, field.selectionSet).map((one) => {
      if (!(one.name.value in known))
        throw new ApiError(400, 'ValidationError', `Field '${one.name.value}' in '${field.name.value}' is undefined`);
      return [keyOf(one), known[one.name.value]];
    }),
  );
}

function sortRows(run: Run, object: ObjectDefinition, rows: readonly RecordValues[], orderBy: unknown): readonly RecordValues[] {
  const keys = graphqlOrder(orderBy).map((order) => ({ ...order, path: resolvePath(run.scope, object, null, order.path, 0) }));
  if (keys.length === 0) return rows;
  return [...rows].sort((a, b) => {
    for (const { path, descending, nullsLast } of keys) {
      const sign = compareValues(pathValue(run.scope, path, a), pathValue(run.scope, path, b), { descending, nullsLast });
      if (sign !== 0) return sign;
    }
    return 0;
  });
}

function node(run: Run, selection: SelectionSetNode | undefined, object: ObjectDefinition, row: RecordValues): Printed {
  const printed: Printed = {};
  for (const field of fieldsOf(run, selection)) {
    const optional = (field.directives ?? []).some((one) => one.name.value === 'optional');
    try {
      printed[keyOf(field)] = nodeField(run, field, object, row);
    } catch (error) {
      if (!optional || !(error instanceof ApiError)) throw error;
    }
  }
  return printed;
}

function nodeField(run: Run, field: FieldNode, object: ObjectDefinition, row: RecordValues): unknown {
  const name = field.name.value;
  const { schema } = run.org.state;
  if (name === 'Id') return row['Id'];
  if (name === 'ApiName' || name === '__typename') return object.name;
  const definition = schema.field(object.name, name);
  if (definition) {
    if (!run.call.access.canReadField(object, definition)) throw undefinedField(object, name);
    const value: { readonly value: FieldValue; readonly displayValue: string | null } = uiValue(run.org, object, row, definition);
    return selected(run, field, { ...value, label: value.displayValue });
  }
  const parentField = schema.parentField(object.name, name);
  const parentObject = parentField && schema.object(parentField.referenceTo?.[0] ?? '');
  if (parentField && parentObject) {
    if (!run.call.access.canReadField(object, parentField) || !run.call.access.object(parentObject).read)
      throw undefinedField(object, name);
    const parent = parentOf(run.scope, row, parentField, parentObject);
    return parent ? node(run, field.selectionSet, parentObject, parent) : null;
  }
  const relationship = schema.childRelationship(object.name, name);
  const child = relationship && schema.object(relationship.childObject);
  if (!relationship || !child || !run.call.access.object(child).read) throw undefinedField(object, name);
  return connection(run, field, child, run.org.state.find(child.name, relationship.field.name, fieldValueOf(run, object, row)));
}

const fieldValueOf = (run: Run, object: ObjectDefinition, row: RecordValues): FieldValue => {
  const id = run.org.state.schema.field(object.name, 'Id');
  return id ? fieldValue(run.org.state, object, row, id) : null;
};

const undefinedField = (object: ObjectDefinition, name: string): ApiError =>
  new ApiError(400, 'ValidationError', `Field '${name}' in type '${object.name}' is undefined`);
