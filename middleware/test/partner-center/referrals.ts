/** Referrals as Partner Center sends them (API §5.8), and arbitrary Deals in canonical form. */
import fc from 'fast-check';

import type { Deal, HelpCode, Person, Solution } from '../../src/domain/deal.ts';
import { isRawObject, type RawObject } from '../../src/partner-center/people.ts';

export const ownOrganization = '0a1b2c3d-aaaa-4bbb-8ccc-ddddeeeeffff';
export const identity = { organizationId: ownOrganization, mpnIds: ['1234567'] };

export const ids = {
  own: '7c0f3a52-6f0a-4b1e-9d6e-2f6a3c1b8e01',
  leg: '8d1f4b63-7f1b-4c2f-8e7f-3f7b4d2c9f02',
  engagement: 'b4c1d2e3-1111-4222-8333-944455556666',
};

/** Our referral of a co-sell deal. */
export const ownReferral = (changes: RawObject = {}): RawObject => ({
  id: ids.own,
  engagementId: ids.engagement,
  organizationId: ownOrganization,
  organizationName: 'Example Partner Ltd',
  mpnId: '1234567',
  name: 'Northwind &amp; sons',
  externalReferenceId: '006Kj000001AbCdEAF',
  createdDateTime: '2026-03-02T09:15:31.1234567Z',
  updatedDateTime: '2026-03-02T09:15:31.1234567Z',
  expirationDateTime: null,
  acceptedDateTime: '2026-03-02T09:15:31.1234567Z',
  status: 'Active',
  substatus: 'Accepted',
  statusReason: null,
  qualification: 'SalesQualified',
  type: 'Shared',
  direction: 'Incoming',
  salesStage: null,
  campaignId: null,
  customerProfile: {
    name: 'Northwind Traders',
    size: '251to1000employees',
    address: {
      addressLine1: '1 Sample Street',
      addressLine2: null,
      city: 'Leeds',
      state: null,
      postalCode: 'LS1 1AA',
      country: 'gb',
      region: 'West Yorkshire',
    },
    team: [
      {
        firstName: 'Ada',
        lastName: 'Muster',
        email: 'Ada@Northwind.example',
        phoneNumber: '+441130000000',
        contactPreference: { locale: 'en-us' },
      },
    ],
    ids: [
      { profileType: 'External', id: 'X-1' },
      { profileType: 'Duns', id: '123456789' },
    ],
    isMatchingComplete: true,
  },
  consent: {
    consentToToShareInfoWithOthers: true,
    consentToContact: true,
    consentToMicrosoftToContactSpecificPartners: true,
    consentToShareReferralWithMicrosoftSellers: true,
  },
  details: {
    notes: 'Kick-off done.\r\nNext: demo.',
    dealValue: 50000,
    currency: 'GBP',
    closingDateTime: '2026-09-30T00:00:00Z',
    requirements: {
      industries: [{ id: 'Education' }],
      solutions: [{ id: 'SOL-00001-ABC', name: 'Example Suite', type: 'Name', solutionType: '3P', quantity: 5 }],
      additionalRequirements: {
        iot: {},
        attributes: [
          { type: 'CustomerMarketplaceIntent', id: 'HaveNotDecided' },
          { type: 'Later', id: 'kept' },
        ],
      },
    },
  },
  team: [{ firstName: 'Sam', lastName: 'Seller', email: 'sam@partner.example', phoneNumber: '+441131111111', title: 'AE' }],
  inviteContext: {
    notes: null,
    assistanceRequestCode: 'Unknown',
    invitedBy: { organizationId: ownOrganization, organizationName: 'Example Partner Ltd' },
  },
  target: [{ type: 'SolutionProfile', id: 'SOL-00001-ABC' }],
  trackingInfo: { microsoftMsxId: null },
  registrationStatus: 'None',
  links: {},
  eTag: '"v1"',
  ...changes,
});

/** Microsoft's leg of the same engagement, after a seller has accepted. */
export const microsoftLeg = (changes: RawObject = {}): RawObject => ({
  ...ownReferral(),
  id: ids.leg,
  organizationId: 'msft',
  organizationName: 'Microsoft',
  externalReferenceId: null,
  mpnId: null,
  team: [
    { firstName: 'Sam', lastName: 'Seller', email: 'sam@partner.example', phoneNumber: '+441131111111' },
    { firstName: 'Mia', lastName: 'Soft', email: 'mia@microsoft.example', phoneNumber: null },
  ],
  target: [{ type: 'BusinessProfileLocation', id: 'msft' }],
  inviteContext: {
    notes: 'Please meet the customer.',
    assistanceRequestCode: 'ProofOfConceptOrDemo',
    invitedBy: { organizationId: ownOrganization },
  },
  trackingInfo: { microsoftMsxId: '7-ABC' },
  eTag: '"leg"',
  ...changes,
});

/** What the service makes of a POST: ids, owner and state are its own (API §6.3). */
export function afterPost(body: RawObject, kind: 'own' | 'leg'): RawObject {
  const own = kind === 'own';
  return {
    ...(JSON.parse(JSON.stringify(body)) as RawObject),
    id: own ? ids.own : ids.leg,
    engagementId: ids.engagement,
    organizationId: own ? ownOrganization : 'msft',
    createdDateTime: '2026-03-02T09:15:31.1234567Z',
    updatedDateTime: '2026-03-02T09:15:31.1234567Z',
    acceptedDateTime: own ? '2026-03-02T09:15:31.1234567Z' : null,
    status: own ? 'Active' : 'New',
    substatus: own ? 'Accepted' : 'Pending',
    eTag: '"v1"',
  };
}

/** Applies a JSON Patch of `add` and `replace` by RFC 6902. Throws where a pointer leads nowhere. */
export function applied(
  raw: RawObject,
  operations: readonly { readonly op: string; readonly path: string; readonly value: unknown }[],
): RawObject {
  const copy = JSON.parse(JSON.stringify(raw)) as RawObject;
  for (const { op, path, value } of operations) {
    const names = path.slice(1).split('/');
    const last = names.pop() ?? '';
    const parent = names.reduce<unknown>((at, name) => (isRawObject(at) ? at[name] : undefined), copy);
    if (!isRawObject(parent)) throw new Error(`${path} leads nowhere`);
    if (op === 'replace' && !(last in parent)) throw new Error(`${path} is not there to be replaced`);
    Object.assign(parent, { [last]: value });
  }
  return copy;
}

// ------------------------------------------------------------------------------------ arbitrary deals

/** Canonical text: no entities, trimmed, never empty. */
const text = fc
  .string({ minLength: 1, maxLength: 30, unit: 'grapheme' })
  .map((raw) => raw.replaceAll('&', '+').replace(/\r\n?/g, '\n').trim())
  .filter((clean) => clean !== '');
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });
const email = fc
  .tuple(fc.stringMatching(/^[a-z0-9]{1,8}$/), fc.constantFrom('northwind.example', 'partner.example'))
  .map(([name, host]) => `${name}@${host}`);
const person: fc.Arbitrary<Person> = fc.record({
  email,
  firstName: maybe(text),
  lastName: maybe(text),
  phone: maybe(fc.stringMatching(/^\+[0-9]{5,12}$/)),
});
const solution: fc.Arbitrary<Solution> = fc.record({ id: fc.stringMatching(/^SOL-[0-9]{5}-[A-Z]{3}$/), name: maybe(text) });
const people = fc.uniqueArray(person, { selector: ({ email: key }) => key, maxLength: 4 });
const day = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

/** Fields that can be sent and read back, apart from what only a co-sell deal has. */
export const anyDeal: fc.Arbitrary<Deal> = fc.record({
  name: text,
  value: fc.double({ min: 0.01, max: 1e9, noNaN: true }),
  currency: fc.constantFrom('EUR', 'USD', 'JPY'),
  closeDate: day,
  notes: maybe(text),
  campaign: maybe(fc.stringMatching(/^[A-Z0-9]{3,8}$/)),
  salesStage: maybe(fc.constantFrom('40', 'Develop')),
  externalReference: fc.stringMatching(/^006[A-Za-z0-9]{15}$/),
  customerName: text,
  customerAddressLine1: text,
  customerAddressLine2: maybe(text),
  customerCity: text,
  customerState: maybe(text),
  customerPostalCode: maybe(text),
  customerCountry: fc.constantFrom('DE', 'GB', 'US'),
  customerDuns: maybe(fc.stringMatching(/^[0-9]{9}$/)),
  customerSize: maybe(fc.constant('51to250employees')),
  contacts: people,
  team: people,
  solutions: fc.uniqueArray(solution, { selector: ({ id }) => id, maxLength: 4 }),
  help: maybe(fc.constantFrom<HelpCode>('GeneralOrOther', 'QuotesOrLicensing')),
  noteToMicrosoft: maybe(text),
  consent: fc.boolean(),
  visible: fc.boolean(),
  marketplaceIntent: fc.constantFrom('Yes', 'No', 'HaveNotDecided'),
  partnerRole: maybe(text),
  solutionArea: maybe(text),
  solutionPlay: maybe(text),
});
