import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { RowError } from '../../simulators/salesforce/org-errors.ts';
import { people, seedOrg } from '../../simulators/salesforce/seed.ts';
import { defaultSwitches } from '../../simulators/salesforce/switches.ts';
import { call, newDeal, outsider, permissionSet, query, rows, seller, service, testOrg } from './salesforce-org-fixture.ts';

describe('orgs differ', () => {
  it('knows currencies only where there are several', async () => {
    const single = testOrg();
    assert.equal((await query(single, seller, 'SELECT CurrencyIsoCode FROM Opportunity')).status, 400);
    const several = testOrg({ multiCurrency: true });
    const id = newDeal(several, { Amount: 5 });
    newDeal(several, { CurrencyIsoCode: 'eur' });
    assert.deepEqual(await rows(several, seller, 'SELECT CurrencyIsoCode FROM Opportunity ORDER BY CurrencyIsoCode'), [
      { CurrencyIsoCode: 'EUR' },
      { CurrencyIsoCode: 'USD' },
    ]);
    assert.throws(() => several.org.update(id, { CurrencyIsoCode: 'XXX' }), RowError);
    assert.equal((await query(several, seller, 'SELECT CurrencyIsoCode, Name FROM Deal_Solution__c')).status, 200);
    assert.equal((await rows(several, seller, 'SELECT IsoCode FROM CurrencyType WHERE IsCorporate = true')).length, 1);
  });

  it('has opportunity teams only where the feature is on, and a member sees the deal', async () => {
    assert.equal((await query(testOrg(), seller, 'SELECT Id, (SELECT UserId FROM OpportunityTeamMembers) FROM Opportunity')).status, 400);
    const test = testOrg({ teams: true });
    const id = newDeal(test);
    assert.deepEqual(await rows(test, outsider, 'SELECT Id FROM Opportunity'), []);
    const added = await call(test, seller, 'POST', '/sobjects/OpportunityTeamMember', {
      OpportunityId: id,
      UserId: test.org.userId(outsider),
      TeamMemberRole: 'Sales Rep',
      OpportunityAccessLevel: 'Edit',
    });
    assert.equal(added.status, 201);
    assert.deepEqual(await rows(test, outsider, 'SELECT (SELECT Name, User.Email FROM OpportunityTeamMembers) FROM Opportunity'), [
      { OpportunityTeamMembers: { totalSize: 1, done: true, records: [{ Name: 'Olga Outside', User: { Email: outsider } }] } },
    ]);
    assert.equal((await call(test, outsider, 'PATCH', `/sobjects/Opportunity/${id}`, { Amount: 1 })).status, 204);
  });

  it('keeps country name and code together where countries are a picklist', () => {
    const { org } = testOrg({ countryPicklists: true });
    const id = org.insert('Account', { Name: 'Fabrikam', BillingCountryCode: 'SE' });
    assert.equal(org.get(id)?.['BillingCountry'], 'Sweden');
    org.update(id, { BillingCountry: 'Germany' });
    assert.equal(org.get(id)?.['BillingCountryCode'], 'DE');
    assert.throws(
      () => org.update(id, { BillingCountry: 'Nederlnd' }),
      (error: unknown) => error instanceof RowError && error.code === 'FIELD_INTEGRITY_EXCEPTION',
    );
  });

  it('says when it is a sandbox', async () => {
    const test = testOrg({ sandbox: true, orgId: '00D000000000062' });
    assert.deepEqual(await rows(test, seller, 'SELECT Id, IsSandbox, OrganizationType FROM Organization'), [
      { Id: '00D000000000062EAA', IsSandbox: true, OrganizationType: 'Enterprise Edition' },
    ]);
  });

  it('gives no two orgs the same answer by accident: the same surroundings, the same ids', () => {
    const [one, two] = [testOrg(), testOrg()];
    assert.equal(newDeal(one), newDeal(two));
    assert.equal(one.token(seller), two.token(seller));
  });
});

describe('rights come from permission sets', () => {
  it('adds what a group bundles, and takes it away again', async () => {
    const test = testOrg();
    test.org.state.schema.putPermissionSetGroup({ name: 'Admins', label: 'Admins', members: ['Seller', 'Service'] });
    assert.equal(test.org.hasPermission(outsider, 'Bypass'), false);
    test.org.assign(outsider, 'Admins');
    assert.equal(test.org.hasPermission(outsider, 'Bypass'), true);
    assert.equal((await query(test, outsider, 'SELECT Shared__c FROM Opportunity')).status, 200);
    test.org.unassign(outsider, 'Admins');
    assert.equal(test.org.hasPermission(outsider, 'Bypass'), false);
  });

  it('is assigned over the API as an admin would', async () => {
    const test = testOrg();
    const [set] = await rows(test, service, "SELECT Id FROM PermissionSet WHERE Name = 'Service'");
    const body = { AssigneeId: test.org.userId(outsider), PermissionSetId: (set as { Id: string }).Id };
    assert.equal((await call(test, 'admin@cosell.test', 'POST', '/sobjects/PermissionSetAssignment', body)).status, 201);
    assert.equal(test.org.hasPermission(outsider, 'Bypass'), true);
    const again = await call(test, 'admin@cosell.test', 'POST', '/sobjects/PermissionSetAssignment', body);
    assert.equal((again.body as { errorCode: string }[])[0]?.errorCode, 'DUPLICATE_VALUE');
    assert.equal((await call(test, outsider, 'POST', '/sobjects/PermissionSetAssignment', body)).status, 403);
  });

  it('covers an address by its one permission', async () => {
    const test = testOrg();
    const edit = { readable: true, editable: true };
    assert.equal((await query(test, service, 'SELECT BillingCity FROM Account')).status, 400);
    test.org.state.schema.putPermissionSet(permissionSet('Addresses', { fields: new Map([['Account.BillingAddress', edit]]) }));
    test.org.assign(service, 'Addresses');
    assert.equal((await query(test, service, 'SELECT BillingCity, BillingCountry FROM Account')).status, 200);
  });

  it('lets custom metadata be read only by who was given it', async () => {
    const test = testOrg();
    const { schema } = test.org.state;
    const { objectDefinition, systemFields } = await import('../../simulators/salesforce/system-fields.ts');
    schema.putObject(
      objectDefinition({
        name: 'Rule__mdt',
        label: 'Rule',
        pluralLabel: 'Rules',
        kind: 'metadata',
        keyPrefix: schema.nextKeyPrefix('m'),
        fields: [...systemFields('metadata'), { name: 'Value__c', label: 'Value', type: 'Text', length: 80, custom: true }],
      }),
    );
    test.org.state.putCustomMetadata('Rule__mdt', 'First', 'First rule', { Value__c: 'x' });
    assert.equal((await query(test, service, 'SELECT Value__c FROM Rule__mdt')).status, 400);
    schema.putPermissionSet(permissionSet('Rules', { customMetadataTypes: new Set(['Rule__mdt']) }));
    test.org.assign(service, 'Rules');
    assert.deepEqual(await rows(test, service, 'SELECT DeveloperName, MasterLabel, Value__c FROM Rule__mdt'), [
      { DeveloperName: 'First', MasterLabel: 'First rule', Value__c: 'x' },
    ]);
  });
});

describe('guesses are switches', () => {
  it('stand in the list of what to verify first on a live org, with their defaults', () => {
    const page = readFileSync(new URL('../../simulators/README.md', import.meta.url), 'utf8');
    for (const [name, value] of Object.entries(defaultSwitches)) {
      const row = new RegExp(`^\\| \`${name}\` +\\| \`?${String(value)}\`? +\\|`, 'm');
      assert.match(page, row, `The README does not list ${name} with its default.`);
    }
  });

  it('cuts a long child list into pages', async () => {
    const test = testOrg({ switches: { childPageRows: 2 } });
    const id = newDeal(test);
    const solution = test.org.insert('Solution__c', { Name: 'Data', Key__c: 'S' });
    for (let index = 0; index < 3; index += 1) test.org.insert('Deal_Solution__c', { Opportunity__c: id, Solution__c: solution });
    const [deal] = (await rows(test, seller, 'SELECT (SELECT Name FROM Deal_Solutions__r ORDER BY Name) FROM Opportunity')) as {
      Deal_Solutions__r: { totalSize: number; done: boolean; nextRecordsUrl: string; records: unknown[] };
    }[];
    const { totalSize, done, nextRecordsUrl, records } = deal?.Deal_Solutions__r ?? {
      totalSize: 0,
      done: true,
      nextRecordsUrl: '',
      records: [],
    };
    assert.deepEqual([totalSize, done, records.length], [3, false, 2]);
    const next = await call(test, seller, 'GET', nextRecordsUrl.replace('/services/data/v66.0', ''));
    assert.deepEqual(
      (next.body as { records: { Name: string }[] }).records.map((row) => row.Name),
      ['DS-000003'],
    );
  });

  it('lets a failing flow pass when told so', () => {
    const failing = (failingFlowRefuses: boolean): ReturnType<typeof testOrg> => {
      const test = testOrg({ switches: { failingFlowRefuses } });
      test.org.state.registerHooks({
        afterSave: () => {
          throw new RowError('CANNOT_EXECUTE_FLOW_TRIGGER', 'The flow failed.');
        },
      });
      return test;
    };
    assert.throws(() => newDeal(failing(true)), RowError);
    const passes = failing(false);
    assert.equal(passes.org.get(newDeal(passes))?.['Name'], 'Cold chain');
  });

  it('refuses an unknown stage only when told so', () => {
    const open = testOrg();
    assert.equal(open.org.get(newDeal(open, { StageName: 'Dreaming' }))?.['IsClosed'], false);
    assert.throws(() => newDeal(testOrg({ switches: { refusesUnknownStage: true } }), { StageName: 'Dreaming' }), RowError);
  });
});

describe('the seeded org', () => {
  it('holds people, customers and deals a story can begin with', () => {
    const { org } = testOrg();
    org.state.transaction(() => {
      for (const user of org.state.rows('User')) if (user['Username'] !== people.admin) org.state.remove('User', String(user['Id']));
    });
    const seeded = seedOrg(org);
    const deals = org.query(
      'SELECT Name, Account.BillingCountry, Owner.Username, (SELECT Id FROM OpportunityContactRoles WHERE IsPrimary = true) FROM Opportunity',
    );
    assert.equal(deals.length, 5);
    assert.ok(deals.every((deal) => (deal['Owner'] as { Username: string }).Username === people.seller));
    // One deal lacks both a two-letter country and a contact, for the story about what is missing.
    assert.equal(
      deals.filter(
        (deal) =>
          deal['OpportunityContactRoles'] === null && String((deal['Account'] as { BillingCountry: string }).BillingCountry).length !== 2,
      ).length,
      1,
    );
    assert.equal(org.access(seeded.users.outsider).object(org.state.schema.object('Solution__c') ?? assert.fail()).read, false);
  });
});
