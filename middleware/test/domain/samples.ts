/** Deals and mappings for tests of the domain. */
import type { Deal } from '../../src/domain/deal.ts';
import type { FieldRule, Mapping, Settings } from '../../src/domain/mapping.ts';
import type { CrmFacts, PartnerFacts, PlanInput, RequestFacts } from '../../src/domain/plan.ts';

export const ready: Deal = {
  name: 'Northwind – ERP move',
  value: 50_000,
  currency: 'GBP',
  closeDate: '2026-12-31',
  notes: 'Kick-off done.',
  campaign: null,
  stateReason: null,
  externalReference: '006Kj000001AbCdEAF',
  customerName: 'Northwind Traders',
  customerAddressLine1: '1 Sample Street',
  customerAddressLine2: null,
  customerCity: 'Leeds',
  customerState: null,
  customerPostalCode: 'LS1 1AA',
  customerCountry: 'GB',
  customerDuns: null,
  customerSize: null,
  contacts: [{ email: 'ada@northwind.example', firstName: 'Ada', lastName: 'Muster', phone: '+441130000000' }],
  team: [{ email: 'sam@partner.example', firstName: 'Sam', lastName: 'Seller', phone: '+441131111111' }],
  solutions: [{ id: 'SOL-00001-ABC', name: 'Example Suite' }],
  help: 'ProofOfConceptOrDemo',
  noteToMicrosoft: 'Please join.',
  consent: true,
  visible: true,
  marketplaceIntent: 'HaveNotDecided',
  partnerRole: null,
  solutionArea: null,
  solutionPlay: null,
  state: 'active',
};

export const rule = (field: FieldRule['field'], change: Partial<FieldRule> = {}): FieldRule => ({
  record: field,
  field,
  crmPath: field,
  direction: 'both',
  onCreate: true,
  onUpdate: true,
  owner: 'crm',
  defaultValue: null,
  transform: 'none',
  limit: null,
  confidential: false,
  ...change,
});

export const settings: Settings = {
  activeStage: 'Qualification',
  onHoldStage: null,
  wonStage: 'Closed Won',
  lostStage: 'Closed Lost',
  leads: 'ignore',
  matching: 'ask',
  confirmOneWaySteps: false,
  wonHoldHours: 72,
  notify: { newDeal: true, accepted: true, declined: true, needsYou: true, expiring: true },
  defaultOwner: null,
  defaultCurrency: 'USD',
  auditDays: 365,
};

const toPartner: readonly FieldRule['field'][] = [
  'campaign',
  'customerName',
  'customerAddressLine1',
  'customerAddressLine2',
  'customerCity',
  'customerState',
  'customerPostalCode',
  'customerCountry',
  'customerDuns',
  'customerSize',
  'help',
  'noteToMicrosoft',
  'consent',
  'visible',
  'marketplaceIntent',
  'partnerRole',
  'solutionArea',
  'solutionPlay',
  'stateReason',
];
const both: readonly FieldRule['field'][] = ['name', 'value', 'currency', 'closeDate', 'notes', 'contacts', 'team', 'solutions', 'state'];

export const mapping: Mapping = {
  fields: [...both.map((field) => rule(field)), ...toPartner.map((field) => rule(field, { direction: 'to-partner' }))],
  values: [],
  settings,
};

export const withRule = (field: FieldRule['field'], change: Partial<FieldRule>): Mapping => ({
  ...mapping,
  fields: mapping.fields.map((one) => (one.field === field ? { ...one, ...change } : one)),
});

const created = Date.parse('2026-11-01T09:00:00Z');
export const now = Date.parse('2026-11-20T10:00:00Z');

export const opportunity = (change: Deal = {}, facts: Partial<CrmFacts> = {}): CrmFacts => ({
  id: '006Kj000001AbCdEAF',
  deal: { ...ready, ...change },
  shared: true,
  requests: [],
  ...facts,
});

export const referral = (change: Deal = {}, facts: Partial<PartnerFacts> = {}): PartnerFacts => ({
  deal: {
    ...ready,
    microsoftStatus: 'Active / Accepted',
    microsoftReason: null,
    microsoftSeller: 'Mia Soft <mia@microsoft.example>',
    microsoftCrmId: 'MSX-1',
    expiresAt: null,
    registrationStatus: null,
    ...change,
  },
  incoming: false,
  createdAt: created,
  category: 'co-sell',
  leg: 'there',
  ...facts,
});

export const request = (kind: string, change: Partial<RequestFacts> = {}): RequestFacts => ({
  id: 'a0R1',
  kind,
  reason: null,
  field: null,
  value: null,
  note: null,
  by: 'Sam Seller',
  ...change,
});

/** Both sides agreed on what they hold, then each changed a little. */
export function planInput(
  change: {
    crm?: Deal;
    partner?: Deal;
    crmFacts?: Partial<CrmFacts>;
    partnerFacts?: Partial<PartnerFacts>;
    mapping?: Mapping;
    now?: number;
  } = {},
): PlanInput {
  const microsoft = {
    microsoftStatus: 'Active / Accepted',
    microsoftReason: null,
    microsoftSeller: 'Mia Soft <mia@microsoft.example>',
    microsoftCrmId: 'MSX-1',
    expiresAt: null,
    registrationStatus: null,
  };
  const before = { ...ready, ...microsoft };
  return {
    now: change.now ?? now,
    crm: opportunity({ ...microsoft, ...change.crm }, change.crmFacts),
    partner: referral(change.partner, change.partnerFacts),
    base: { crm: before, partner: before },
    mapping: change.mapping ?? mapping,
    losers: {},
  };
}
