/** Partner Center as the engine sees it. */
import type { Deal } from '../../domain/deal.ts';
import type { Registration } from '../../domain/registration.ts';
import type { Reading, WriteResult } from './answer.ts';
import type { SweepPage } from './notice.ts';

/** Partner Center seen from the engine. */
export interface PartnerSide {
  /**
   * @param leg whether Microsoft's leg is read too (one more call).
   */
  read(referralId: string, leg: boolean): Promise<Reading<PartnerSnapshot>>;
  /** The same reading, with what Microsoft's leg says now. */
  withLeg(read: PartnerSnapshot): Promise<PartnerSnapshot>;
  /**
   * Referrals of ours that carry this external reference, oldest first. Looks back to `since` (epoch ms) when the
   * service refuses the filter (API §10, entra-and-webhooks §7).
   */
  findByReference(reference: string, since: number): Promise<readonly PartnerSnapshot[]>;
  /** Referrals of one engagement, ours and Microsoft's. */
  readEngagement(engagementId: string): Promise<Reading<PartnerSnapshot>>;
  /**
   * First POST (API §7.1). Not repeatable: the caller looks first.
   * @param sendBefore epoch ms: when its turn comes later (a process that stood still, a full gate), it is not sent and throws NET_NOT_SENT
   */
  create(deal: Deal, sendBefore?: number): Promise<WriteResult<PartnerSnapshot>>;
  /** Second POST: Microsoft's leg. Looks for an existing leg before it posts. */
  createMicrosoftLeg(own: PartnerSnapshot, deal: Deal, sendBefore?: number): Promise<WriteResult<PartnerSnapshot>>;
  /** JSON Patch of exactly the fields in `set`, guarded by the snapshot's ETag. */
  patch(patch: PartnerPatch): Promise<WriteResult<PartnerSnapshot>>;
  /** Registers a won deal (API §9), guarded by the snapshot's ETag. */
  register(own: PartnerSnapshot, registration: Registration): Promise<WriteResult<PartnerSnapshot>>;
  changedSince(position: string | null, signal: AbortSignal): AsyncIterable<SweepPage>;
  /** Link for people, from the configured template (API §12). */
  linkFor(referralId: string, engagementId: string): string;
  /** How long a new referral may take to show up in the list, ms. */
  readonly listDelay: number;
}

/** Our referral and, when there is one, Microsoft's leg of the same engagement. */
export interface PartnerSnapshot {
  readonly referralId: string;
  readonly engagementId: string;
  /** ETag with its inner quotes, for `If-Match`. */
  readonly etag: string;
  /** The referral's `updatedDateTime` in epoch ms. */
  readonly version: number;
  readonly createdAt: number;
  readonly deal: Deal;
  /** `status` and `substatus` as sent, for display. */
  readonly statusText: string;
  readonly dealType: 'private' | 'partner-led' | 'co-sell';
  readonly category: 'co-sell' | 'lead' | 'marketplace-lead';
  /** True when the other party sent this deal to us. */
  readonly incoming: boolean;
  /** Microsoft's leg, when this reading looked for it and found one; `unread` when the reading did not look. */
  readonly microsoftLeg: { readonly referralId: string; readonly version: number } | 'none' | 'unread';
  /** Body as received, kept so that a write loses nothing. */
  readonly raw: unknown;
}

export interface PartnerPatch {
  readonly basedOn: PartnerSnapshot;
  readonly set: Deal;
}
