/**
 * The referral as it comes over the wire (API §5). Only what the service uses is described; unknown properties and
 * unknown enum values are carried on, and the raw body stays beside the parsed one so that a write loses nothing.
 */
import { z } from 'zod';

const Text = z
  .string()
  .nullish()
  .transform((text) => text ?? null);
const Flag = z
  .boolean()
  .nullish()
  .transform((flag) => flag ?? false);
/** The documentation's PATCH sample sends numbers as text (API §4.4), so both are read. */
const Amount = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^-?\d+(\.\d+)?$/)
      .transform(Number),
  ])
  .nullish()
  .transform((amount) => amount ?? null);

const listOf = <S extends z.ZodType>(item: S) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);

const Member = z.looseObject({ firstName: Text, lastName: Text, phoneNumber: Text, email: Text });
const Attribute = z.looseObject({ type: z.string(), id: Text });
const Solution = z.looseObject({ id: Text, name: Text });

const CustomerProfile = z.looseObject({
  name: Text,
  size: Text,
  address: z
    .looseObject({ addressLine1: Text, addressLine2: Text, city: Text, state: Text, region: Text, postalCode: Text, country: Text })
    .nullish(),
  team: listOf(Member),
  ids: listOf(z.looseObject({ profileType: Text, id: Text })),
});

const Details = z.looseObject({
  notes: Text,
  dealValue: Amount,
  currency: Text,
  closingDateTime: Text,
  requirements: z
    .looseObject({
      solutions: listOf(Solution),
      additionalRequirements: z.looseObject({ attributes: listOf(Attribute) }).nullish(),
    })
    .nullish(),
});

export const Referral = z.looseObject({
  id: z.string().min(1),
  engagementId: z.string().min(1),
  organizationId: Text,
  mpnId: Text,
  name: Text,
  externalReferenceId: Text,
  createdDateTime: Text,
  updatedDateTime: Text,
  expirationDateTime: Text,
  acceptedDateTime: Text,
  status: Text,
  substatus: Text,
  statusReason: Text,
  type: Text,
  qualification: Text,
  direction: Text,
  salesStage: Text,
  campaignId: Text,
  registrationStatus: Text,
  customerProfile: CustomerProfile.nullish(),
  consent: z.looseObject({ consentToToShareInfoWithOthers: Flag, consentToShareReferralWithMicrosoftSellers: Flag }).nullish(),
  details: Details.nullish(),
  team: listOf(Member),
  inviteContext: z
    .looseObject({
      notes: Text,
      assistanceRequestCode: Text,
      invitedBy: z.looseObject({ organizationId: Text }).nullish(),
    })
    .nullish(),
  trackingInfo: z.looseObject({ microsoftMsxId: Text }).nullish(),
  eTag: Text,
});
export type Referral = z.infer<typeof Referral>;

/** The columns a list row is found by. Kept apart, so that one odd row never hides the others of its page. */
export const ReferralRow = z.looseObject({
  id: z.string().min(1),
  engagementId: z.string().min(1),
  organizationId: Text,
  mpnId: Text,
  externalReferenceId: Text,
  createdDateTime: Text,
  updatedDateTime: Text,
});
export type ReferralRow = z.infer<typeof ReferralRow>;

const ReferralPage = z.looseObject({ value: z.array(z.unknown()), '@odata.nextLink': z.string().nullish() });

/** A referral as parsed, with the body it was parsed from. */
export interface ReadReferral {
  readonly referral: Referral;
  readonly raw: unknown;
}

/** Null when the value is not a referral. */
export function readReferral(raw: unknown): ReadReferral | null {
  const parsed = Referral.safeParse(raw);
  return parsed.success ? { referral: parsed.data, raw } : null;
}

export interface ReadPage {
  readonly rows: readonly { readonly row: ReferralRow; readonly raw: unknown }[];
  /** Rows that are not even a list row. */
  readonly unreadable: number;
  readonly nextLink: string | null;
}

/** Null when the value is not a list answer. */
export function readReferralPage(raw: unknown): ReadPage | null {
  const page = ReferralPage.safeParse(raw);
  if (!page.success) return null;
  const rows = page.data.value.flatMap((value) => {
    const parsed = ReferralRow.safeParse(value);
    return parsed.success ? [{ row: parsed.data, raw: value }] : [];
  });
  return { rows, unreadable: page.data.value.length - rows.length, nextLink: page.data['@odata.nextLink'] ?? null };
}
