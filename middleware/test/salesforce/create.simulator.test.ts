/** Deals from Partner Center become records of the org: once, whole, with the right owner; and are recognised when they are there already. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';

import { defaultMapping } from '../../src/domain/default-mapping.ts';
import type { Deal } from '../../src/domain/deal.ts';
import type { CrmCreate } from '../../src/sync/ports.ts';
import { people } from '../../simulators/salesforce/seed.ts';
import { permissionSet } from '../simulators/salesforce-org-fixture.ts';
import { simulatedSide, type SimulatedSide } from './simulated-org.ts';

const deal: Deal = {
  name: 'Adventure Works: data platform',
  value: 75_000,
  closeDate: '2027-03-31',
  state: 'new',
  customerName: 'Adventure Works',
  customerAddressLine1: '1 Canal Street',
  customerCity: 'Leeds',
  customerPostalCode: 'LS1 1AA',
  customerCountry: 'GB',
  contacts: [{ email: 'ada@adventure.example', firstName: 'Ada', lastName: 'Muster', phone: '+44 113 000 0000' }],
  team: [{ email: 'sam@contoso.example', firstName: 'Sam', lastName: 'Seller', phone: null }],
  solutions: [
    { id: 'SOL-CDEM', name: 'Contoso Data Estate Modernisation' },
    { id: 'SOL-NEW', name: 'Brand new' },
  ],
  visible: true,
  consent: true,
  microsoftStatus: 'Active / Accepted',
};

const createOf = (change: Partial<CrmCreate> = {}): CrmCreate => ({
  referralId: 'r-100',
  engagementId: 'e-100',
  deal,
  display: { syncState: 'Needs you', link: 'https://partner.example/r-100' },
  audit: ['first line'],
  matchKey: 'adventure works|ls1 1aa|gb',
  accountId: null,
  allowDuplicates: false,
  ...change,
});

const count = (world: SimulatedSide, object: string): number => world.org.state.rows(object).length;

test('a deal from Microsoft becomes account, contact and opportunity, owned by the team member who is a user', async () => {
  const world = await simulatedSide();
  const result = await world.side.create(createOf());

  assert.equal(result.kind, 'done');
  const after = result.kind === 'done' ? result.after : null;
  assert.deepEqual(result.kind === 'done' && result.refused, []);
  assert.equal(after?.shared, true);
  assert.equal(after?.referralId, 'r-100');
  assert.equal(after?.ownerId, world.seeded.users.seller);
  assert.equal(after?.stage, 'Prospecting');
  assert.deepEqual(
    after?.deal.contacts?.map((person) => person.email),
    ['ada@adventure.example'],
  );
  assert.deepEqual(
    after?.deal.solutions?.map((solution) => solution.id),
    ['SOL-CDEM', 'SOL-NEW'],
  );
  assert.equal(after?.deal.microsoftStatus, 'Active / Accepted');
  const account = world.org.get(after?.accountId ?? '');
  assert.deepEqual([account?.['Name'], account?.['BillingPostalCode'], account?.['BillingCountry']], ['Adventure Works', 'LS1 1AA', 'GB']);
  assert.equal(world.org.get(after?.id ?? '')?.['Audit__c'], 'first line');
});

test('the same deal a second time, or after a crash, adopts what is there: one of each', async () => {
  const world = await simulatedSide();
  await world.side.create(createOf());
  const counts = ['Account', 'Contact', 'Opportunity'].map((object) => count(world, object));

  const [again, twice] = await Promise.all([world.side.create(createOf()), world.side.create(createOf())]);

  assert.equal(again?.kind, 'done');
  assert.equal(twice?.kind, 'done');
  assert.deepEqual(
    ['Account', 'Contact', 'Opportunity'].map((object) => count(world, object)),
    counts,
  );
  assert.equal((await world.side.findByReferral('r-100')).length, 1);
});

test('two creates that race for one referral leave one opportunity and no half records', async () => {
  const world = await simulatedSide();
  const before = count(world, 'Opportunity');

  const results = await Promise.all([world.side.create(createOf()), world.side.create(createOf())]);

  assert.deepEqual(
    results.map((result) => result.kind),
    ['done', 'done'],
  );
  assert.equal(count(world, 'Opportunity'), before + 1);
  assert.equal(world.org.state.rows('Account').filter((row) => row['Name'] === 'Adventure Works').length, 1);
});

test('Salesforce out of reach while several things are asked at once: one failure, and none is left alone', async () => {
  const world = await simulatedSide();
  await world.side.readMapping();
  const left: unknown[] = [];
  const alone = (reason: unknown): void => void left.push(reason);
  process.on('unhandledRejection', alone);
  try {
    world.org.failNext({ match: /query|composite/, times: 20, kind: { cut: true } });
    await assert.rejects(world.side.create(createOf()), /cut before/);
    await setImmediate();
    assert.deepEqual(left, []);
  } finally {
    process.off('unhandledRejection', alone);
  }
});

test('a known customer gets the deal; its own data stays as it is', async () => {
  const world = await simulatedSide();
  const accounts = count(world, 'Account');

  const result = await world.side.create(
    createOf({
      deal: {
        ...deal,
        customerName: 'woodgrove bank',
        customerAddressLine1: 'Somewhere else',
        customerCity: 'London',
        customerPostalCode: 'EC4N7AX',
        customerCountry: 'GB',
        team: [],
      },
    }),
  );

  assert.equal(count(world, 'Account'), accounts);
  const after = result.kind === 'done' ? result.after : null;
  assert.equal(after?.accountId, world.seeded.accounts['Woodgrove Bank']);
  assert.equal(after?.ownerId, world.seeded.users.seller);
  assert.equal(world.org.get(after?.accountId ?? '')?.['BillingStreet'], '5 King William Street');
});

test('a customer of the same name in another country is another customer', async () => {
  const world = await simulatedSide();
  const accounts = count(world, 'Account');

  await world.side.create(
    createOf({ deal: { ...deal, customerName: 'Tailspin Toys', customerPostalCode: '20095', customerCountry: 'US' } }),
  );

  assert.equal(count(world, 'Account'), accounts + 1);
});

test('a D-U-N-S number decides about the account before the name does', async () => {
  const world = await simulatedSide({ dunsNumber: true });
  const woodgrove = world.seeded.accounts['Woodgrove Bank'] ?? '';
  world.org.update(woodgrove, { DunsNumber: '123456789' });
  // what a company adds for the service when it has the data service
  world.org.state.schema.putPermissionSet(
    permissionSet('Duns', { fields: new Map([['Account.DunsNumber', { readable: true, editable: true }]]) }),
  );
  world.org.assign(people.integration, 'Duns');

  const result = await world.side.create(createOf({ deal: { ...deal, customerDuns: '123456789' } }));

  assert.equal(result.kind === 'done' && result.after?.accountId, woodgrove);
  assert.equal(result.kind === 'done' && result.after?.deal.customerDuns, '123456789');
});

const customer = (name: string, mail: string): Deal => ({
  ...deal,
  customerName: name,
  customerPostalCode: '99999',
  customerCity: 'Elsewhere',
  customerCountry: 'GB',
  contacts: [{ email: mail, firstName: 'Ada', lastName: 'Muster', phone: null }],
});

test('a customer is known by the domain of its people before its name; a private address says nothing', async () => {
  const world = await simulatedSide();
  const woodgrove = world.seeded.accounts['Woodgrove Bank'] ?? '';
  const accountOf = async (referralId: string, of: Deal): Promise<string | null> => {
    const result = await world.side.create(createOf({ referralId, deal: of }));
    return result.kind === 'done' ? (result.after?.accountId ?? null) : null;
  };

  assert.equal(await accountOf('r-1', customer('WGB Group Holding', 'ada@Woodgrove.example')), woodgrove);

  world.org.update(woodgrove, { Website: 'gmail.com' });
  const accounts = count(world, 'Account');
  assert.notEqual(await accountOf('r-2', customer('Somebody Else', 'somebody@gmail.com')), woodgrove);
  assert.equal(count(world, 'Account'), accounts + 1);
});

test('of several accounts at one domain it is the one of that name or place, in that country; else it is a new one', async () => {
  const world = await simulatedSide();
  const make = (name: string, zip: string, country: string): string =>
    world.org.asUser(people.seller).insert('Account', {
      Name: name,
      Website: 'http://www.fabrikam.example/start',
      BillingPostalCode: zip,
      BillingCountry: country,
    });
  const [north, south] = [make('Fabrikam North', 'M1 1AA', 'GB'), make('Fabrikam South', 'BN1 1AA', 'GB')];
  make('Fabrikam Inc', '10001', 'US');
  const accountOf = async (referralId: string, change: Deal): Promise<string | null> => {
    const result = await world.side.create(createOf({ referralId, deal: { ...customer('Fabrikam', 'eve@fabrikam.example'), ...change } }));
    return result.kind === 'done' ? (result.after?.accountId ?? null) : null;
  };

  assert.equal(await accountOf('r-1', { customerName: 'Fabrikam South' }), south);
  assert.equal(await accountOf('r-2', { customerPostalCode: 'm11aa' }), north);
  assert.equal([north, south].includes((await accountOf('r-3', {})) ?? ''), false);
});

test('fifty deals of one moment are matched, made and read in four calls, each with its own account, owner and contact', async () => {
  const world = await simulatedSide();
  const woodgrove = world.seeded.accounts['Woodgrove Bank'] ?? '';
  // warm: what an org is asked once
  await world.side.create(createOf());
  world.calls.length = 0;
  const dealOf = (index: number): Deal =>
    index % 10 === 0
      ? customer('Woodgrove Bank', `ann${index}@woodgrove.example`)
      : customer(`New customer ${index}`, `p${index}@new${index}.example`);

  const results = await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const matches = await world.side.findMatches(dealOf(index));
      return {
        matches,
        result: await world.side.create(createOf({ referralId: `r-${index}`, engagementId: `e-${index}`, deal: dealOf(index) })),
      };
    }),
  );

  assert.deepEqual(world.calls, ['POST /composite', 'POST /composite', 'POST /composite/graph', 'GET /query']);
  for (const [index, { result }] of results.entries()) {
    const after = result.kind === 'done' ? result.after : null;
    assert.equal(after?.referralId, `r-${index}`);
    assert.deepEqual(
      after?.deal.contacts?.map(({ email }) => email),
      [index % 10 === 0 ? `ann${index}@woodgrove.example` : `p${index}@new${index}.example`],
    );
    if (index % 10 === 0) assert.equal(after?.accountId, woodgrove);
    else assert.equal(world.org.get(after?.accountId ?? '')?.['Name'], `New customer ${index}`);
  }
});

test('twenty deals that the org refuses do not keep the others of the same call from being made', async () => {
  const world = await simulatedSide();
  world.org.state.schema.putValidationRule('Opportunity', {
    name: 'Not_So_Big',
    active: true,
    formula: 'Amount > 1000000',
    message: 'Ask the director first.',
  });

  const results = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      world.side.create(
        createOf({
          referralId: `r-${index}`,
          deal: { ...customer(`Customer ${index}`, `p${index}@c${index}.example`), solutions: [], value: index % 2 === 0 ? 2_000_000 : 1 },
        }),
      ),
    ),
  );

  assert.deepEqual(
    results.map((result) => (result.kind === 'refused' ? result.code : result.kind)),
    Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? 'CRM_VALIDATION' : 'done')),
  );
});

test('without anybody to own the deal nothing is made, and the setting that cures it is named', async () => {
  const world = await simulatedSide();
  const counts = ['Account', 'Contact', 'Opportunity'].map((object) => count(world, object));

  const result = await world.side.create(createOf({ deal: { ...deal, team: [] } }));

  assert.equal(result.kind, 'refused');
  assert.match(result.kind === 'refused' ? result.message : '', /Default Owner/);
  assert.deepEqual(
    ['Account', 'Contact', 'Opportunity'].map((object) => count(world, object)),
    counts,
  );

  world.mapping = { ...defaultMapping, settings: { ...defaultMapping.settings, defaultOwner: people.seller } };
  const owned = await world.side.create(createOf({ deal: { ...deal, team: [] } }));
  assert.equal(owned.kind === 'done' && owned.after?.ownerId, world.seeded.users.seller);
});

test('a value the org refuses is left out of the new opportunity and named; a rule of the org refuses the whole', async () => {
  const world = await simulatedSide();
  world.mapping = {
    ...defaultMapping,
    fields: defaultMapping.fields.map((rule) => (rule.field === 'partnerRole' ? { ...rule, crmPath: 'How_can_Microsoft_help__c' } : rule)),
  };
  const odd = await world.side.create(createOf({ deal: { ...deal, partnerRole: 'No such word' } }));
  assert.deepEqual(odd.kind === 'done' && odd.refused.map(({ field, code }) => [field, code]), [['partnerRole', 'CRM_PICKLIST']]);

  world.org.state.schema.putValidationRule('Opportunity', {
    name: 'Next_Step',
    active: true,
    formula: 'ISBLANK(NextStep)',
    message: 'Say what comes next.',
  });
  const accounts = count(world, 'Account');
  const ruled = await world.side.create(createOf({ referralId: 'r-200', deal: { ...deal, customerName: 'Somebody Else' } }));
  assert.deepEqual(ruled.kind === 'refused' && [ruled.code, /Say what comes next/.test(ruled.message)], ['CRM_VALIDATION', true]);
  assert.equal(count(world, 'Account'), accounts);
});

test('nothing is agreed on about a field whose mapping is mended in the moment in which the opportunity is made', async () => {
  const world = await simulatedSide();
  const { mapping } = world;
  world.mapping = {
    ...mapping,
    fields: mapping.fields.map((rule) => (rule.field === 'marketplaceIntent' ? { ...rule, crmPath: 'No_such_field__c' } : rule)),
  };
  world.onCall = (call) => {
    if (call.endsWith('/composite/graph')) world.mapping = mapping;
  };

  const made = await world.side.create(createOf({ deal: { ...deal, marketplaceIntent: 'No' } }));

  assert.ok(made.kind === 'done' && made.after);
  assert.ok(!('marketplaceIntent' in made.after.deal), 'its default would count as agreed on');
  assert.ok('marketplaceIntent' in (await world.read(made.after.id)).deal);
  assert.equal(made.after.deal.name, deal.name);
});

test('a create whose answer was lost is adopted by the next try', async () => {
  const world = await simulatedSide();
  const opportunities = count(world, 'Opportunity');
  world.org.failNext({ match: 'composite/graph', kind: { afterwards: 'cut' } });
  await assert.rejects(world.side.create(createOf()));

  const again = await world.side.create(createOf());

  assert.equal(again.kind, 'done');
  assert.equal(count(world, 'Opportunity'), opportunities + 1);
});

test('an opportunity that may be the same deal is found, with the reasons in words', async () => {
  const world = await simulatedSide();
  const id = world.seeded.opportunities['Northwind data platform'] ?? '';
  const closeDate = String(world.org.get(id)?.['CloseDate']);

  const matches = await world.side.findMatches({
    name: 'Northwind data platform',
    value: 450_000,
    closeDate,
    customerName: 'Northwind Traders Ltd',
    customerPostalCode: '98101',
    contacts: [{ email: 'grace.okafor@northwind.example', firstName: null, lastName: null, phone: null }],
  });

  assert.equal(matches[0]?.opportunityId, id);
  assert.equal(matches[0]?.score, 100);
  assert.deepEqual(matches[0]?.reasons, [
    'same customer',
    'same postal code',
    'same deal name',
    'same value',
    'same close date',
    'same contact (grace.okafor@northwind.example)',
  ]);
  assert.deepEqual(await world.side.findMatches({ name: 'Unheard of', customerName: 'Nobody Known' }), []);

  world.org.update(id, { Referral_Identifier__c: 'taken' });
  assert.deepEqual(
    (await world.side.findMatches({ name: 'Northwind data platform', customerName: 'Northwind Traders' }))
      .map((match) => match.opportunityId)
      .includes(id),
    false,
  );
});

test('a deal of a customer that is called otherwise is found by the domain of its people', async () => {
  const world = await simulatedSide();
  const id = world.seeded.opportunities['Northwind data platform'] ?? '';

  const matches = await world.side.findMatches({
    name: 'Northwind data platform',
    value: 450_000,
    customerName: 'NWT Holding',
    contacts: [{ email: 'new.person@northwind.example', firstName: null, lastName: null, phone: null }],
  });

  assert.equal(matches[0]?.opportunityId, id);
  assert.equal(matches[0]?.reasons[0], 'same domain (northwind.example)');
});
