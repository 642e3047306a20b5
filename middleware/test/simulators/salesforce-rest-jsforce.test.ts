import assert from 'node:assert/strict';
import { createSign, generateKeyPairSync } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { Connection } from 'jsforce';
import { people, seedOrg, type SeededOrg } from '../../simulators/salesforce/seed.ts';
import { createSalesforceOrg, type SalesforceOrg } from '../../simulators/salesforce/service.ts';
import { movableClock, serve, type Served } from '../../simulators/wire.ts';
import { installPackage } from './salesforce-org-fixture.ts';

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });

describe('jsforce against the simulated org', () => {
  let org: SalesforceOrg;
  let served: Served;
  let seeded: SeededOrg;
  let connection: Connection;

  before(async () => {
    const clock = movableClock();
    org = createSalesforceOrg({ surroundings: { now: clock.now, random: Math.random, uuid: () => crypto.randomUUID() } });
    installPackage(org);
    seeded = seedOrg(org);
    org.assign(people.seller, 'Seller');
    served = await serve(org.service);
    connection = new Connection({ instanceUrl: served.origin, accessToken: org.login(people.seller).token, version: '66.0' });
  });
  after(() => served.close());

  it('knows who signed in', async () => {
    const identity = await connection.identity();
    assert.equal(identity.username, people.seller);
    assert.equal(identity.organization_id, org.orgId);
  });

  it('signs in by assertion', async () => {
    org.registerApp({ consumerKey: 'key', certificate: keys.publicKey.export({ type: 'spki', format: 'pem' }).toString() });
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = `${part({ alg: 'RS256' })}.${part({ iss: 'key', sub: people.seller, aud: served.origin, exp: Math.floor(Date.now() / 1000) + 100 })}`;
    const assertion = `${signed}.${createSign('RSA-SHA256').update(signed).sign(keys.privateKey, 'base64url')}`;
    const fresh = new Connection({ loginUrl: served.origin, version: '66.0' });
    await fresh.authorize({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion });
    assert.equal(fresh.userInfo?.organizationId, org.orgId);
    assert.equal((await fresh.query('SELECT Id FROM Opportunity')).totalSize, 5);
  });

  it('queries with parents and children', async () => {
    const result = await connection.query<{
      Name: string;
      Account: { Name: string };
      OpportunityContactRoles: { records: unknown[] } | null;
    }>("SELECT Id, Name, Account.Name, (SELECT Contact.Name FROM OpportunityContactRoles) FROM Opportunity WHERE Name LIKE 'Fabrikam%'");
    assert.equal(result.records[0]?.Account.Name, 'Fabrikam Fisheries');
    assert.equal(result.records[0]?.OpportunityContactRoles?.records.length, 1);
  });

  it('creates, retrieves, updates, deletes', async () => {
    const created = await connection
      .sobject('Contact')
      .create({ FirstName: 'Eva', LastName: 'Ek', AccountId: seeded.accounts['Fabrikam Fisheries'] });
    assert.equal(created.success, true);
    const id = String(created.id);
    assert.equal((await connection.sobject('Contact').retrieve(id))['Name'], 'Eva Ek');
    assert.equal((await connection.sobject('Contact').update({ Id: id, Title: 'CTO' })).success, true);
    assert.equal(org.get(id)?.['Title'], 'CTO');
    await connection.sobject('Contact').destroy(id);
    await assert.rejects(connection.sobject('Contact').retrieve(id), { errorCode: 'ENTITY_IS_DELETED' });
  });

  it('writes and reads many at once', async () => {
    const results = await connection.sobject('Contact').create([{ LastName: 'One' }, { FirstName: 'No last name' }]);
    assert.deepEqual(
      results.map((result) => result.success),
      [true, false],
    );
    const ids = Object.values(seeded.opportunities);
    const read = await connection.sobject('Opportunity').retrieve(ids);
    assert.deepEqual(
      read.map((record) => record['Id']),
      ids,
    );
  });

  it('upserts by external id', async () => {
    const record = { Referral__c: 'ref-9', Name: 'Upserted', StageName: 'Prospecting', CloseDate: '2027-01-31' };
    const [first] = [await connection.sobject('Opportunity').upsert(record, 'Referral__c')];
    assert.equal(first.success, true);
    const many = await connection.sobject('Opportunity').upsert(
      [
        { ...record, Amount: 5 },
        { ...record, Referral__c: 'ref-10' },
      ],
      'Referral__c',
    );
    assert.deepEqual(
      many.map((result) => result.success),
      [true, true],
    );
    assert.equal(org.query("SELECT Id FROM Opportunity WHERE Referral__c LIKE 'ref-%'").length, 2);
  });

  it('describes objects and reports limits', async () => {
    const described = await connection.sobject('Opportunity').describe();
    const field = (name: string): { type: string; picklistValues?: unknown } | undefined =>
      described.fields.find((one) => one.name === name);
    assert.deepEqual(
      [field('Amount')?.type, field('StageName')?.type, field('AccountId')?.type, field('Referral__c')?.type],
      ['currency', 'picklist', 'reference', 'string'],
    );
    assert.ok((await connection.describeGlobal()).sobjects.some((one) => one.name === 'Solution__c'));
    assert.equal((await connection.limits())['DailyApiRequests']?.Max, 100_000);
    assert.equal(connection.limitInfo.apiUsage?.limit, 100_000);
  });

  it('takes a refusal with its code', async () => {
    await assert.rejects(async () => connection.query('SELECT Nope FROM Opportunity'), { errorCode: 'INVALID_FIELD' });
    await assert.rejects(connection.sobject('Opportunity').create({ Name: 'x' }), { errorCode: 'REQUIRED_FIELD_MISSING' });
  });
});
