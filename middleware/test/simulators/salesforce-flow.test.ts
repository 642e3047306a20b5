import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { attachBus } from '../../simulators/salesforce/bus-org.ts';
import type { Bus } from '../../simulators/salesforce/bus.ts';
import { attachFlows, type FlowNotification, type FlowRuntime } from '../../simulators/salesforce/flow.ts';
import { RowError } from '../../simulators/salesforce/org-errors.ts';
import type { OrgState } from '../../simulators/salesforce/state.ts';
import { bareOrg, checkbox, customObject, deploy, eventObject, field, problemsOf, textField, xml } from './salesforce-deploy-fixture.ts';

const USER = '005000000000001AAA';
const EVENT = 'PC_Sync_Request__e';

const value = (inner: string): string => `<value>${inner}</value>`;
const text = (content: string): string => `<stringValue>${content}</stringValue>`;
const reference = (path: string): string => `<elementReference>${path}</elementReference>`;
const flag = (on: boolean): string => `<booleanValue>${on}</booleanValue>`;
const to = (name: string): string => `<connector><targetReference>${name}</targetReference></connector>`;
const place = '<locationX>0</locationX><locationY>0</locationY>';

const publish = (name: string, reason: string, more = ''): string =>
  `<recordCreates>${more}<inputAssignments><field>Record_Id__c</field>${value(reference('$Record.Id'))}</inputAssignments><inputAssignments><field>Reason__c</field>${value(reason)}</inputAssignments><label>${name}</label>${place}<name>${name}</name><object>${EVENT}</object></recordCreates>`;
const faultPath = '<faultConnector><targetReference>Keep_Fault</targetReference></faultConnector>';
const keepFault = `<assignments><assignmentItems><assignToReference>Fault</assignToReference><operator>Assign</operator>${value(reference('$Flow.FaultMessage'))}</assignmentItems><label>Keep</label>${place}<name>Keep_Fault</name></assignments>`;
const variable = (name: string, type = 'String', collection = false): string =>
  `<variables><dataType>${type}</dataType><isCollection>${collection}</isCollection><isInput>false</isInput><isOutput>false</isOutput><name>${name}</name></variables>`;
const condition = (left: string, operator: string, right: string): string =>
  `<conditions><leftValueReference>${left}</leftValueReference><operator>${operator}</operator><rightValue>${right}</rightValue></conditions>`;
const decision = (name: string, rule: string, otherwise: string | null): string =>
  `<decisions>${otherwise === null ? '' : `<defaultConnector><targetReference>${otherwise}</targetReference></defaultConnector>`}<defaultConnectorLabel>Else</defaultConnectorLabel><label>${name}</label>${place}<name>${name}</name>${rule}</decisions>`;
const rule = (name: string, logic: string, conditions: string, next: string | null): string =>
  `<rules><conditionLogic>${logic}</conditionLogic>${conditions}${next === null ? '' : to(next)}<label>${name}</label><name>${name}</name></rules>`;
const start = (first: string | null, trigger: string, on: string, more = '', object = 'Opportunity'): string =>
  `<start>${first === null ? '' : to(first)}${more}${place}<object>${object}</object><recordTriggerType>${on}</recordTriggerType><triggerType>${trigger}</triggerType></start>`;

/** Elements in the alphabetical order the platform wants repeated elements to stand in. */
const flow = (elements: readonly string[], status = 'Active'): string =>
  xml(
    'Flow',
    `<apiVersion>66.0</apiVersion><label>Test Flow</label><processType>AutoLaunchedFlow</processType><status>${status}</status>${[...elements].sort((a, b) => (a.slice(0, 9) < b.slice(0, 9) ? -1 : 1)).join('')}`,
  );

interface World {
  readonly state: OrgState;
  readonly bus: Bus;
  readonly flows: FlowRuntime;
  readonly notifications: FlowNotification[];
  reasons(): unknown[];
  deployFlows(flows: { readonly [name: string]: string }): readonly string[];
  insert(values: { readonly [field: string]: string | number | boolean | null }, user?: string): string;
}

function world(): World {
  const state = bareOrg();
  const bus = attachBus(state);
  const notifications: FlowNotification[] = [];
  const flows = attachFlows(state, { notify: (notification) => notifications.push(notification) });
  const outcome = deploy(
    state,
    {
      CustomObject: [EVENT, 'PC_Log__c'],
      CustomField: ['Opportunity.Shared__c', 'Opportunity.Ref__c', 'Opportunity.Notes__c', 'Opportunity.Beat__c'],
      CustomPermission: ['PC_Bypass'],
    },
    {
      [`objects/${EVENT}.object`]: eventObject(),
      'objects/PC_Log__c.object': customObject(textField('Text__c')),
      'objects/Opportunity.object': xml(
        'CustomObject',
        `${checkbox('Shared__c')}${field('Beat__c', 'DateTime')}${textField('Ref__c', 100)}${field('Notes__c', 'LongTextArea', '<length>4000</length>').replace('</fields>', '<visibleLines>3</visibleLines></fields>')}`,
      ),
      'customPermissions/PC_Bypass.customPermission': xml('CustomPermission', '<label>Bypass</label>'),
    },
  );
  assert.deepEqual(problemsOf(outcome), []);
  return {
    state,
    bus,
    flows,
    notifications,
    reasons: () => bus.retained(`/event/${EVENT}`).map((event) => bus.read(event)['Reason__c']),
    deployFlows: (given) => {
      const names = Object.keys(given);
      return problemsOf(deploy(state, { Flow: names }, Object.fromEntries(names.map((name) => [`flows/${name}.flow`, given[name] ?? '']))));
    },
    insert: (values, user = USER) =>
      state.save.insert('Opportunity', { Name: 'Deal', StageName: 'Prospecting', CloseDate: '2026-12-31', ...values }, user),
  };
}

const changed = flow([
  start(
    'Check',
    'RecordAfterSave',
    'CreateAndUpdate',
    '<filterFormula>OR({!$Record.Shared__c}, ISCHANGED({!$Record.Shared__c}))</filterFormula>',
  ),
  decision('Check', rule('Bypassed', 'and', condition('$Permission.PC_Bypass', 'EqualTo', flag(true)), null), 'What'),
  decision(
    'What',
    `${rule('Off', 'and', condition('$Record.Shared__c', 'EqualTo', flag(false)), 'Tell_Off')}${rule('Changed', 'or', ['Shared__c', 'Amount', 'Notes__c', 'CloseDate'].map((name) => condition(`$Record.${name}`, 'NotEqualTo', reference(`$Record__Prior.${name}`))).join(''), 'Tell_Saved')}`,
    null,
  ),
  publish('Tell_Off', text('switched_off'), faultPath),
  publish('Tell_Saved', text('saved'), faultPath),
  keepFault,
  variable('Fault'),
]);

describe('a flow that tells of changed deals', () => {
  it('publishes after the save when a shared deal is new or one of its fields changed, long text included', () => {
    const { state, deployFlows, insert, reasons } = world();
    assert.deepEqual(deployFlows({ Changed: changed }), []);
    insert({});
    assert.deepEqual(reasons(), [], 'a deal that is not shared is nobody’s business');
    const id = insert({ Shared__c: true, Amount: 10 });
    assert.deepEqual(reasons(), ['saved']);
    state.save.update('Opportunity', id, { Amount: 20 }, USER);
    state.save.update('Opportunity', id, { Notes__c: 'new' }, USER);
    state.save.update('Opportunity', id, { CloseDate: '2027-01-01' }, USER);
    assert.deepEqual(reasons(), ['saved', 'saved', 'saved', 'saved']);
    state.save.update('Opportunity', id, { Description: 'internal' }, USER);
    state.save.update('Opportunity', id, { Amount: 20 }, USER);
    assert.equal(reasons().length, 4, 'an unwatched field, or a save without a change, says nothing');
    state.save.update('Opportunity', id, { Shared__c: false }, USER);
    assert.equal(reasons().at(-1), 'switched_off');
  });

  it('says nothing for a user who holds the bypass permission', () => {
    const { state, deployFlows, insert, reasons } = world();
    deployFlows({ Changed: changed });
    const outcome = deploy(
      state,
      { PermissionSet: ['PC_Integration'] },
      {
        'permissionsets/PC_Integration.permissionset': xml(
          'PermissionSet',
          '<customPermissions><enabled>true</enabled><name>PC_Bypass</name></customPermissions><label>Integration</label>',
        ),
      },
    );
    assert.deepEqual(problemsOf(outcome), []);
    const [set] = state.find('PermissionSet', 'Name', 'PC_Integration');
    state.put('PermissionSetAssignment', {
      Id: state.newId('PermissionSetAssignment'),
      AssigneeId: USER,
      PermissionSetId: String(set?.['Id']),
      IsDeleted: false,
    });
    insert({ Shared__c: true });
    assert.deepEqual(reasons(), []);
    insert({ Shared__c: true }, '005000000000002AAA');
    assert.deepEqual(reasons(), ['saved']);
  });

  it('publishes nothing when the transaction is undone', () => {
    const { state, deployFlows, insert, reasons } = world();
    deployFlows({ Changed: changed });
    assert.throws(() =>
      state.transaction(() => {
        insert({ Shared__c: true });
        throw new Error('undo');
      }),
    );
    assert.deepEqual(reasons(), []);
  });

  it('publishes 200 times for a save of 200 deals, in order', () => {
    const { state, bus, deployFlows, insert } = world();
    deployFlows({ Changed: changed });
    const ids = state.transaction(() => Array.from({ length: 200 }, () => insert({ Shared__c: true })));
    assert.deepEqual(
      bus.retained().map((event) => bus.read(event)['Record_Id__c']),
      ids,
    );
  });

  it('keeps the save when publishing fails and there is a fault path, and refuses it when there is none', () => {
    const { state, deployFlows, insert, reasons } = world();
    deployFlows({ Changed: changed });
    state.failNextPublish('LIMIT_EXCEEDED');
    const id = insert({ Shared__c: true });
    assert.equal(state.record(id)?.['Name'], 'Deal');
    assert.deepEqual(reasons(), []);

    const careless = world();
    careless.deployFlows({ Careless: flow([start('Tell', 'RecordAfterSave', 'Create'), publish('Tell', text('saved'))]) });
    careless.state.failNextPublish('LIMIT_EXCEEDED');
    assert.throws(
      () => careless.insert({}),
      (error: unknown) =>
        error instanceof RowError && error.code === 'CANNOT_EXECUTE_FLOW_TRIGGER' && /“Test Flow” process failed/.test(error.message),
    );
    assert.equal(careless.state.rows('Opportunity').length, 0);
  });

  it('does nothing as a draft, and a new deployment is a new version', () => {
    const { state, deployFlows, insert, reasons, flows } = world();
    deployFlows({ Changed: changed.replace('<status>Active</status>', '<status>Draft</status>') });
    insert({ Shared__c: true });
    assert.deepEqual([reasons().length, flows.flowsOf('Opportunity').length], [0, 0]);
    deployFlows({ Changed: changed });
    deployFlows({ Changed: changed });
    assert.deepEqual(
      flows.flowsOf('opportunity').map((one) => [one.name, one.version]),
      [['Changed', 2]],
    );
    assert.equal(state.schema.components('Flow').length, 1);
  });
});

describe('other flows', () => {
  it('change a record before it is saved, see their own assignments, and empty fields with an unset variable', () => {
    const { state, deployFlows, insert } = world();
    const cleanup = flow([
      start('Is_Copy', 'RecordBeforeSave', 'Create'),
      decision('Is_Copy', rule('Copy', 'and', condition('$Record.Ref__c', 'IsNull', flag(false)), 'Clear'), null),
      `<assignments><assignmentItems><assignToReference>$Record.Shared__c</assignToReference><operator>Assign</operator>${value(flag(false))}</assignmentItems><assignmentItems><assignToReference>$Record.Description</assignToReference><operator>Assign</operator>${value(text('Copy of {!$Record.Ref__c}'))}</assignmentItems><assignmentItems><assignToReference>$Record.Ref__c</assignToReference><operator>Assign</operator>${value(reference('Nothing'))}</assignmentItems><label>Clear</label>${place}<name>Clear</name></assignments>`,
      variable('Nothing'),
    ]);
    assert.deepEqual(deployFlows({ Cleanup: cleanup }), []);
    const copy = state.record(insert({ Ref__c: 'r-1', Shared__c: true }));
    assert.deepEqual([copy?.['Ref__c'] ?? null, copy?.['Shared__c'], copy?.['Description']], [null, false, 'Copy of r-1']);
    assert.equal(state.record(insert({ Shared__c: true }))?.['Shared__c'], true);
  });

  it('speak before a record is deleted, and create records of other objects', () => {
    const { state, deployFlows, insert, reasons } = world();
    const log = `<recordCreates>${to('Tell')}<inputAssignments><field>Name</field>${value(text('log'))}</inputAssignments><inputAssignments><field>Text__c</field>${value(reference('Words'))}</inputAssignments><label>Log</label>${place}<name>Log</name><object>PC_Log__c</object></recordCreates>`;
    assert.deepEqual(
      deployFlows({
        Gone: flow([
          start(
            'Log',
            'RecordBeforeDelete',
            'Delete',
            '<filterLogic>(1 OR 2) AND 3</filterLogic><filters><field>Shared__c</field><operator>EqualTo</operator><value><booleanValue>true</booleanValue></value></filters><filters><field>Ref__c</field><operator>IsNull</operator><value><booleanValue>false</booleanValue></value></filters><filters><field>Amount</field><operator>GreaterThan</operator><value><numberValue>5</numberValue></value></filters>',
          ),
          log,
          publish('Tell', text('deleted')),
          `<formulas><dataType>String</dataType><expression>&quot;Gone: &quot; &amp; {!$Record.Name}</expression><name>Words</name></formulas>`,
        ]),
      }),
      [],
    );
    state.save.delete(insert({ Ref__c: 'r', Amount: 6 }), USER);
    state.save.delete(insert({ Ref__c: 'r', Amount: 5 }), USER);
    state.save.delete(insert({ Amount: 6 }), USER);
    assert.deepEqual(reasons(), ['deleted']);
    assert.deepEqual(
      state.rows('PC_Log__c').map((row) => row['Text__c']),
      ['Gone: Deal'],
    );
  });

  it('run later on a scheduled path that moves with its field, update the record and notify its owner', () => {
    let later = 0;
    const { state, deployFlows, insert, flows, notifications } = world();
    const now = state.now();
    state.now = () => now + later;
    const time = (minutes: number): string => new Date(now + minutes * 60_000).toISOString();
    state.put('CustomNotificationType', { Id: '0ML000000000001AAA', DeveloperName: 'PC_Silent', IsDeleted: false });
    const path = `<scheduledPaths>${to('Mark')}<label>Later</label><name>Later</name><offsetNumber>30</offsetNumber><offsetUnit>Minutes</offsetUnit><recordField>Beat__c</recordField><timeSource>RecordField</timeSource></scheduledPaths>`;
    const conditions = `<doesRequireRecordChangedToMeetCriteria>true</doesRequireRecordChangedToMeetCriteria><filterLogic>and</filterLogic><filters><field>Beat__c</field><operator>IsNull</operator>${value(flag(false))}</filters><filters><field>Ref__c</field><operator>NotEqualTo</operator>${value(text('Silent'))}</filters>`;
    assert.deepEqual(
      deployFlows({
        Silent: flow([
          start(null, 'RecordAfterSave', 'CreateAndUpdate', conditions).replace('<triggerType>', `${path}<triggerType>`),
          `<recordUpdates>${to('Find')}<inputAssignments><field>Ref__c</field>${value(text('Silent'))}</inputAssignments><inputReference>$Record</inputReference><label>Mark</label>${place}<name>Mark</name></recordUpdates>`,
          `<recordLookups><assignNullValuesIfNoRecordsFound>false</assignNullValuesIfNoRecordsFound>${to('Add')}<filterLogic>and</filterLogic><filters><field>DeveloperName</field><operator>EqualTo</operator>${value(text('PC_Silent'))}</filters><getFirstRecordOnly>true</getFirstRecordOnly><label>Find</label>${place}<name>Find</name><object>CustomNotificationType</object><storeOutputAutomatically>true</storeOutputAutomatically></recordLookups>`,
          `<assignments><assignmentItems><assignToReference>Who</assignToReference><operator>Add</operator>${value(reference('$Record.OwnerId'))}</assignmentItems>${to('Notify')}<label>Add</label>${place}<name>Add</name></assignments>`,
          `<actionCalls><actionName>customNotificationAction</actionName><actionType>customNotificationAction</actionType><inputParameters><name>customNotifTypeId</name>${value(reference('Find.Id'))}</inputParameters><inputParameters><name>recipientIds</name>${value(reference('Who'))}</inputParameters><inputParameters><name>title</name>${value(text('Silent'))}</inputParameters><inputParameters><name>body</name>${value(text('Since {!$Record.Name}'))}</inputParameters><label>Notify</label>${place}<name>Notify</name></actionCalls>`,
          variable('Who', 'String', true),
        ]),
      }),
      [],
    );
    const at = (minutes: number): number => {
      later = minutes * 60_000;
      return flows.runScheduled();
    };
    const id = insert({ Beat__c: time(0), OwnerId: '005000000000009AAA' });
    assert.equal(at(29), 0);
    state.save.update('Opportunity', id, { Beat__c: time(20) }, USER);
    assert.equal(at(49), 0, 'a new sign of life moves the alarm');
    assert.equal(at(50), 1);
    assert.equal(state.record(id)?.['Ref__c'], 'Silent');
    assert.deepEqual(notifications, [
      {
        notificationTypeId: '0ML000000000001AAA',
        recipientIds: ['005000000000009AAA'],
        title: 'Silent',
        body: 'Since Deal',
        targetId: null,
      },
    ]);
    assert.equal(at(500), 0, 'it rings once');
    state.save.update('Opportunity', id, { Beat__c: time(500), Ref__c: 'Running' }, USER);
    assert.equal(at(530), 1, 'and is set again when the service is back');
  });
});

describe('a flow the org cannot run', () => {
  const refusals: readonly [string, string, RegExp][] = [
    [
      'holds an element the interpreter does not know',
      changed.replace('<status>', `<loops><name>L</name><label>L</label>${place}</loops><status>`),
      /'loops'|loops/,
    ],
    [
      'uses an operator it does not know',
      changed.replace('<operator>EqualTo</operator>', '<operator>WasSet</operator>'),
      /condition operator 'WasSet'/,
    ],
    [
      'leads to an element that is not there',
      changed.replace('<targetReference>What<', '<targetReference>Nowhere<'),
      /there is no element "Nowhere"/,
    ],
    [
      'names a field that does not exist',
      changed.replace('$Record.Amount<', '$Record.Nothing__c<'),
      /"\$Record\.Nothing__c" leads nowhere/,
    ],
    [
      'names a permission that does not exist',
      changed.replace('$Permission.PC_Bypass', '$Permission.Other'),
      /"\$Permission\.Other" leads nowhere/,
    ],
    [
      'fills an unknown field of the event',
      changed.replace('<field>Reason__c</field>', '<field>Why__c</field>'),
      /PC_Sync_Request__e\.Why__c does not exist/,
    ],
    ['publishes an event that does not exist', changed.replaceAll(EVENT, 'Other__e'), /the object Other__e does not exist/],
    ['compares text with a number', changed.replace(flag(false), '<numberValue>1</numberValue>'), /can't be compared/],
    ['calls a function that does not exist', changed.replace('OR({!', 'EITHER({!'), /EITHER/],
    [
      'watches long text by formula',
      changed.replace('ISCHANGED({!$Record.Shared__c})', 'ISCHANGED({!$Record.Notes__c})'),
      /long text area/,
    ],
    ['uses a name twice', changed.replaceAll('Tell_Off', 'Tell_Saved'), /used more than once/],
    [
      'creates records before the save',
      flow([start('Tell', 'RecordBeforeSave', 'Create'), publish('Tell', text('x'))]),
      /before the save can't create records/,
    ],
    [
      'asks for prior values on create',
      flow([
        start('Check', 'RecordAfterSave', 'Create'),
        decision('Check', rule('R', 'and', condition('$Record__Prior.Name', 'IsNull', flag(true)), null), null),
      ]),
      /\$Record__Prior\.Name" leads nowhere/,
    ],
  ];
  for (const [name, source, expected] of refusals) {
    it(name, () => {
      const problems = world().deployFlows({ Bad: source });
      assert.match(problems.join('\n'), expected);
    });
  }
});
