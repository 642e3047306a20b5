/**
 * Record-triggered flows of the simulated org: finds the flows of a saved or deleted record, checks their entry conditions and runs
 * them in the order of a save. Flows run in system context; `$Permission` is the triggering user's (Salesforce package §5).
 */
import type { FlowDefinition } from './flow-model.ts';
import { FlowFault, meetsEntry, runFlow, type FlowEffects, type FlowNotification } from './flow-run.ts';
import { RowError } from './org-errors.ts';
import { fieldValue, type RecordInSave } from './record-formula.ts';
import type { DraftRecord, ObjectDefinition, RecordValues } from './schema-model.ts';
import { toFormulaValue } from './formula.ts';
import type { OrgState, SaveContext } from './state.ts';

export type { FlowDefinition } from './flow-model.ts';
export type { FlowNotification } from './flow-run.ts';

export interface FlowRuntime {
  /** Runs scheduled paths that are due by the org's clock. Returns how many ran. */
  runScheduled(): number;
  /** Flows of an object in the order they run. */
  flowsOf(object: string): readonly FlowDefinition[];
}

export interface FlowOptions {
  /** Receives what flows send with the notification action. */
  readonly notify?: (notification: FlowNotification) => void;
}

interface Scheduled {
  readonly flow: string;
  readonly path: string;
  readonly recordId: string;
  readonly dueAt: number;
}

const runtimes = new WeakMap<OrgState, FlowRuntime>();

/** Runs the scheduled paths of an org that are due by its clock. Returns how many ran. */
export const runScheduledFlows = (state: OrgState): number => runtimes.get(state)?.runScheduled() ?? 0;

/** Lets the org's flows run; call once per org. */
export function attachFlows(state: OrgState, options: FlowOptions = {}): FlowRuntime {
  let known: { readonly version: number; readonly byObject: ReadonlyMap<string, readonly FlowDefinition[]> } | null = null;
  let scheduled: readonly Scheduled[] = [];

  const flowsOf = (object: string): readonly FlowDefinition[] => {
    if (known?.version !== state.schema.version()) known = { version: state.schema.version(), byObject: activeFlows(state) };
    return known.byObject.get(object.toLowerCase()) ?? [];
  };

  const effectsOf = (context: SaveContext): FlowEffects => ({
    create: (object, values) => {
      if (state.schema.object(object)?.kind !== 'event') return context.insert(object, values);
      context.publish(object, values);
      return '';
    },
    update: (object, id, values) => context.update(object, id, values),
    notify: (notification) => options.notify?.(notification),
  });

  const run = (
    trigger: FlowDefinition['start']['trigger'],
    object: ObjectDefinition,
    record: RecordValues,
    prior: RecordValues | null,
    context: SaveContext,
    draft: DraftRecord | null,
  ): void => {
    for (const flow of flowsOf(object.name)) {
      const { start } = flow;
      if (start.trigger !== trigger) continue;
      if (trigger !== 'RecordBeforeDelete' && start.on !== 'CreateAndUpdate' && (start.on === 'Create') !== (prior === null)) continue;
      const save: RecordInSave = {
        object,
        record,
        prior,
        userId: context.userId,
        hasPermission: (name) => context.hasPermission(name),
        cloned: context.cloned,
      };
      try {
        const entry = meetsEntry(state, flow, save);
        if (entry === 'now') runFlow(state, flow, start.next, save, effectsOf(context), draft);
        reschedule(flow, entry, object, record);
      } catch (error) {
        throw refused(flow, error);
      }
    }
  };

  /** A record that no longer meets the conditions is forgotten; one that still does moves with the field its paths count from. */
  const reschedule = (flow: FlowDefinition, entry: 'not' | 'still' | 'now', object: ObjectDefinition, record: RecordValues): void => {
    if (flow.start.scheduled.length === 0) return;
    const recordId = String(record['Id']);
    const mine = (one: Scheduled): boolean => one.flow === flow.name && one.recordId === recordId;
    const waiting = new Map(scheduled.filter(mine).map((one) => [one.path, one]));
    scheduled = scheduled.filter((one) => !mine(one));
    if (entry === 'not') return;
    for (const path of flow.start.scheduled) {
      const before = waiting.get(path.name);
      if (entry === 'still' && !before) continue;
      const from = path.recordField === null ? (entry === 'still' ? null : state.now()) : timeOf(object, record, path.recordField);
      const dueAt = from === null ? before?.dueAt : from + path.offsetMs;
      if (dueAt !== undefined) scheduled = [...scheduled, { flow: flow.name, path: path.name, recordId, dueAt }];
    }
  };

  const timeOf = (object: ObjectDefinition, record: RecordValues, name: string): number | null => {
    const field = state.schema.field(object.name, name);
    const value = field ? toFormulaValue(field.type, fieldValue(state, object, record, field)) : null;
    return value !== null && typeof value === 'object' ? value.at : null;
  };

  state.registerHooks({
    beforeSave: (object, record, prior, context) => run('RecordBeforeSave', object, record, prior, context, record),
    afterSave: (object, record, prior, context) => run('RecordAfterSave', object, record, prior, context, null),
    beforeDelete: (object, record, context) => run('RecordBeforeDelete', object, record, record, context, null),
  });

  const runtime: FlowRuntime = {
    flowsOf,
    runScheduled: () => {
      const due = scheduled.filter((one) => one.dueAt <= state.now());
      scheduled = scheduled.filter((one) => one.dueAt > state.now());
      for (const one of due) runScheduledPath(state, flowsOf, one, options);
      return due.length;
    },
  };
  runtimes.set(state, runtime);
  return runtime;
}

/** A scheduled path runs later, as nobody in particular: `$Permission` is false. */
function runScheduledPath(state: OrgState, flowsOf: FlowRuntime['flowsOf'], one: Scheduled, options: FlowOptions): void {
  const record = state.record(one.recordId);
  const object = state.schema.objectByPrefix(one.recordId.slice(0, 3));
  if (!record || !object || record['IsDeleted'] === true) return;
  const flow = flowsOf(object.name).find((candidate) => candidate.name === one.flow);
  const path = flow?.start.scheduled.find((candidate) => candidate.name === one.path);
  if (!flow || !path) return;
  const userId = String(record['LastModifiedById'] ?? '');
  const effects: FlowEffects = {
    create: (name, values) => {
      if (state.schema.object(name)?.kind !== 'event') return state.save.insert(name, values, userId);
      state.publish(name, values, userId);
      return '';
    },
    update: (name, id, values) => state.save.update(name, id, values, userId),
    notify: (notification) => options.notify?.(notification),
  };
  state.transaction(() =>
    runFlow(state, flow, path.next, { object, record, prior: record, userId, hasPermission: () => false }, effects, null),
  );
}

function activeFlows(state: OrgState): ReadonlyMap<string, readonly FlowDefinition[]> {
  const byObject = new Map<string, FlowDefinition[]>();
  const flows = state.schema.components('Flow').map((component) => component.definition as FlowDefinition);
  flows.sort((a, b) => a.triggerOrder - b.triggerOrder || (a.name < b.name ? -1 : 1));
  for (const flow of flows) {
    if (flow.status !== 'Active') continue;
    const key = flow.start.object.toLowerCase();
    byObject.set(key, [...(byObject.get(key) ?? []), flow]);
  }
  return byObject;
}

/** The refusal a person sees when a flow without a fault path fails. */
function refused(flow: FlowDefinition, error: unknown): RowError {
  const details =
    error instanceof FlowFault ? `${error.element}: ${error.message}` : error instanceof Error ? error.message : String(error);
  return new RowError(
    'CANNOT_EXECUTE_FLOW_TRIGGER',
    `We can't save this record because the “${flow.label}” process failed. Give your Salesforce admin these details. ${details}`,
  );
}
