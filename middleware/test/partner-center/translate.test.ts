import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import type { Deal, FieldName } from '../../src/domain/deal.ts';
import { fieldNames, sameValue } from '../../src/domain/fields.ts';
import { microsoftLegBody, ownReferralBody } from '../../src/partner-center/create-body.ts';
import { categoryOf, dealTypeOf, isIncoming, isOwn } from '../../src/partner-center/ownership.ts';
import { toPatch } from '../../src/partner-center/patch.ts';
import type { RawObject } from '../../src/partner-center/people.ts';
import { readReferral, type Referral } from '../../src/partner-center/schema.ts';
import { toDeal, toSnapshot, type Leg } from '../../src/partner-center/translate.ts';
import { afterPost, anyDeal, applied, identity, microsoftLeg, ownOrganization, ownReferral } from './referrals.ts';

function referral(raw: unknown): Referral {
  const read = readReferral(raw);
  assert.ok(read, 'the test referral can be read');
  return read.referral;
}

const dealOf = (own: RawObject, leg: Leg | RawObject = 'unread'): Deal =>
  toDeal(referral(own), typeof leg === 'string' ? leg : referral(leg), isIncoming(referral(own), identity));

describe('reading a deal', () => {
  it('takes every field of our referral in canonical form', () => {
    const deal = dealOf(ownReferral());

    assert.equal(deal.name, 'Northwind & sons');
    assert.equal(deal.notes, 'Kick-off done.\nNext: demo.');
    assert.equal(deal.closeDate, '2026-09-30');
    assert.equal(deal.customerState, 'West Yorkshire');
    assert.equal(deal.customerCountry, 'GB');
    assert.equal(deal.customerDuns, '123456789');
    assert.equal(deal.marketplaceIntent, 'HaveNotDecided');
    assert.equal(deal.state, 'active');
    assert.deepEqual(deal.contacts, [{ email: 'ada@northwind.example', firstName: 'Ada', lastName: 'Muster', phone: '+441130000000' }]);
    assert.deepEqual(deal.solutions, [{ id: 'SOL-00001-ABC', name: 'Example Suite' }]);
  });

  it('leaves out what stands on a leg that was not read', () => {
    const deal = dealOf(ownReferral());

    for (const field of ['help', 'noteToMicrosoft', 'microsoftStatus', 'microsoftSeller', 'microsoftCrmId'] as const)
      assert.ok(!(field in deal), field);
  });

  it('shows what Microsoft did on its leg', () => {
    const deal = dealOf(ownReferral(), microsoftLeg());

    assert.equal(deal.help, 'ProofOfConceptOrDemo');
    assert.equal(deal.noteToMicrosoft, 'Please meet the customer.');
    assert.equal(deal.microsoftStatus, 'Active / Accepted');
    assert.equal(deal.microsoftSeller, 'Mia Soft <mia@microsoft.example>');
    assert.equal(deal.microsoftCrmId, '7-ABC');
  });

  it('never shows a colleague as Microsoft’s seller because the leg repeats our team', () => {
    const left = { firstName: 'Former', lastName: 'Colleague', email: 'former@partner.example', phoneNumber: null };

    assert.equal(dealOf(ownReferral(), microsoftLeg({ team: [left] })).microsoftSeller, null);
  });

  it('takes the CRM identifier of Microsoft from our own referral when only that has it', () => {
    const own = ownReferral({ trackingInfo: { microsoftMsxId: '7-OWN' } });

    assert.equal(dealOf(own, microsoftLeg({ trackingInfo: null })).microsoftCrmId, '7-OWN');
    assert.equal(dealOf(own).microsoftCrmId, '7-OWN');
  });

  it('shows when an unanswered request to Microsoft runs out', () => {
    const leg = microsoftLeg({ status: 'New', substatus: 'Pending', expirationDateTime: '2026-03-16T09:15:31.1234567Z' });

    assert.equal(dealOf(ownReferral(), leg).expiresAt, '2026-03-16T09:15:31.123Z');
    assert.equal(dealOf(ownReferral(), microsoftLeg({ expirationDateTime: '2026-03-16T09:15:31Z' })).expiresAt, null);
  });

  it('waits for an answer no longer once a deal from Microsoft was accepted, also when its leg was not read', () => {
    const sent = { inviteContext: { invitedBy: { organizationId: 'msft', organizationName: 'Microsoft' } } };

    assert.equal(dealOf(ownReferral(sent)).expiresAt, null);
    assert.equal('expiresAt' in dealOf(ownReferral()), false, 'what only the leg says is left out');
  });

  for (const [status, substatus, state] of [
    ['New', 'Pending', 'new'],
    ['New', 'Received', 'new'],
    ['Active', 'Accepted', 'active'],
    ['Active', 'Engaged', 'active'],
    ['Closed', 'Won', 'won'],
    ['Closed', 'Lost', 'lost'],
    ['Closed', 'Declined', 'declined'],
    ['Closed', 'Expired', 'expired'],
    ['Closed', 'Error', 'error'],
    ['Closed', 'Invented', 'other'],
    ['Invented', 'Invented', 'other'],
    [null, null, 'other'],
  ] as const) {
    it(`reads ${String(status)}/${String(substatus)} as ${state}`, () => {
      assert.equal(dealOf(ownReferral({ status, substatus })).state, state);
    });
  }

  it('survives unknown enum values, missing objects and additional properties', () => {
    const bare = { id: '1', engagementId: '2', type: 'Invented', qualification: 'Invented', somethingNew: { a: 1 } };

    const deal = dealOf(bare);

    assert.equal(deal.name, null);
    assert.deepEqual(deal.team, []);
    assert.equal(deal.visible, false);
  });

  it('reads a deal value that comes as text', () => {
    assert.equal(dealOf(ownReferral({ details: { dealValue: '10000.50' } })).value, 10000.5);
  });

  it('gives the day of the close date in UTC whatever the offset', () => {
    assert.equal(dealOf(ownReferral({ details: { closingDateTime: '2026-09-30T23:30:00-02:00' } })).closeDate, '2026-10-01');
  });
});

describe('whose deal it is', () => {
  const read = (changes: RawObject): Referral => referral(ownReferral(changes));

  it('is ours by organisation although the direction says Incoming', () => {
    assert.equal(isOwn(read({}), identity), true);
    assert.equal(isIncoming(read({}), identity), false);
  });

  it('is Microsoft’s when the organisation is msft, whatever else it says', () => {
    assert.equal(isOwn(read({ organizationId: 'MSFT', direction: 'Outgoing' }), identity), false);
  });

  it('is another partner’s when the organisation differs, or the location when no organisation is known', () => {
    assert.equal(isOwn(read({ organizationId: 'ffffffff-aaaa-4bbb-8ccc-ddddeeeeffff' }), identity), false);
    assert.equal(isOwn(read({ organizationId: null, mpnId: '999' }), identity), false);
    assert.equal(isOwn(read({ organizationId: null }), identity), true);
  });

  it('came from Microsoft when msft invited us', () => {
    assert.equal(isIncoming(read({ inviteContext: { invitedBy: { organizationId: 'msft' } } }), identity), true);
  });

  it('came from outside when nobody is named and it still waits for an answer', () => {
    assert.equal(isIncoming(read({ inviteContext: null, status: 'New' }), identity), true);
    assert.equal(isIncoming(read({ inviteContext: null }), identity), false);
  });

  for (const [type, qualification, invitedBy, category] of [
    ['Independent', 'Direct', 'msft', 'marketplace-lead'],
    ['Independent', 'Direct', null, 'marketplace-lead'],
    ['Independent', 'SalesQualified', 'msft', 'lead'],
    ['Independent', 'MarketingQualified', 'msft', 'lead'],
    ['Independent', 'SalesQualified', ownOrganization, 'co-sell'],
    ['Shared', 'SalesQualified', 'msft', 'co-sell'],
    ['Shared', 'None', ownOrganization, 'co-sell'],
  ] as const) {
    it(`is a ${category}: ${type}, ${qualification}, invited by ${invitedBy ?? 'nobody'}`, () => {
      assert.equal(categoryOf(read({ type, qualification, inviteContext: { invitedBy: { organizationId: invitedBy } } })), category);
    });
  }

  it('is private, partner-led or co-sell by type and visibility', () => {
    const consent = (visible: boolean): RawObject => ({ consentToShareReferralWithMicrosoftSellers: visible });

    assert.equal(dealTypeOf(read({ type: 'Independent', consent: consent(false) })), 'private');
    assert.equal(dealTypeOf(read({ type: 'Independent', consent: consent(true) })), 'partner-led');
    assert.equal(dealTypeOf(read({ type: 'Shared' })), 'co-sell');
  });
});

describe('creating a deal', () => {
  it('reads back exactly the deal that was sent', () => {
    fc.assert(
      fc.property(anyDeal, (wanted) => {
        const own = afterPost(ownReferralBody(wanted), 'own');
        const leg = wanted.help === null ? 'none' : afterPost(microsoftLegBody(wanted, 'e'), 'leg');

        const deal = dealOf(own, leg);

        for (const field of Object.keys(wanted) as FieldName[]) {
          if (field === 'visible' && wanted.help !== null) assert.equal(deal.visible, true, 'asking for help makes a deal visible');
          else if (field === 'noteToMicrosoft' && wanted.help === null)
            assert.equal(deal.noteToMicrosoft, null, 'without help there is nobody to write to');
          else
            assert.ok(
              sameValue(field, deal[field], wanted[field]),
              `${field}: ${JSON.stringify(deal[field])} ≠ ${JSON.stringify(wanted[field])}`,
            );
        }
      }),
      { numRuns: 200 },
    );
  });

  it('sends a private deal as Independent, invisible and without target', () => {
    const body = ownReferralBody({ name: 'x', help: null, visible: false });

    assert.equal(body['type'], 'Independent');
    assert.deepEqual(body['target'], []);
    assert.equal((body['consent'] as RawObject)['consentToShareReferralWithMicrosoftSellers'], false);
  });

  it('sends a co-sell deal as Shared with its solutions as targets, and what it asks only on Microsoft’s leg', () => {
    const deal: Deal = { name: 'x', help: 'GeneralOrOther', noteToMicrosoft: 'hi', solutions: [{ id: 'SOL-1', name: null }] };

    const own = ownReferralBody(deal);
    const leg = microsoftLegBody(deal, 'engagement');

    assert.equal(own['type'], 'Shared');
    assert.deepEqual(own['target'], [{ type: 'SolutionProfile', id: 'SOL-1' }]);
    assert.ok(!('inviteContext' in own));
    assert.deepEqual(leg['inviteContext'], { assistanceRequestCode: 'GeneralOrOther', notes: 'hi' });
    assert.deepEqual(leg['target'], [{ type: 'BusinessProfileLocation', id: 'msft' }]);
    assert.equal(leg['engagementId'], 'engagement');
  });

  it('says nothing about status, and always something about the marketplace', () => {
    const body = ownReferralBody({ name: 'x' });

    assert.ok(!('status' in body) && !('substatus' in body));
    assert.match(JSON.stringify(body), /"type":"CustomerMarketplaceIntent","id":"HaveNotDecided"/);
  });
});

describe('changing a deal', () => {
  it('sends only the paths of the fields that changed', () => {
    const { operations } = toPatch({ value: 60000, closeDate: '2026-10-31' }, ownReferral());

    assert.deepEqual(operations, [
      { op: 'replace', path: '/details/dealValue', value: 60000 },
      { op: 'replace', path: '/details/closingDateTime', value: '2026-10-31T00:00:00Z' },
    ]);
  });

  it('sends status and substatus together', () => {
    const { operations } = toPatch({ state: 'declined', stateReason: 'Not a customer' }, ownReferral());

    assert.deepEqual(
      operations.map(({ path, value }) => [path, value]),
      [
        ['/status', 'Closed'],
        ['/substatus', 'Declined'],
        ['/statusReason', 'Not a customer'],
      ],
    );
  });

  it('replaces a list whole and keeps what only Partner Center knows of its members', () => {
    const nameless = { firstName: 'No', lastName: 'Mail', email: null };
    const raw = ownReferral({
      team: [{ firstName: 'Sam', lastName: 'Seller', email: 'Sam@Partner.example', phoneNumber: '1', title: 'AE' }, nameless],
    });

    const { operations } = toPatch(
      {
        team: [
          { email: 'sam@partner.example', firstName: 'Sam', lastName: 'Seller', phone: '2' },
          { email: 'new@partner.example', firstName: null, lastName: 'New', phone: null },
        ],
      },
      raw,
    );

    assert.deepEqual(operations, [
      {
        op: 'replace',
        path: '/team',
        value: [
          { firstName: 'Sam', lastName: 'Seller', email: 'Sam@Partner.example', phoneNumber: '2', title: 'AE' },
          { firstName: null, lastName: 'New', phoneNumber: null, email: 'new@partner.example' },
          nameless,
        ],
      },
    ]);
  });

  it('keeps quantity and kind of a solution that stays', () => {
    const { operations } = toPatch(
      {
        solutions: [
          { id: 'SOL-2', name: 'Two' },
          { id: 'SOL-00001-ABC', name: null },
        ],
      },
      ownReferral(),
    );

    assert.deepEqual(operations[0]?.value, [
      { id: 'SOL-2', name: 'Two', type: 'Name' },
      { id: 'SOL-00001-ABC', name: 'Example Suite', type: 'Name', solutionType: '3P', quantity: 5 },
    ]);
  });

  it('sets all attributes in one operation and keeps attributes it does not know', () => {
    const { operations } = toPatch({ marketplaceIntent: 'Yes', partnerRole: 'Build', solutionArea: null }, ownReferral());

    assert.deepEqual(operations, [
      {
        op: 'replace',
        path: '/details/requirements/additionalRequirements/attributes',
        value: [
          { type: 'Later', id: 'kept' },
          { type: 'CustomerMarketplaceIntent', id: 'Yes' },
          { type: 'PartnerRole', id: 'Build' },
        ],
      },
    ]);
  });

  it('adds a missing object once with everything inside', () => {
    const { operations } = toPatch({ value: 1, notes: 'n', partnerRole: 'Build' }, ownReferral({ details: null }));

    assert.deepEqual(operations, [
      {
        op: 'add',
        path: '/details',
        value: {
          dealValue: 1,
          notes: 'n',
          requirements: { additionalRequirements: { attributes: [{ type: 'PartnerRole', id: 'Build' }] } },
        },
      },
    ]);
  });

  it('keeps other kinds of customer ids beside the D-U-N-S number', () => {
    const { operations } = toPatch({ customerDuns: '987654321' }, ownReferral());

    assert.deepEqual(operations[0]?.value, [
      { profileType: 'External', id: 'X-1' },
      { profileType: 'Duns', id: '987654321' },
    ]);
  });

  it('refuses what no change of our referral can do, and says so', () => {
    const { operations, refused } = toPatch(
      { help: 'GeneralOrOther', microsoftStatus: 'x', visible: false, state: 'expired' },
      ownReferral(),
    );

    assert.deepEqual(operations, []);
    assert.deepEqual(
      refused.map(({ field, code }) => [field, code]),
      [
        ['help', 'DEAL_FROZEN'],
        ['microsoftStatus', 'DEAL_FROZEN'],
        ['visible', 'DEAL_FROZEN'],
        ['state', 'DEAL_FROZEN'],
      ],
    );
  });

  it('reads back every field it set, and no other field moves', () => {
    const patchable = fieldNames.filter((field) => field !== 'help' && field !== 'noteToMicrosoft' && field !== 'visible');
    fc.assert(
      fc.property(anyDeal, fc.subarray([...patchable]), (wanted, chosen) => {
        const set = Object.fromEntries(chosen.filter((field) => field in wanted).map((field) => [field, wanted[field]])) as Deal;
        const raw = ownReferral();
        const before = dealOf(raw);

        const after = dealOf(applied(raw, toPatch(set, raw).operations));

        for (const field of fieldNames) {
          // A state of null shows the region Microsoft filled in (API §5.3).
          if (field === 'customerState' && set.customerState === null) continue;
          const expected = field in set ? set[field] : before[field];
          assert.ok(field === 'solutions' ? sameIds(after, expected) : sameValue(field, after[field], expected as never), field);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('has nothing to say a second time', () => {
    const { operations } = toPatch({}, ownReferral());

    assert.deepEqual(operations, []);
  });
});

const sameIds = (after: Deal, expected: unknown): boolean => sameValue('solutions', after.solutions, expected as Deal['solutions']);

describe('a reading', () => {
  it('carries version, state in words, kind of deal and the body it came from', () => {
    const raw = ownReferral();
    const read = readReferral(raw);
    assert.ok(read);

    const snapshot = toSnapshot(read, 'none', identity);

    assert.equal(snapshot.etag, '"v1"');
    assert.equal(snapshot.statusText, 'Active / Accepted');
    assert.equal(snapshot.version, Date.parse('2026-03-02T09:15:31.123Z'));
    assert.equal(snapshot.microsoftLeg, 'none');
    assert.equal(snapshot.dealType, 'co-sell');
    assert.equal(snapshot.raw, raw);
  });
});
