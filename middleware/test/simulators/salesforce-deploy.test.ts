import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { adminUsername } from '../../simulators/salesforce/org-rows.ts';
import { attachMetadata } from '../../simulators/salesforce/metadata.ts';
import { createSalesforceOrg, type SalesforceOrg } from '../../simulators/salesforce/service.ts';
import { deployInProcess } from '../../simulators/salesforce/deploy.ts';
import {
  bareOrg,
  checkbox,
  customObject,
  deploy,
  eventObject,
  field,
  problemsOf,
  textField,
  xml,
  zipOf,
} from './salesforce-deploy-fixture.ts';
import { zipSync } from 'fflate';

const opportunity = (fields: string): { readonly [path: string]: string } => ({
  'objects/Opportunity.object': xml('CustomObject', fields),
});

describe('what an admin deploys, the org has afterwards', () => {
  it('adds fields to a standard object and names each of them in the result', () => {
    const state = bareOrg();
    const outcome = deploy(
      state,
      { CustomField: ['Opportunity.Shared__c', 'Opportunity.Ref__c'] },
      opportunity(
        checkbox('Shared__c') +
          textField('Ref__c', 100, '<caseSensitive>false</caseSensitive><externalId>true</externalId>').replace(
            '</fields>',
            '<unique>true</unique></fields>',
          ),
      ),
    );
    assert.deepEqual(problemsOf(outcome), []);
    assert.deepEqual(
      outcome.successes.filter((one) => one.componentType !== '').map((one) => [one.componentType, one.fullName, one.created, one.changed]),
      [
        ['CustomField', 'Opportunity.Shared__c', true, true],
        ['CustomField', 'Opportunity.Ref__c', true, true],
      ],
    );
    const ref = state.schema.field('Opportunity', 'Ref__c');
    assert.deepEqual([ref?.type, ref?.length, ref?.unique, ref?.externalId], ['Text', 100, true, true]);
  });

  it('deploys only what the manifest names', () => {
    const state = bareOrg();
    deploy(state, { CustomField: ['Opportunity.Shared__c'] }, opportunity(checkbox('Shared__c') + checkbox('Other__c')));
    assert.ok(state.schema.field('Opportunity', 'Shared__c'));
    assert.equal(state.schema.field('Opportunity', 'Other__c'), undefined);
  });

  it('says "unchanged" when the same package comes again', () => {
    const state = bareOrg();
    const again = (): readonly boolean[] =>
      deploy(state, { CustomField: ['Opportunity.Shared__c'] }, opportunity(checkbox('Shared__c')))
        .successes.filter((one) => one.componentType !== '')
        .map((one) => one.changed);
    assert.deepEqual(again(), [true]);
    assert.deepEqual(again(), [false]);
  });

  it('takes objects, details, picklists, custom metadata with records, permission sets and groups', () => {
    const state = bareOrg();
    const outcome = deploy(
      state,
      {
        CustomObject: ['PC_Row__c', 'PC_Set__mdt'],
        CustomMetadata: ['PC_Set.One'],
        CustomPermission: ['PC_Bypass'],
        PermissionSet: ['PC_Seller'],
        PermissionSetGroup: ['PC_All'],
      },
      {
        'objects/PC_Row__c.object': customObject(
          `${field('Kind__c', 'Picklist', '').replace('<type>', '<type>').replace('</fields>', '<valueSet><restricted>true</restricted><valueSetDefinition><sorted>false</sorted><value><fullName>own</fullName><default>true</default><label>Own</label></value></valueSetDefinition></valueSet></fields>')}${field('Opportunity__c', 'MasterDetail', '').replace('<type>MasterDetail</type>', '<referenceTo>Opportunity</referenceTo><relationshipName>PC_Rows</relationshipName><type>MasterDetail</type>')}`,
          'ControlledByParent',
        ),
        'objects/PC_Set__mdt.object': xml(
          'CustomObject',
          `${textField('Value__c', 255)}${field('Count__c', 'Number', '<precision>6</precision><scale>0</scale>')}<label>Set</label><pluralLabel>Sets</pluralLabel><visibility>Public</visibility>`,
        ),
        'customMetadata/PC_Set.One.md':
          '<CustomMetadata xmlns="http://soap.sforce.com/2006/04/metadata" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><label>One</label><protected>false</protected><values><field>Value__c</field><value xsi:type="xsd:string">x</value></values><values><field>Count__c</field><value xsi:type="xsd:double">7.0</value></values></CustomMetadata>',
        'customPermissions/PC_Bypass.customPermission': xml('CustomPermission', '<label>Bypass</label>'),
        'permissionsets/PC_Seller.permissionset': xml(
          'PermissionSet',
          '<customPermissions><enabled>true</enabled><name>PC_Bypass</name></customPermissions><fieldPermissions><editable>true</editable><field>PC_Row__c.Kind__c</field><readable>true</readable></fieldPermissions><label>Seller</label>' +
            ['Account', 'Opportunity', 'PC_Row__c']
              .map(
                (name) =>
                  `<objectPermissions><allowCreate>false</allowCreate><allowDelete>false</allowDelete><allowEdit>false</allowEdit><allowRead>true</allowRead><modifyAllRecords>false</modifyAllRecords><object>${name}</object><viewAllRecords>false</viewAllRecords></objectPermissions>`,
              )
              .join(''),
        ),
        'permissionsetgroups/PC_All.permissionsetgroup': xml(
          'PermissionSetGroup',
          '<label>All</label><permissionSets>PC_Seller</permissionSets>',
        ),
      },
    );
    assert.deepEqual(problemsOf(outcome), []);
    assert.equal(state.schema.childRelationship('Opportunity', 'PC_Rows__r')?.childObject, 'PC_Row__c');
    const [record] = state.rows('PC_Set__mdt');
    assert.deepEqual([record?.['DeveloperName'], record?.['Value__c'], record?.['Count__c']], ['One', 'x', 7]);
    assert.ok(state.schema.permissionSets.get('PC_Seller')?.customPermissions.has('PC_Bypass'));
    assert.deepEqual(state.schema.permissionSetGroups.get('PC_All')?.members, ['PC_Seller']);
    assert.equal(state.find('PermissionSet', 'Name', 'PC_Seller').length, 1, 'the permission set can be assigned');
  });

  it('changes nothing in a dry run, and nothing when one component fails', () => {
    const state = bareOrg();
    const dry = deploy(state, { CustomField: ['Opportunity.Shared__c'] }, opportunity(checkbox('Shared__c')), { checkOnly: true });
    assert.equal(dry.success, true);
    assert.equal(state.schema.field('Opportunity', 'Shared__c'), undefined);
    const types = { CustomField: ['Opportunity.Shared__c', 'Opportunity.Bad__c'] };
    const files = opportunity(checkbox('Shared__c') + field('Bad__c', 'Text'));
    assert.equal(deploy(state, types, files).status, 'Failed');
    assert.equal(state.schema.field('Opportunity', 'Shared__c'), undefined);
    assert.equal(deploy(state, types, files, { rollbackOnError: false }).status, 'SucceededPartial');
    assert.ok(state.schema.field('Opportunity', 'Shared__c'));
  });

  it('takes components out again', () => {
    const state = bareOrg();
    deploy(state, { CustomField: ['Opportunity.Shared__c'] }, opportunity(checkbox('Shared__c')));
    const text = (value: string): Uint8Array => new TextEncoder().encode(value);
    const outcome = deployInProcess(
      state,
      zipSync({
        'package.xml': text(xml('Package', '<version>66.0</version>')),
        'destructiveChanges.xml': text(
          xml(
            'Package',
            '<types><members>Opportunity.Shared__c</members><members>Opportunity.Never__c</members><name>CustomField</name></types>',
          ),
        ),
      }),
    );
    assert.equal(outcome.success, true);
    assert.equal(state.schema.field('Opportunity', 'Shared__c'), undefined);
    assert.equal(outcome.successes.find((one) => one.fullName === 'Opportunity.Never__c')?.problemType, 'Warning');
  });
});

describe('what an org refuses, this one refuses', () => {
  const refusals: readonly [string, { readonly [type: string]: readonly string[] }, { readonly [path: string]: string }, RegExp][] = [
    [
      'a text without a length',
      { CustomField: ['Opportunity.A__c'] },
      opportunity(field('A__c', 'Text')),
      /Must specify 'length' for a CustomField of type Text/,
    ],
    [
      'a long text with one visible line',
      { CustomField: ['Opportunity.A__c'] },
      opportunity(field('A__c', 'LongTextArea', '<length>4000</length>').replace('</fields>', '<visibleLines>1</visibleLines></fields>')),
      /visibleLines/,
    ],
    [
      'a checkbox without a default',
      { CustomField: ['Opportunity.A__c'] },
      opportunity(field('A__c', 'Checkbox')),
      /default value is required/,
    ],
    [
      'a lookup to an unknown object',
      { CustomField: ['Opportunity.A__c'] },
      opportunity(field('A__c', 'Lookup').replace('<type>', '<referenceTo>Nothing__c</referenceTo><type>')),
      /referenceTo value of 'Nothing__c'/,
    ],
    [
      'a formula over an unknown field',
      { CustomField: ['Opportunity.A__c'] },
      opportunity(field('A__c', 'Text', '<formula>Nothing__c &amp; "x"</formula>')),
      /Field Nothing__c does not exist/,
    ],
    [
      'a field type it does not know',
      { CustomField: ['Opportunity.A__c'] },
      opportunity(field('A__c', 'Summary')),
      /does not know field type 'Summary'/,
    ],
    [
      'a misspelt element',
      { CustomField: ['Opportunity.A__c'] },
      opportunity(checkbox('A__c').replace('<label>', '<lable>').replace('</label>', '</lable>')),
      /Element \{http:\/\/soap\.sforce\.com\/2006\/04\/metadata\}lable invalid at this location in type CustomField/,
    ],
    [
      'repeated elements that do not stand together',
      { CustomField: ['Opportunity.A__c'] },
      opportunity(`${checkbox('A__c')}<label>x</label>${checkbox('B__c')}`),
      /Element fields is duplicated at this location/,
    ],
    [
      'a picklist on an event',
      { CustomObject: ['E__e'] },
      {
        'objects/E__e.object': eventObject(
          field('A__c', 'Picklist').replace(
            '</fields>',
            '<valueSet><valueSetDefinition><sorted>false</sorted></valueSetDefinition></valueSet></fields>',
          ),
        ),
      },
      /not allowed on a platform event/,
    ],
    [
      'an event with a sharing model',
      { CustomObject: ['E__e'] },
      { 'objects/E__e.object': eventObject().replace('</CustomObject>', '<sharingModel>ReadWrite</sharingModel></CustomObject>') },
      /platform event can't have 'sharingModel'/,
    ],
    [
      'a detail that is not controlled by its parent',
      { CustomObject: ['R__c'] },
      {
        'objects/R__c.object': customObject(
          field('Opportunity__c', 'MasterDetail').replace(
            '<type>',
            '<referenceTo>Opportunity</referenceTo><relationshipName>Rs</relationshipName><type>',
          ),
        ),
      },
      /sharingModel to ReadWrite on a CustomObject with a MasterDetail/,
    ],
    ['an unknown metadata type', { ApexClass: ['A'] }, { 'classes/A.cls': 'class A {}' }, /Unknown type name 'ApexClass'/],
    ['a member without a file', { Flow: ['Nothing'] }, {}, /Entity of type 'Flow' named 'Nothing' cannot be found/],
    ['a file that is no XML', { CustomPermission: ['P'] }, { 'customPermissions/P.customPermission': 'plain text' }, /Error parsing file/],
    [
      'a validation rule with an unknown function',
      { ValidationRule: ['Opportunity.V'] },
      opportunity(
        '<validationRules><fullName>V</fullName><active>true</active><errorConditionFormula>FROBNICATE(Amount)</errorConditionFormula><errorMessage>no</errorMessage></validationRules>',
      ),
      /FROBNICATE/,
    ],
    [
      'a layout of Opportunity without Probability',
      { Layout: ['Opportunity-X'] },
      {
        'layouts/Opportunity-X.layout': xml(
          'Layout',
          '<layoutSections><customLabel>false</customLabel><layoutColumns><layoutItems><behavior>Required</behavior><field>Name</field></layoutItems></layoutColumns><style>OneColumn</style></layoutSections>',
        ),
      },
      /required layout field: Probability/,
    ],
    [
      'a bundle that calls Apex',
      { LightningComponentBundle: ['calls'] },
      {
        'lwc/calls/calls.js': "import x from '@salesforce/apex/A.b';",
        'lwc/calls/calls.js-meta.xml': xml('LightningComponentBundle', '<isExposed>false</isExposed>'),
      },
      /Unable to find Apex action class/,
    ],
    [
      'a page with an unknown component',
      { FlexiPage: ['P'] },
      {
        'flexipages/P.flexipage': xml(
          'FlexiPage',
          '<flexiPageRegions><itemInstances><componentInstance><componentName>nothingHere</componentName><identifier>a</identifier></componentInstance></itemInstances><name>main</name><type>Region</type></flexiPageRegions><masterLabel>P</masterLabel><template><name>flexipage:defaultAppHomeTemplate</name></template><type>HomePage</type>',
        ),
      },
      /no LightningComponentBundle named nothingHere/,
    ],
  ];
  for (const [name, types, files, expected] of refusals) {
    it(name, () => {
      const outcome = deploy(bareOrg(), types, files);
      assert.equal(outcome.success, false);
      assert.match(problemsOf(outcome).join('\n'), expected);
    });
  }

  it('tells line and column of what is wrong', () => {
    const outcome = deploy(
      bareOrg(),
      { CustomPermission: ['P'] },
      { 'customPermissions/P.customPermission': xml('CustomPermission', '\n  <lable>x</lable>\n') },
    );
    assert.deepEqual([outcome.failures[0]?.lineNumber, typeof outcome.failures[0]?.columnNumber], [3, 'number']);
  });

  it('a permission set that breaks the dependency rules', () => {
    const state = bareOrg();
    deploy(
      state,
      { CustomObject: ['PC_Row__c', 'PC_E__e'], CustomField: ['Opportunity.Ref__c'] },
      {
        ...opportunity(textField('Ref__c') + textField('Must__c', 80, '<required>true</required>')),
        'objects/PC_Row__c.object': customObject(
          field('Opportunity__c', 'MasterDetail').replace(
            '<type>',
            '<referenceTo>Opportunity</referenceTo><relationshipName>PC_Rows</relationshipName><type>',
          ),
          'ControlledByParent',
        ),
        'objects/PC_E__e.object': eventObject(),
      },
    );
    const rights = (object: string, ...given: readonly string[]): string =>
      `<objectPermissions>${['allowCreate', 'allowDelete', 'allowEdit', 'allowRead', 'modifyAllRecords'].map((right) => `<${right}>${given.includes(right)}</${right}>`).join('')}<object>${object}</object><viewAllRecords>${given.includes('viewAllRecords')}</viewAllRecords></objectPermissions>`;
    const fieldRight = (path: string, editable: boolean, readable: boolean): string =>
      `<fieldPermissions><editable>${editable}</editable><field>${path}</field><readable>${readable}</readable></fieldPermissions>`;
    const refused = (body: string): string =>
      problemsOf(deploy(state, { PermissionSet: ['P'] }, { 'permissionsets/P.permissionset': xml('PermissionSet', body) })).join('\n');
    assert.match(
      refused(`<label>P</label>${rights('PC_Row__c', 'allowRead')}`),
      /Permission Read PC_Row__c depends on permission\(s\): Read Opportunity/,
    );
    assert.match(
      refused(`<label>P</label>${rights('Opportunity', 'allowRead')}`),
      /Permission Read Opportunity depends on permission\(s\): Read Account/,
    );
    assert.match(
      refused(`<label>P</label>${rights('Account', 'allowRead', 'allowDelete')}`),
      /Permission Delete Account depends on permission\(s\): Edit Account/,
    );
    assert.match(refused(`<label>P</label>${rights('PC_E__e', 'allowRead', 'allowEdit')}`), /takes only Read and Create/);
    assert.match(
      refused(`${fieldRight('PC_Row__c.Opportunity__c', false, true)}<label>P</label>`),
      /You cannot deploy to a required field: PC_Row__c\.Opportunity__c/,
    );
    assert.match(
      refused(`${fieldRight('Opportunity.Ref__c', true, false)}<label>P</label>`),
      /Permission Edit Opportunity\.Ref__c depends/,
    );
    assert.match(
      refused(`${fieldRight('Opportunity.Nothing__c', true, true)}<label>P</label>`),
      /no CustomField named Opportunity\.Nothing__c found/,
    );
    assert.match(
      refused('<label>P</label><userPermissions><enabled>true</enabled><name>FlyToTheMoon</name></userPermissions>'),
      /Unknown user permission: FlyToTheMoon/,
    );
    assert.match(
      refused('<customPermissions><enabled>true</enabled><name>No</name></customPermissions><label>P</label>'),
      /no CustomPermission named No found/,
    );
    assert.match(refused(`<description>${'x'.repeat(256)}</description><label>P</label>`), /data value too large/);
  });

  it('a report that is checked together with its new report type, but not when both are deployed', () => {
    const state = bareOrg();
    const types = { ReportType: ['Deals'], Report: ['Folder', 'Folder/Pipeline'] };
    const files = {
      'reportTypes/Deals.reportType': xml(
        'ReportType',
        '<baseObject>Opportunity</baseObject><category>opportunities</category><deployed>true</deployed><label>Deals</label><sections><columns><checkedByDefault>true</checkedByDefault><field>Name</field><table>Opportunity</table></columns><masterLabel>Deals</masterLabel></sections>',
      ),
      'reports/Folder-meta.xml': xml('ReportFolder', '<name>Folder</name>'),
      'reports/Folder/Pipeline.report': xml(
        'Report',
        '<columns><field>Opportunity$Name</field></columns><format>Tabular</format><name>Pipeline</name><reportType>Deals__c</reportType><showDetails>true</showDetails>',
      ),
    };
    const checked = deploy(state, types, files, { checkOnly: true });
    assert.match(problemsOf(checked).join('\n'), /Report Folder\/Pipeline: invalid report type: Deals__c/);
    assert.deepEqual(problemsOf(deploy(state, types, files)), []);
    assert.deepEqual(problemsOf(deploy(state, { Report: ['Folder', 'Folder/Pipeline'] }, files, { checkOnly: true })), []);
  });

  it('a zip that is none', () => {
    const outcome = deployInProcess(bareOrg(), new Uint8Array([1, 2, 3]));
    assert.equal(outcome.success, false);
    assert.match(outcome.errorMessage ?? '', /could not be read/);
    assert.match(deployInProcess(bareOrg(), zipSync({ 'a.txt': new Uint8Array([1]) })).errorMessage ?? '', /No package\.xml/);
    assert.ok(zipOf({}, {}).byteLength > 0);
  });
});

describe('the Metadata API', () => {
  const api = (): { readonly org: SalesforceOrg; soap(body: string, token?: string): Promise<string>; readonly token: string } => {
    const org = createSalesforceOrg({
      surroundings: { now: () => Date.UTC(2026, 10, 20), random: () => 0.5, uuid: () => crypto.randomUUID() },
    });
    attachMetadata(org);
    const { token } = org.login(adminUsername);
    return {
      org,
      token,
      soap: async (body, session = token) => {
        const envelope = `<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Header><SessionHeader><sessionId>${session}</sessionId></SessionHeader></Header><Body>${body}</Body></Envelope>`;
        const response = await org.service({
          method: 'POST',
          url: '//services/Soap/m/66.0',
          headers: {},
          body: new TextEncoder().encode(envelope),
        });
        return `${response.status} ${String(response.body)}`;
      },
    };
  };
  const zip = (): string =>
    Buffer.from(zipOf({ CustomField: ['Opportunity.Shared__c'] }, opportunity(checkbox('Shared__c')))).toString('base64');
  const idOf = (answer: string): string => /<id>(0Af\w+)<\/id>/.exec(answer)?.[1] ?? '';

  it('refuses an unknown session, and a user who may not change metadata', async () => {
    const { org, soap } = api();
    assert.match(await soap('<describeMetadata/>', 'nonsense'), /^500 .*<faultcode>sf:INVALID_SESSION_ID/);
    org.addUser({ username: 'seller@cosell.test', lastName: 'Seller', profile: 'standard' });
    assert.match(await soap('<describeMetadata/>', org.login('seller@cosell.test').token), /ModifyAllData or ModifyMetadata/);
  });

  it('queues a deployment, tells its result, and lists and reads what is there', async () => {
    const { org, soap } = api();
    const id = idOf(
      await soap(`<deploy><ZipFile>${zip()}</ZipFile><DeployOptions><rollbackOnError>true</rollbackOnError></DeployOptions></deploy>`),
    );
    assert.equal(org.state.schema.field('Opportunity', 'Shared__c'), undefined, 'it waits in the queue');
    const status = await soap(
      `<checkDeployStatus><asyncProcessId>${id}</asyncProcessId><includeDetails>true</includeDetails></checkDeployStatus>`,
    );
    assert.match(status, /<status>Succeeded<\/status>/);
    assert.match(status, /<componentType>CustomField<\/componentType><fullName>Opportunity\.Shared__c<\/fullName>/);
    assert.match(
      await soap('<listMetadata><queries><type>CustomField</type></queries></listMetadata>'),
      /<fullName>Opportunity\.Shared__c<\/fullName>/,
    );
    assert.match(
      await soap('<readMetadata><type>CustomField</type><fullNames>Opportunity.Shared__c</fullNames></readMetadata>'),
      /<records xsi:type="CustomField"><fullName>Opportunity\.Shared__c<\/fullName>.*<type>Checkbox<\/type>/,
    );
    assert.match(await soap('<describeMetadata/>'), /<xmlName>Flow<\/xmlName>/);
    assert.match(await soap('<frobnicate/>'), /does not know the metadata call frobnicate/);
  });

  it('cancels a deployment that has not begun, and runs a validated one', async () => {
    const { org, soap } = api();
    const canceled = idOf(await soap(`<deploy><ZipFile>${zip()}</ZipFile></deploy>`));
    await soap(`<cancelDeploy><String>${canceled}</String></cancelDeploy>`);
    assert.match(
      await soap(`<checkDeployStatus><asyncProcessId>${canceled}</asyncProcessId></checkDeployStatus>`),
      /<status>Canceled<\/status>/,
    );
    assert.equal(org.state.schema.field('Opportunity', 'Shared__c'), undefined);

    const validated = idOf(
      await soap(`<deploy><ZipFile>${zip()}</ZipFile><DeployOptions><checkOnly>true</checkOnly></DeployOptions></deploy>`),
    );
    assert.match(
      await soap(`<deployRecentValidation><validationId>${validated}</validationId></deployRecentValidation>`),
      /is no successful validation/,
    );
    await soap(`<checkDeployStatus><asyncProcessId>${validated}</asyncProcessId></checkDeployStatus>`);
    const answer = await soap(`<deployRecentValidation><validationId>${validated}</validationId></deployRecentValidation>`);
    const quick = /<result>(0Af\w+)<\/result>/.exec(answer)?.[1] ?? '';
    await soap(`<checkDeployStatus><asyncProcessId>${quick}</asyncProcessId></checkDeployStatus>`);
    assert.ok(org.state.schema.field('Opportunity', 'Shared__c'));
  });

  it('brings flows as drafts where the org says so', () => {
    const source = xml(
      'Flow',
      '<apiVersion>66.0</apiVersion><label>F</label><processType>AutoLaunchedFlow</processType><start><locationX>0</locationX><locationY>0</locationY><object>Opportunity</object><recordTriggerType>Create</recordTriggerType><triggerType>RecordAfterSave</triggerType></start><status>Active</status>',
    );
    const state = bareOrg();
    assert.deepEqual(problemsOf(deploy(state, { Flow: ['F'] }, { 'flows/F.flow': source }, { flowsArriveInactive: true })), []);
    assert.equal((state.schema.component('Flow', 'F')?.definition as { readonly status: string }).status, 'Draft');
  });
});
