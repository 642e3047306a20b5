/** A walk along Partner Center's list that goes on where the last page ended, so that a long list is read once and not once a page. */
import type { PartnerSide } from '../sync/ports.ts';

export interface WalkPlace {
  /** Which walk; another one begins at the start of the list. */
  readonly walk: string;
  /** Only referrals changed since then, ISO; null = all. */
  readonly from: string | null;
  /** Referrals that were looked at already. */
  readonly skip: number;
}

/** Gives the ids of the next referrals of ours; fewer than `limit` at the end of the list. */
export type PartnerWalk = (place: WalkPlace, limit: number) => Promise<readonly string[]>;

async function* referralsOf(partner: PartnerSide, from: string | null): AsyncGenerator<string, void> {
  for await (const page of partner.changedSince(from, new AbortController().signal)) {
    for (const { subject } of page.notices) {
      // Microsoft's leg stands in the list beside our own referral, which brings the deal
      if (subject.kind === 'referral') yield subject.id;
    }
  }
}

/** After a restart, or a link to the next page that is no longer valid, the way to the place is walked again. */
export function createPartnerWalk(partner: PartnerSide): PartnerWalk {
  let open: { readonly walk: string; readonly at: number; readonly ids: AsyncGenerator<string, void> } | null = null;

  return async ({ walk, from, skip }, limit) => {
    const goesOn = open?.walk === walk && open.at === skip ? open : null;
    open = null;
    const ids = goesOn?.ids ?? referralsOf(partner, from);
    for (let passed = goesOn?.at ?? 0; passed < skip; passed += 1) if ((await ids.next()).done) return [];
    const found: string[] = [];
    while (found.length < limit) {
      const next = await ids.next();
      if (next.done) return found;
      found.push(next.value);
    }
    open = { walk, at: skip + found.length, ids };
    return found;
  };
}
