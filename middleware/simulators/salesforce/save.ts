/**
 * The order of a save: defaults, before-save hooks, checks, validation rules, duplicates, lock, store, after-save hooks. One row is one
 * transaction inside its caller's; a refused row leaves nothing behind, not even its events.
 */
import { hasCustomPermission } from './access.ts';
import { deleteRow, undeleteRow } from './delete-row.ts';
import { afterContactRole, derive } from './derived-fields.ts';
import { createDuplicateRules } from './duplicate-rules.ts';
import { evaluateFormula, fromFormulaValue, parseFormula } from './formula.ts';
import { mergeRows } from './merge-rows.ts';
import { RowError } from './org-errors.ts';
import { recordFormulaContext } from './record-formula.ts';
import type { DraftRecord, FieldDefinition, FieldValue, ObjectDefinition, RecordValues } from './schema-model.ts';
import type { OrgState, SaveContext, SaveEngine } from './state.ts';
import type { OrgSwitches } from './switches.ts';
import { checkValue, coerceValue } from './values.ts';

export interface OrgSaveEngine extends SaveEngine {
  /** Accounts or contacts become one: the losers go to the recycle bin, what hung on them hangs on the master. */
  merge(masterId: string, loserIds: readonly string[], userId: string): void;
  /** A new row made by the page's Clone: `ISCLONE()` is true while it is saved. */
  clone(objectName: string, values: RecordValues, userId: string): string;
  /** The next `times` writes to the row, or to rows that hang on it by master-detail, fail with UNABLE_TO_LOCK_ROW. */
  lockRow(id: string, times: number): void;
}

const deepest = 16;

export function createSaveEngine(state: OrgState, switches: OrgSwitches, duplicates = createDuplicateRules(state)): OrgSaveEngine {
  const locks = new Map<string, number>();
  let depth = 0;

  const must = (name: string): ObjectDefinition => {
    const object = state.schema.object(name);
    if (!object) throw new RowError('INVALID_TYPE', `sObject type '${name}' is not supported.`, [], 404);
    return object;
  };
  const contextFor = (userId: string, cloned = false): SaveContext => ({
    state,
    userId,
    cloned,
    hasPermission: (name) => hasCustomPermission(state, userId, name),
    publish: (event, values) => void state.publish(event, values, userId),
    insert: (object, values) => engine.insert(object, values, userId),
    update: (object, id, values) => engine.update(object, id, values, userId),
    record: (id) => state.record(id),
  });
  const deeper = <T>(work: () => T): T => {
    if (depth >= deepest) throw new RowError('CANNOT_EXECUTE_FLOW_TRIGGER', 'Maximum depth of nested saves exceeded.');
    depth += 1;
    try {
      return state.transaction(work);
    } finally {
      depth -= 1;
    }
  };
  const takeLock = (object: ObjectDefinition, record: RecordValues): void => {
    const masters = [...object.fields.values()].filter((field) => field.type === 'MasterDetail').map((field) => record[field.name]);
    for (const id of [record['Id'], ...masters]) {
      const left = locks.get(String(id)) ?? 0;
      if (left <= 0) continue;
      locks.set(String(id), left - 1);
      throw new RowError('UNABLE_TO_LOCK_ROW', 'unable to obtain exclusive access to this record or 1 records: ' + String(id));
    }
  };

  const save = (
    object: ObjectDefinition,
    draft: DraftRecord,
    prior: RecordValues | null,
    given: ReadonlySet<string>,
    userId: string,
    cloned = false,
  ): RecordValues => {
    const context = contextFor(userId, cloned);
    derive(state, switches, object, draft, prior, given);
    const beforeHooks = { ...draft };
    for (const hooks of state.hooks) hooks.beforeSave?.(object, draft, prior, context);
    const touched = new Set(given);
    for (const name of Object.keys(draft)) {
      if (draft[name] === beforeHooks[name]) continue;
      const field = object.fields.get(name);
      if (field) draft[name] = coerceValue(field, draft[name], switches);
      touched.add(name);
    }
    if (touched.size > given.size) derive(state, switches, object, draft, prior, touched);
    checkRow(state, switches, object, draft, prior, touched);
    checkRules(state, switches, object, draft, prior, context);
    duplicates.check(object, draft, touched);
    checkUnique(state, object, draft);
    takeLock(object, draft);
    const stored: RecordValues = { ...draft };
    state.put(object.name, stored);
    if (object.name === 'OpportunityContactRole') afterContactRole(state, stored);
    for (const hooks of state.hooks) {
      try {
        hooks.afterSave?.(object, stored, prior, context);
      } catch (error) {
        if (switches.failingFlowRefuses || !(error instanceof RowError)) throw error;
      }
    }
    return stored;
  };

  const insert = (objectName: string, values: RecordValues, userId: string, cloned = false): string => {
    const object = must(objectName);
    if (object.kind === 'event') return state.publish(object.name, values, userId).uuid;
    return deeper(() => {
      const draft = defaults(state, object, values, userId);
      const given = new Set<string>();
      for (const [name, value] of Object.entries(values)) {
        const field = fieldOf(state, object, name);
        draft[field.name] = coerceValue(field, value, switches);
        given.add(field.name);
      }
      const now = state.stamp();
      const id = state.newId(object.name);
      for (const [name, value] of Object.entries({
        Id: id,
        IsDeleted: false,
        CreatedDate: now,
        CreatedById: userId,
        LastModifiedDate: now,
        LastModifiedById: userId,
        SystemModstamp: now,
      })) {
        if (name === 'Id' || object.fields.has(name)) draft[name] = value;
      }
      if (object.fields.has('OwnerId')) draft['OwnerId'] ??= userId;
      save(object, draft, null, given, userId, cloned);
      return id;
    });
  };

  const engine: OrgSaveEngine = {
    insert: (objectName, values, userId) => insert(objectName, values, userId),
    clone: (objectName, values, userId) => insert(objectName, values, userId, true),
    update: (objectName, id, values, userId) => {
      const object = must(objectName);
      deeper(() => {
        const prior = state.record(id);
        if (!prior || state.schema.objectByPrefix(String(prior['Id']).slice(0, 3))?.name !== object.name) {
          throw new RowError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', [], 404);
        }
        if (prior['IsDeleted'] === true) throw new RowError('ENTITY_IS_DELETED', 'entity is deleted', [], 404);
        const draft: DraftRecord = { ...prior };
        const given = new Set<string>();
        for (const [name, value] of Object.entries(values)) {
          const field = fieldOf(state, object, name);
          draft[field.name] = coerceValue(field, value, switches);
          given.add(field.name);
        }
        const changed = [...given].some((name) => (draft[name] ?? null) !== (prior[name] ?? null));
        if (changed || switches.emptyUpdateMovesStamp) {
          draft['LastModifiedDate'] = state.stamp();
          draft['LastModifiedById'] = userId;
          draft['SystemModstamp'] = state.stamp();
        }
        save(object, draft, prior, given, userId);
      });
    },
    delete: (id, userId) => {
      deeper(() => deleteRow(state, switches, id, contextFor(userId), takeLock));
    },
    undelete: (id, userId) => {
      deeper(() => undeleteRow(state, id, userId));
    },
    merge: (masterId, loserIds, userId) => {
      deeper(() => mergeRows(state, switches, masterId, loserIds, contextFor(userId), takeLock));
    },
    lockRow: (id, times) => {
      const row = state.record(id);
      locks.set(String(row?.['Id'] ?? id), times);
    },
  };
  return engine;
}

function fieldOf(state: OrgState, object: ObjectDefinition, name: string): FieldDefinition {
  const field = state.schema.field(object.name, name);
  if (!field) throw new RowError('INVALID_FIELD', `No such column '${name}' on sobject of type ${object.name}`, [name]);
  return field;
}

function defaults(state: OrgState, object: ObjectDefinition, values: RecordValues, userId: string): DraftRecord {
  const draft: DraftRecord = {};
  const given = new Set(Object.keys(values).map((name) => name.toLowerCase()));
  for (const field of object.fields.values()) {
    if (field.formula !== undefined || given.has(field.name.toLowerCase())) continue;
    if (field.type === 'Checkbox') draft[field.name] = false;
    if (field.type === 'AutoNumber') draft[field.name] = autoNumber(state, object, field);
    const first = field.picklist?.values.find((one) => one.isDefault && one.active);
    if (first) draft[field.name] = first.value;
    if (field.defaultValue !== undefined && field.defaultValue !== '') {
      const context = recordFormulaContext(state, {
        object,
        record: draft,
        prior: null,
        userId,
        hasPermission: (name) => hasCustomPermission(state, userId, name),
      });
      draft[field.name] = fromFormulaValue(field.type, evaluateFormula(parseFormula(field.defaultValue), context));
    }
    if (field.name === 'CurrencyIsoCode') draft[field.name] = state.find('CurrencyType', 'IsCorporate', true)[0]?.['IsoCode'] ?? 'USD';
  }
  return draft;
}

function autoNumber(state: OrgState, object: ObjectDefinition, field: FieldDefinition): string {
  const number = state.nextNumber(`${object.name}.${field.name}`, field.startingNumber ?? 1);
  const date = new Date(state.now()).toISOString();
  return (field.displayFormat ?? '{0}')
    .replace('{YYYY}', date.slice(0, 4))
    .replace('{MM}', date.slice(5, 7))
    .replace('{DD}', date.slice(8, 10))
    .replace(/\{(0+)\}/, (_, zeros: string) => String(number).padStart(zeros.length, '0'));
}

function checkRow(
  state: OrgState,
  switches: OrgSwitches,
  object: ObjectDefinition,
  draft: DraftRecord,
  prior: RecordValues | null,
  touched: ReadonlySet<string>,
): void {
  const missing: string[] = [];
  const recordType = state.record(String(draft['RecordTypeId'] ?? ''));
  const available = recordType ? object.recordTypes.get(String(recordType['DeveloperName'])) : undefined;
  for (const field of object.fields.values()) {
    const value: FieldValue = draft[field.name] ?? null;
    const blank = value === null || value === '';
    if ((field.required || field.type === 'MasterDetail') && blank && (prior === null || touched.has(field.name))) missing.push(field.name);
    if (blank || (prior !== null && !touched.has(field.name))) continue;
    const listed = available && (available.picklists[field.name] ?? (switches.newPicklistInExistingRecordTypes ? undefined : []));
    checkValue(field, value, listed);
    if (field.type === 'Lookup' || field.type === 'MasterDetail') checkReference(state, field, String(value), prior);
    if (field.type === 'MasterDetail' && prior && prior[field.name] !== value && !field.reparentable) {
      throw new RowError(
        'INVALID_FIELD_FOR_INSERT_UPDATE',
        `Unable to create/update fields: ${field.name}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`,
        [field.name],
      );
    }
  }
  if (missing.length > 0) throw new RowError('REQUIRED_FIELD_MISSING', `Required fields are missing: [${missing.join(', ')}]`, missing);
}

function checkReference(state: OrgState, field: FieldDefinition, id: string, prior: RecordValues | null): void {
  if (prior?.[field.name] === id) return;
  const target = state.schema.objectByPrefix(id.slice(0, 3));
  if (!target || !(field.referenceTo ?? []).includes(target.name)) {
    throw new RowError('FIELD_INTEGRITY_EXCEPTION', `${field.label}: id value of incorrect type: ${id}`, [field.name]);
  }
  const row = state.record(id);
  if (!row) throw new RowError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', [field.name]);
  if (row['IsDeleted'] === true) throw new RowError('ENTITY_IS_DELETED', 'entity is deleted', [field.name]);
}

function checkRules(
  state: OrgState,
  switches: OrgSwitches,
  object: ObjectDefinition,
  draft: DraftRecord,
  prior: RecordValues | null,
  save: SaveContext,
): void {
  const context = recordFormulaContext(state, {
    object,
    record: draft,
    prior,
    userId: save.userId,
    hasPermission: save.hasPermission,
    cloned: save.cloned,
  });
  for (const rule of object.validationRules.values()) {
    if (!rule.active) continue;
    let met: boolean;
    try {
      met = evaluateFormula(parseFormula(rule.formula), context) === true;
    } catch (error) {
      if (!switches.brokenRuleRefuses) continue;
      throw new RowError(
        'FIELD_INTEGRITY_EXCEPTION',
        `The validation rule ${rule.name} can't be evaluated: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    if (met) throw new RowError('FIELD_CUSTOM_VALIDATION_EXCEPTION', rule.message, rule.field === undefined ? [] : [rule.field]);
  }
}

function checkUnique(state: OrgState, object: ObjectDefinition, draft: DraftRecord): void {
  for (const field of object.fields.values()) {
    if (!field.unique) continue;
    const value = draft[field.name] ?? null;
    if (value === null) continue;
    const other = state
      .find(object.name, field.name, value)
      .find((row) => row['Id'] !== draft['Id'] && (!field.caseSensitive || row[field.name] === value));
    if (other) {
      throw new RowError(
        'DUPLICATE_VALUE',
        `duplicate value found: ${field.name} duplicates value on record with id: ${String(other['Id']).slice(0, 15)}`,
        [field.name],
      );
    }
  }
}
