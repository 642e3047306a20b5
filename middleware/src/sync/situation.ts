/** First half of a pass: find out which opportunity and which referral a link stands for, and read both fresh. */
import type { CrmFacts, PartnerFacts } from '../domain/plan.ts';
import { carriedUnheard, withCarried } from './carried.ts';
import type { Engine } from './engine.ts';
import { madeOf } from './making.ts';
import { askedBase, missLeg, wantsLeg, withKnownLeg } from './microsoft-leg.ts';
import type { CrmSnapshot, Lease, Link, PartnerSnapshot, Reading } from './ports.ts';
import { withUntoldOf } from './untold.ts';

/** Both sides as read in this pass. `gone` tells a record that is deleted or invisible from one that never was. */
export interface Situation {
  readonly link: Link;
  readonly crm: CrmSnapshot | null;
  readonly crmGone: string | null;
  readonly partner: PartnerSnapshot | null;
  readonly partnerGone: string | null;
  /** Referrals that carry our reference, looked for while the opportunity was read: a share needs to know before it creates one. */
  readonly byReference?: Promise<readonly PartnerSnapshot[]>;
  /** What both sides had agreed on was lost with a store. */
  readonly pastLost?: boolean;
  /** What both sides agree on is told by a store that went back: it may have been agreed on anew since. */
  readonly pastOld?: boolean;
}

export function crmFacts(snapshot: CrmSnapshot | null): CrmFacts | null {
  return (
    snapshot && {
      id: snapshot.id,
      deal: snapshot.deal,
      shared: snapshot.shared,
      wasLinked: snapshot.engagementId !== null,
      requests: snapshot.requests,
      ...(snapshot.amount === undefined ? {} : { amount: snapshot.amount }),
    }
  );
}

export function partnerFacts(snapshot: PartnerSnapshot | null, link: Link): PartnerFacts | null {
  if (!snapshot) return null;
  const seen = typeof snapshot.microsoftLeg === 'object' || (snapshot.microsoftLeg === 'unread' && link.microsoftLegId !== null);
  // what was sent to us has a leg of the sender's from the start, also while the list does not show it yet
  const sent = snapshot.incoming && snapshot.dealType === 'co-sell';
  const leg = seen || sent ? 'there' : snapshot.microsoftLeg === 'unread' ? 'unread' : 'none';
  return { deal: snapshot.deal, incoming: snapshot.incoming, createdAt: snapshot.createdAt, category: snapshot.category, leg };
}

async function readPartner(
  engine: Engine,
  link: Link,
  leg: boolean,
  read: Reading<PartnerSnapshot> | null = null,
): Promise<Pick<Situation, 'partner' | 'partnerGone'>> {
  const reading =
    read ??
    (link.referralId !== null
      ? await engine.partner.read(link.referralId, leg)
      : link.engagementId !== null
        ? await engine.partner.readEngagement(link.engagementId)
        : null);
  if (reading === null) return { partner: null, partnerGone: null };
  if (reading.kind === 'gone') return { partner: null, partnerGone: reading.why };
  const { snapshot } = reading;
  return { partner: leg && snapshot.microsoftLeg === 'unread' ? await engine.partner.withLeg(snapshot) : snapshot, partnerGone: null };
}

async function readCrm(engine: Engine, opportunityId: string | null): Promise<Pick<Situation, 'crm' | 'crmGone'>> {
  if (opportunityId === null) return { crm: null, crmGone: null };
  const reading = await engine.crm.read(opportunityId);
  if (reading.kind === 'gone') return { crm: null, crmGone: reading.why };
  return reading.snapshot.deleted ? { crm: null, crmGone: 'It is in the recycle bin.' } : { crm: reading.snapshot, crmGone: null };
}

const salesforceId = /^006[A-Za-z0-9]{12}([A-Za-z0-9]{3})?$/;

/** The other half of a half link: by the identifier on the opportunity, by our reference on the referral, by the org's records. */
async function findOtherHalf(engine: Engine, lease: Lease, situation: Situation): Promise<Situation> {
  const { crm, partner } = situation;
  let { link } = situation;
  const join = async (other: Link | null, change: Partial<Link>): Promise<Link> => {
    const next = { ...link, ...change };
    // a preview holds no lease and changes nothing: the two halves are only thought together
    if (lease.token === '')
      return other && other.id !== link.id
        ? {
            ...next,
            base: next.base ?? other.base,
            opportunityId: next.opportunityId ?? other.opportunityId,
            referralId: next.referralId ?? other.referralId,
          }
        : next;
    if (!other || other.id === link.id) return next;
    return engine.store.mergeLinks(lease, withUntoldOf(next, other), other.id, engine.system.now());
  };

  if (crm && !partner && situation.partnerGone === null && crm.referralId) {
    link = await join(await engine.store.linkByReferral(crm.referralId), {
      referralId: crm.referralId,
      engagementId: crm.engagementId ?? link.engagementId,
    });
    return { ...situation, link, ...(await readPartner(engine, link, true)) };
  }
  if (partner && !crm && situation.crmGone === null) {
    const reference = partner.deal.externalReference;
    const candidates = reference && salesforceId.test(reference) ? [reference] : await engine.crm.findByReferral(partner.referralId);
    const [opportunityId] = candidates;
    if (opportunityId === undefined) return situation;
    const read = await readCrm(engine, opportunityId);
    if (!read.crm) {
      // an opportunity this service knew and that is gone is not made anew: the deal is the same, without its Salesforce half
      const known = await engine.store.linkByOpportunity(engine.orgId, opportunityId);
      if (!known) return situation;
      link = await join(known, { opportunityId, referralId: partner.referralId, engagementId: partner.engagementId });
      return { ...situation, link, ...read };
    }
    const id = read.crm.id;
    link = await join(await engine.store.linkByOpportunity(engine.orgId, id), {
      opportunityId: id,
      referralId: partner.referralId,
      engagementId: partner.engagementId,
    });
    return { ...situation, link, ...read };
  }
  return situation;
}

/** Microsoft's seller as last heard of. */
export const sellerOf = ({ partner, link }: Pick<Situation, 'partner' | 'link'>): string | null =>
  partner?.deal.microsoftSeller ?? link.base?.partner.microsoftSeller ?? null;

/** The link with what a reading has shown of it. */
export function learn(link: Link, crm: CrmSnapshot | null, partner: PartnerSnapshot | null): Link {
  const leg = partner && typeof partner.microsoftLeg === 'object' ? partner.microsoftLeg.referralId : link.microsoftLegId;
  return {
    ...link,
    opportunityId: crm?.id ?? link.opportunityId,
    referralId: partner?.referralId ?? link.referralId,
    engagementId: partner?.engagementId ?? link.engagementId,
    microsoftLegId: leg,
    base: askedBase(withCarried(link, carriedUnheard(link, crm, partner)).base ?? madeOf(link, crm, partner), crm, partner),
  };
}

/**
 * A notice about a referral may name Microsoft's leg (API §11.3: whose id it carries is not documented). The reading then belongs to
 * the engagement, and the link of our own referral takes over.
 */
async function followEngagement(engine: Engine, lease: Lease, situation: Situation): Promise<Situation> {
  const { partner, link } = situation;
  if (!partner || link.referralId === null || partner.referralId === link.referralId) return situation;
  const change = { ...link, referralId: partner.referralId, engagementId: partner.engagementId };
  const owner = await engine.store.linkByReferral(partner.referralId);
  if (!owner || owner.id === link.id) return { ...situation, link: change };
  if (lease.token === '') return { ...situation, link: { ...owner, id: link.id, microsoftLegId: link.referralId } };
  const joined = withUntoldOf({ ...owner, microsoftLegId: link.referralId, id: link.id, version: link.version }, link);
  const merged = await engine.store.mergeLinks(lease, joined, owner.id, engine.system.now());
  return { ...situation, link: merged };
}

/** A person linked the deal to an opportunity that was not shared: it is from then on, and the write ticks the box. */
function sharedByDecision({ link, crm }: Situation): CrmSnapshot | null {
  return crm && !crm.shared && link.base === null && link.openAttention.decision === 'link' ? { ...crm, shared: true } : crm;
}

const dayMs = 86_400_000;
const longId = /^006[A-Za-z0-9]{15}$/;
/** Referrals of ours that stand for an opportunity already; a crashed try, another environment or an older store may have made one. */
export const referralsFor = (engine: Engine, opportunityId: string, link: Link): Promise<readonly PartnerSnapshot[]> =>
  engine.partner.findByReference(opportunityId, link.creatingSince ?? engine.system.now() - dayMs);

function lookByReference(engine: Engine, lease: Lease, link: Link): Promise<readonly PartnerSnapshot[]> | null {
  const { opportunityId, referralId, engagementId } = link;
  // a preview creates nothing
  if (lease.token === '' || referralId !== null || engagementId !== null || !opportunityId || !longId.test(opportunityId)) return null;
  const found = referralsFor(engine, opportunityId, link);
  // heard by whoever asks for it; nobody may
  found.catch(() => undefined);
  return found;
}

/** Both sides once more in the same pass, because one of them has changed meanwhile. */
export const lookAgain = (engine: Engine, lease: Lease, { link, partner }: Pick<Situation, 'link' | 'partner'>): Promise<Situation> =>
  look(engine, lease, link, null, partner !== null && typeof partner.microsoftLeg === 'object');

/**
 * Reads both sides of a link, finding the missing half where one exists.
 * @param read the referral as this pass has read it already
 * @param withLeg an earlier look of this pass has read Microsoft's leg, and what it showed is not shown yet
 */
export async function look(
  engine: Engine,
  lease: Lease,
  link: Link,
  read: Reading<PartnerSnapshot> | null = null,
  withLeg = false,
): Promise<Situation> {
  const byReference = lookByReference(engine, lease, link);
  const [crmPart, partnerPart] = await Promise.all([
    readCrm(engine, link.opportunityId),
    readPartner(engine, link, withLeg || wantsLeg(lease, link), read),
  ]);
  let situation: Situation = { link, ...crmPart, ...partnerPart, ...(byReference ? { byReference } : {}) };
  situation = await followEngagement(engine, lease, situation);
  if (situation.crm === null && situation.link.opportunityId !== null && link.opportunityId === null) {
    situation = { ...situation, ...(await readCrm(engine, situation.link.opportunityId)) };
  }
  situation = await findOtherHalf(engine, lease, situation);
  situation = { ...situation, crm: sharedByDecision(situation) };

  const { crm, partner } = situation;
  const asksLater = crm?.deal.help && partner?.microsoftLeg === 'unread' && situation.link.microsoftLegId === null;
  if (asksLater && partner) situation = { ...situation, partner: await engine.partner.withLeg(partner) };
  situation = { ...situation, link: missLeg(engine, lease, situation.link, situation.partner) };
  return {
    ...situation,
    partner: withKnownLeg(situation.link, situation.partner),
    link: learn(situation.link, situation.crm, situation.partner),
  };
}
