/**
 * Is a deal ready to be shared? One row per rule of API §8, each with the field and the cure. Checked before anything is
 * sent; it never blocks saving the opportunity.
 */
import type { Deal, FieldName, Person } from './deal.ts';

export interface Finding {
  /** Stable code: `V3`, `MAP_UNKNOWN_FIELD`, … */
  readonly code: string;
  readonly field: FieldName | null;
  /** The admin's record it is about, when it is about one. */
  readonly record?: string;
  /** `blocks` keeps the deal from being sent; `warns` does not. */
  readonly weight: 'blocks' | 'warns';
  /** What is wrong, in plain English. */
  readonly text: string;
  /** What to do, naming the place in Salesforce. */
  readonly cure: string;
}

export type DealType = 'private' | 'partner-led' | 'co-sell';

/** Private, partner-led or co-sell (API §7): help means co-sell, visibility alone means partner-led. */
export function dealTypeOf(deal: Deal): DealType {
  if (deal.help) return 'co-sell';
  return deal.visible ? 'partner-led' : 'private';
}

interface Rule {
  readonly code: string;
  readonly field: FieldName;
  readonly broken: (deal: Deal) => boolean;
  readonly text: string;
  readonly cure: string;
}

const blank = (value: string | null | undefined): boolean => value === null || value === undefined || value.trim() === '';
const complete = (person: Person): boolean =>
  !blank(person.firstName) && !blank(person.lastName) && !blank(person.phone) && !blank(person.email);
const asksHelp = (deal: Deal): boolean => dealTypeOf(deal) === 'co-sell';
const asksServices = (deal: Deal): boolean =>
  asksHelp(deal) && [deal.partnerRole, deal.solutionArea, deal.solutionPlay].some((value) => !blank(value));

/** Sales rules of API §8; V1, V12–V17 concern the call itself and are kept by plan and lifecycle. */
export const readyRules: readonly Rule[] = [
  { code: 'V2', field: 'name', broken: (deal) => blank(deal.name), text: 'The deal has no name.', cure: 'Fill Opportunity Name.' },
  {
    code: 'V2',
    field: 'customerName',
    broken: (deal) => blank(deal.customerName),
    text: 'The customer has no name.',
    cure: 'Choose an account for the opportunity.',
  },
  {
    code: 'V2',
    field: 'customerAddressLine1',
    broken: (deal) => blank(deal.customerAddressLine1),
    text: "The customer's street is missing.",
    cure: 'Fill Billing Street on the account.',
  },
  {
    code: 'V2',
    field: 'customerCity',
    broken: (deal) => blank(deal.customerCity),
    text: "The customer's city is missing.",
    cure: 'Fill Billing City on the account.',
  },
  {
    code: 'V2',
    field: 'customerCountry',
    broken: (deal) => blank(deal.customerCountry),
    text: "The customer's country is missing.",
    cure: 'Fill Billing Country on the account.',
  },
  {
    code: 'V3',
    field: 'customerCountry',
    broken: (deal) => !blank(deal.customerCountry) && !/^[A-Z]{2}$/.test(deal.customerCountry ?? ''),
    text: 'The country is not known as a two-letter code.',
    cure: 'Use a two-letter country code such as GB in Billing Country on the account, or ask your admin to add the spelling to the value map "country".',
  },
  {
    code: 'V4',
    field: 'contacts',
    broken: (deal) => asksHelp(deal) && !(deal.contacts ?? []).some(complete),
    text: 'Help from Microsoft needs a customer contact with first name, last name, phone and e-mail.',
    cure: 'Add a contact role to the opportunity and complete that contact.',
  },
  {
    code: 'V5',
    field: 'solutions',
    broken: (deal) => (deal.solutions ?? []).length === 0,
    text: 'The deal has no Microsoft solution.',
    cure: 'Add one under Microsoft Solutions on the opportunity.',
  },
  {
    code: 'V6',
    field: 'team',
    broken: (deal) => !(deal.team ?? []).some(complete),
    text: 'No member of your team is complete: first name, last name, phone and e-mail are needed.',
    cure: "Fill Phone in the opportunity owner's user record, or add a complete opportunity team member.",
  },
  {
    code: 'V7',
    field: 'value',
    broken: (deal) => deal.value === undefined || deal.value === null || deal.value <= 0,
    text: 'The deal value is empty or zero.',
    cure: 'Fill Amount on the opportunity.',
  },
  {
    code: 'V7',
    field: 'currency',
    broken: (deal) => !/^[A-Z]{3}$/.test(deal.currency ?? ''),
    text: 'The currency is not known.',
    cure: 'Ask your admin to set the default currency in the settings of Partner Center.',
  },
  {
    code: 'V7',
    field: 'closeDate',
    broken: (deal) => blank(deal.closeDate),
    text: 'The close date is missing.',
    cure: 'Fill Close Date on the opportunity.',
  },
  {
    code: 'V8',
    field: 'consent',
    broken: (deal) => deal.consent !== true,
    text: "The customer's consent to share contact data is not confirmed.",
    cure: 'Ask the customer, then tick "Customer agreed to share contact data".',
  },
  {
    code: 'V9',
    field: 'solutions',
    broken: (deal) => (deal.solutions ?? []).length > 50,
    text: 'A deal can hold at most 50 solutions.',
    cure: 'Remove some under Microsoft Solutions.',
  },
  {
    code: 'V9',
    field: 'team',
    broken: (deal) => (deal.team ?? []).length > 50,
    text: 'A deal can hold at most 50 team members.',
    cure: 'Remove some from the opportunity team.',
  },
  {
    code: 'V10',
    field: 'marketplaceIntent',
    broken: (deal) => blank(deal.marketplaceIntent),
    text: 'It is not said whether the customer wants to buy through the marketplace.',
    cure: 'Choose Yes, No or Have not decided in "Marketplace intent".',
  },
  {
    code: 'V11',
    field: 'partnerRole',
    broken: (deal) => asksServices(deal) && blank(deal.partnerRole),
    text: 'A services deal needs your role.',
    cure: 'Fill "Partner role".',
  },
  {
    code: 'V11',
    field: 'solutionArea',
    broken: (deal) => asksServices(deal) && blank(deal.solutionArea),
    text: 'A services deal needs a solution area.',
    cure: 'Fill "Solution area".',
  },
  {
    code: 'V11',
    field: 'solutionPlay',
    broken: (deal) => asksServices(deal) && blank(deal.solutionPlay),
    text: 'A services deal needs a solution play.',
    cure: 'Fill "Solution play".',
  },
];

/** Everything that keeps a deal from being shared, in the order of the table; empty when it is ready. */
export function findMissing(deal: Deal): readonly Finding[] {
  return readyRules
    .filter((rule) => rule.broken(deal))
    .map(({ code, field, text, cure }) => ({ code, field, weight: 'blocks', text, cure }));
}

/**
 * Values that must never be sent in an update although they are a seller's edit: the other side would refuse them (V2, V7, V18).
 * Returned fields stay as they are in Partner Center and are shown with the cure.
 */
export function findUnsendable(set: Deal): readonly Finding[] {
  return findMissing(set).filter(
    (finding) =>
      finding.field !== null &&
      finding.field in set &&
      ['name', 'value', 'currency', 'closeDate', 'solutions', 'team', 'marketplaceIntent'].includes(finding.field),
  );
}
