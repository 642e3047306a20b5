/**
 * Flow XML → the interpreter's model. What the interpreter does not know fails here by name, so that a flow never
 * deploys and then behaves otherwise than in an org.
 */
import {
  CONDITION_OPERATORS,
  type ConditionOperator,
  type FlowCondition,
  type FlowDefinition,
  type FlowElement,
  type FlowOperand,
  type FlowStart,
  type FlowTest,
  type FlowVariable,
  type ScheduledPath,
} from './flow-model.ts';
import { operandFrom, unknown, valueOf } from './flow-operand.ts';
import { child, childrenOf, flagOf, MetadataProblem, numberOf, requiredText, textOf, type XmlElement } from './metadata-xml.ts';

const NODE = ['description', 'label', 'locationX', 'locationY', 'name', 'connector', 'processMetadataValues'] as const;

/** Elements of a flow file that are interpreted, or say nothing about what happens, with the children each may have. */
const KNOWN: { readonly [element: string]: readonly string[] | 'text' | 'ignored' } = {
  apiVersion: 'text',
  description: 'text',
  environments: 'ignored',
  interviewLabel: 'text',
  label: 'text',
  processMetadataValues: 'ignored',
  processType: 'text',
  status: 'text',
  triggerOrder: 'text',
  runInMode: 'text',
  isTemplate: 'text',
  start: [
    ...NODE,
    'object',
    'recordTriggerType',
    'triggerType',
    'filterFormula',
    'filterLogic',
    'filters',
    'scheduledPaths',
    'doesRequireRecordChangedToMeetCriteria',
  ],
  decisions: [...NODE, 'defaultConnector', 'defaultConnectorLabel', 'rules'],
  assignments: [...NODE, 'assignmentItems'],
  recordCreates: [...NODE, 'faultConnector', 'inputAssignments', 'object'],
  recordUpdates: [...NODE, 'faultConnector', 'inputAssignments', 'inputReference'],
  recordLookups: [
    ...NODE,
    'faultConnector',
    'assignNullValuesIfNoRecordsFound',
    'filterLogic',
    'filters',
    'getFirstRecordOnly',
    'object',
    'queriedFields',
    'storeOutputAutomatically',
  ],
  actionCalls: [
    ...NODE,
    'actionName',
    'actionType',
    'faultConnector',
    'flowTransactionModel',
    'inputParameters',
    'nameSegment',
    'versionSegment',
  ],
  variables: ['name', 'description', 'dataType', 'isCollection', 'isInput', 'isOutput', 'scale', 'value'],
  constants: ['name', 'description', 'dataType', 'value'],
  formulas: ['name', 'description', 'dataType', 'expression', 'scale'],
};

/** Name of the path that runs as soon as the transaction is over. */
const ASYNCHRONOUS = 'Run_Asynchronously';

const OFFSET_MS: { readonly [unit: string]: number } = { Minutes: 60_000, Hours: 3_600_000, Days: 86_400_000 };

/** Throws `MetadataProblem` for the first thing it does not know. References are checked later (`flow-check.ts`). */
export function parseFlow(name: string, root: XmlElement, version: number): FlowDefinition {
  for (const element of root.children) {
    const allowed = KNOWN[element.name];
    if (allowed === undefined) throw unknown(`flow element '${element.name}'`, element);
    if (typeof allowed === 'string') continue;
    for (const inner of element.children) {
      if (!allowed.includes(inner.name)) throw unknown(`'${inner.name}' in flow element '${element.name}'`, inner);
    }
  }
  const processType = requiredText(root, 'processType');
  if (processType !== 'AutoLaunchedFlow') throw unknown(`process type '${processType}'`, root);
  const runInMode = textOf(root, 'runInMode');
  if (runInMode !== null && runInMode !== 'DefaultMode' && runInMode !== 'SystemModeWithoutSharing')
    throw unknown(`run mode '${runInMode}'`, root);
  const start = child(root, 'start');
  if (!start) throw new MetadataProblem('Required field is missing: start', root);
  const elements = new Map<string, FlowElement>();
  const names = new Set<string>();
  const claim = (element: XmlElement): string => {
    const own = requiredText(element, 'name');
    if (!/^[A-Za-z](?:_?[A-Za-z0-9])*$/.test(own)) throw new MetadataProblem(`${own} is not a valid API name`, element);
    if (names.has(own.toLowerCase())) throw new MetadataProblem(`The name "${own}" is used more than once in this flow.`, element);
    names.add(own.toLowerCase());
    return own;
  };
  for (const element of root.children) {
    const parsed = parseElement(element, claim);
    if (parsed) elements.set(parsed.name, parsed);
  }
  const variables = new Map<string, FlowVariable>();
  for (const element of childrenOf(root, 'variables')) {
    const value = child(element, 'value');
    variables.set(claim(element), {
      dataType: requiredText(element, 'dataType'),
      isCollection: flagOf(element, 'isCollection'),
      value: value ? operandFrom(value) : null,
    });
  }
  const constants = new Map(childrenOf(root, 'constants').map((element) => [claim(element), valueOf(element, 'value')]));
  const formulas = new Map(
    childrenOf(root, 'formulas').map((element) => [
      claim(element),
      { dataType: textOf(element, 'dataType') ?? 'String', expression: requiredText(element, 'expression') },
    ]),
  );
  return {
    name,
    label: requiredText(root, 'label'),
    status: statusOf(root),
    apiVersion: requiredText(root, 'apiVersion'),
    version,
    triggerOrder: numberOf(root, 'triggerOrder') ?? 2_001,
    start: parseStart(start),
    elements,
    variables,
    constants,
    formulas,
  };
}

function statusOf(root: XmlElement): FlowDefinition['status'] {
  const status = textOf(root, 'status') ?? 'Draft';
  if (status === 'Active' || status === 'Draft' || status === 'Obsolete' || status === 'InvalidDraft') return status;
  throw unknown(`flow status '${status}'`, root);
}

const target = (element: XmlElement, name: string): string | null => {
  const connector = child(element, name);
  return connector ? requiredText(connector, 'targetReference') : null;
};

function parseStart(element: XmlElement): FlowStart {
  const object = textOf(element, 'object');
  const trigger = textOf(element, 'triggerType');
  if (object === null || trigger === null) throw unknown('a flow that no record triggers', element);
  if (trigger !== 'RecordBeforeSave' && trigger !== 'RecordAfterSave' && trigger !== 'RecordBeforeDelete') {
    throw unknown(`trigger type '${trigger}'`, element);
  }
  const on = requiredText(element, 'recordTriggerType');
  if (on !== 'Create' && on !== 'Update' && on !== 'CreateAndUpdate' && on !== 'Delete')
    throw unknown(`record trigger type '${on}'`, element);
  if ((trigger === 'RecordBeforeDelete') !== (on === 'Delete')) {
    throw new MetadataProblem(`The trigger type ${trigger} can't be used with the record trigger type ${on}.`, element);
  }
  const formula = textOf(element, 'filterFormula');
  const filters = childrenOf(element, 'filters');
  if (formula !== null && filters.length > 0) throw new MetadataProblem("You can't use filterFormula together with filters.", element);
  const onlyWhenNewlyMet = flagOf(element, 'doesRequireRecordChangedToMeetCriteria');
  if (onlyWhenNewlyMet && formula !== null && /\b(?:ISCHANGED|ISNEW|PRIORVALUE)\s*\(/i.test(formula)) {
    throw new MetadataProblem('ISNEW, ISCHANGED and PRIORVALUE need a flow that runs every time a record meets the conditions.', element);
  }
  const scheduled = childrenOf(element, 'scheduledPaths').map(parseScheduledPath);
  if (scheduled.length > 0 && trigger !== 'RecordAfterSave') {
    throw new MetadataProblem('Scheduled paths need a flow that runs after the record is saved.', element);
  }
  if (scheduled.some((path) => path.name !== ASYNCHRONOUS) && on !== 'Create' && !onlyWhenNewlyMet) {
    throw new MetadataProblem('Scheduled paths need a flow that runs only when a record is updated to meet the conditions.', element);
  }
  return {
    object,
    trigger,
    on,
    formula,
    test: filters.length === 0 ? null : filterTest(element),
    onlyWhenNewlyMet,
    next: target(element, 'connector'),
    scheduled,
  };
}

function parseScheduledPath(element: XmlElement): ScheduledPath {
  const next = target(element, 'connector');
  if (textOf(element, 'pathType') === 'AsyncAfterCommit') return { name: ASYNCHRONOUS, next, recordField: null, offsetMs: 0 };
  const unit = requiredText(element, 'offsetUnit');
  const unitMs = OFFSET_MS[unit];
  if (unitMs === undefined) throw unknown(`offset unit '${unit}'`, element);
  const source = textOf(element, 'timeSource') ?? 'RecordTriggerEvent';
  if (source !== 'RecordField' && source !== 'RecordTriggerEvent') throw unknown(`time source '${source}'`, element);
  return {
    name: requiredText(element, 'name'),
    next,
    recordField: source === 'RecordField' ? requiredText(element, 'recordField') : null,
    offsetMs: (numberOf(element, 'offsetNumber') ?? 0) * unitMs,
  };
}

function parseElement(element: XmlElement, claim: (element: XmlElement) => string): FlowElement | null {
  const step = (): { readonly name: string; readonly label: string; readonly next: string | null } => ({
    name: claim(element),
    label: textOf(element, 'label') ?? '',
    next: target(element, 'connector'),
  });
  switch (element.name) {
    case 'decisions':
      return {
        kind: 'decision',
        ...step(),
        next: target(element, 'defaultConnector'),
        rules: childrenOf(element, 'rules').map((rule) => ({
          name: claim(rule),
          logic: textOf(rule, 'conditionLogic') ?? 'and',
          conditions: childrenOf(rule, 'conditions').map(parseCondition),
          next: target(rule, 'connector'),
        })),
      };
    case 'assignments':
      return {
        kind: 'assignment',
        ...step(),
        items: childrenOf(element, 'assignmentItems').map((item) => {
          const operator = requiredText(item, 'operator');
          if (operator !== 'Assign' && operator !== 'Add') throw unknown(`assignment operator '${operator}'`, item);
          return { to: requiredText(item, 'assignToReference'), operator, value: valueOf(item, 'value') };
        }),
      };
    case 'recordCreates':
      return {
        kind: 'create',
        ...step(),
        object: requiredText(element, 'object'),
        fields: inputsOf(element),
        fault: target(element, 'faultConnector'),
      };
    case 'recordUpdates':
      if (textOf(element, 'inputReference') !== '$Record')
        throw unknown('an update of other records than the one that triggered the flow', element);
      return { kind: 'update', ...step(), fields: inputsOf(element), fault: target(element, 'faultConnector') };
    case 'recordLookups':
      if (!flagOf(element, 'getFirstRecordOnly') || !flagOf(element, 'storeOutputAutomatically')) {
        throw unknown(`a lookup that does not store its first record automatically ('${textOf(element, 'name') ?? ''}')`, element);
      }
      return {
        kind: 'lookup',
        ...step(),
        object: requiredText(element, 'object'),
        test: filterTest(element),
        fault: target(element, 'faultConnector'),
      };
    case 'actionCalls': {
      const action = requiredText(element, 'actionType');
      if (action !== 'customNotificationAction') throw unknown(`action '${action}'`, element);
      return {
        kind: 'notify',
        ...step(),
        inputs: new Map(childrenOf(element, 'inputParameters').map((input) => [requiredText(input, 'name'), valueOf(input, 'value')])),
        fault: target(element, 'faultConnector'),
      };
    }
    default:
      return null;
  }
}

const inputsOf = (element: XmlElement): readonly { readonly field: string; readonly value: FlowOperand }[] =>
  childrenOf(element, 'inputAssignments').map((item) => ({ field: requiredText(item, 'field'), value: valueOf(item, 'value') }));

function filterTest(element: XmlElement): FlowTest {
  return {
    logic: textOf(element, 'filterLogic') ?? 'and',
    conditions: childrenOf(element, 'filters').map((filter) => ({
      left: requiredText(filter, 'field'),
      operator: operatorOf(filter),
      right: valueOf(filter, 'value'),
    })),
  };
}

const parseCondition = (element: XmlElement): FlowCondition => ({
  left: requiredText(element, 'leftValueReference'),
  operator: operatorOf(element),
  right: valueOf(element, 'rightValue'),
});

function operatorOf(element: XmlElement): ConditionOperator {
  const operator = requiredText(element, 'operator');
  const known = CONDITION_OPERATORS.find((one) => one === operator);
  if (!known) throw unknown(`condition operator '${operator}'`, element);
  return known;
}
