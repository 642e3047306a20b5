/**
 * The Deal: the canonical record both sides are translated to. Neutral between a Salesforce opportunity and a
 * Partner Center referral; every value is already in canonical form (see `fields.ts`), so equality is by value.
 */

/** A person on a deal: a customer contact or a member of the partner's team. Identity is the e-mail address. */
export interface Person {
  readonly email: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly phone: string | null;
}

/** A solution on a deal. Identity is the solution id (`SOL-…` or a GUID, API §5.5). */
export interface Solution {
  readonly id: string;
  readonly name: string | null;
}

/** `status/substatus` of a referral as one word (API §6.1). `other` carries a pair this version does not know. */
export type DealState = 'new' | 'active' | 'won' | 'lost' | 'declined' | 'expired' | 'error' | 'other';

/** The closed list of help codes (API §13). `null` in a Deal means "no help asked for". */
export type HelpCode =
  | 'WorkloadSpecificValueProposition'
  | 'CustomerTechnicalArchitecture'
  | 'ProofOfConceptOrDemo'
  | 'QuotesOrLicensing'
  | 'PostSalesCustomerSuccess'
  | 'GeneralOrOther';

/** Every field a deal can hold, with the type of its value. `null` means empty. */
export interface DealValues {
  readonly name: string | null;
  readonly value: number | null;
  /** ISO 4217, upper case. */
  readonly currency: string | null;
  /** `YYYY-MM-DD`, the day in UTC. */
  readonly closeDate: string | null;
  readonly notes: string | null;
  readonly campaign: string | null;
  /** Why the deal was lost or declined, or which error retired it (`statusReason`). */
  readonly stateReason: string | null;
  readonly salesStage: string | null;
  /** The CRM's record id, carried by the referral as `externalReferenceId`. */
  readonly externalReference: string | null;
  readonly customerName: string | null;
  readonly customerAddressLine1: string | null;
  readonly customerAddressLine2: string | null;
  readonly customerCity: string | null;
  readonly customerState: string | null;
  readonly customerPostalCode: string | null;
  /** ISO 3166-1 alpha-2, upper case. */
  readonly customerCountry: string | null;
  readonly customerDuns: string | null;
  /** One of Microsoft's size bands (API §5.2). */
  readonly customerSize: string | null;
  readonly contacts: readonly Person[];
  readonly team: readonly Person[];
  readonly solutions: readonly Solution[];
  readonly help: HelpCode | null;
  readonly noteToMicrosoft: string | null;
  /** Consent to share the customer's contact data. */
  readonly consent: boolean;
  /** Visible to Microsoft sellers. One-way: never back to false (API §5.4). */
  readonly visible: boolean;
  /** `Yes`, `No` or `HaveNotDecided` (API §5.5). */
  readonly marketplaceIntent: string | null;
  readonly partnerRole: string | null;
  readonly solutionArea: string | null;
  readonly solutionPlay: string | null;
  /** Where the deal stands: own referral's state, or what the opportunity's stage asks for. */
  readonly state: DealState;
  /** State of Microsoft's leg in words, e.g. `Active / Accepted`. Only Microsoft changes it. */
  readonly microsoftStatus: string | null;
  readonly microsoftReason: string | null;
  /** Microsoft's seller as `First Last <mail>`. */
  readonly microsoftSeller: string | null;
  readonly microsoftCrmId: string | null;
  /** When an unanswered deal expires; ISO instant, UTC. */
  readonly expiresAt: string | null;
  /** State of the deal registration (API §9). */
  readonly registrationStatus: string | null;
}

export type FieldName = keyof DealValues;

/** A deal as one side holds it. A field that is absent is one this side does not carry at all (not mapped). */
export type Deal = { readonly [F in FieldName]?: DealValues[F] };

/** What the two sides held when they last agreed. They may differ where a side rounds, cuts or refuses a value. */
export interface Base {
  readonly crm: Deal;
  readonly partner: Deal;
}
