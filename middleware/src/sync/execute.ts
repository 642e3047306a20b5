/** Carries out one step of a plan on the partner side or makes the opportunity; returns the new situation. */
import type { Base, Deal, FieldName } from '../domain/deal.ts';
import type { Plan, Step } from '../domain/plan.ts';
import type { AuditAct } from '../domain/audit-line.ts';
import { SyncError, catalogue } from '../errors.ts';
import { askTwin } from './ask-twin.ts';
import { bothCarried, carriedBy, heldOf, withCarried, type Sending } from './carried.ts';
import { createLead, createOpportunity } from './create-in-crm.ts';
import { nextLook } from './list-delay.ts';
import { describeChanges, note, type Pass } from './pass.ts';
import type { CrmSnapshot, Link, PartnerSnapshot } from './ports.ts';
import { learn, referralsFor, type Situation } from './situation.ts';
import { forget, refuse, refuseRequest, type StepOutcome } from './step-outcome.ts';
import { unlink } from './unlink.ts';
import { rememberSending } from './untold.ts';

/** How long after it was written down a create may still be sent, ms: whoever takes over reckons from then. */
const sendWithin = 20_000;
const sendBefore = ({ creatingSince }: Link): number => (creatingSince ?? 0) + sendWithin;

const actOf: { readonly [A in Extract<Step, { kind: 'patch-referral' }>['act']]: AuditAct } = {
  update: 'updated',
  accept: 'accepted',
  decline: 'declined',
  win: 'won',
  lose: 'lost',
  retire: 'retired',
};

/**
 * Writes down that a create begins, and what both sides will have agreed on when it succeeds: should this process die before the answer
 * comes, later edits are told apart from what was sent. Throws while an earlier create may still be on its way into the list.
 */
async function begin(pass: Pass, link: Link, base: Base | null): Promise<Link> {
  const { engine, lease } = pass;
  const now = engine.system.now();
  // what a store that went back does not know of may have been made a moment before it did
  const doubtful = Math.max(link.creatingSince ?? -Infinity, (await engine.store.restoredAt()) ?? -Infinity);
  const notBefore = nextLook(doubtful, engine.partner.listDelay, now);
  if (notBefore !== null) throw new SyncError('PC_UNDECIDED_CREATE', { notBefore });
  return engine.store.checkpoint(lease, { ...link, creatingSince: now, base }, now);
}

/** Failures after which the remote may have done it all the same. */
const undecided: readonly string[] = ['NET_UNDECIDED', 'PC_UNDECIDED_CREATE', 'PC_BUSY', 'PC_ANSWER', 'BUG'];

/** Runs the create; one that surely had no effect may be repeated at once. */
async function ending<T>(pass: Pass, link: Link, create: () => Promise<T>): Promise<T> {
  const { engine, lease } = pass;
  try {
    return await create();
  } catch (error) {
    const certain = error instanceof SyncError && !undecided.includes(error.code);
    if (certain) await engine.store.checkpoint(lease, { ...link, creatingSince: null }, engine.system.now());
    throw error;
  }
}

/** What the sides agree on by the create of a referral: what is sent. A deal of ours is active from the start (API §6.3). */
const sentBase = (crm: CrmSnapshot, sent: Deal): Base => ({
  crm: crm.deal,
  partner: { ...sent, help: null, noteToMicrosoft: null, state: 'active', ...visibleOf(crm) },
});

/** Asking for help makes a deal visible; the seller's box follows, so the base holds what the box said. */
const visibleOf = (crm: CrmSnapshot): Deal => (crm.deal.visible === undefined ? {} : { visible: crm.deal.visible });

async function createReferral(pass: Pass, situation: Situation, step: Extract<Step, { kind: 'create-referral' }>): Promise<StepOutcome> {
  const { engine, lease } = pass;
  const { crm } = situation;
  let { link } = situation;
  if (!crm) throw new SyncError('BUG', { message: 'create-referral without opportunity' });
  const now = engine.system.now();

  const [found, question] = await Promise.all([
    situation.byReference ?? referralsFor(engine, crm.id, link),
    link.creatingSince === null ? askTwin(engine, crm, link) : null,
  ]);
  const [oldest] = found;
  if (oldest) {
    if (found.length > 1)
      note(pass, {
        way: 'inside',
        act: 'noted',
        result: 'waiting',
        code: 'DEAL_AMBIGUOUS',
        text: `${catalogue.DEAL_AMBIGUOUS.text} ${catalogue.DEAL_AMBIGUOUS.cure}`,
      });
    // what the plan needs next is whether Microsoft was asked already, which the search does not say
    const partner = await engine.partner.withLeg(oldest);
    link = await engine.store.checkpoint(lease, learn({ ...forget(link, step), creatingSince: null }, crm, partner), now);
    note(pass, { way: 'to Partner Center', act: 'adopted', text: 'The referral was there already and was linked; none was created.' });
    pass.changed = true;
    return { kind: 'done', situation: { ...situation, link, partner } };
  }
  if (question) return { kind: 'waits', situation: { ...situation, link }, message: question.text, question };
  link = await begin(pass, link, sentBase(crm, step.deal));
  const result = await ending(pass, link, () => engine.partner.create(step.deal, sendBefore(link)));
  if (result.kind !== 'done' || !result.after) {
    link = await engine.store.checkpoint(lease, { ...link, creatingSince: null, base: null }, engine.system.now());
    if (result.kind === 'refused') return refuse(pass, { ...situation, link }, step, result);
    throw new SyncError('PC_ANSWER', { message: 'the create gave no referral' });
  }
  const after = result.after;
  link = {
    ...forget(link, step),
    referralId: after.referralId,
    engagementId: after.engagementId,
    creatingSince: null,
    base: { crm: crm.deal, partner: agreedBy(crm, after, step.deal) },
    state: 'open',
  };
  link = await engine.store.checkpoint(lease, link, engine.system.now());
  note(pass, {
    way: 'to Partner Center',
    act: 'created',
    by: crm.changedBy,
    changes: describeChanges(engine, {}, step.deal, null),
    text: step.why,
    requestId: result.requestId,
  });
  pass.changed = true;
  return { kind: 'done', situation: { ...situation, link, partner: after } };
}

/** What the sides agreed on by a create: the fields that were sent, as Partner Center holds them. Everything else it holds is news. */
const agreedBy = (crm: CrmSnapshot, after: PartnerSnapshot, sent: Deal): Deal => ({
  ...Object.fromEntries(Object.entries(after.deal).filter(([field]) => field in sent || field === 'state')),
  ...visibleOf(crm),
});

async function createLeg(pass: Pass, situation: Situation, step: Extract<Step, { kind: 'create-leg' }>): Promise<StepOutcome> {
  const { engine, lease } = pass;
  if (!situation.partner) throw new SyncError('BUG', { message: 'create-leg without referral' });
  // a pair without a past (a store that went back, another environment): Microsoft may have been asked already, and the list not show it yet
  const notBefore =
    situation.link.base === null ? nextLook(situation.partner.createdAt, engine.partner.listDelay, engine.system.now()) : null;
  if (notBefore !== null) throw new SyncError('PC_UNDECIDED_CREATE', { notBefore });
  const started = await begin(pass, situation.link, situation.link.base);
  const result = await ending(pass, started, () =>
    engine.partner.createMicrosoftLeg(situation.partner as PartnerSnapshot, step.deal, sendBefore(started)),
  );
  const decided: Link = { ...started, creatingSince: null };
  if (result.kind !== 'done') {
    const saved = await engine.store.checkpoint(lease, decided, engine.system.now());
    return result.kind === 'refused'
      ? refuse(pass, { ...situation, link: saved }, step, result)
      : { kind: 'stale', situation: { ...situation, link: saved } };
  }
  const after = result.after;
  // the leg was made but could not be read back: the intent stays written down until the list would show it
  if (!after) return { kind: 'stale', situation: { ...situation, link: started } };
  const leg = typeof after.microsoftLeg === 'object' ? after.microsoftLeg.referralId : situation.link.microsoftLegId;
  let link: Link = { ...forget(decided, step), microsoftLegId: leg };
  // only what lives on the leg is agreed by it: our own referral may have been edited since it was read
  if (link.base)
    link = {
      ...link,
      base: {
        crm: { ...link.base.crm, ...pick(situation.crm?.deal, ofTheLeg) },
        partner: { ...link.base.partner, ...pick(after.deal, ofTheLeg) },
      },
    };
  link = await engine.store.checkpoint(pass.lease, link, engine.system.now());
  note(pass, { way: 'to Partner Center', act: 'created', text: step.why, requestId: result.requestId });
  pass.changed = true;
  return { kind: 'done', situation: { ...situation, link, partner: after } };
}

/** Fields the second POST carries for Microsoft alone. */
const ofTheLeg: readonly FieldName[] = ['help', 'noteToMicrosoft'];

const pick = (deal: Deal | undefined, names: readonly FieldName[]): Deal =>
  Object.fromEntries(names.flatMap((name) => (deal && name in deal ? [[name, deal[name]]] : [])));

async function patchReferral(
  pass: Pass,
  given: Situation,
  step: Extract<Step, { kind: 'patch-referral' }>,
  plan: Plan,
): Promise<StepOutcome> {
  const { engine } = pass;
  const { partner, crm } = given;
  if (!partner) throw new SyncError('BUG', { message: 'patch without referral' });
  const sending: Sending = { to: 'partner', values: heldOf(step.set, crm?.deal ?? {}) };
  const situation: Situation = { ...given, link: await rememberSending(pass, given.link, sending) };
  const result = await engine.partner.patch({ basedOn: partner, set: step.set });
  if (result.kind === 'stale') return { kind: 'stale', situation };
  if (result.kind === 'gone') return { kind: 'stale', situation: { ...situation, partner: null, partnerGone: result.why } };
  if (result.kind === 'refused') return refuse(pass, situation, step, result);
  if (!result.after) throw new SyncError('PC_ANSWER', { message: 'the patch gave no referral' });
  note(pass, {
    way: 'to Partner Center',
    act: actOf[step.act],
    by: crm?.changedBy ?? null,
    changes: describeChanges(engine, partner.deal, step.set, plan),
    requestId: result.requestId,
  });
  pass.changed = true;
  const carried = carriedBy(
    sending,
    result.after.deal,
    result.refused.map(({ field }) => field),
  );
  pass.carried = bothCarried(pass.carried, carried);
  const link = withCarried(forget(situation.link, step), carried);
  return {
    kind: 'done',
    situation: { ...situation, link, partner: { ...result.after, ...carriedLeg(partner, result.after) } },
  };
}

/** A write answers with our own referral only: what an earlier reading in this pass learnt of Microsoft's leg still holds. */
const carriedLeg = (before: PartnerSnapshot, after: PartnerSnapshot): Partial<PartnerSnapshot> =>
  after.microsoftLeg === 'unread' ? { microsoftLeg: before.microsoftLeg, deal: { ...pickMicrosoft(before), ...after.deal } } : {};

/** What an earlier reading in this pass learnt of Microsoft's leg. */
const pickMicrosoft = (partner: PartnerSnapshot): object =>
  Object.fromEntries(
    Object.entries(partner.deal).filter(([field]) => field.startsWith('microsoft') || field === 'help' || field === 'noteToMicrosoft'),
  );

async function registerDeal(pass: Pass, situation: Situation, step: Extract<Step, { kind: 'register-deal' }>): Promise<StepOutcome> {
  const { partner } = situation;
  if (!partner) throw new SyncError('BUG', { message: 'register-deal without referral' });
  const result = await pass.engine.partner.register(partner, step.registration);
  if (result.kind === 'gone') return { kind: 'stale', situation: { ...situation, partner: null, partnerGone: result.why } };
  if (result.kind === 'stale') return { kind: 'stale', situation };
  if (result.kind === 'refused') return refuseRequest(pass, situation, step.requestId, result);
  if (!result.after) throw new SyncError('PC_ANSWER', { message: 'the registration gave no referral' });
  const { registrationStatus } = result.after.deal;
  note(pass, {
    way: 'to Partner Center',
    act: 'updated',
    changes: describeChanges(pass.engine, partner.deal, { registrationStatus: registrationStatus ?? null }, null),
    text: step.why,
    requestId: result.requestId,
  });
  pass.changed = true;
  return {
    kind: 'done',
    situation: { ...situation, link: forget(situation.link, step), partner: { ...result.after, ...carriedLeg(partner, result.after) } },
  };
}

/** Runs one step; a `stale` outcome means: read again and decide anew. */
export async function execute(
  pass: Pass,
  situation: Situation,
  step: Exclude<Step, { kind: 'update-crm' }>,
  plan: Plan,
): Promise<StepOutcome> {
  switch (step.kind) {
    case 'create-referral':
      return createReferral(pass, situation, step);
    case 'create-leg':
      return createLeg(pass, situation, step);
    case 'patch-referral':
      return patchReferral(pass, situation, step, plan);
    case 'create-lead':
      return createLead(pass, situation, step);
    case 'register-deal':
      return registerDeal(pass, situation, step);
    case 'unlink':
      return unlink(pass, situation, step);
    case 'create-opportunity':
      return createOpportunity(pass, situation, step, plan);
  }
}
