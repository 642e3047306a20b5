/** The flows and rules of the package at work, deployed to the simulated org. What a real org does stays to be seen there. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { buildDeployZip } from '../../simulators/demo/package-zip.ts';
import { attachBus } from '../../simulators/salesforce/bus-org.ts';
import { deployInProcess } from '../../simulators/salesforce/deploy.ts';
import { RowError } from '../../simulators/salesforce/org-errors.ts';
import { createSalesforceOrg, type SalesforceOrg } from '../../simulators/salesforce/service.ts';

type Values = Readonly<Record<string, string | number | boolean | null>>;

const seller = 'seller@cosell.test';
const service = 'service@cosell.test';
const admin = 'partner-admin@cosell.test';
const event = '/event/PC_Sync_Request__e';

interface World {
  readonly org: SalesforceOrg;
  /** Object and reason of every event since the last call. */
  told(): readonly string[];
  deploy(directory: string): Promise<readonly string[]>;
}

async function world(features: { readonly teams?: boolean; readonly multiCurrency?: boolean } = {}): Promise<World> {
  let count = 0;
  const org = createSalesforceOrg({
    ...features,
    surroundings: {
      now: () => Date.UTC(2026, 10, 20, 10),
      random: () => 0.5,
      uuid: () => `00000000-0000-4000-8000-${String((count += 1)).padStart(12, '0')}`,
    },
  });
  const bus = attachBus(org.state);
  const deploy = async (directory: string): Promise<readonly string[]> =>
    deployInProcess(org.state, await buildDeployZip([directory])).failures.map(
      (failure) => `${failure.fullName}: ${failure.problem ?? ''}`,
    );
  assert.deepEqual(await deploy('force-app'), []);
  for (const [username, profile, set] of [
    [seller, 'standard', 'PC_Seller'],
    [admin, 'standard', 'PC_Admin'],
    [service, 'minimum', 'PC_Integration'],
  ] as const) {
    org.addUser({ username, lastName: set, profile });
    org.assign(username, set);
  }
  let seen = 0;
  return {
    org,
    told: () => {
      const events = bus.retained(event).map((entry) => bus.read(entry));
      const fresh = events.slice(seen).map((entry) => `${String(entry.Object__c)} ${String(entry.Reason__c)}`);
      seen = events.length;
      return fresh;
    },
    deploy,
  };
}

const deal = (values: Values = {}): Values => ({ Name: 'Deal', StageName: 'Prospecting', CloseDate: '2026-12-31', ...values });
const shared = (values: Values = {}): Values => deal({ Sync_with_Partner_Center__c: true, ...values });
const row = (org: SalesforceOrg, id: string): Readonly<Record<string, unknown>> => org.state.record(id) ?? {};

describe('a seller saves a deal', () => {
  let made: World;
  before(async () => {
    made = await world();
  });

  it('and nothing is told while the deal is not shared', () => {
    const id = made.org.asUser(seller).insert('Opportunity', deal());
    made.org.asUser(seller).update(id, { Amount: 10 });
    assert.deepEqual(made.told(), []);
  });

  it('and one event is told for each change of a shared field, long texts included', () => {
    const user = made.org.asUser(seller);
    const id = user.insert('Opportunity', shared());
    assert.deepEqual(made.told(), ['Opportunity saved']);
    for (const values of [
      { Amount: 10 },
      { StageName: 'Qualification' },
      { PC_Shared_Notes__c: 'Seen on Monday' },
      { PC_Note_to_Microsoft__c: 'Please call' },
      { How_can_Microsoft_help__c: 'General or other' },
    ] as const) {
      user.update(id, values);
      assert.deepEqual(made.told(), ['Opportunity saved'], JSON.stringify(values));
    }
    user.update(id, { Description: 'internal', NextStep: 'call' });
    user.update(id, { Amount: 10 });
    assert.deepEqual(made.told(), [], 'what is not shared, and a save without a change, cost nothing');
  });

  it('and the tick going off is told as such, once', () => {
    const user = made.org.asUser(seller);
    const id = user.insert('Opportunity', shared());
    made.told();
    user.update(id, { Sync_with_Partner_Center__c: false, Amount: 5 });
    assert.deepEqual(made.told(), ['Opportunity switched_off']);
    user.update(id, { Amount: 6 });
    assert.deepEqual(made.told(), []);
  });

  it('and the save goes through when the event cannot be published', () => {
    const user = made.org.asUser(seller);
    const id = user.insert('Opportunity', shared());
    made.told();
    made.org.state.failNextPublish('LIMIT_EXCEEDED');
    user.update(id, { Amount: 77 });
    assert.equal(row(made.org, id).Amount, 77);
    assert.deepEqual(made.told(), []);
  });

  it('and a value outside the six kinds of help is refused', () => {
    assert.throws(() => made.org.asUser(seller).insert('Opportunity', shared({ How_can_Microsoft_help__c: 'Everything' })), RowError);
  });

  it('and deleting a shared deal is told, deleting another is not', () => {
    const user = made.org.asUser(seller);
    const ids = [user.insert('Opportunity', deal()), user.insert('Opportunity', shared())];
    made.told();
    for (const id of ids) user.delete(id);
    assert.deepEqual(made.told(), ['Opportunity deleted']);
  });
});

describe('what hangs on a shared deal', () => {
  it('is told when it is added, changed or removed', async () => {
    const { org, told } = await world();
    const user = org.asUser(seller);
    const plain = user.insert('Opportunity', deal());
    const id = user.insert('Opportunity', shared());
    const solution = org.asUser(admin).insert('PC_Solution__c', { Name: 'Ours', Solution_Id__c: 'SOL-1', Kind__c: 'Own' });
    const contact = user.insert('Contact', { LastName: 'Customer', Email: 'c@example.com' });
    told();
    user.insert('PC_Opportunity_Solution__c', { Opportunity__c: plain, Solution__c: solution });
    user.insert('OpportunityContactRole', { OpportunityId: plain, ContactId: contact });
    assert.deepEqual(told(), []);
    const line = user.insert('PC_Opportunity_Solution__c', { Opportunity__c: id, Solution__c: solution });
    user.update(line, { Quantity__c: 3 });
    user.delete(line);
    assert.deepEqual(told(), Array(3).fill('PC_Opportunity_Solution__c solution'));
    const role = user.insert('OpportunityContactRole', { OpportunityId: id, ContactId: contact });
    user.delete(role);
    assert.deepEqual(told(), Array(2).fill('OpportunityContactRole contact'));
  });
});

describe('the service writes', () => {
  it('without hearing itself, and keeps the identifiers of a deal it makes', async () => {
    const { org, told } = await world();
    const user = org.asUser(service);
    const id = user.insert(
      'Opportunity',
      shared({ Referral_Identifier__c: 'r-1', PC_Engagement_Id__c: 'e-1', PC_Sync_State__c: 'In sync', Audit__c: 'line' }),
    );
    user.update(id, { Amount: 12, PC_Sync_State__c: 'Needs you' });
    assert.deepEqual(told(), []);
    const saved = row(org, id);
    assert.equal(saved.Referral_Identifier__c, 'r-1');
    assert.equal(saved.Sync_with_Partner_Center__c, true);
    assert.equal(saved.Audit__c, 'line');
  });
});

describe('a copy of a shared deal', () => {
  it('loses identifiers, states and the tick', async () => {
    const { org, told } = await world();
    const copy = shared({
      PC_Engagement_Id__c: 'e-1',
      Referral_Link__c: 'https://example.com',
      Audit__c: 'line',
      PC_Sync_State__c: 'In sync',
      PC_Microsoft_Status__c: 'Active',
      PC_Expires__c: '2026-12-01T00:00:00.000Z',
      PC_Shared_Notes__c: 'stays',
    });
    const saved = row(org, org.asUser(seller).insert('Opportunity', copy));
    for (const name of [
      'PC_Engagement_Id__c',
      'Referral_Link__c',
      'Audit__c',
      'PC_Sync_State__c',
      'PC_Microsoft_Status__c',
      'PC_Expires__c',
    ])
      assert.equal(saved[name] ?? null, null, name);
    assert.equal(saved.Sync_with_Partner_Center__c, false);
    assert.equal(saved.PC_Shared_Notes__c, 'stays');
    assert.deepEqual(told(), []);
  });

  it('keeps the tick when it carries no identifier, because then it is a new deal', async () => {
    const { org, told } = await world();
    const saved = row(org, org.asUser(seller).insert('Opportunity', shared({ PC_Sync_State__c: 'In sync' })));
    assert.equal(saved.Sync_with_Partner_Center__c, true);
    assert.equal(saved.PC_Sync_State__c ?? null, null);
    assert.deepEqual(told(), ['Opportunity saved']);
  });
});

describe('a request', () => {
  it('is handed to the service, and its answer is not', async () => {
    const { org, told } = await world();
    const id = org.asUser(seller).insert('Opportunity', deal());
    const request = org.asUser(seller).insert('PC_Request__c', { Opportunity__c: id, Kind__c: 'sync_now' });
    org.asUser(seller).insert('PC_Service_Request__c', { Kind__c: 'retry' });
    assert.deepEqual(told(), ['PC_Request__c request', 'PC_Service_Request__c request']);
    org.asUser(service).update(request, { Outcome__c: 'Done' });
    assert.deepEqual(told(), []);
  });

  it('that only administrators may make is refused to a seller, and the service may answer it', async () => {
    const { org } = await world();
    const id = org.asUser(seller).insert('Opportunity', deal());
    for (const kind of ['retire', 'release_hold'])
      assert.throws(() => org.asUser(seller).insert('PC_Request__c', { Opportunity__c: id, Kind__c: kind }), /administrators/);
    for (const kind of ['retry_all', 'sweep_now', 'reload_mapping'])
      assert.throws(() => org.asUser(seller).insert('PC_Service_Request__c', { Kind__c: kind }), /administrators/);
    const request = org.asUser(admin).insert('PC_Request__c', { Opportunity__c: id, Kind__c: 'retire' });
    org.asUser(service).update(request, { Outcome__c: 'Done' });
    assert.equal(row(org, request).Outcome__c, 'Done');
  });
});

describe('an optional directory', () => {
  it('is refused where the org lacks the feature, and the rest deploys without it', async () => {
    const { deploy } = await world();
    assert.notDeepEqual(await deploy('force-teams'), []);
    assert.notDeepEqual(await deploy('force-multicurrency'), []);
    assert.deepEqual(await deploy('force-alerts'), []);
  });

  it('tells of team members and currencies where the org has them', async () => {
    const { org, deploy, told } = await world({ teams: true, multiCurrency: true });
    assert.deepEqual(await deploy('force-teams'), []);
    assert.deepEqual(await deploy('force-multicurrency'), []);
    const user = org.asUser(seller);
    const id = user.insert('Opportunity', shared({ CurrencyIsoCode: 'USD' }));
    told();
    const member = user.insert('OpportunityTeamMember', { OpportunityId: id, UserId: org.userId(admin) });
    user.delete(member);
    assert.deepEqual(told(), Array(2).fill('OpportunityTeamMember team'));
    user.update(id, { CurrencyIsoCode: 'EUR' });
    assert.deepEqual(told(), ['Opportunity saved']);
  });
});
