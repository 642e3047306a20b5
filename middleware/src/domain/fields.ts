/**
 * The field table: facts about each deal field that no admin can change. Direction, owner, defaults and transforms are
 * the mapping's. Sources: API §5 (paths), §8 (rules), §8.1 (what is frozen when).
 */
import type { Deal, DealValues, FieldName, Person, Solution } from './deal.ts';

/** How values of a field are compared and shown. */
export type FieldKind = 'text' | 'long-text' | 'number' | 'day' | 'instant' | 'flag' | 'code' | 'people' | 'solutions' | 'state';

/**
 * When a field can no longer be changed in Partner Center:
 * `never` while the deal is open · `always` (only Microsoft writes it) · `created` once the referral exists ·
 * `asked` once Microsoft's help was asked for · `given` once it has a value · `yes` once it is true.
 * Everything is frozen in a terminal state.
 */
export type FrozenWhen = 'never' | 'always' | 'created' | 'asked' | 'given' | 'yes';

export interface FieldFacts {
  /** Shown to people: audit, panel, command line. */
  readonly label: string;
  /** Path in the referral, `/`-separated as in JSON Patch; attributes of `additionalRequirements` as `attribute:Type`. `leg:` marks Microsoft's leg. */
  readonly path: string;
  readonly kind: FieldKind;
  readonly frozen: FrozenWhen;
}

export const fields = {
  name: { label: 'Deal name', path: 'name', kind: 'text', frozen: 'never' },
  value: { label: 'Deal value', path: 'details/dealValue', kind: 'number', frozen: 'never' },
  currency: { label: 'Currency', path: 'details/currency', kind: 'code', frozen: 'never' },
  closeDate: { label: 'Close date', path: 'details/closingDateTime', kind: 'day', frozen: 'never' },
  notes: { label: 'Notes', path: 'details/notes', kind: 'long-text', frozen: 'never' },
  campaign: { label: 'Campaign', path: 'campaignId', kind: 'text', frozen: 'never' },
  stateReason: { label: 'Reason', path: 'statusReason', kind: 'text', frozen: 'never' },
  salesStage: { label: 'Sales stage', path: 'salesStage', kind: 'code', frozen: 'never' },
  externalReference: { label: 'CRM id', path: 'externalReferenceId', kind: 'code', frozen: 'never' },
  customerName: { label: 'Customer name', path: 'customerProfile/name', kind: 'text', frozen: 'created' },
  customerAddressLine1: { label: 'Street', path: 'customerProfile/address/addressLine1', kind: 'text', frozen: 'created' },
  customerAddressLine2: { label: 'Street (second line)', path: 'customerProfile/address/addressLine2', kind: 'text', frozen: 'created' },
  customerCity: { label: 'City', path: 'customerProfile/address/city', kind: 'text', frozen: 'created' },
  customerState: { label: 'State', path: 'customerProfile/address/state', kind: 'text', frozen: 'created' },
  customerPostalCode: { label: 'Postal code', path: 'customerProfile/address/postalCode', kind: 'text', frozen: 'created' },
  customerCountry: { label: 'Country', path: 'customerProfile/address/country', kind: 'code', frozen: 'created' },
  customerDuns: { label: 'D-U-N-S number', path: 'customerProfile/ids', kind: 'code', frozen: 'created' },
  customerSize: { label: 'Customer size', path: 'customerProfile/size', kind: 'code', frozen: 'created' },
  contacts: { label: 'Customer contacts', path: 'customerProfile/team', kind: 'people', frozen: 'asked' },
  team: { label: 'Team', path: 'team', kind: 'people', frozen: 'never' },
  solutions: { label: 'Solutions', path: 'details/requirements/solutions', kind: 'solutions', frozen: 'never' },
  help: { label: 'Help from Microsoft', path: 'leg:inviteContext/assistanceRequestCode', kind: 'code', frozen: 'given' },
  noteToMicrosoft: { label: 'Note to Microsoft', path: 'leg:inviteContext/notes', kind: 'long-text', frozen: 'asked' },
  consent: { label: 'Consent to share contacts', path: 'consent/consentToToShareInfoWithOthers', kind: 'flag', frozen: 'created' },
  visible: {
    label: 'Visible to Microsoft sellers',
    path: 'consent/consentToShareReferralWithMicrosoftSellers',
    kind: 'flag',
    frozen: 'yes',
  },
  marketplaceIntent: { label: 'Marketplace intent', path: 'attribute:CustomerMarketplaceIntent', kind: 'code', frozen: 'never' },
  partnerRole: { label: 'Partner role', path: 'attribute:PartnerRole', kind: 'text', frozen: 'never' },
  solutionArea: { label: 'Solution area', path: 'attribute:SolutionArea', kind: 'text', frozen: 'never' },
  solutionPlay: { label: 'Solution play', path: 'attribute:SolutionPlay', kind: 'text', frozen: 'never' },
  state: { label: 'State', path: 'status', kind: 'state', frozen: 'never' },
  microsoftStatus: { label: "Microsoft's status", path: 'leg:status', kind: 'text', frozen: 'always' },
  microsoftReason: { label: "Microsoft's reason", path: 'leg:statusReason', kind: 'text', frozen: 'always' },
  microsoftSeller: { label: "Microsoft's seller", path: 'leg:team', kind: 'text', frozen: 'always' },
  microsoftCrmId: { label: 'Microsoft CRM identifier', path: 'trackingInfo/microsoftMsxId', kind: 'code', frozen: 'always' },
  expiresAt: { label: 'Expires', path: 'expirationDateTime', kind: 'instant', frozen: 'always' },
  registrationStatus: { label: 'Deal registration', path: 'registrationStatus', kind: 'text', frozen: 'always' },
} as const satisfies { readonly [F in FieldName]: FieldFacts };

export const fieldNames = Object.keys(fields) as readonly FieldName[];

/** The field that lives at a referral path, or null for a path no deal field stands for. */
export function fieldAtPath(path: string): FieldName | null {
  return fieldNames.find((name) => fields[name].path === path) ?? null;
}

const samePerson = (a: Person, b: Person): boolean =>
  a.email === b.email && a.firstName === b.firstName && a.lastName === b.lastName && a.phone === b.phone;
const sameSolution = (a: Solution, b: Solution): boolean => a.id === b.id;

function sameList<T>(a: readonly T[], b: readonly T[], keyOf: (item: T) => string, same: (a: T, b: T) => boolean): boolean {
  if (a.length !== b.length) return false;
  const byKey = new Map(b.map((item) => [keyOf(item), item]));
  return a.every((item) => {
    const other = byKey.get(keyOf(item));
    return other !== undefined && same(item, other);
  });
}

/** Equality of two values of one field. Lists are sets by identity: order does not count. */
export function sameValue<F extends FieldName>(field: F, a: DealValues[F] | undefined, b: DealValues[F] | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  switch (fields[field].kind) {
    case 'people':
      return sameList(a as readonly Person[], b as readonly Person[], (person) => person.email, samePerson);
    case 'solutions':
      return sameList(a as readonly Solution[], b as readonly Solution[], (solution) => solution.id, sameSolution);
    default:
      return a === b;
  }
}

/** True when two deals hold the same value in every field either of them carries. */
export function sameDeal(a: Deal, b: Deal): boolean {
  return fieldNames.every((name) => sameValue(name, a[name], b[name]));
}

/** A value as people read it in the audit and the plan; null when empty. */
export function showValue<F extends FieldName>(field: F, value: DealValues[F] | undefined): string | null {
  if (value === undefined || value === null) return null;
  switch (fields[field].kind) {
    case 'people':
      return (value as readonly Person[])
        .map((person) => `${[person.firstName, person.lastName].filter(Boolean).join(' ')} <${person.email}>`)
        .join(', ');
    case 'solutions':
      return (value as readonly Solution[])
        .map((solution) => (solution.name ? `${solution.name} (${solution.id})` : solution.id))
        .join(', ');
    case 'flag':
      return value ? 'yes' : 'no';
    default:
      return String(value);
  }
}
