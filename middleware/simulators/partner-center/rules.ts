/** What a referral must contain (API §8), one row per rule; V12, V13 and V17 stand in `lifecycle` and `frozen`. */
import type { Member, Referral } from './model.ts';
import type { Switches } from './switches.ts';

export interface CatalogueSolution {
  readonly id: string;
  readonly name: string;
  readonly kind: 'own' | 'microsoft' | 'third party';
  /** Location that owns the solution; compared for own ones (V14). */
  readonly mpnId?: string;
  /** Services co-sell asks for three more attributes (V11). */
  readonly services?: boolean;
}

export interface RuleFacts {
  readonly referral: Referral;
  /** The referral is, or is being shared with, a Microsoft leg. */
  readonly help: boolean;
  readonly mpnId: string;
  /** Empty = any well-formed id is taken. */
  readonly catalogue: readonly CatalogueSolution[];
  readonly switches: Switches;
}

export interface Rule {
  readonly id: string;
  readonly says: string;
  /** JSON path reported as `target`; on update the rule is checked when something at or below it was written. */
  readonly path: string;
  readonly on: 'create' | 'create and update' | 'update';
  broken(facts: RuleFacts): boolean;
}

const blank = (text: string | null | undefined): boolean => !text?.trim();
const complete = (member: Member): boolean =>
  [member.firstName, member.lastName, member.phoneNumber, member.email].every((part) => !blank(part));
const attribute = (referral: Referral, type: string): string | null =>
  referral.details.requirements.additionalRequirements.attributes.find((entry) => entry.type === type)?.id ?? null;
const solutionIds = (referral: Referral): readonly string[] =>
  referral.details.requirements.solutions.filter(({ type }) => type !== 'Category').map(({ id }) => id ?? '');

const wellFormed = /^(SOL-[0-9A-Z]+(-[0-9A-Z]+)*|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;
const known = (id: string, catalogue: readonly CatalogueSolution[]): boolean =>
  catalogue.length === 0 ? wellFormed.test(id) : catalogue.some((solution) => solution.id.toLowerCase() === id.toLowerCase());
const chosen = ({ referral, catalogue }: RuleFacts): readonly CatalogueSolution[] =>
  catalogue.filter((solution) => solutionIds(referral).some((id) => id.toLowerCase() === solution.id.toLowerCase()));

export const rules: readonly Rule[] = [
  {
    id: 'V2',
    says: 'The customer needs a name.',
    path: '/customerProfile/name',
    on: 'create',
    broken: ({ referral }) => blank(referral.customerProfile.name),
  },
  {
    id: 'V2',
    says: 'The customer address needs line 1.',
    path: '/customerProfile/address/addressLine1',
    on: 'create',
    broken: ({ referral }) => blank(referral.customerProfile.address.addressLine1),
  },
  {
    id: 'V2',
    says: 'The customer address needs a city.',
    path: '/customerProfile/address/city',
    on: 'create',
    broken: ({ referral }) => blank(referral.customerProfile.address.city),
  },
  {
    id: 'V3',
    says: 'The country must be a two-letter ISO 3166-1 code.',
    path: '/customerProfile/address/country',
    on: 'create',
    broken: ({ referral }) => !isCountry(referral.customerProfile.address.country),
  },
  {
    id: 'V4',
    says: 'Asking Microsoft for help needs a customer contact with first name, last name, phone and mail.',
    path: '/customerProfile/team',
    on: 'create and update',
    broken: ({ referral, help }) => help && !referral.customerProfile.team.some(complete),
  },
  {
    id: 'V5',
    says: 'At least one solution with a valid id is needed.',
    path: '/details/requirements/solutions',
    on: 'create and update',
    broken: ({ referral, catalogue }) => {
      const ids = solutionIds(referral);
      return ids.length === 0 || ids.some((id) => !known(id, catalogue));
    },
  },
  {
    id: 'V6',
    says: 'At least one own team member with first name, last name, phone and mail is needed.',
    path: '/team',
    on: 'create and update',
    broken: ({ referral }) => !referral.team.some(complete),
  },
  {
    id: 'V7',
    says: 'A deal value is needed.',
    path: '/details/dealValue',
    on: 'create',
    broken: ({ referral }) => referral.details.dealValue === null || referral.details.dealValue < 0,
  },
  {
    id: 'V7',
    says: 'The currency must be an ISO 4217 code.',
    path: '/details/currency',
    on: 'create and update',
    broken: ({ referral }) => !isCurrency(referral.details.currency),
  },
  {
    id: 'V7',
    says: 'A close date is needed.',
    path: '/details/closingDateTime',
    on: 'create and update',
    broken: ({ referral }) => blank(referral.details.closingDateTime),
  },
  { id: 'V7', says: 'A deal name is needed.', path: '/name', on: 'create and update', broken: ({ referral }) => blank(referral.name) },
  {
    id: 'V8',
    says: 'Consent to share the contacts must be given.',
    path: '/consent/consentToToShareInfoWithOthers',
    on: 'create',
    broken: ({ referral }) => !referral.consent.consentToToShareInfoWithOthers || !referral.consent.consentToContact,
  },
  {
    id: 'V9',
    says: 'At most 50 solutions are allowed.',
    path: '/details/requirements/solutions',
    on: 'create and update',
    broken: ({ referral }) => referral.details.requirements.solutions.length > 50,
  },
  {
    id: 'V9',
    says: 'At most 50 team members are allowed.',
    path: '/team',
    on: 'create and update',
    broken: ({ referral }) => referral.team.length > 50,
  },
  {
    id: 'V10',
    says: 'The marketplace intent must be Yes, No or HaveNotDecided.',
    path: '/details/requirements/additionalRequirements/attributes',
    on: 'create',
    broken: ({ referral }) => !['Yes', 'No', 'HaveNotDecided'].includes(attribute(referral, 'CustomerMarketplaceIntent') ?? ''),
  },
  {
    id: 'V11',
    says: 'Services co-sell needs PartnerRole, SolutionArea and SolutionPlay.',
    path: '/details/requirements/additionalRequirements/attributes',
    on: 'create',
    broken: (facts) =>
      facts.help &&
      chosen(facts).some(({ services }) => services) &&
      ['PartnerRole', 'SolutionArea', 'SolutionPlay'].some((type) => blank(attribute(facts.referral, type))),
  },
  {
    id: 'V14',
    says: 'The solution belongs to another partner id than this account.',
    path: '/details/requirements/solutions',
    on: 'create and update',
    broken: (facts) => chosen(facts).some(({ kind, mpnId }) => kind === 'own' && mpnId !== undefined && mpnId !== facts.mpnId),
  },
  {
    id: 'V15',
    says: 'New deals need a published co-sell-ready solution of this partner.',
    path: '/details/requirements/solutions',
    on: 'create',
    broken: ({ catalogue }) => catalogue.length > 0 && !catalogue.some(({ kind }) => kind === 'own'),
  },
  {
    id: 'V18',
    says: 'The deal value can be neither 0 nor empty.',
    path: '/details/dealValue',
    on: 'update',
    broken: ({ referral }) => !referral.details.dealValue || referral.details.dealValue < 0,
  },
];

const regions = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });

function isCountry(code: string | null): boolean {
  return code !== null && /^[A-Z]{2}$/.test(code) && !['EU', 'UN', 'EZ', 'ZZ', 'XA', 'XB'].includes(code) && regions.of(code) !== undefined;
}

const currencies = new Set(Intl.supportedValuesOf('currency'));
const isCurrency = (code: string | null): boolean => code !== null && currencies.has(code);

/** The first rule the facts break. `written` = the paths an update touched; absent on create. */
export function firstBroken(facts: RuleFacts, written?: readonly string[]): Rule | undefined {
  return rules.find((rule) => {
    if (facts.switches.rulesOff.includes(rule.id)) return false;
    const concerns = written
      ? rule.on !== 'create' &&
        written.some((path) => path === rule.path || path.startsWith(`${rule.path}/`) || rule.path.startsWith(`${path}/`))
      : rule.on !== 'update';
    return concerns && rule.broken(facts);
  });
}
