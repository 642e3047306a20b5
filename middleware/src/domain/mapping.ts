/**
 * The admin's mapping as a value: which CRM field feeds which deal field, in which direction, and who wins. Its
 * defaults exist once, in the package's custom metadata; `default-mapping.ts` is generated from there.
 */
import type { DealState, FieldName } from './deal.ts';

export type Direction = 'both' | 'to-partner' | 'to-crm' | 'off';

/** Who wins when both sides changed the same field: the CRM, the partner side, or a person is asked. */
export type Owner = 'crm' | 'partner' | 'ask';

/** The closed list of transforms (docs/mapping.md). */
export type TransformName = 'none' | 'country' | 'currency' | 'utc-day' | 'text' | 'number' | 'value-map' | 'boolean';

/** One field of the mapping: one custom metadata record. */
export interface FieldRule {
  /** Developer name of the record, for messages. */
  readonly record: string;
  readonly field: FieldName;
  /** Path from the opportunity, own (`Amount`) or related (`Account.BillingCountryCode`). */
  readonly crmPath: string;
  readonly direction: Direction;
  /** Sent or taken when the other side's record is first made. */
  readonly onCreate: boolean;
  /** Kept the same afterwards. */
  readonly onUpdate: boolean;
  readonly owner: Owner;
  /** Used when the CRM holds nothing; text form. */
  readonly defaultValue: string | null;
  readonly transform: TransformName;
  /** Text transforms cut to this many characters; null = no cut. */
  readonly limit: number | null;
  /** Values never appear in the audit field, only "changed". */
  readonly confidential: boolean;
}

/** A field that only Microsoft writes always enters; it needs no line in the mapping. */
export const entering = (field: FieldName, crmPath = '', limit: number | null = null): FieldRule => ({
  record: field,
  field,
  crmPath,
  direction: 'to-crm',
  onCreate: true,
  onUpdate: true,
  owner: 'partner',
  defaultValue: null,
  transform: 'none',
  limit,
  confidential: false,
});

/** One line of a value map, e.g. stage "Closed Won" ⇄ `won`. */
export interface ValueRule {
  readonly record: string;
  readonly map: 'stage' | 'help' | 'intent' | 'country' | 'currency' | 'lost-reason';
  readonly crmValue: string;
  readonly partnerValue: string;
  /** `to-crm` lines are used only when writing to the CRM, and so on. */
  readonly direction: Direction;
}

/** Switches of the whole connection. */
export interface Settings {
  /** Stage an opportunity gets when an incoming deal is accepted, and the stage that means "accepted". */
  readonly activeStage: string;
  /** Stage of an incoming deal nobody has answered yet; null = incoming deals are answered in the panel only. */
  readonly onHoldStage: string | null;
  readonly wonStage: string;
  readonly lostStage: string;
  /** `co-sell` ignores leads, `lead-records` makes Lead records, `opportunities` treats leads as deals. */
  readonly leads: 'ignore' | 'lead-records';
  /** What happens to an incoming deal that resembles an existing opportunity. */
  readonly matching: 'always-create' | 'ask' | 'link-when-certain';
  /** One-way steps done outside the panel wait for a confirmation there. */
  readonly confirmOneWaySteps: boolean;
  /** Hours between creation and Won (API §6.2); 0 = no hold. */
  readonly wonHoldHours: number;
  readonly notify: {
    readonly newDeal: boolean;
    readonly accepted: boolean;
    readonly declined: boolean;
    readonly needsYou: boolean;
    readonly expiring: boolean;
  };
  /** User name that owns incoming deals when no rule fits; null = the deal waits as an attention record. */
  readonly defaultOwner: string | null;
  /** Currency of a single-currency org, when the org does not say. */
  readonly defaultCurrency: string | null;
  /** Days of store audit kept. */
  readonly auditDays: number;
}

export interface Mapping {
  readonly fields: readonly FieldRule[];
  readonly values: readonly ValueRule[];
  readonly settings: Settings;
}

/** Fields whose values stand in no audit, message, question or print-out. */
export const confidentialIn = ({ fields }: Pick<Mapping, 'fields'>): ReadonlySet<FieldName> =>
  new Set(fields.filter((rule) => rule.confidential).map((rule) => rule.field));

/** Stage names for a state and the reverse stand in the value map `stage`; this is its partner column. */
export type StageState = Extract<DealState, 'new' | 'active' | 'won' | 'lost'>;
