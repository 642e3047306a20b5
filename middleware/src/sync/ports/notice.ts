/** What tells the engine where to look. */

/** "Something about X may have changed." A notice says where to look; its content is never applied. */
export interface Notice {
  readonly source: 'salesforce-event' | 'partner-webhook' | 'sweep' | 'person';
  /** Identity for de-duplication, unique within its source. */
  readonly id: string;
  readonly subject: Subject;
  /** Why, in words of the source (event reason, webhook event name, request kind). */
  readonly reason: string;
  /** When the source says it happened, epoch ms; 0 when it does not say. */
  readonly at: number;
}

/** What a notice points at. A request is resolved to its deal by the CRM side before the pass. */
export type Subject =
  | { readonly kind: 'opportunity'; readonly id: string }
  | { readonly kind: 'referral'; readonly id: string }
  | { readonly kind: 'engagement'; readonly id: string }
  | { readonly kind: 'request'; readonly id: string; readonly opportunityId: string | null };

/** A stream position to be stored in the same transaction as the notices that came with it. */
export interface Position {
  readonly stream: string;
  /** Opaque, base64 for binary positions. */
  readonly value: string;
}

export interface SweepPage {
  readonly notices: readonly Notice[];
  readonly position: string;
}
