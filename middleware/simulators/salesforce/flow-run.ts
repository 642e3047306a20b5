/** Runs one interview of a flow: one record, one path through the elements. */
import type { FlowCondition, FlowDefinition, FlowElement, FlowOperand, FlowTest } from './flow-model.ts';
import { mergeFields } from './flow-check.ts';
import {
  asText,
  evaluateFormula,
  fromFormulaValue,
  parseFormula,
  toFormulaValue,
  type FormulaContext,
  type FormulaValue,
} from './formula.ts';
import { recordFormulaContext, type RecordInSave } from './record-formula.ts';
import type { DraftRecord, RecordValues } from './schema-model.ts';
import type { OrgState } from './state.ts';

/** What a flow may do to the org while it runs. */
export interface FlowEffects {
  /** Creates a record or publishes an event, in system context. */
  create(object: string, values: RecordValues): string;
  /** Changes the record that triggered the flow, in a save of its own. */
  update(object: string, id: string, values: RecordValues): void;
  notify(notification: FlowNotification): void;
}

export interface FlowNotification {
  readonly notificationTypeId: string;
  readonly recipientIds: readonly string[];
  readonly title: string;
  readonly body: string;
  readonly targetId: string | null;
}

/** An element failed and the flow has no path for it; the save it belongs to is refused. */
export class FlowFault extends Error {
  readonly element: string;

  constructor(element: string, message: string) {
    super(message);
    this.name = 'FlowFault';
    this.element = element;
  }
}

/** Loops cannot be drawn without a loop element, but connectors may form a circle. */
const MAX_STEPS = 2_000;

/** `not` = the conditions are not met; `still` = met, but met before as well and the flow wants them newly met; `now` = the flow runs. */
export function meetsEntry(state: OrgState, flow: FlowDefinition, save: RecordInSave): 'not' | 'still' | 'now' {
  const { start } = flow;
  const met = (one: RecordInSave): boolean => {
    const context = recordFormulaContext(state, one);
    if (start.formula !== null) return evaluateFormula(parseFormula(start.formula), context) === true;
    if (!start.test) return true;
    return passes(start.test, (condition) =>
      holds(condition, context.value(`$Record.${condition.left}`), literal(condition.right), context),
    );
  };
  if (!met(save)) return 'not';
  return start.onlyWhenNewlyMet && save.prior !== null && met({ ...save, record: save.prior }) ? 'still' : 'now';
}

/**
 * Runs from the named element to the end of the path.
 * @param draft the record before its save, where `$Record` may be assigned
 * @throws FlowFault when an element without a fault path fails
 */
export function runFlow(
  state: OrgState,
  flow: FlowDefinition,
  from: string | null,
  save: RecordInSave,
  effects: FlowEffects,
  draft: DraftRecord | null,
): void {
  const interview = state.uuid();
  const lookups = new Map<string, RecordValues | null>();
  const lists = new Map<string, FormulaValue[]>();
  const variables = new Map<string, FormulaValue>();
  let faultMessage = '';

  // A before-save assignment is seen by what follows in the same interview.
  const context = (): FormulaContext => {
    const inner = recordFormulaContext(state, draft ? { ...save, record: draft } : save);
    const value = (path: string): FormulaValue => {
      switch (path.toLowerCase()) {
        case '$flow.faultmessage':
          return faultMessage;
        case '$flow.interviewguid':
          return interview;
        case '$flow.currentdatetime':
        case '$flow.interviewstarttime':
          return { kind: 'datetime', at: state.now() };
        case '$flow.currentdate':
          return { kind: 'date', at: Math.floor(state.now() / 86_400_000) * 86_400_000 };
      }
      if (path.startsWith('$')) return inner.value(path);
      if (variables.has(path)) return variables.get(path) ?? null;
      const constant = flow.constants.get(path);
      if (constant) return resolve(constant);
      const formula = flow.formulas.get(path);
      if (formula) return evaluateFormula(parseFormula(formula.expression), { ...inner, value });
      const [first = '', field = ''] = path.split('.');
      const element = flow.elements.get(first);
      if (element?.kind !== 'lookup') return null;
      const definition = state.schema.field(element.object, field);
      return definition ? toFormulaValue(definition.type, lookups.get(first)?.[definition.name] ?? null) : null;
    };
    return { ...inner, value };
  };
  const resolve = (value: FlowOperand): FormulaValue => {
    if (value.kind === 'literal') return value.value;
    if (value.kind === 'reference') return context().value(value.path);
    return mergeFields(value.text).reduce(
      (text, path) => text.replace(new RegExp(`\\{!\\s*${path.replace(/[.$]/g, '\\$&')}\\s*\\}`, 'g'), () => asText(context().value(path))),
      value.text,
    );
  };

  for (const [name, variable] of flow.variables) {
    if (variable.isCollection) lists.set(name, []);
    else variables.set(name, variable.value ? resolve(variable.value) : null);
  }

  const passed = (test: FlowTest): boolean =>
    passes(test, (condition) => {
      const now = context();
      if (condition.operator === 'IsChanged') return now.isChanged(condition.left) === (resolve(condition.right) === true);
      return holds(condition, now.value(condition.left), resolve(condition.right), now);
    });

  const stored = (object: string, fields: readonly { readonly field: string; readonly value: FlowOperand }[]): RecordValues => {
    const values: DraftRecord = {};
    for (const { field, value } of fields) {
      const definition = state.schema.field(object, field);
      if (definition) values[definition.name] = fromFormulaValue(definition.type, resolve(value));
    }
    return values;
  };

  const assign = (to: string, operator: 'Assign' | 'Add', value: FlowOperand): void => {
    const list = lists.get(to);
    if (list) {
      if (operator === 'Assign') list.length = 0;
      list.push(resolve(value));
      return;
    }
    const given = resolve(value);
    const before = operator === 'Add' ? context().value(to) : null;
    const result =
      operator === 'Assign'
        ? given
        : typeof before === 'number' || (before === null && typeof given === 'number')
          ? (before ?? 0) + Number(given ?? 0)
          : asText(before) + asText(given);
    const field = /^\$Record\.(\w+)$/i.exec(to)?.[1];
    if (field === undefined) variables.set(to, result);
    else if (draft) {
      const definition = state.schema.field(save.object.name, field);
      if (definition) draft[definition.name] = fromFormulaValue(definition.type, result);
    }
  };

  /** Does the element's work and names the next one. */
  const step = (element: FlowElement): string | null => {
    switch (element.kind) {
      case 'decision':
        for (const rule of element.rules) if (passed(rule)) return rule.next;
        return element.next;
      case 'assignment':
        for (const item of element.items) assign(item.to, item.operator, item.value);
        return element.next;
      case 'create':
        effects.create(element.object, stored(element.object, element.fields));
        return element.next;
      case 'update': {
        const values = stored(save.object.name, element.fields);
        if (draft) Object.assign(draft, values);
        else effects.update(save.object.name, String(save.record['Id']), values);
        return element.next;
      }
      case 'lookup': {
        const now = context();
        const found = state.rows(element.object).find((row) =>
          passes(element.test, (condition) => {
            const field = state.schema.field(element.object, condition.left);
            return (
              field !== undefined && holds(condition, toFormulaValue(field.type, row[field.name] ?? null), resolve(condition.right), now)
            );
          }),
        );
        lookups.set(element.name, found ?? null);
        return element.next;
      }
      case 'notify': {
        const text = (name: string): string => asText(resolve(element.inputs.get(name) ?? { kind: 'literal', value: null }));
        const recipients = element.inputs.get('recipientIds');
        const list = recipients?.kind === 'reference' ? lists.get(recipients.path) : undefined;
        effects.notify({
          notificationTypeId: text('customNotifTypeId'),
          recipientIds: (list ?? [text('recipientIds')]).map(asText),
          title: text('title'),
          body: text('body'),
          targetId: element.inputs.has('targetId') ? text('targetId') : null,
        });
        return element.next;
      }
    }
  };

  let at = from;
  for (let count = 0; at !== null && count < MAX_STEPS; count += 1) {
    const element = flow.elements.get(at);
    if (!element) return;
    try {
      at = step(element);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const fault = 'fault' in element ? element.fault : null;
      if (fault === null) throw new FlowFault(element.name, message);
      faultMessage = message;
      at = fault;
    }
  }
}

const literal = (value: FlowOperand): FormulaValue => (value.kind === 'literal' ? value.value : null);

function passes(test: FlowTest, check: (condition: FlowCondition) => boolean): boolean {
  if (/^and$/i.test(test.logic)) return test.conditions.every(check);
  if (/^or$/i.test(test.logic)) return test.conditions.some(check);
  const results = test.conditions.map(check);
  const text = test.logic
    .replace(/\bAND\b/gi, '&&')
    .replace(/\bOR\b/gi, '||')
    .replace(/\bNOT\b/gi, '!')
    .replace(/\d+/g, (number) => (results[Number(number) - 1] ? 'TRUE' : 'FALSE'));
  const nothing = (): never => {
    throw new Error(`The condition logic ${test.logic} holds a reference.`);
  };
  return (
    evaluateFormula(parseFormula(text), {
      value: nothing,
      isNew: nothing,
      isClone: nothing,
      isChanged: nothing,
      prior: nothing,
      now: nothing,
    }) === true
  );
}

const blank = (value: FormulaValue): boolean => value === null || value === '';

function holds(condition: FlowCondition, left: FormulaValue, right: FormulaValue, context: FormulaContext): boolean {
  switch (condition.operator) {
    case 'EqualTo':
      return equal(left, right);
    case 'NotEqualTo':
      return !equal(left, right);
    case 'IsNull':
      return blank(left) === (right === true);
    case 'IsChanged':
      return context.isChanged(condition.left) === (right === true);
    case 'StartsWith':
      return !blank(left) && asText(left).startsWith(asText(right));
    case 'EndsWith':
      return !blank(left) && asText(left).endsWith(asText(right));
    case 'Contains':
      return !blank(left) && asText(left).includes(asText(right));
    default: {
      if (blank(left) || blank(right)) return false;
      const [a, b] = [rank(left), rank(right)];
      const sign = a < b ? -1 : a > b ? 1 : 0;
      return condition.operator === 'GreaterThan'
        ? sign > 0
        : condition.operator === 'GreaterThanOrEqualTo'
          ? sign >= 0
          : condition.operator === 'LessThan'
            ? sign < 0
            : sign <= 0;
    }
  }
}

const rank = (value: FormulaValue): number | string =>
  typeof value === 'object' && value !== null ? value.at : typeof value === 'number' ? value : asText(value);

function equal(left: FormulaValue, right: FormulaValue): boolean {
  if (blank(left) || blank(right)) return blank(left) && blank(right);
  return rank(left) === rank(right);
}
