import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { sharedTestAuthority } from '../../simulators/certificates.ts';
import { attachMetadata } from '../../simulators/salesforce/metadata.ts';
import { attachEvents, type OrgEvents } from '../../simulators/salesforce/pubsub-org.ts';
import { servePubSub } from '../../simulators/salesforce/pubsub.ts';
import { createSalesforceOrg, type SalesforceOrg } from '../../simulators/salesforce/service.ts';
import { adminUsername } from '../../simulators/salesforce/org-rows.ts';
import { movableClock, serve, type Served } from '../../simulators/wire.ts';
import { checkbox, eventObject, textField, xml } from './salesforce-deploy-fixture.ts';
import { sfTool } from './salesforce-vendor-tools.ts';

const EVENT = 'Demo_Changed__e';

/** A source-format project: two fields of Opportunity, an event, a flow that publishes it. */
function writeProject(home: string): string {
  const folder = join(home, 'project');
  const inner = (element: string, from: string): string =>
    xml(
      element,
      new RegExp(
        `<${element === 'CustomField' ? 'fields' : element}[^>]*>([\\s\\S]*)</${element === 'CustomField' ? 'fields' : element}>`,
      ).exec(from)?.[1] ?? '',
    );
  const objects = 'force-app/main/default/objects';
  const files: { readonly [path: string]: string } = {
    'sfdx-project.json': JSON.stringify({ packageDirectories: [{ path: 'force-app', default: true }], sourceApiVersion: '66.0' }),
    [`${objects}/Opportunity/fields/Demo_Shared__c.field-meta.xml`]: inner('CustomField', checkbox('Demo_Shared__c')),
    [`${objects}/Opportunity/fields/Demo_Ref__c.field-meta.xml`]: inner('CustomField', textField('Demo_Ref__c', 100)),
    [`${objects}/${EVENT}/${EVENT}.object-meta.xml`]: eventObject(''),
    [`${objects}/${EVENT}/fields/Record_Id__c.field-meta.xml`]: inner(
      'CustomField',
      textField('Record_Id__c', 18, '<required>true</required>'),
    ),
    'force-app/main/default/flows/Demo_Changed.flow-meta.xml': xml(
      'Flow',
      `<apiVersion>66.0</apiVersion><label>Demo</label><processType>AutoLaunchedFlow</processType><recordCreates><inputAssignments><field>Record_Id__c</field><value><elementReference>$Record.Id</elementReference></value></inputAssignments><label>Tell</label><locationX>0</locationX><locationY>0</locationY><name>Tell</name><object>${EVENT}</object></recordCreates><start><connector><targetReference>Tell</targetReference></connector><filterFormula>{!$Record.Demo_Shared__c}</filterFormula><locationX>0</locationX><locationY>0</locationY><object>Opportunity</object><recordTriggerType>CreateAndUpdate</recordTriggerType><triggerType>RecordAfterSave</triggerType></start><status>Active</status>`,
    ),
  };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

const newOrg = (): SalesforceOrg => {
  const clock = movableClock();
  return createSalesforceOrg({ surroundings: { now: () => clock.now(), random: Math.random, uuid: () => crypto.randomUUID() } });
};

const tool = sfTool(writeProject);
const project = join(tool.home, 'project');
// The deploy library runs in this process and keeps its files in the home folder too.
Object.assign(process.env, tool.environment);
after(() => tool.remove());

describe('Salesforce’s own tools take the simulated org for an org', () => {
  let org: SalesforceOrg;
  let events: OrgEvents;
  let served: Served;

  before(async () => {
    org = newOrg();
    attachMetadata(org);
    events = attachEvents(org);
    served = await serve(org.service);
  });
  after(() => served.close());

  it('the sf command line signs in with a token, checks, deploys over SOAP and REST, and queries', async () => {
    const token = org.login(adminUsername).token;
    const login = await tool.run(
      ['org', 'login', 'access-token', '--instance-url', served.origin, '--no-prompt', '--alias', 'sim', '--set-default'],
      { SF_ACCESS_TOKEN: token },
    );
    assert.equal(login.status, 0, login.text);

    const before = await tool.run(['data', 'query', '--query', 'SELECT Id, Demo_Ref__c FROM Opportunity', '-o', 'sim']);
    assert.notEqual(before.status, 0, 'a field that was never deployed is unknown');
    assert.match(before.text, /Demo_Ref__c/);

    const dry = await tool.run(['project', 'deploy', 'start', '--source-dir', 'force-app', '--dry-run', '-o', 'sim']);
    assert.equal(dry.status, 0, dry.text);
    assert.equal(org.state.schema.field('Opportunity', 'Demo_Ref__c'), undefined);

    const soap = await tool.run(['project', 'deploy', 'start', '--source-dir', 'force-app', '-o', 'sim']);
    assert.equal(soap.status, 0, soap.text);
    const files = soap.result['files'] as readonly { readonly fullName: string; readonly type: string; readonly state: string }[];
    assert.ok(
      files.some((file) => file.type === 'CustomField' && file.fullName === 'Opportunity.Demo_Ref__c' && file.state === 'Created'),
      soap.text,
    );

    const rest = await tool.run(['project', 'deploy', 'start', '--source-dir', 'force-app', '-o', 'sim'], {
      SF_ORG_METADATA_REST_DEPLOY: 'true',
    });
    assert.equal(rest.status, 0, rest.text);
    assert.ok(org.journal.entries.some((entry) => entry.path.includes('/metadata/deployRequest')));

    org.insert('Opportunity', { Name: 'Deal', StageName: 'Prospecting', CloseDate: '2026-12-31', Demo_Ref__c: 'r-1' });
    const query = await tool.run(['data', 'query', '--query', "SELECT Name FROM Opportunity WHERE Demo_Ref__c = 'r-1'", '-o', 'sim']);
    assert.equal(query.status, 0, query.text);
    assert.equal(query.result['totalSize'], 1);
  });

  it('the deploy library deploys a folder and tells per file what is wrong', async () => {
    const { AuthInfo, Connection } = await import('@salesforce/core');
    const { ComponentSet } = await import('@salesforce/source-deploy-retrieve');
    const session = org.login(adminUsername);
    // Another name than the command line signed in with, whose sign-in the library would refuse to overwrite.
    const username = 'library@cosell.test';
    const authInfo = await AuthInfo.create({
      username,
      accessTokenOptions: {
        accessToken: session.token,
        instanceUrl: served.origin,
        loginUrl: served.origin,
        username,
        orgId: org.orgId,
        isDevHub: false,
        namespacePrefix: '',
      },
    });
    const connection = await Connection.create({ authInfo, connectionOptions: { version: '66.0' } });
    const deployFolder = async (): Promise<{ readonly success: boolean; readonly problems: readonly string[] }> => {
      const set = ComponentSet.fromSource(join(project, 'force-app'));
      const operation = await set.deploy({ usernameOrConnection: connection });
      const result = await operation.pollStatus({ frequency: 20 } as unknown as Parameters<typeof operation.pollStatus>[0]);
      const failures = result.response.details.componentFailures ?? [];
      return {
        success: result.response.success,
        problems: (Array.isArray(failures) ? failures : [failures]).map((failure) => `${failure.fullName}: ${failure.problem ?? ''}`),
      };
    };
    assert.deepEqual(await deployFolder(), { success: true, problems: [] });
    const bad = join(project, 'force-app/main/default/objects/Opportunity/fields/Demo_Bad__c.field-meta.xml');
    writeFileSync(bad, xml('CustomField', '<fullName>Demo_Bad__c</fullName><label>Bad</label><type>Text</type>'));
    const refused = await deployFolder();
    rmSync(bad);
    assert.equal(refused.success, false);
    assert.deepEqual(refused.problems, ["Opportunity.Demo_Bad__c: Must specify 'length' for a CustomField of type Text"]);
    assert.equal(org.state.schema.field('Opportunity', 'Demo_Bad__c'), undefined);
  });

  it('a public Pub/Sub client hears over TLS what the deployed flow publishes', async () => {
    const { default: PubSubApiClient } = await import('salesforce-pubsub-api-client');
    const server = await servePubSub(events.pubSub, { tls: sharedTestAuthority().serverCertificate() });
    const quiet = (): void => undefined;
    const client = new PubSubApiClient(
      {
        authType: 'user-supplied',
        accessToken: org.login(adminUsername).token,
        instanceUrl: served.origin.replace('http:', 'https:'),
        organizationId: org.orgId,
        pubSubEndpoint: server.address,
        rejectUnauthorizedSsl: false,
      },
      { debug: quiet, info: quiet, warn: quiet, error: quiet },
    );
    try {
      await client.connect();
      const id = org.insert('Opportunity', { Name: 'Deal', StageName: 'Prospecting', CloseDate: '2026-12-31', Demo_Shared__c: true });
      const heard = await new Promise<{ readonly payload: { readonly Record_Id__c: string }; readonly replayId: number }>((resolve) => {
        client.subscribeFromEarliestEvent(
          `/event/${EVENT}`,
          (_info, kind, data) => {
            if (kind === 'event') resolve(data as { readonly payload: { readonly Record_Id__c: string }; readonly replayId: number });
          },
          1,
        );
      });
      assert.equal(heard.payload.Record_Id__c, id);
      const published = await client.publish(`/event/${EVENT}`, {
        CreatedDate: Date.now(),
        CreatedById: org.userId(adminUsername),
        Record_Id__c: { string: 'from outside' },
      });
      assert.ok(published.replayId > heard.replayId);
      assert.equal(events.bus.retained().length, 2);
    } finally {
      await server.close();
      client.close();
    }
  });
});
