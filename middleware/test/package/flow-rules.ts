/** Rules about flows: that they deploy and never break a seller's save. What they are for stands in `flow-meaning-rules.ts`. */
import { childOf, childrenOf, textOf, walk, type Element } from './package-files.ts';
import { conditions, failing, fits, flowNames, flows, referenceKind, valueKind } from './flow-parts.ts';
import { readFormula } from './formula-text.ts';
import { fieldAt, fieldOf, objectExists, type Rule } from './package-model.ts';

const triggers: Readonly<Record<string, readonly string[]>> = {
  RecordAfterSave: ['Create', 'Update', 'CreateAndUpdate'],
  RecordBeforeSave: ['Create', 'Update', 'CreateAndUpdate'],
  RecordBeforeDelete: ['Delete'],
};
/** Which moment each flow is for. A flow that listens at another one would miss something or run twice. */
const moments: Readonly<Record<string, readonly [object: string, trigger: string, type: string]>> = {
  PC_Opportunity_Changed: ['Opportunity', 'RecordAfterSave', 'CreateAndUpdate'],
  PC_Opportunity_Clone_Cleanup: ['Opportunity', 'RecordBeforeSave', 'Create'],
  PC_Opportunity_Deleted: ['Opportunity', 'RecordBeforeDelete', 'Delete'],
  PC_Opportunity_Solution_Changed: ['PC_Opportunity_Solution__c', 'RecordAfterSave', 'CreateAndUpdate'],
  PC_Opportunity_Solution_Deleted: ['PC_Opportunity_Solution__c', 'RecordBeforeDelete', 'Delete'],
  PC_Contact_Role_Changed: ['OpportunityContactRole', 'RecordAfterSave', 'CreateAndUpdate'],
  PC_Contact_Role_Deleted: ['OpportunityContactRole', 'RecordBeforeDelete', 'Delete'],
  PC_Team_Member_Changed: ['OpportunityTeamMember', 'RecordAfterSave', 'CreateAndUpdate'],
  PC_Team_Member_Deleted: ['OpportunityTeamMember', 'RecordBeforeDelete', 'Delete'],
  PC_Request_Created: ['PC_Request__c', 'RecordAfterSave', 'Create'],
  PC_Service_Request_Created: ['PC_Service_Request__c', 'RecordAfterSave', 'Create'],
  PC_Opportunity_Currency_Changed: ['Opportunity', 'RecordAfterSave', 'Update'],
  PC_Heartbeat_Stopped: ['PC_Connection__c', 'RecordAfterSave', 'CreateAndUpdate'],
};

const shape: Rule = {
  name: 'flow-shape',
  check(model, report) {
    for (const flow of flows(model)) {
      const { root, path, stem } = flow.file;
      if (textOf(root, 'status') !== 'Active') report(path, 'only an active flow does anything');
      if (textOf(root, 'processType') !== 'AutoLaunchedFlow' || textOf(root, 'environments') !== 'Default')
        report(path, 'processType AutoLaunchedFlow and environments Default are expected');
      if (Number(textOf(root, 'apiVersion')) !== 66) report(path, 'apiVersion must be 66.0, as in sfdx-project.json');
      for (const element of ['label', 'interviewLabel']) if (!textOf(root, element)) report(path, `${element} is missing`);
      for (const element of walk(root)) {
        const outgoing = [...element.text.matchAll(/\{!([^}]*)\}/g)].map((match) => match[1] as string);
        if (element.name === 'interviewLabel')
          for (const name of outgoing) if (referenceKind(model, flow, name) === null) report(path, `interviewLabel: ${name} leads nowhere`);
      }
      const trigger = textOf(flow.start, 'triggerType') ?? '';
      const type = textOf(flow.start, 'recordTriggerType') ?? '';
      if (!(triggers[trigger] ?? []).includes(type)) report(path, `${trigger} does not go with ${type}`);
      if (!objectExists(model, flow.object)) report(path, `the object ${flow.object} does not exist`);
      if (moments[stem]?.join() !== [flow.object, trigger, type].join())
        report(path, `the flow must run for ${moments[stem]?.join(', ') ?? 'a moment that the rules know'}`);
      if (childOf(flow.start, 'filters') && childOf(flow.start, 'filterFormula'))
        report(path, 'filters and filterFormula exclude each other');
      const whenNewlyMet = textOf(flow.start, 'doesRequireRecordChangedToMeetCriteria') === 'true';
      if (whenNewlyMet !== (childOf(flow.start, 'scheduledPaths') !== undefined))
        report(path, 'a scheduled path needs "only when newly met", every other flow runs each time the conditions are met');
      for (const filter of childrenOf(flow.start ?? root, 'filters')) {
        const field = fieldOf(model, flow.object, textOf(filter, 'field') ?? '');
        if (!field) report(path, `the entry condition names ${textOf(filter, 'field')}, which ${flow.object} does not have`);
        if (
          !['IsNull false', 'NotEqualTo Silent'].includes(
            `${textOf(filter, 'operator')} ${childOf(filter, 'value')?.children[0]?.text.trim()}`,
          )
        )
          report(path, 'the alarm is armed while there is a heartbeat and the connection is not marked silent');
      }
      for (const variable of childrenOf(root, 'variables'))
        if (textOf(variable, 'isInput') !== 'false' || textOf(variable, 'isOutput') !== 'false')
          report(path, `the variable ${textOf(variable, 'name')} is for the flow alone`);
      for (const variable of childrenOf(root, 'variables'))
        for (const element of ['dataType', 'isCollection', 'isInput', 'isOutput'])
          if (!childOf(variable, element)) report(path, `the variable ${textOf(variable, 'name')} needs ${element}`);
      const builder = childrenOf(root, 'processMetadataValues').map(
        (value) => `${textOf(value, 'name')}=${textOf(childOf(value, 'value'), 'stringValue')}`,
      );
      if (builder.join() !== 'BuilderType=LightningFlowBuilder,CanvasMode=AUTO_LAYOUT_CANVAS')
        report(path, 'processMetadataValues must let Flow Builder open the flow');
    }
    for (const [name, [object]] of Object.entries(moments))
      if (!model.names('flow').has(name)) report(`flows/${name}`, `the flow for ${object} is missing`);
  },
};

const graph: Rule = {
  name: 'flow-graph',
  check(model, report) {
    for (const flow of flows(model)) {
      const { path } = flow.file;
      const names = flowNames(flow.file);
      for (const name of new Set(names.filter((candidate, index) => names.indexOf(candidate) !== index)))
        report(path, `the name ${name} is used twice`);
      for (const name of names)
        if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name) || name.includes('__') || name.endsWith('_')) report(path, `"${name}" is no valid name`);
      const reached = new Set<string>();
      const queue = [...flow.first];
      if (queue.length === 0) report(path, 'the start leads nowhere');
      for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
        if (reached.has(name)) continue;
        reached.add(name);
        const step = flow.steps.get(name);
        if (!step) report(path, `there is no element ${name}`);
        else queue.push(...step.next);
      }
      for (const name of flow.steps.keys()) if (!reached.has(name)) report(path, `${name} is never reached`);
      const visit = (name: string, trail: readonly string[]): void => {
        if (trail.includes(name)) report(path, `the flow runs in a circle at ${name}`);
        else for (const next of flow.steps.get(name)?.next ?? []) visit(next, [...trail, name]);
      };
      for (const name of flow.first) visit(name, []);
      for (const step of flow.steps.values()) {
        if (!textOf(step.element, 'label')) report(path, `${step.name} needs a label`);
        for (const rule of childrenOf(step.element, 'rules'))
          if (!textOf(rule, 'name') || !textOf(rule, 'conditionLogic')) report(path, `an outcome of ${step.name} needs name and logic`);
      }
    }
  },
};

const fault: Rule = {
  name: 'flow-fault',
  check(model, report) {
    for (const flow of flows(model)) {
      for (const step of flow.steps.values()) {
        if (!failing.includes(step.kind)) continue;
        const handler = step.fault === null ? undefined : flow.steps.get(step.fault);
        if (!handler) report(flow.file.path, `${step.name} has no fault path: when it fails, the seller's save is rolled back`);
        else if (handler.kind !== 'assignments' || !textOf(handler.element, 'name')?.includes('Fault'))
          report(flow.file.path, `the fault path of ${step.name} must only keep the message`);
        else if (![...walk(handler.element)].some((element) => element.text.trim() === '$Flow.FaultMessage'))
          report(flow.file.path, `the fault path of ${step.name} must keep $Flow.FaultMessage`);
      }
    }
  },
};

const references: Rule = {
  name: 'flow-reference',
  check(model, report) {
    for (const flow of flows(model)) {
      const { path, root } = flow.file;
      for (const element of walk(root)) {
        const isReference =
          element.name === 'elementReference' || element.name === 'leftValueReference' || element.name === 'assignToReference';
        const name = element.text.trim();
        if (isReference && referenceKind(model, flow, name) === null && flow.variables.get(name) === undefined)
          report(path, `line ${element.line}: ${name} leads nowhere`);
        if (element.name === 'assignToReference' && !flow.variables.has(name) && textOf(flow.start, 'triggerType') !== 'RecordBeforeSave')
          report(path, `line ${element.line}: ${name} can be set before the save only`);
        if (element.name === 'assignToReference' && name.startsWith('$Record.')) {
          const field = fieldAt(model, flow.object, name.slice(8));
          if (field?.own?.formula != null) report(path, `line ${element.line}: ${name} is a formula`);
        }
      }
      const owners = new Map(
        [...walk(root)].flatMap((element) => childrenOf(element, 'conditions').map((condition) => [condition, element] as const)),
      );
      const owner = (condition: Element): Element | undefined => owners.get(condition);
      for (const condition of conditions(root)) {
        const left = referenceKind(model, flow, textOf(condition, 'leftValueReference') ?? '');
        const right = valueKind(model, flow, childOf(condition, 'rightValue'));
        const operator = textOf(condition, 'operator');
        if (operator === 'IsNull' ? right !== 'boolean' : left !== null && right !== null && !fits(left, right))
          report(path, `line ${condition.line}: ${textOf(condition, 'leftValueReference')} cannot be compared with that value`);
        if (!['and', 'or'].includes(textOf(owner(condition), 'conditionLogic') ?? 'and'))
          report(path, `line ${condition.line}: the logic is and, or or`);
        if (!['EqualTo', 'NotEqualTo', 'IsNull'].includes(operator ?? ''))
          report(path, `line ${condition.line}: the operator ${operator} is not used in this package`);
      }
      for (const item of [...walk(root)].filter((element) => element.name === 'assignmentItems')) {
        const target = textOf(item, 'assignToReference') ?? '';
        const left = referenceKind(model, flow, target);
        const right = valueKind(model, flow, childOf(item, 'value'));
        const collection = flow.variables.get(target)?.collection === true;
        const source = flow.variables.get(textOf(childOf(item, 'value'), 'elementReference') ?? '');
        if (source?.collection) report(path, `line ${item.line}: a list is no single value`);
        if (left !== null && right !== null && !fits(left, right)) report(path, `line ${item.line}: ${target} cannot hold that value`);
        if (textOf(item, 'operator') !== (collection ? 'Add' : 'Assign'))
          report(path, `line ${item.line}: a value is assigned, a list is added to`);
      }
      const used = new Set([...walk(root)].filter((element) => element.children.length === 0).map((element) => element.text.trim()));
      for (const name of flow.variables.keys()) if (!used.has(name)) report(path, `the variable ${name} is not used`);
    }
  },
};

const formulas: Rule = {
  name: 'flow-formula',
  check(model, report) {
    for (const flow of flows(model)) {
      const formula = textOf(flow.start, 'filterFormula');
      if (formula === undefined) continue;
      const parts = readFormula(formula);
      for (const text of parts.faults) report(flow.file.path, `entry condition: ${text}`);
      for (const name of parts.names)
        if (referenceKind(model, flow, name) === null) report(flow.file.path, `entry condition: ${name} leads nowhere`);
      for (const name of [...parts.names, ...parts.changed])
        if (referenceKind(model, flow, name) === 'long-text')
          report(flow.file.path, `entry condition: ${name} is a long text and cannot stand in a formula`);
      if (parts.names.length === 0) report(flow.file.path, 'entry condition: no field is named');
      for (const name of formula.match(/(?<!\{!)\$Record[\w.]*/g) ?? [])
        report(flow.file.path, `entry condition: ${name} must be written {!${name}}`);
    }
  },
};

const actions: Rule = {
  name: 'flow-action',
  check(model, report) {
    for (const flow of flows(model)) {
      for (const step of flow.steps.values()) {
        if (step.kind === 'actionCalls') {
          if (
            textOf(step.element, 'actionName') !== 'customNotificationAction' ||
            textOf(step.element, 'actionType') !== 'customNotificationAction'
          )
            report(flow.file.path, `${step.name}: only the standard notification action is used`);
          if (
            textOf(step.element, 'nameSegment') !== 'customNotificationAction' ||
            textOf(step.element, 'flowTransactionModel') !== 'CurrentTransaction'
          )
            report(flow.file.path, `${step.name}: nameSegment and transaction model are those of the standard action`);
          const given = childrenOf(step.element, 'inputParameters').map((item) => textOf(item, 'name'));
          if (given.join() !== 'customNotifTypeId,recipientIds,title,body,targetId')
            report(flow.file.path, `${step.name}: a notification needs type, recipients, title, body and target`);
        }
        if (step.kind === 'recordUpdates') {
          if (textOf(step.element, 'inputReference') !== '$Record')
            report(flow.file.path, `${step.name} may change the record itself only`);
          const item = childOf(step.element, 'inputAssignments');
          if (textOf(item, 'field') !== 'State__c' || textOf(childOf(item, 'value'), 'stringValue') !== 'Silent')
            report(flow.file.path, `${step.name} marks the connection as Silent, nothing else`);
        }
        if (step.kind === 'recordLookups') {
          const wanted = [...walk(step.element)].find((element) => element.name === 'stringValue')?.text.trim() ?? '';
          const filter = childOf(step.element, 'filters');
          if (!fieldOf(model, textOf(step.element, 'object') ?? '', textOf(filter, 'field') ?? ''))
            report(flow.file.path, `${step.name}: the filter names a field that does not exist`);
          if (!model.names('notiftype').has(wanted)) report(flow.file.path, `${step.name}: there is no notification type ${wanted}`);
        }
      }
      const path = childOf(flow.start, 'scheduledPaths');
      if (path && fieldOf(model, flow.object, textOf(path, 'recordField') ?? '')?.kind !== 'date')
        report(flow.file.path, 'a scheduled path hangs on a date field');
      if (
        path &&
        `${textOf(path, 'offsetNumber')} ${textOf(path, 'offsetUnit')} ${textOf(path, 'timeSource')}` !== '30 Minutes RecordField'
      )
        report(flow.file.path, 'the alarm rings 30 minutes after the last heartbeat, as its texts say');
    }
  },
};

export const flowRules: readonly Rule[] = [shape, graph, fault, references, formulas, actions];
