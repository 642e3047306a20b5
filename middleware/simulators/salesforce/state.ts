/**
 * The simulated org's memory: metadata, records, transactions. It refuses nothing (rules stand in `save.ts` and `access.ts`).
 *
 * For the metadata deployment, the flow interpreter and the event bus, the whole offer is:
 *
 * - `state.schema` (`schema.ts`): `putObject`, `putField`, `putRecordType`, `putValidationRule`, `putPermissionSet`,
 *   `putPermissionSetGroup`, `putCustomPermission`, `putNotificationType`, `putComponent({type, fullName, definition})` (flows: type
 *   `Flow`, `definition` is your parsed flow), `component`, `components(type)`, `removeX`, `nextKeyPrefix('a' | 'e' | 'm')`.
 *   Values are built with the types of `schema-model.ts`; `systemFields(kind)` of `system-fields.ts` gives what every object has.
 * - `state.transaction(work, {schema: true, dryRun: true})`: all or nothing over records, events and (with `schema`) metadata. A throw undoes
 *   everything; `dryRun` undoes everything too but returns the result.
 * - `state.save` (`SaveEngine`, set by `save.ts`): `insert(object, values, userId)`, `update`, `upsert…`, `delete` with the full order of a save.
 *   `state.putCustomMetadata(type, developerName, label, values)` for records of `__mdt` types.
 * - `state.registerHooks({beforeSave, afterSave, beforeDelete, afterDelete})`: called for every object's rows, synchronously, in order of
 *   registration. `beforeSave` may change the draft. Throw `RowError` (org-errors.ts) to refuse the row. `context` (`SaveContext`)
 *   offers `userId`, `hasPermission(name)`, `publish(event, values)`, `insert`, `update`, `record(id)`.
 * - `context.publish` / `state.publish(object, values, userId)`: PublishAfterCommit events wait for the outermost transaction; a row that is
 *   undone takes its events along. PublishImmediately events leave at once. `state.failNextPublish(code, times)` makes publish throw.
 * - `state.onCommit(listener)`: the bus; receives `PublishedEvent[]` in order, after success only.
 * - `state.now()` epoch ms, `state.uuid()`, `state.random()`.
 */
import { idMaker, normalizeId, toLongId } from './ids.ts';
import type { Surroundings } from '../wire.ts';
import { RowError } from './org-errors.ts';
import { createSchema, type Schema, type SchemaImage } from './schema.ts';
import type { DraftRecord, FieldValue, ObjectDefinition, PublishedEvent, RecordValues } from './schema-model.ts';
import { syncSetupRows } from './setup-rows.ts';
import { wireTime } from './wire-time.ts';

export interface SaveContext {
  readonly state: OrgState;
  /** The person or program whose change started the save. */
  readonly userId: string;
  /** Whether that user holds the custom permission. */
  hasPermission(name: string): boolean;
  /** The row is made by the page's Clone. */
  readonly cloned: boolean;
  /** Publishes in this transaction; throws `RowError` when the platform refuses (missing required field, limit). */
  publish(eventObject: string, values: RecordValues): void;
  /** System context: no permission checks, all other rules of a save. Returns the id. */
  insert(object: string, values: RecordValues): string;
  update(object: string, id: string, values: RecordValues): void;
  record(id: string): RecordValues | undefined;
}

export interface TriggerHooks {
  /** Before checks. `record` may be changed; `prior` is null on insert. */
  beforeSave?(object: ObjectDefinition, record: DraftRecord, prior: RecordValues | null, context: SaveContext): void;
  afterSave?(object: ObjectDefinition, record: RecordValues, prior: RecordValues | null, context: SaveContext): void;
  beforeDelete?(object: ObjectDefinition, record: RecordValues, context: SaveContext): void;
  afterDelete?(object: ObjectDefinition, record: RecordValues, context: SaveContext): void;
}

/** DML with every rule of a save but permissions, which belong to the door (`access.ts`). Throws `RowError`. */
export interface SaveEngine {
  insert(object: string, values: RecordValues, userId: string): string;
  update(object: string, id: string, values: RecordValues, userId: string): void;
  delete(id: string, userId: string): void;
  undelete(id: string, userId: string): void;
}

export interface OrgState extends Surroundings {
  readonly orgId: string;
  readonly schema: Schema;
  save: SaveEngine;
  readonly hooks: readonly TriggerHooks[];
  registerHooks(hooks: TriggerHooks): void;

  /** By id in either form, deleted rows included. */
  record(id: string): RecordValues | undefined;
  /** Rows that are not deleted, in order of creation. */
  rows(object: string): RecordValues[];
  /** Deleted rows included. */
  allRows(object: string): RecordValues[];
  /** Rows (deleted ones left out) whose field holds the value; text without regard to case. Indexed. */
  find(object: string, field: string, value: FieldValue): RecordValues[];
  /** A new id of the object's kind. */
  newId(object: string): string;
  nextNumber(counter: string, start: number): number;
  /** Stores as given. Inside a transaction it can be undone. */
  put(object: string, record: RecordValues): void;
  /** Hard delete. */
  remove(object: string, id: string): void;
  /** Creates or replaces the record of a custom metadata type. */
  putCustomMetadata(type: string, developerName: string, label: string, values: RecordValues): string;

  transaction<T>(work: () => T, options?: { readonly schema?: boolean; readonly dryRun?: boolean }): T;
  publish(eventObject: string, values: RecordValues, userId: string): PublishedEvent;
  failNextPublish(code: string, times?: number): void;
  onCommit(listener: (events: readonly PublishedEvent[]) => void): void;
  /** The stamp of now as records hold it (whole seconds). */
  stamp(): string;

  /** Metadata, records and counters as a value, outside of transactions; `load` puts it into another org made with the same options. */
  image(): OrgImage;
  load(image: OrgImage): void;
}

/** An org to start others from: deploying a package takes a quarter of a second, loading an image a few milliseconds. */
export interface OrgImage {
  readonly schema: SchemaImage;
  readonly tables: ReadonlyMap<string, ReadonlyMap<string, RecordValues>>;
  readonly ids: ReadonlyMap<string, number>;
  readonly numbers: ReadonlyMap<string, number>;
}

interface Table {
  readonly rows: Map<string, RecordValues>;
  readonly indexes: Map<string, Map<string, Set<string>>>;
}

const indexKey = (value: FieldValue | undefined): string =>
  value === undefined || value === null ? '' : typeof value === 'string' ? value.toLowerCase() : String(value);

export interface StateOptions {
  readonly surroundings: Surroundings;
  /** 15 or 18 characters. */
  readonly orgId?: string;
  readonly objects: readonly ObjectDefinition[];
  /** What the org adds to every object (see `createSchema`). */
  readonly complete?: (object: ObjectDefinition) => ObjectDefinition;
  /** Grain of record stamps, ms; default 1000. */
  readonly stampGrain?: number;
}

export function createOrgState(options: StateOptions): OrgState {
  const { surroundings } = options;
  const orgId = normalizeId(options.orgId ?? '') ?? toLongId('00D5g0000000SIM');
  const schema = createSchema(options.objects, options.complete);
  const ids = new Map<string, number>();
  const makeId = idMaker(ids);
  const tables = new Map<string, Table>();
  const numbers = new Map<string, number>();
  const hooks: TriggerHooks[] = [];
  const listeners: ((events: readonly PublishedEvent[]) => void)[] = [];
  /** How to take back each change of the open transaction; null outside one. */
  let undo: (() => void)[] | null = null;
  let waiting: PublishedEvent[] = [];
  let publishFailure: { code: string; times: number } | null = null;

  const table = (object: string): Table => {
    const key = schema.object(object)?.name ?? object;
    let found = tables.get(key);
    if (!found) {
      found = { rows: new Map(), indexes: new Map() };
      tables.set(key, found);
    }
    return found;
  };
  const tableOfId = (id: string): Table | undefined => {
    const object = schema.objectByPrefix(id.slice(0, 3));
    return object && table(object.name);
  };
  const unindex = (into: Table, record: RecordValues, id: string): void => {
    for (const [field, index] of into.indexes) index.get(indexKey(record[field]))?.delete(id);
  };
  const enindex = (index: Map<string, Set<string>>, value: FieldValue | undefined, id: string): void => {
    const key = indexKey(value);
    const ids = index.get(key);
    if (ids) ids.add(id);
    else index.set(key, new Set([id]));
  };
  const set = (into: Table, id: string, record: RecordValues | undefined): void => {
    const before = into.rows.get(id);
    if (before) unindex(into, before, id);
    if (record) {
      into.rows.set(id, record);
      for (const [field, index] of into.indexes) enindex(index, record[field], id);
    } else into.rows.delete(id);
  };
  const change = (into: Table, id: string, record: RecordValues | undefined): void => {
    const before = into.rows.get(id);
    undo?.push(() => set(into, id, before));
    set(into, id, record);
  };
  const deliver = (events: readonly PublishedEvent[]): void => {
    if (events.length > 0) for (const listener of listeners) listener(events);
  };
  const refuse = (): never => {
    throw new Error('No save engine: create the org through createSalesforceOrg.');
  };

  const state: OrgState = {
    now: () => surroundings.now(),
    random: () => surroundings.random(),
    uuid: () => surroundings.uuid(),
    orgId,
    schema,
    save: { insert: refuse, update: refuse, delete: refuse, undelete: refuse },
    hooks,
    registerHooks: (one) => {
      hooks.push(one);
    },
    record: (id) => {
      const long = normalizeId(id);
      return long === null ? undefined : tableOfId(long)?.rows.get(long);
    },
    rows: (object) => [...table(object).rows.values()].filter((row) => row['IsDeleted'] !== true),
    allRows: (object) => [...table(object).rows.values()],
    find: (object, field, value) => {
      const from = table(object);
      let index = from.indexes.get(field);
      if (!index) {
        index = new Map();
        for (const [id, row] of from.rows) enindex(index, row[field], id);
        from.indexes.set(field, index);
      }
      const found: RecordValues[] = [];
      for (const id of index.get(indexKey(value)) ?? []) {
        const row = from.rows.get(id);
        if (row && row['IsDeleted'] !== true) found.push(row);
      }
      return found;
    },
    newId: (object) => {
      const definition = schema.object(object);
      if (!definition) throw new Error(`The simulated org has no object ${object}.`);
      return makeId(definition.keyPrefix);
    },
    nextNumber: (counter, start) => {
      const next = numbers.get(counter) ?? start;
      numbers.set(counter, next + 1);
      return next;
    },
    put: (object, record) => {
      const id = record['Id'];
      if (typeof id !== 'string') throw new Error('A record needs its Id.');
      change(table(object), id, record);
    },
    remove: (object, id) => change(table(object), id, undefined),
    putCustomMetadata: (type, developerName, label, values) => {
      const existing = state.find(type, 'DeveloperName', developerName)[0];
      const id = existing ? String(existing['Id']) : state.newId(type);
      const name = schema.object(type)?.name.replace(/__mdt$/i, '') ?? type;
      const row: DraftRecord = {
        Id: id,
        DeveloperName: developerName,
        MasterLabel: label,
        Label: label,
        Language: 'en_US',
        NamespacePrefix: null,
        QualifiedApiName: developerName,
        FullName: `${name}.${developerName}`,
        SystemModstamp: state.stamp(),
        IsDeleted: false,
        ...values,
      };
      change(table(type), id, row);
      return id;
    },
    transaction: (work, { schema: withSchema = false, dryRun = false } = {}) => {
      const outer = undo;
      const mine: (() => void)[] = [];
      const eventsBefore = waiting.length;
      const restoreSchema = withSchema ? schema.snapshot() : undefined;
      const takeBack = (): void => {
        for (const step of mine.reverse()) step();
        restoreSchema?.();
        waiting.length = eventsBefore;
      };
      undo = mine;
      try {
        const result = work();
        if (withSchema) syncSetupRows(state);
        if (dryRun) takeBack();
        else if (outer) outer.push(() => takeBackNested(mine));
        return result;
      } catch (error) {
        takeBack();
        throw error;
      } finally {
        undo = outer;
        if (!outer) {
          const events = waiting;
          waiting = [];
          deliver(events);
        }
      }
    },
    publish: (eventObject, values, userId) => {
      if (publishFailure && publishFailure.times > 0) {
        publishFailure.times -= 1;
        throw new RowError(publishFailure.code, 'The platform event could not be published. Try again later.');
      }
      const definition = schema.object(eventObject);
      if (definition?.kind !== 'event') throw new RowError('INVALID_TYPE', `sObject type '${eventObject}' is not supported.`);
      const full: DraftRecord = {};
      for (const field of definition.fields.values()) {
        if (!field.custom) continue;
        const value = values[field.name] ?? null;
        if (field.required && value === null)
          throw new RowError('REQUIRED_FIELD_MISSING', `Required fields are missing: [${field.name}]`, [field.name]);
        if (typeof value === 'string' && field.length !== undefined && value.length > field.length) {
          throw new RowError(
            'STRING_TOO_LONG',
            `${field.label}: data value too large: ${value.slice(0, 40)} (max length=${field.length})`,
            [field.name],
          );
        }
        full[field.name] = value;
      }
      const event: PublishedEvent = {
        object: definition.name,
        uuid: state.uuid(),
        createdAt: state.now(),
        createdById: userId,
        values: full,
      };
      if (undo && definition.publishBehavior !== 'PublishImmediately') waiting.push(event);
      else deliver([event]);
      return event;
    },
    failNextPublish: (code, times = 1) => {
      publishFailure = { code, times };
    },
    onCommit: (listener) => {
      listeners.push(listener);
    },
    stamp: () => wireTime(state.now(), options.stampGrain),
    image: () => ({
      schema: schema.image(),
      tables: new Map([...tables].map(([object, { rows }]) => [object, new Map(rows)])),
      ids: new Map(ids),
      numbers: new Map(numbers),
    }),
    load: (image) => {
      schema.load(image.schema);
      tables.clear();
      for (const [object, rows] of image.tables) tables.set(object, { rows: new Map(rows), indexes: new Map() });
      replace(ids, image.ids);
      replace(numbers, image.numbers);
    },
  };
  return state;
}

function replace<K, V>(map: Map<K, V>, by: ReadonlyMap<K, V>): void {
  map.clear();
  for (const [key, value] of by) map.set(key, value);
}

function takeBackNested(steps: readonly (() => void)[]): void {
  for (const step of [...steps].reverse()) step();
}
