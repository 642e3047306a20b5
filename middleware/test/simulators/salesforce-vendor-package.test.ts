import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { buildDeployZip } from '../../simulators/demo/package-zip.ts';
import { deployInProcess } from '../../simulators/salesforce/deploy.ts';
import { attachMetadata } from '../../simulators/salesforce/metadata.ts';
import { adminUsername } from '../../simulators/salesforce/org-rows.ts';
import { attachEvents, type OrgEvents } from '../../simulators/salesforce/pubsub-org.ts';
import { createSalesforceOrg, type SalesforceOrg } from '../../simulators/salesforce/service.ts';
import { movableClock, serve, type Served } from '../../simulators/wire.ts';
import { ROOT, sfTool } from './salesforce-vendor-tools.ts';

describe('the package, deployed with the real sf command line', () => {
  const tool = sfTool(() => ROOT);
  // The deploy library also runs in this process.
  Object.assign(process.env, tool.environment);
  let org: SalesforceOrg;
  let events: OrgEvents;
  let served: Served;

  const deploy = async (directory: string, ...more: readonly string[]): Promise<void> => {
    const answer = await tool.run(['project', 'deploy', 'start', '--source-dir', directory, '-o', 'sim', ...more]);
    assert.equal(answer.status, 0, answer.text);
  };
  const rest = async (path: string, token: string, body?: object): Promise<{ readonly status: number; readonly text: string }> => {
    const response = await fetch(`${served.origin}/services/data/v66.0${path}`, {
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
    });
    return { status: response.status, text: await response.text() };
  };
  const query = (soql: string, token: string): ReturnType<typeof rest> => rest(`/query?q=${encodeURIComponent(soql)}`, token);

  before(async () => {
    const clock = movableClock();
    org = createSalesforceOrg({ surroundings: { now: () => clock.now(), random: Math.random, uuid: () => crypto.randomUUID() } });
    attachMetadata(org);
    events = attachEvents(org);
    served = await serve(org.service);
    org.addUser({ username: 'seller@cosell.test', lastName: 'Seller', profile: 'standard' });
    org.addUser({ username: 'service@cosell.test', lastName: 'Service', profile: 'minimum' });
    const login = await tool.run(['org', 'login', 'access-token', '--instance-url', served.origin, '--no-prompt', '--alias', 'sim'], {
      SF_ACCESS_TOKEN: org.login(adminUsername).token,
    });
    assert.equal(login.status, 0, login.text);
  });
  after(async () => {
    await served.close();
    tool.remove();
  });

  it('is checked, deployed, and followed by its reports', async () => {
    const admin = org.login(adminUsername).token;
    await deploy('force-app', '--dry-run');
    assert.match((await query('SELECT PC_Sync_State__c FROM Opportunity', admin)).text, /INVALID_FIELD/, 'a dry run leaves nothing behind');
    await deploy('force-app');
    await deploy('force-reports', '--dry-run');
    await deploy('force-reports');
    assert.equal((await query('SELECT PC_Sync_State__c FROM Opportunity', admin)).status, 200);
  });

  it('gives the org its picklists, events, flows and permissions', async () => {
    const admin = org.login(adminUsername).token;
    const deal = { Name: 'Deal', StageName: 'Prospecting', CloseDate: '2026-12-31' };
    const refused = await rest('/sobjects/Opportunity', admin, { ...deal, How_can_Microsoft_help__c: 'Sing a song' });
    assert.match(refused.text, /INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST/);

    org.assign('seller@cosell.test', 'PC_Seller');
    const created = await rest('/sobjects/Opportunity', org.login('seller@cosell.test').token, {
      ...deal,
      Sync_with_Partner_Center__c: true,
    });
    assert.equal(created.status, 201, created.text);
    const { id } = JSON.parse(created.text) as { readonly id: string };
    const heard = events.bus.retained('/event/PC_Sync_Request__e').map((event) => events.bus.read(event));
    assert.deepEqual(
      heard.map((event) => [event['Record_Id__c'], event['Reason__c']]),
      [[id, 'saved']],
    );

    const service = org.login('service@cosell.test').token;
    const read = `SELECT Id, PC_Sync_State__c FROM Opportunity WHERE Id = '${id}'`;
    assert.match((await query(read, service)).text, /INVALID_TYPE|INVALID_FIELD/, 'without its permission set the service sees nothing');
    org.assign('service@cosell.test', 'PC_Integration');
    assert.equal((await query(read, service)).status, 200);
    const before = events.bus.retained().length;
    org.asUser('service@cosell.test').update(id, { Amount: 5 });
    assert.equal(events.bus.retained().length, before, 'what the service writes comes back to nobody');
  });

  it('makes the same zip in the demo, and everything in it is unchanged', async () => {
    const outcome = deployInProcess(org.state, await buildDeployZip(['force-app']));
    assert.equal(outcome.success, true);
    assert.deepEqual(
      outcome.successes.filter((one) => one.changed && one.componentType !== '').map((one) => one.fullName),
      [],
    );
    const refused = deployInProcess(org.state, await buildDeployZip(['force-app', 'force-reports']), { checkOnly: true });
    assert.match(
      refused.failures.map((one) => one.problem).join('\n'),
      /invalid report type/,
      'reports are checked after their types are there',
    );
  });
});
