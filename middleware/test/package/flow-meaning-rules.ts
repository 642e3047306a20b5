/** Rules about what flows are for: what they tell, what they cost, and that nothing that is shared goes unnoticed. */
import { customRecords } from './default-mapping.ts';
import { conditions, failing, fits, flows, inSave, valueKind } from './flow-parts.ts';
import { childOf, childrenOf, textOf, walk } from './package-files.ts';
import { fieldOf, type PackageModel, type Rule } from './package-model.ts';
import { sellerFields } from './access-rules.ts';

const event = 'PC_Sync_Request__e';

/** Reasons the service knows, by the moment. */
const reasons: Readonly<Record<string, readonly string[]>> = {
  PC_Opportunity_Changed: ['saved', 'switched_off'],
  PC_Opportunity_Deleted: ['deleted'],
  PC_Opportunity_Solution_Changed: ['solution'],
  PC_Opportunity_Solution_Deleted: ['solution'],
  PC_Contact_Role_Changed: ['contact'],
  PC_Contact_Role_Deleted: ['contact'],
  PC_Team_Member_Changed: ['team'],
  PC_Team_Member_Deleted: ['team'],
  PC_Request_Created: ['request'],
  PC_Service_Request_Created: ['request'],
  PC_Opportunity_Currency_Changed: ['saved'],
};
const dealPath = (object: string): string | null =>
  object === 'Opportunity'
    ? '$Record.Id'
    : object === 'PC_Service_Request__c'
      ? null
      : object.startsWith('PC_')
        ? '$Record.Opportunity__c'
        : '$Record.OpportunityId';

const published: Rule = {
  name: 'flow-event',
  check(model, report) {
    const fields = model.objects.get(event)?.fields;
    for (const flow of flows(model)) {
      const { path, stem } = flow.file;
      const said: string[] = [];
      for (const step of flow.steps.values()) {
        if (step.kind !== 'recordCreates') continue;
        if (textOf(step.element, 'object') !== event) report(path, `${step.name} must make the event ${event}`);
        const given = new Map(
          childrenOf(step.element, 'inputAssignments').map((item) => [textOf(item, 'field') ?? '', childOf(item, 'value')] as const),
        );
        if (given.size !== childrenOf(step.element, 'inputAssignments').length) report(path, `${step.name} sets a field twice`);
        for (const [name, value] of given) {
          const field = fieldOf(model, event, name);
          if (!field) report(path, `${step.name}: the event has no field ${name}`);
          const kind = valueKind(model, flow, value);
          if (field && kind !== null && !fits(field.kind, kind)) report(path, `${step.name}: ${name} cannot hold that value`);
        }
        for (const field of fields?.values() ?? [])
          if (field.required && !given.has(field.name)) report(path, `${step.name}: ${field.name} is required on the event`);
        if (textOf(given.get('Record_Id__c'), 'elementReference') !== '$Record.Id')
          report(path, `${step.name}: Record_Id__c must be the id of the record`);
        if (textOf(given.get('Object__c'), 'stringValue') !== flow.object) report(path, `${step.name}: Object__c must be ${flow.object}`);
        if ((textOf(given.get('Opportunity_Id__c'), 'elementReference') ?? null) !== dealPath(flow.object))
          report(path, `${step.name}: Opportunity_Id__c must be ${dealPath(flow.object) ?? 'left out'}`);
        said.push(textOf(given.get('Reason__c'), 'stringValue') ?? '');
      }
      const wanted = reasons[stem] ?? [];
      if (said.slice().sort().join() !== wanted.slice().sort().join())
        report(path, `the reasons must be ${wanted.join(', ') || 'none'}, not ${said.join(', ') || 'none'}`);
    }
  },
};

/** Entry conditions that have to stand exactly so: cheap, and the switch-off is noticed too. */
const entries: Readonly<Record<string, string | null>> = {
  PC_Opportunity_Changed: 'OR({!$Record.Sync_with_Partner_Center__c},ISCHANGED({!$Record.Sync_with_Partner_Center__c}))',
  PC_Opportunity_Clone_Cleanup: null,
  PC_Opportunity_Deleted: null,
  PC_Opportunity_Solution_Changed: '{!$Record.Opportunity__r.Sync_with_Partner_Center__c}',
  PC_Contact_Role_Changed: '{!$Record.Opportunity.Sync_with_Partner_Center__c}',
  PC_Team_Member_Changed: '{!$Record.Opportunity.Sync_with_Partner_Center__c}',
  PC_Opportunity_Currency_Changed: 'AND({!$Record.Sync_with_Partner_Center__c},ISCHANGED({!$Record.CurrencyIsoCode}))',
};

const cost: Rule = {
  name: 'flow-cost',
  check(model, report) {
    for (const flow of inSave(model)) {
      const { path, stem } = flow.file;
      for (const step of flow.steps.values())
        if (failing.includes(step.kind) && step.kind !== 'recordCreates')
          report(path, `${step.name}: no query, update, delete or action inside a seller's save`);
      const most = (name: string): number => {
        const step = flow.steps.get(name);
        if (!step) return 0;
        return (step.kind === 'recordCreates' ? 1 : 0) + Math.max(0, ...step.next.map(most));
      };
      if (Math.max(0, ...flow.first.map(most)) > 1) report(path, 'a save makes one event at most');
      const entry = textOf(flow.start, 'filterFormula')?.replaceAll(/\s/g, '') ?? null;
      if (entry !== (entries[stem] ?? null)) report(path, `the entry condition must be ${entries[stem] ?? 'empty'}`);
    }
  },
};

const bypass: Rule = {
  name: 'flow-bypass',
  check(model, report) {
    for (const flow of inSave(model)) {
      const first = flow.steps.get(flow.first[0] ?? '');
      const outcome = childOf(first?.element, 'rules');
      const condition = childOf(outcome, 'conditions');
      const asks =
        textOf(condition, 'leftValueReference') === '$Permission.PC_Bypass_Sync' &&
        textOf(condition, 'operator') === 'EqualTo' &&
        textOf(childOf(condition, 'rightValue'), 'booleanValue') === 'true';
      if (first?.kind !== 'decisions' || !asks) report(flow.file.path, 'the first thing a flow asks is the permission PC_Bypass_Sync');
      if (childOf(outcome, 'connector')) report(flow.file.path, 'a bypassed flow ends');
      if (first && !childOf(first.element, 'defaultConnector')) report(flow.file.path, 'without the bypass the flow must go on');
    }
    for (const flow of flows(model)) {
      if (textOf(flow.start, 'triggerType') !== 'RecordBeforeDelete') continue;
      const asked = conditions(flow.file.root).map(
        (condition) =>
          `${textOf(condition, 'leftValueReference')} ${textOf(condition, 'operator')} ${textOf(childOf(condition, 'rightValue'), 'booleanValue')}`,
      );
      const tick =
        flow.object === 'Opportunity' ? '$Record' : flow.object.startsWith('PC_') ? '$Record.Opportunity__r' : '$Record.Opportunity';
      if (!asked.includes(`${tick}.Sync_with_Partner_Center__c EqualTo true`))
        report(flow.file.path, 'only what belongs to a shared deal is told');
      if (flow.object === 'Opportunity' && !asked.includes('$Record.Referral_Identifier__c IsNull false'))
        report(flow.file.path, 'a deal that was shared before is told too');
      const logic = [...walk(flow.file.root)].find((element) => element.name === 'rules' && textOf(element, 'name') === 'Shared');
      if (textOf(logic, 'conditionLogic') !== (flow.object === 'Opportunity' ? 'or' : 'and'))
        report(flow.file.path, 'the logic of the outcome Shared is wrong');
    }
  },
};

/** Watched besides the mapped fields: the tick itself, the parents' ids, and the fall-back list of solutions. */
const alwaysWatched = ['Sync_with_Partner_Center__c', 'AccountId', 'OwnerId', 'Products__c'];

/** Fields of the opportunity that the default mapping sends. */
export function sentFields(model: PackageModel): readonly string[] {
  const paths = customRecords(model.files, 'PC_Field_Map')
    .filter((record) => record.values.Direction__c === 'Both' || record.values.Direction__c === 'To Partner Center')
    .map((record) => record.values.Salesforce_Path__c ?? '');
  return [...new Set(paths)].filter(
    (path) => !path.includes('.') && path !== 'Id' && path !== 'CurrencyIsoCode' && fieldOf(model, 'Opportunity', path) !== null,
  );
}

const watched: Rule = {
  name: 'flow-watched',
  check(model, report) {
    const flow = flows(model).find((candidate) => candidate.file.stem === 'PC_Opportunity_Changed');
    const outcome = flow
      ? [...walk(flow.file.root)].find((element) => element.name === 'rules' && textOf(element, 'name') === 'Shared_Field_Changed')
      : undefined;
    if (!flow || !outcome) return report(flow?.file.path ?? 'flows/PC_Opportunity_Changed', 'the outcome Shared_Field_Changed is missing');
    const compared = childrenOf(outcome, 'conditions').map((condition) => {
      const field = (textOf(condition, 'leftValueReference') ?? '').replace('$Record.', '');
      const against = textOf(childOf(condition, 'rightValue'), 'elementReference');
      if (against !== `$Record__Prior.${field}` || textOf(condition, 'operator') !== 'NotEqualTo')
        report(flow.file.path, `${field} must be compared with its prior value`);
      return field;
    });
    const wanted = [...alwaysWatched, ...sentFields(model)];
    for (const field of wanted)
      if (!compared.includes(field)) report(flow.file.path, `${field} is shared, but a change of it is not noticed`);
    for (const field of compared) if (!wanted.includes(field)) report(flow.file.path, `${field} is compared, but not shared`);
    if (textOf(outcome, 'conditionLogic') !== 'or') report(flow.file.path, 'one changed field is enough: conditionLogic or');
    const off = [...walk(flow.file.root)].find((element) => element.name === 'rules' && textOf(element, 'name') === 'Switched_Off');
    const condition = childOf(off, 'conditions');
    const asks = `${textOf(condition, 'leftValueReference')} ${textOf(condition, 'operator')} ${textOf(childOf(condition, 'rightValue'), 'booleanValue')}`;
    if (asks !== '$Record.Sync_with_Partner_Center__c EqualTo false') report(flow.file.path, 'the tick going off must be told as such');
    const order = childrenOf(flow.steps.get('What_Changed')?.element ?? flow.file.root, 'rules').map(
      (rule) => `${textOf(rule, 'name')} ${textOf(childOf(rule, 'connector'), 'targetReference')}`,
    );
    if (order.join() !== 'Switched_Off Publish_Switched_Off,Shared_Field_Changed Publish_Saved')
      report(flow.file.path, 'the switch-off is asked first, and each outcome makes its own event');
  },
};

const identifiers = ['Referral_Identifier__c', 'Referral_Link__c', 'PC_Engagement_Id__c', 'PC_Microsoft_CRM_Id__c'];

const clones: Rule = {
  name: 'flow-clone',
  check(model, report) {
    const flow = flows(model).find((candidate) => candidate.file.stem === 'PC_Opportunity_Clone_Cleanup');
    if (!flow) return;
    const items = [...walk(flow.file.root)].filter((element) => element.name === 'assignmentItems');
    const cleared = items.map((item) => (textOf(item, 'assignToReference') ?? '').replace('$Record.', ''));
    const written = [...(model.objects.get('Opportunity')?.fields.values() ?? [])]
      .filter((field) => field.formula === null && !sellerFields.includes(field.name))
      .map((field) => field.name);
    for (const name of [...written, 'Sync_with_Partner_Center__c'])
      if (!cleared.includes(name)) report(flow.file.path, `${name} would be taken over by a copy`);
    for (const name of cleared)
      if (name !== 'Sync_with_Partner_Center__c' && !written.includes(name))
        report(flow.file.path, `${name} belongs to the seller and stays`);
    for (const item of items) {
      const value = childOf(item, 'value');
      const reference = textOf(value, 'elementReference');
      const empty =
        reference !== undefined &&
        flow.variables.has(reference) &&
        ![...walk(flow.file.root)].some((element) => element.name === 'assignToReference' && element.text.trim() === reference);
      if (!empty && textOf(value, 'booleanValue') !== 'false')
        report(flow.file.path, `${textOf(item, 'assignToReference')} must be emptied`);
    }
    const asked = [...walk(flow.file.root)].find((element) => element.name === 'rules' && textOf(element, 'name') === 'Is_Copy');
    const names = asked
      ? childrenOf(asked, 'conditions').map(
          (condition) =>
            `${textOf(condition, 'leftValueReference')} ${textOf(condition, 'operator')} ${textOf(childOf(condition, 'rightValue'), 'booleanValue')}`,
        )
      : [];
    for (const name of identifiers)
      if (!names.includes(`$Record.${name} IsNull false`)) report(flow.file.path, `a copy is known by ${name}`);
    if (textOf(asked, 'conditionLogic') !== 'or' || textOf(childOf(asked, 'connector'), 'targetReference') !== 'Clear_Tick')
      report(flow.file.path, 'one identifier is enough to clear the tick');
  },
};

export const flowMeaningRules: readonly Rule[] = [published, cost, bypass, watched, clones];
