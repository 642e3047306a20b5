/** Formulas that stand on a record: references walk the record, its parents, the user and his permissions. */
import {
  evaluateFormula,
  FormulaError,
  fromFormulaValue,
  parseFormula,
  toFormulaValue,
  type FormulaContext,
  type FormulaValue,
} from './formula.ts';
import type { FieldDefinition, FieldType, FieldValue, ObjectDefinition, RecordValues } from './schema-model.ts';
import type { OrgState } from './state.ts';

export interface RecordInSave {
  readonly object: ObjectDefinition;
  readonly record: RecordValues;
  /** Before the save; null on insert and where there is no save. */
  readonly prior: RecordValues | null;
  readonly userId: string;
  readonly hasPermission: (name: string) => boolean;
  /** The row is made by the page's Clone. */
  readonly cloned?: boolean;
}

/** The context for formula fields, validation rules and flow entry conditions (`$Record.X` and `$Record__Prior.X` understood). */
export function recordFormulaContext(state: OrgState, save: RecordInSave): FormulaContext {
  const { object, record, prior, userId, hasPermission } = save;
  const value = (path: string): FormulaValue => {
    const steps = path.split('.');
    switch (steps[0]?.toLowerCase()) {
      case '$record':
        return walk(state, object, record, steps.slice(1), path);
      case '$record__prior':
        return prior ? walk(state, object, prior, steps.slice(1), path) : null;
      case '$permission':
        return hasPermission(steps[1] ?? '');
      case '$user': {
        const user = state.record(userId);
        const definition = state.schema.object('User');
        return user && definition ? walk(state, definition, user, steps.slice(1), path) : null;
      }
      case '$organization': {
        const organization = state.rows('Organization')[0];
        const definition = state.schema.object('Organization');
        return organization && definition ? walk(state, definition, organization, steps.slice(1), path) : null;
      }
      case '$recordtype': {
        const id = record['RecordTypeId'];
        const recordType = typeof id === 'string' ? state.record(id) : undefined;
        const definition = state.schema.object('RecordType');
        return recordType && definition ? walk(state, definition, recordType, steps.slice(1), path) : null;
      }
      default:
        return walk(state, object, record, steps, path);
    }
  };
  const own = (path: string): string => path.replace(/^\$Record\./i, '');
  return {
    value,
    isNew: () => prior === null,
    isClone: () => save.cloned === true,
    isChanged: (path) => {
      if (prior === null) return false;
      const field = fieldOf(state, object, own(path), path);
      return (record[field.name] ?? null) !== (prior[field.name] ?? null);
    },
    prior: (path) => walk(state, object, prior ?? record, own(path).split('.'), path),
    now: () => state.now(),
  };
}

function fieldOf(state: OrgState, object: ObjectDefinition, name: string, path: string): FieldDefinition {
  const field = state.schema.field(object.name, name);
  if (!field) throw new FormulaError('unknown-reference', `Field ${path} does not exist. Check spelling.`);
  return field;
}

function walk(state: OrgState, object: ObjectDefinition, record: RecordValues, steps: readonly string[], path: string): FormulaValue {
  const [step = '', ...rest] = steps;
  if (rest.length === 0) {
    const field = fieldOf(state, object, step, path);
    return toFormulaValue(field.type, fieldValue(state, object, record, field));
  }
  const parentField = state.schema.parentField(object.name, step);
  if (!parentField) throw new FormulaError('unknown-reference', `Field ${path} does not exist. Check spelling.`);
  const parentId = record[parentField.name];
  const parent = typeof parentId === 'string' ? state.record(parentId) : undefined;
  const parentObject = state.schema.object(parentField.referenceTo?.[0] ?? '');
  return parent && parentObject ? walk(state, parentObject, parent, rest, path) : null;
}

/** A field as readers get it: formulas are computed, a missing checkbox is false. */
export function fieldValue(state: OrgState, object: ObjectDefinition, record: RecordValues, field: FieldDefinition): FieldValue {
  if (field.formula === undefined) return record[field.name] ?? (field.type === 'Checkbox' ? false : null);
  const context = recordFormulaContext(state, { object, record, prior: null, userId: '', hasPermission: () => false });
  return fromFormulaValue(field.type, evaluateFormula(parseFormula(field.formula), context));
}

/** Type behind a reference, for `formulaProblems`; undefined when it leads nowhere. */
export function referenceType(state: OrgState, object: ObjectDefinition, path: string): FieldType | 'other' | undefined {
  const steps = path.split('.');
  const first = steps[0]?.toLowerCase() ?? '';
  if (first === '$record' || first === '$record__prior') return referenceType(state, object, steps.slice(1).join('.'));
  if (first === '$permission') return state.schema.customPermissions.has(steps[1] ?? '') ? 'other' : undefined;
  if (first.startsWith('$')) return 'other';
  const [step = '', ...rest] = steps;
  if (rest.length === 0) return state.schema.field(object.name, step)?.type;
  const parent = state.schema.object(state.schema.parentField(object.name, step)?.referenceTo?.[0] ?? '');
  return parent && referenceType(state, parent, rest.join('.'));
}
