/** Opportunity rows and deals: what people type becomes one canonical form, and goes back the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { defaultMapping } from '../../src/domain/default-mapping.ts';
import type { Deal, FieldName } from '../../src/domain/deal.ts';
import { sameValue } from '../../src/domain/fields.ts';
import type { FieldRule, Mapping } from '../../src/domain/mapping.ts';
import type { FieldFacts, ObjectFacts } from '../../src/salesforce/client/client.ts';
import { makeReadPlan, type ReadPlan } from '../../src/salesforce/fields/read-plan.ts';
import { countryCode } from '../../src/salesforce/translate/countries.ts';
import { companyDomains, hostOf, sharedDomain } from '../../src/salesforce/translate/domains.ts';
import { contactsOf, solutionsOf, teamOf } from '../../src/salesforce/translate/people.ts';
import { sizeBand } from '../../src/salesforce/translate/size.ts';
import { stageFor, stateOf } from '../../src/salesforce/translate/stage.ts';
import { canonicalText, cut, decodeEntities, utcDay } from '../../src/salesforce/translate/text.ts';
import { toDeal, type DealRow } from '../../src/salesforce/translate/to-deal.ts';
import { toFields } from '../../src/salesforce/translate/to-fields.ts';
import { toCanonical, toCrm } from '../../src/salesforce/translate/transform.ts';
import { OpportunityRow } from '../../src/salesforce/schema.ts';

const ruleOf = (field: FieldName, change: Partial<FieldRule> = {}): FieldRule => {
  const rule = defaultMapping.fields.find((one) => one.field === field);
  if (!rule) throw new Error(field);
  return { ...rule, ...change };
};
const facts = (name: string, type: string, length = 0, more: Partial<FieldFacts> = {}): FieldFacts => ({
  name,
  type,
  length,
  createable: true,
  updateable: true,
  relationshipName: null,
  referenceTo: [],
  picklistValues: [],
  ...more,
});
const read = (field: FieldName, value: unknown, change: Partial<FieldRule> = {}, mapping: Mapping = defaultMapping): unknown =>
  toCanonical(ruleOf(field, change), value, mapping);

/** A field of the org that fits a rule. */
function targetOf(rule: FieldRule): FieldFacts {
  switch (rule.field) {
    case 'value':
      return facts('Amount', 'currency');
    case 'closeDate':
      return facts('CloseDate', 'date');
    case 'expiresAt':
      return facts('PC_Expires__c', 'datetime');
    case 'consent':
    case 'visible':
      return facts('Flag__c', 'boolean');
    default:
      return facts('Text__c', 'string', rule.limit ?? 255);
  }
}

const own: readonly FieldName[] = [
  'name',
  'value',
  'currency',
  'closeDate',
  'notes',
  'help',
  'marketplaceIntent',
  'noteToMicrosoft',
  'consent',
  'visible',
  'partnerRole',
  'solutionArea',
  'stateReason',
  'microsoftStatus',
  'microsoftSeller',
  'expiresAt',
  'customerCountry',
];

const anything = fc.oneof(
  fc.string({ maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom(
    'Tom &amp; Co',
    '&lt;b&gt;',
    '&amp;amp;',
    '&#65;',
    ' ✔ Deal',
    '✖ Deal',
    'United Kingdom',
    'gbr',
    'uk',
    'eur',
    'RMB',
    'Yes',
    'Have not decided',
    'General or other',
    '2026-11-20',
    '2026-11-20T23:30:00.000+0000',
    '\r\nline\r\n',
  ),
);

test('whatever stands in a field: read, written and read again it is the same', () => {
  fc.assert(
    fc.property(fc.constantFrom(...own), anything, (field, value) => {
      const rule = ruleOf(field, { defaultValue: null });
      const canonical = toCanonical(rule, value, defaultMapping);

      const back = toCanonical(rule, toCrm(rule, canonical, targetOf(rule), defaultMapping), defaultMapping);

      // a text that only fits unprotected may lose its end, never its beginning
      if (typeof canonical === 'string' && typeof back === 'string' && canonical.length > 100 && canonical.includes('&'))
        assert.equal(canonical.slice(0, 60), back.slice(0, 60));
      else assert.deepEqual(back, canonical);
    }),
    { numRuns: 2_000 },
  );
});

test('reading is stable: a canonical value read again is itself', () => {
  fc.assert(
    fc.property(anything, (value) => {
      for (const field of ['value', 'closeDate', 'customerCountry', 'currency', 'help', 'marketplaceIntent'] as const) {
        const once = read(field, value, { defaultValue: null });
        // entities are decoded one level at a time
        if (typeof once !== 'string' || decodeEntities(once) === once) assert.deepEqual(read(field, once, { defaultValue: null }), once);
      }
    }),
  );
});

test('countries are known by code, three letters and the names people type', () => {
  for (const [typed, code] of [
    ['gb', 'GB'],
    ['GBR', 'GB'],
    ['U.K.', 'GB'],
    ['united kingdom', 'GB'],
    ['Deutschland', 'DE'],
    ['Österreich', 'AT'],
    ['The Netherlands', 'NL'],
    ['U.S.A.', 'US'],
    ['Korea, Republic of', 'KR'],
    ["Cote d'Ivoire", 'CI'],
    ['Bosnia and Herzegovina', 'BA'],
    ['Türkiye', 'TR'],
  ] as const) {
    assert.equal(read('customerCountry', ` ${typed} `), code, typed);
  }
  assert.equal(read('customerCountry', 'Atlantis'), 'Atlantis');
  assert.equal(countryCode(''), null);
});

test("the admin's value map comes before the table of countries", () => {
  const mapping: Mapping = {
    ...defaultMapping,
    values: [{ record: 'x', map: 'country', crmValue: 'Georgia', partnerValue: 'US', direction: 'to-partner' }],
  };

  assert.equal(read('customerCountry', 'Georgia'), 'GE');
  assert.equal(read('customerCountry', 'Georgia', {}, mapping), 'US');
});

test("Microsoft's marks and HTML entities are not part of a deal's name; long names are cut", () => {
  assert.equal(read('name', '✔ Tom &amp; Jerry'), 'Tom & Jerry');
  assert.equal(read('name', 'Deal ✖'), 'Deal');
  assert.equal(String(read('name', 'x'.repeat(300))).length, 120);
  assert.equal(cut('ab😀', 3), 'ab');
});

test('an empty field takes the default of the mapping; a word the map does not know is nothing', () => {
  assert.equal(read('marketplaceIntent', null), 'HaveNotDecided');
  assert.equal(read('marketplaceIntent', 'Maybe', { defaultValue: null }), null);
  assert.equal(read('help', 'General or other'), 'GeneralOrOther');
  assert.equal(read('help', 'Something else'), null);
  assert.equal(read('stateReason', 'Own words'), 'Own words');
});

test('a close date is a day; a moment becomes its day in UTC', () => {
  assert.equal(utcDay('2026-09-30'), '2026-09-30');
  assert.equal(utcDay('2026-09-30T23:30:00.000-0500'), '2026-10-01');
  assert.equal(utcDay('soon'), null);
});

test('employees become one of the size bands', () => {
  assert.deepEqual([0, 1, 9, 10, 50, 51, 250, 1_000, 5_000, 20_001].map(sizeBand), [
    null,
    '1to9employees',
    '1to9employees',
    '10to50employees',
    '10to50employees',
    '51to250employees',
    '51to250employees',
    '251to1000employees',
    '1001to5000employees',
    'Morethan20000employees',
  ]);
});

test('the stage says where the deal stands: the map first, then on hold, then won, closed or open', () => {
  const held: Mapping = { ...defaultMapping, settings: { ...defaultMapping.settings, onHoldStage: 'Incoming' } };
  const custom: Mapping = {
    ...defaultMapping,
    values: [...defaultMapping.values, { record: 'x', map: 'stage', crmValue: 'Signed', partnerValue: 'won', direction: 'to-partner' }],
  };

  assert.equal(stateOf({ stage: 'Negotiation', closed: false, won: false }, defaultMapping), 'active');
  assert.equal(stateOf({ stage: 'Closed Won', closed: true, won: true }, defaultMapping), 'won');
  assert.equal(stateOf({ stage: 'Abandoned', closed: true, won: false }, defaultMapping), 'lost');
  assert.equal(stateOf({ stage: 'Won by renewal', closed: true, won: true }, defaultMapping), 'won');
  assert.equal(stateOf({ stage: 'Incoming', closed: false, won: false }, held), 'new');
  assert.equal(stateOf({ stage: 'Signed', closed: true, won: true }, custom), 'won');
  assert.equal(
    stateOf({ stage: 'Signed', closed: false, won: false }, custom),
    'active',
    'an open stage closes no deal, whatever the map says',
  );
  const reopened: Mapping = {
    ...custom,
    values: [{ record: 'x', map: 'stage', crmValue: 'Lost', partnerValue: 'active', direction: 'both' }],
  };
  assert.equal(stateOf({ stage: 'Lost', closed: true, won: false }, reopened), 'lost', 'and a closed stage keeps none open');
  assert.deepEqual(
    ['new', 'active', 'won', 'lost', 'declined', 'expired'].map((state) => stageFor(state as 'new', held)),
    ['Incoming', 'Prospecting', 'Closed Won', 'Closed Lost', 'Closed Lost', 'Closed Lost'],
  );
});

test('contacts come with the primary one first, people without e-mail are left out, nobody is there twice', () => {
  const role = (Email: string | null, IsPrimary: boolean, Phone: string | null = null): Parameters<typeof contactsOf>[0][number] => ({
    Id: 'r',
    ContactId: 'c',
    IsPrimary,
    Contact: { Email, FirstName: 'A', LastName: 'B', Phone, MobilePhone: '07', LastModifiedDate: 0 },
  });

  assert.deepEqual(contactsOf([role('One@x.test', false), role(null, false), role('two@x.test', true, '1'), role('one@X.test', false)]), [
    { email: 'two@x.test', firstName: 'A', lastName: 'B', phone: '1' },
    { email: 'one@x.test', firstName: 'A', lastName: 'B', phone: '07' },
  ]);
  const owner = { Email: 'sam@x.test', FirstName: 'Sam', LastName: 'S', Phone: null, MobilePhone: null };
  assert.deepEqual(
    teamOf(owner, [{ Id: 't', UserId: 'u', User: { ...owner, Email: 'SAM@x.test' } }]).map((person) => person.email),
    ['sam@x.test'],
  );
});

test("the text field of Microsoft's connector counts only while there are no solution rows", () => {
  const row = { Id: 's', Solution_Id__c: null, Solution__r: { Name: 'Suite', Solution_Id__c: 'SOL-1' } };

  assert.deepEqual(
    solutionsOf([], ' SOL-2 ;SOL-3;;SOL-2').map((solution) => solution.id),
    ['SOL-2', 'SOL-3'],
  );
  assert.deepEqual(solutionsOf([row], 'SOL-2'), [{ id: 'SOL-1', name: 'Suite' }]);
});

// ---------------------------------------------------------------------------------------------- whole rows

const reference = (name: string, target: string): FieldFacts =>
  facts(name, 'reference', 18, { relationshipName: name.replace(/Id$/, ''), referenceTo: [target] });
const objectOf = (fields: readonly FieldFacts[], children: readonly string[] = []): ObjectFacts => ({
  keyPrefix: '006',
  fields: new Map(fields.map((field) => [field.name, field])),
  children: new Map(children.map((name) => [name, name])),
});

const packageFields = [
  'Sync_with_Partner_Center__c',
  'Referral_Identifier__c',
  'Audit__c',
  'PC_Microsoft_Status__c',
  'PC_Shared_Notes__c',
].map((name) => facts(name, 'string', 255));
function orgOf(
  change: {
    readonly opportunity?: readonly FieldFacts[];
    readonly account?: readonly FieldFacts[];
    readonly children?: readonly string[];
  } = {},
) {
  const objects: { readonly [name: string]: ObjectFacts } = {
    Opportunity: objectOf(
      [
        facts('Id', 'id', 18),
        facts('Name', 'string', 120),
        facts('Amount', 'currency'),
        facts('CloseDate', 'date'),
        facts('StageName', 'picklist', 255),
        reference('AccountId', 'Account'),
        ...packageFields,
        ...(change.opportunity ?? []),
      ],
      change.children ?? ['OpportunityContactRoles', 'PC_Opportunity_Solutions__r', 'PC_Requests__r'],
    ),
    Account: objectOf([
      facts('Name', 'string', 255),
      facts('BillingCountry', 'string', 80),
      facts('NumberOfEmployees', 'int'),
      ...(change.account ?? []),
    ]),
    Contact: objectOf([]),
    User: objectOf([]),
  };
  return async (object: string): Promise<ObjectFacts | null> => objects[object] ?? null;
}

function rowOf(plan: ReadPlan, values: object): Deal {
  const deal: DealRow = {
    row: OpportunityRow.parse({
      Id: '006000000000001AAA',
      LastModifiedDate: '2026-11-20T10:00:00.000+0000',
      StageName: 'Prospecting',
      ...values,
    }),
    owner: null,
    contactRoles: [],
    team: [],
    solutions: [],
    note: null,
  };
  return toDeal(deal, plan);
}

test('an org with one currency gives each deal that currency; one with several reads it from the deal', async () => {
  const single = await makeReadPlan(orgOf(), defaultMapping, 'EUR');
  const several = await makeReadPlan(orgOf({ opportunity: [facts('CurrencyIsoCode', 'picklist', 3)] }), defaultMapping, null);

  assert.equal(rowOf(single, {}).currency, 'EUR');
  assert.equal(rowOf(several, { CurrencyIsoCode: 'gbp' }).currency, 'GBP');
  assert.equal(
    single.findings.some((finding) => finding.field === 'currency'),
    false,
  );
});

test('the two-letter code is read beside the country where the org has state and country picklists', async () => {
  const plan = await makeReadPlan(orgOf({ account: [facts('BillingCountryCode', 'picklist', 10)] }), defaultMapping, null);

  assert.equal(rowOf(plan, { Account: { BillingCountry: 'Somewhere', BillingCountryCode: 'SE' } }).customerCountry, 'SE');
  assert.equal(rowOf(plan, { Account: { BillingCountry: 'Sverige', BillingCountryCode: null } }).customerCountry, 'SE');
});

test('a mapped field that is missing is left out and named once; what only some editions have is no mistake', async () => {
  const plan = await makeReadPlan(orgOf({ children: [] }), defaultMapping, null);

  const deal = rowOf(plan, { Name: 'A deal', Amount: 5, Account: { Name: 'Contoso' } });

  assert.equal('notes' in deal, true);
  assert.equal('partnerRole' in deal, false);
  assert.equal('contacts' in deal, false);
  const named = plan.findings.map((finding) => finding.field);
  assert.equal(named.includes('partnerRole'), true);
  assert.equal(named.includes('customerDuns'), false);
  assert.equal(named.includes('team'), false);
  assert.equal(
    plan.findings.every((finding) => finding.code === 'CRM_FIELD_MISSING' && finding.cure !== ''),
    true,
  );
  assert.deepEqual(
    plan.findings.filter((finding) => finding.weight === 'blocks'),
    [],
  );
});

test('without the package the findings block and say so', async () => {
  const plan = await makeReadPlan(async () => null, defaultMapping, null);

  assert.equal(
    plan.findings.some((finding) => finding.weight === 'blocks' && finding.text.includes('Sync_with_Partner_Center__c')),
    true,
  );
});

test('only what differs is written, guarded when people edit it, and never a value of another record', async () => {
  const plan = await makeReadPlan(orgOf(), defaultMapping, null);
  const before = rowOf(plan, { Name: 'A deal', Amount: 5, CloseDate: '2026-12-01' });

  const same = toFields({ name: 'A deal', value: 5 }, before, plan);
  const mixed = toFields({ value: 6, microsoftStatus: 'New', customerName: 'Other' }, before, plan);
  const ours = toFields({ microsoftStatus: 'New / Pending' }, before, plan);

  assert.deepEqual(same.values, {});
  assert.deepEqual(
    [mixed.values, mixed.guarded, mixed.refused.map((one) => one.field)],
    [{ Amount: 6, PC_Microsoft_Status__c: 'New' }, true, ['customerName']],
  );
  assert.deepEqual([ours.values, ours.guarded], [{ PC_Microsoft_Status__c: 'New / Pending' }, false]);
});

test('a step that cannot be taken back is shown without a guard: no edit of a person could be lost to it', async () => {
  const box = { ...facts('PC_Visible_to_Microsoft__c', 'boolean'), updateable: true };
  const plan = await makeReadPlan(orgOf({ opportunity: [box] }), defaultMapping, null);
  const before = rowOf(plan, { PC_Visible_to_Microsoft__c: false });

  const shown = toFields({ visible: true }, before, plan);
  const withAnother = toFields({ visible: true, name: 'Another' }, before, plan);

  assert.deepEqual([shown.values, shown.guarded], [{ PC_Visible_to_Microsoft__c: true }, false]);
  assert.equal(withAnother.guarded, true);
});

test('a deal written into an empty opportunity and read back holds the same values', async () => {
  const plan = await makeReadPlan(
    orgOf({
      opportunity: ['PC_Note_to_Microsoft__c', 'PC_Partner_Role__c', 'PC_Marketplace_Intent__c'].map((name) => facts(name, 'string', 4000)),
    }),
    defaultMapping,
    null,
  );
  const text = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 100 })
    .map((raw) => canonicalText(raw))
    .filter((clean): clean is string => clean !== null);
  const deals = fc.record({
    value: fc.integer({ min: 0, max: 1e9 }).map((cents) => cents / 100),
    closeDate: fc
      .date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10)),
    state: fc.constantFrom('active', 'won', 'lost'),
    noteToMicrosoft: text,
    partnerRole: text,
    marketplaceIntent: fc.constantFrom('Yes', 'No', 'HaveNotDecided'),
  });
  fc.assert(
    fc.property(deals, (deal) => {
      const { values } = toFields(deal, null, plan);
      const closed = deal.state !== 'active';

      const back = rowOf(plan, { ...values, IsClosed: closed, IsWon: deal.state === 'won' });

      for (const field of Object.keys(deal) as (keyof typeof deal)[])
        assert.equal(
          sameValue(field, back[field] as never, deal[field] as never),
          true,
          `${field}: ${String(back[field])} for ${String(deal[field])}`,
        );
    }),
    { numRuns: 300 },
  );
});

test('a web site is known by its host, however it was typed; a private mail address stands for no company', () => {
  for (const site of ['contoso.com', 'www.contoso.com', 'HTTPS://www.Contoso.com/en?x=1', 'http://contoso.com:8080', ' contoso.com '])
    assert.equal(hostOf(site), 'contoso.com', site);
  for (const nothing of [null, '', 'n/a', 'contoso', 'see our page']) assert.equal(hostOf(nothing), null);
  assert.deepEqual(companyDomains([{ email: 'A@Contoso.com' }, { email: 'b@gmail.com' }, { email: 'c@contoso.com' }]), ['contoso.com']);
  assert.equal(sharedDomain('https://shop.contoso.com', ['contoso.com']), 'contoso.com');
  assert.equal(sharedDomain('https://notcontoso.com', ['contoso.com']), null);
  assert.equal(sharedDomain('https://contoso.com.evil.example', ['contoso.com']), null);
});
