/**
 * The plan: what a pass would do and why, decided before anything is touched. `cosell plan` prints it, `sync/execute` runs it.
 *
 * | opportunity | referral | plan |
 * | --- | --- | --- |
 * | shared | none | share it, or say what is missing (`plan-share`) |
 * | not shared | none | nothing |
 * | none | there | bring it in, ignore it, or ask (`plan-incoming`) |
 * | not shared | there | stopped: nothing is sent or applied, nothing is lost |
 * | shared | there | merge both and move the state (`plan-together`) |
 * | gone, or the referral gone | – | nothing is made anew and nothing is touched; a person is told |
 */
import type { Base, Deal, DealState } from './deal.ts';
import type { Mapping } from './mapping.ts';
import type { Conflict, Difference } from './merge.ts';
import type { InDoubt } from './merge-rules.ts';
import type { AmountKind } from './money.ts';
import type { Registration } from './registration.ts';
import type { Finding } from './validate.ts';
import { aheadMs, type Confirmation, type Door } from './plan-confirm.ts';
import { planIncoming } from './plan-incoming.ts';
import { planShare } from './plan-share.ts';
import { planTogether } from './plan-together.ts';

/** A person's request as far as planning needs it. */
export interface RequestFacts {
  readonly id: string;
  readonly kind: string;
  readonly reason: string | null;
  readonly field: string | null;
  readonly value: string | null;
  readonly note: string | null;
  readonly by: string | null;
  /** When it was made, epoch ms; absent when not known. */
  readonly at?: number;
}

export interface CrmFacts {
  readonly id: string;
  readonly deal: Deal;
  readonly shared: boolean;
  /** This service has linked the record before: it carries our engagement id. */
  readonly wasLinked?: boolean;
  /** What amounts the opportunity can take; any when absent. */
  readonly amount?: AmountKind;
  readonly requests: readonly RequestFacts[];
}

export interface PartnerFacts {
  readonly deal: Deal;
  readonly incoming: boolean;
  /** Epoch ms. */
  readonly createdAt: number;
  readonly category: 'co-sell' | 'lead' | 'marketplace-lead';
  /** Microsoft's leg: there, not there, or not looked for in this reading. */
  readonly leg: 'there' | 'none' | 'unread';
}

export interface PlanInput {
  /** Epoch ms. */
  readonly now: number;
  readonly crm: CrmFacts | null;
  readonly partner: PartnerFacts | null;
  /** A side this deal had is not there any more: deleted, or out of sight. */
  readonly gone?: 'crm' | 'partner' | null;
  readonly base: Base | null;
  readonly mapping: Mapping;
  /** Values that lost a conflict earlier and can be put back. */
  readonly losers: { readonly [field: string]: { readonly value: unknown } | undefined };
  /** One-way steps a person confirmed in an earlier pass. */
  readonly confirmed?: readonly string[];
  /** The pair was linked by a decision and may be taken apart again. */
  readonly mayUnlink?: boolean;
  /** Taking the pair apart has begun. */
  readonly undoing?: boolean;
  /** Both sides agreed once, and the store that knew on what was lost: nobody else's connector linked them. */
  readonly pastLost?: boolean;
  /** What was sent without an answer and may have been taken back since. */
  readonly inDoubt?: InDoubt | null;
  /** The Lead record that stands for this referral. */
  readonly leadId?: string | null;
}

/** Both sides are there. */
export type Together = PlanInput & { readonly crm: CrmFacts; readonly partner: PartnerFacts };

export type Step =
  | { readonly kind: 'create-referral'; readonly deal: Deal; readonly why: string }
  | { readonly kind: 'create-leg'; readonly deal: Deal; readonly why: string }
  | {
      readonly kind: 'patch-referral';
      readonly set: Deal;
      readonly act: 'update' | 'accept' | 'decline' | 'win' | 'lose' | 'retire';
      readonly why: string;
    }
  | { readonly kind: 'create-opportunity'; readonly deal: Deal; readonly why: string }
  | { readonly kind: 'create-lead'; readonly deal: Deal; readonly why: string }
  | { readonly kind: 'register-deal'; readonly requestId: string; readonly registration: Registration; readonly why: string }
  /** `requestId` is null when the request was answered already. */
  | { readonly kind: 'unlink'; readonly requestId: string | null; readonly why: string }
  | { readonly kind: 'update-crm'; readonly set: Deal; readonly why: string };

/** What kind of standing the deal has after the plan, before write results. */
export type Standing =
  | { readonly kind: 'in-sync' }
  | { readonly kind: 'not-shared' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'gone'; readonly side: 'crm' | 'partner' }
  | { readonly kind: 'ignored'; readonly why: string }
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'asks' }
  | { readonly kind: 'confirm' }
  | { readonly kind: 'answer-microsoft'; readonly expiresAt: string | null }
  | { readonly kind: 'waiting-for-microsoft' }
  | { readonly kind: 'on-hold'; readonly until: number }
  | { readonly kind: 'closed'; readonly state: DealState };

export interface Answer {
  readonly id: string;
  readonly outcome: 'Done' | 'Refused';
  readonly message: string;
}

export interface Plan {
  readonly steps: readonly Step[];
  readonly standing: Standing;
  readonly findings: readonly Finding[];
  readonly conflicts: readonly Conflict[];
  readonly differences: readonly Difference[];
  /** Fields whose base stays as it is. */
  readonly unsettled: readonly (keyof Deal)[];
  /** Answers that hold once all steps are done. */
  readonly answers: readonly Answer[];
  /** Look again at this time (epoch ms) without a notice; null = only when told. */
  readonly againAt: number | null;
  /** Both sides exist and have no base yet: what is equal becomes the base, what differs is asked about, nothing is overwritten. */
  readonly adopt: boolean;
  /** One-way steps that wait for a confirmation in the panel. */
  readonly confirms: readonly Confirmation[];
  /** Steps confirmed by this plan, to be remembered. */
  readonly confirmed: readonly Door[];
}

export const emptyPlan = (standing: Standing): Plan => ({
  steps: [],
  standing,
  findings: [],
  conflicts: [],
  differences: [],
  unsettled: [],
  answers: [],
  againAt: null,
  adopt: false,
  confirms: [],
  confirmed: [],
});

const refuseAll = (crm: CrmFacts | null, message: string): readonly Answer[] =>
  (crm?.requests ?? []).map(({ id }) => ({ id, outcome: 'Refused', message }));

/** Without the tick nothing is carried out, so nothing that is asked for can be; only a confirmation may be ahead of its tick. */
function unticked(kind: 'stopped' | 'not-shared', crm: CrmFacts, now: number): Plan {
  const ahead = crm.requests.filter((request) => request.kind === 'confirm' && now < (request.at ?? 0) + aheadMs);
  const asked = { ...crm, requests: crm.requests.filter((request) => !ahead.includes(request)) };
  const againAt = ahead.length === 0 ? null : Math.min(...ahead.map((request) => (request.at ?? 0) + aheadMs));
  return { ...emptyPlan({ kind }), againAt, answers: refuseAll(asked, 'The deal is not shared. Tick "Sync with Partner Center" first.') };
}

/** The process ended in the middle: the opportunity may or may not show that it is not linked any more. */
function carryThroughUndo(crm: CrmFacts): Plan {
  const requestId = crm.requests.find((request) => request.kind === 'undo_link')?.id ?? null;
  const why = 'Undoing the link was interrupted and is carried through: the opportunity is no longer shared.';
  return { ...emptyPlan({ kind: 'not-shared' }), steps: [{ kind: 'unlink', requestId, why }] };
}

/** Decides what one pass does. Pure: the same input gives the same plan. */
export function makePlan(input: PlanInput): Plan {
  const { crm, partner, gone = null } = input;
  if (input.undoing && crm) return carryThroughUndo(crm);
  if (gone !== null) {
    const undo = gone === 'partner' ? crm?.requests.find((request) => request.kind === 'undo_link') : undefined;
    if (undo)
      return {
        ...emptyPlan({ kind: 'not-shared' }),
        steps: [{ kind: 'unlink', requestId: undo.id, why: 'The referral is gone, and the link was taken away by request.' }],
      };
    const standing: Standing = crm && !crm.shared ? { kind: 'stopped' } : { kind: 'gone', side: gone };
    return { ...emptyPlan(standing), answers: refuseAll(crm, 'The referral is not there any more, or not visible to the connector.') };
  }
  if (crm && partner) {
    return crm.shared ? planTogether({ ...input, crm, partner }) : unticked('stopped', crm, input.now);
  }
  if (crm) return crm.shared ? planShare({ ...input, crm }) : unticked('not-shared', crm, input.now);
  if (partner) return planIncoming({ ...input, partner });
  return emptyPlan({ kind: 'not-shared' });
}
