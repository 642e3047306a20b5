/** Which fields cannot be changed any more, and since when (API §8.1). */
import { isTerminal } from './lifecycle.ts';
import { helpCodes, type Referral } from './model.ts';
import type { Switches } from './switches.ts';

export interface FreezeFacts {
  readonly referral: Referral;
  /** Microsoft was asked for help: the engagement has a Microsoft leg. */
  readonly shared: boolean;
  readonly switches: Switches;
}

export interface FrozenRule {
  readonly when: string;
  readonly paths: readonly string[];
  holds(facts: FreezeFacts): boolean;
}

const always = (): boolean => true;

export const frozenTable: readonly FrozenRule[] = [
  {
    when: 'always',
    paths: [
      '/id',
      '/engagementId',
      '/organizationId',
      '/organizationName',
      '/createdDateTime',
      '/updatedDateTime',
      '/expirationDateTime',
      '/acceptedDateTime',
      '/closedDateTime',
      '/direction',
      '/qualification',
      '/createdVia',
      '/trackingInfo',
      '/registrationStatus',
      '/inviteContext/invitedBy',
      '/inviteContext/invitedMpnId',
      '/eTag',
    ],
    holds: always,
  },
  {
    when: 'after creation',
    paths: [
      '/customerProfile/name',
      '/customerProfile/address',
      '/customerProfile/ids',
      '/consent/consentToToShareInfoWithOthers',
      '/consent/consentToContact',
      '/consent/consentToMicrosoftToContactSpecificPartners',
      '/mpnId',
    ],
    holds: always,
  },
  { when: 'after creation', paths: ['/customerProfile/size'], holds: ({ switches }) => switches.customerSizeFrozen },
  { when: 'after creation', paths: ['/type'], holds: ({ switches }) => !switches.typeChangeable },
  { when: 'after the first co-sell request', paths: ['/customerProfile/team', '/inviteContext/notes'], holds: ({ shared }) => shared },
  {
    when: 'once set to yes',
    paths: ['/consent/consentToShareReferralWithMicrosoftSellers'],
    holds: ({ referral }) => referral.consent.consentToShareReferralWithMicrosoftSellers,
  },
  {
    when: 'once a value is given',
    paths: ['/inviteContext/assistanceRequestCode'],
    holds: ({ referral }) => helpCodes.indexOf(referral.inviteContext.assistanceRequestCode) > 0,
  },
  { when: 'after Won, Lost, Declined, Expired or Error', paths: [''], holds: ({ referral }) => isTerminal(referral) },
];

/** The one write allowed after closing: deal registration of a won deal (API §6.2). */
const openAfterWon = (referral: Referral, path: string): boolean => referral.substatus === 'Won' && path.startsWith('/registrations');

const touches = (frozen: string, path: string): boolean =>
  path === frozen || path.startsWith(`${frozen}/`) || frozen.startsWith(`${path}/`);

/** Why this path is frozen, in words; undefined when it may be changed. A parent of a frozen path counts as touching it. */
export function frozenBecause(path: string, facts: FreezeFacts): FrozenRule | undefined {
  if (openAfterWon(facts.referral, path)) return undefined;
  return frozenTable.find((rule) => rule.paths.some((frozen) => touches(frozen, path)) && rule.holds(facts));
}
