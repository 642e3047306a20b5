/** What an org refuses in a flow after reading it: names that lead nowhere, fields that do not exist, formulas that do not parse. */
import { formulaProblems, type FormulaValue } from './formula.ts';
import type { FlowCondition, FlowDefinition, FlowElement, FlowOperand, FlowTest } from './flow-model.ts';
import { referenceType } from './record-formula.ts';
import type { FieldType, ObjectDefinition } from './schema-model.ts';
import type { OrgState } from './state.ts';

type Kind = FieldType | 'other';

const FLOW_GLOBALS: { readonly [name: string]: Kind } = {
  '$flow.faultmessage': 'Text',
  '$flow.currentdate': 'Date',
  '$flow.currentdatetime': 'DateTime',
  '$flow.interviewguid': 'Text',
  '$flow.interviewstarttime': 'DateTime',
};

const VARIABLE_TYPES: { readonly [dataType: string]: Kind } = {
  String: 'Text',
  Boolean: 'Checkbox',
  Number: 'Number',
  Currency: 'Currency',
  Date: 'Date',
  DateTime: 'DateTime',
  Picklist: 'Picklist',
};

/** Problems in plain words, empty = fine. */
export function flowProblems(state: OrgState, flow: FlowDefinition): readonly string[] {
  const object = state.schema.object(flow.start.object);
  if (!object) return [`The flow's object ${flow.start.object} does not exist.`];
  const problems: string[] = [];
  const typeOf = (path: string): Kind | undefined => typeOfReference(state, flow, object, path);
  const checkReference = (path: string, where: string): Kind | undefined => {
    const type = typeOf(path);
    if (type === undefined) problems.push(`${where}: the reference "${path}" leads nowhere.`);
    return type;
  };
  const checkOperand = (value: FlowOperand, where: string): Kind | undefined => {
    if (value.kind === 'reference') return checkReference(value.path, where);
    if (value.kind === 'template') for (const path of mergeFields(value.text)) checkReference(path, where);
    return value.kind === 'literal' ? literalType(value.value) : 'Text';
  };
  const checkTest = (test: FlowTest, where: string, on: ObjectDefinition | null): void => {
    for (const problem of logicProblems(test)) problems.push(`${where}: ${problem}`);
    for (const condition of test.conditions) checkCondition(condition, where, on);
  };
  const checkCondition = (condition: FlowCondition, where: string, on: ObjectDefinition | null): void => {
    const left = on ? state.schema.field(on.name, condition.left)?.type : typeOf(condition.left);
    if (left === undefined)
      problems.push(
        `${where}: ${on ? `field ${on.name}.${condition.left} does not exist` : `the reference "${condition.left}" leads nowhere`}.`,
      );
    const right = checkOperand(condition.right, where);
    if (condition.operator === 'IsNull' || condition.operator === 'IsChanged') {
      if (right !== 'Checkbox') problems.push(`${where}: ${condition.operator} needs true or false on its right side.`);
    } else if (left !== undefined && right !== undefined && !comparable(left, right)) {
      problems.push(`${where}: ${condition.left} (${left}) can't be compared with a value of type ${right}.`);
    }
  };
  const checkTarget = (name: string | null, where: string): void => {
    if (name !== null && !flow.elements.has(name)) problems.push(`${where}: there is no element "${name}".`);
  };

  const { start } = flow;
  if (start.formula !== null) {
    const wrong = formulaProblems(start.formula, 'flow', (path) => typeOf(path.startsWith('$') ? path : `$Record.${path}`));
    problems.push(...wrong.map((problem) => `Entry condition: ${problem}`));
    if (start.formula.length > 3_900) problems.push('Entry condition: the formula is longer than 3,900 characters.');
  }
  if (start.test) checkTest(start.test, 'Entry condition', object);
  checkTarget(start.next, 'Start');
  for (const path of start.scheduled) {
    checkTarget(path.next, `Scheduled path ${path.name}`);
    if (path.recordField !== null) {
      const type = state.schema.field(object.name, path.recordField)?.type;
      if (type !== 'Date' && type !== 'DateTime')
        problems.push(`Scheduled path ${path.name}: ${path.recordField} is no date field of ${object.name}.`);
    }
  }
  for (const [name, formula] of flow.formulas) {
    problems.push(...formulaProblems(formula.expression, 'flow', typeOf).map((problem) => `Formula ${name}: ${problem}`));
  }
  for (const [name, variable] of flow.variables) {
    if (!(variable.dataType in VARIABLE_TYPES))
      problems.push(`Variable ${name}: the simulated org does not know data type ${variable.dataType}.`);
    if (variable.value) checkOperand(variable.value, `Variable ${name}`);
  }
  for (const element of flow.elements.values()) {
    checkTarget(element.next, element.name);
    if ('fault' in element) checkTarget(element.fault, element.name);
    checkElement(element);
  }
  return problems;

  function checkElement(element: FlowElement): void {
    const where = element.name;
    switch (element.kind) {
      case 'decision':
        for (const rule of element.rules) {
          if (rule.conditions.length === 0) problems.push(`${rule.name}: the outcome has no conditions.`);
          checkTest(rule, rule.name, null);
          checkTarget(rule.next, rule.name);
        }
        return;
      case 'assignment':
        for (const item of element.items) {
          const type = checkReference(item.to, where);
          const given = checkOperand(item.value, where);
          if (/^\$Record\./i.test(item.to)) checkRecordTarget(item.to, where);
          else if (item.to.startsWith('$')) problems.push(`${where}: ${item.to} can't be assigned.`);
          if (type && given && !comparable(type, given))
            problems.push(`${where}: a value of type ${given} can't be assigned to ${item.to} (${type}).`);
        }
        return;
      case 'create': {
        const created = state.schema.object(element.object);
        if (!created) return void problems.push(`${where}: the object ${element.object} does not exist.`);
        if (start.trigger === 'RecordBeforeSave') problems.push(`${where}: a flow that runs before the save can't create records.`);
        return checkFields(created, element.fields, where);
      }
      case 'update':
        if (start.trigger === 'RecordBeforeDelete') problems.push(`${where}: a record that is being deleted can't be updated.`);
        return checkFields(object as ObjectDefinition, element.fields, where);
      case 'lookup': {
        const found = state.schema.object(element.object);
        if (!found) return void problems.push(`${where}: the object ${element.object} does not exist.`);
        return checkTest(element.test, where, found);
      }
      case 'notify':
        for (const input of ['customNotifTypeId', 'recipientIds', 'title', 'body']) {
          if (!element.inputs.has(input)) problems.push(`${where}: the input ${input} is missing.`);
        }
        for (const value of element.inputs.values()) checkOperand(value, where);
    }
  }

  function checkFields(
    on: ObjectDefinition,
    fields: readonly { readonly field: string; readonly value: FlowOperand }[],
    where: string,
  ): void {
    for (const { field, value } of fields) {
      const definition = state.schema.field(on.name, field);
      const given = checkOperand(value, where);
      if (!definition) problems.push(`${where}: field ${on.name}.${field} does not exist.`);
      else if (given && !comparable(definition.type, given)) {
        problems.push(`${where}: a value of type ${given} can't be stored in ${on.name}.${field} (${definition.type}).`);
      }
    }
  }

  function checkRecordTarget(path: string, where: string): void {
    const definition = state.schema.field(flow.start.object, path.split('.')[1] ?? '');
    // An org takes this and does nothing without a second save, which the interpreter does not know.
    if (start.trigger !== 'RecordBeforeSave') problems.push(`${where}: the simulated org assigns ${path} only before the record is saved.`);
    if (definition && (definition.formula !== undefined || definition.updateable === false))
      problems.push(`${where}: ${path} is read-only.`);
  }
}

function typeOfReference(state: OrgState, flow: FlowDefinition, object: ObjectDefinition, path: string): Kind | undefined {
  const first = path.split('.')[0] ?? '';
  const global = FLOW_GLOBALS[path.toLowerCase()];
  if (global) return global;
  if (/^\$Permission$/i.test(first)) return referenceType(state, object, path) === undefined ? undefined : 'Checkbox';
  if (/^\$User$/i.test(first)) {
    const user = state.schema.object('User');
    return user && referenceType(state, user, path.split('.').slice(1).join('.'));
  }
  if (/^\$Record(__Prior)?$/i.test(first)) {
    if (/__Prior$/i.test(first) && flow.start.on === 'Create') return undefined;
    return path === first ? 'other' : referenceType(state, object, path);
  }
  if (first.startsWith('$')) return undefined;
  const variable = flow.variables.get(path);
  if (variable) return variable.isCollection ? 'other' : VARIABLE_TYPES[variable.dataType];
  const constant = flow.constants.get(path);
  if (constant) return constant.kind === 'literal' ? literalType(constant.value) : 'other';
  const formula = flow.formulas.get(path);
  if (formula) return VARIABLE_TYPES[formula.dataType] ?? 'other';
  const element = flow.elements.get(first);
  if (element?.kind === 'lookup') {
    const found = state.schema.object(element.object);
    return found && referenceType(state, found, path.split('.').slice(1).join('.'));
  }
  return undefined;
}

function literalType(value: FormulaValue): Kind {
  if (value === null) return 'other';
  if (typeof value === 'object') return value.kind === 'date' ? 'Date' : 'DateTime';
  return typeof value === 'number' ? 'Number' : typeof value === 'boolean' ? 'Checkbox' : 'Text';
}

const family = (type: Kind): 'text' | 'number' | 'boolean' | 'time' | 'any' => {
  switch (type) {
    case 'other':
      return 'any';
    case 'Number':
    case 'Currency':
    case 'Percent':
      return 'number';
    case 'Checkbox':
      return 'boolean';
    case 'Date':
    case 'DateTime':
      return 'time';
    default:
      return 'text';
  }
};

const comparable = (left: Kind, right: Kind): boolean =>
  family(left) === 'any' || family(right) === 'any' || family(left) === family(right);

/** Paths inside `{!…}`. */
export const mergeFields = (text: string): readonly string[] => [...text.matchAll(/\{!\s*([^}]+?)\s*\}/g)].map((match) => match[1] ?? '');

function logicProblems(test: FlowTest): readonly string[] {
  if (/^(?:and|or|no)$/i.test(test.logic)) return [];
  const numbers = [...test.logic.matchAll(/\d+/g)].map((match) => Number(match[0]));
  const shape = test.logic.replace(/\d+|\bAND\b|\bOR\b|\bNOT\b|[()\s]/gi, '');
  if (shape !== '') return [`the condition logic "${test.logic}" can't be read.`];
  const wrong = numbers.filter((number) => number < 1 || number > test.conditions.length);
  return wrong.map((number) => `the condition logic names condition ${number}, which does not exist.`);
}
