/** Makes a referral, and asks Microsoft for help on it: written down first, looked for, and never repeated blindly. */
import type { Base, Deal, FieldName } from '../domain/deal.ts';
import type { Step } from '../domain/plan.ts';
import { SyncError, catalogue } from '../errors.ts';
import { askTwin } from './ask-twin.ts';
import { undecided } from './carried.ts';
import type { Engine } from './engine.ts';
import { nextLook } from './list-delay.ts';
import { describeChanges, note, type Pass } from './pass.ts';
import type { CrmSnapshot, Link, PartnerSnapshot } from './ports.ts';
import { learn, referralsFor, type Situation } from './situation.ts';
import { sendWithin } from './send-within.ts';
import { forget, refuse, type StepOutcome } from './step-outcome.ts';

const sendBefore = ({ creatingSince }: Link): number => (creatingSince ?? 0) + sendWithin;

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

/** What stands in Partner Center for the opportunity already is linked; of several the oldest. */
async function adopt(pass: Pass, situation: Situation, found: readonly PartnerSnapshot[], oldest: PartnerSnapshot): Promise<Situation> {
  const { engine, lease } = pass;
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
  const { 'memo:create-referral': _memo, ...openAttention } = situation.link.openAttention;
  const known = learn({ ...situation.link, openAttention, creatingSince: null }, situation.crm, partner);
  const link = await engine.store.checkpoint(lease, known, engine.system.now());
  note(pass, { way: 'to Partner Center', act: 'adopted', text: 'The referral was there already and was linked; none was created.' });
  pass.changed = true;
  return { ...situation, link, partner };
}

/**
 * A create that was cut off is looked for, whatever the opportunity says by now: a deal that was won or unticked meanwhile may have its
 * referral all the same. Throws PC_UNDECIDED_CREATE while the list may not show it yet.
 */
export async function findCutCreate(pass: Pass, situation: Situation): Promise<Situation> {
  const { engine } = pass;
  const { link, crm, partner } = situation;
  if (link.creatingSince === null || link.referralId !== null || !crm || partner) return situation;
  const found = await (situation.byReference ?? referralsFor(engine, crm.id, link));
  const [oldest] = found;
  if (oldest) return adopt(pass, situation, found, oldest);
  const notBefore = nextLook(link.creatingSince, engine.partner.listDelay, engine.system.now());
  if (notBefore !== null) throw new SyncError('PC_UNDECIDED_CREATE', { notBefore });
  return situation;
}

export async function createReferral(
  pass: Pass,
  situation: Situation,
  step: Extract<Step, { kind: 'create-referral' }>,
): Promise<StepOutcome> {
  const { engine, lease } = pass;
  const { crm } = situation;
  let { link } = situation;
  if (!crm) throw new SyncError('BUG', { message: 'create-referral without opportunity' });

  const [found, question] = await Promise.all([
    situation.byReference ?? referralsFor(engine, crm.id, link),
    link.creatingSince === null ? askTwin(engine, crm, link) : null,
  ]);
  const [oldest] = found;
  if (oldest) return { kind: 'done', situation: await adopt(pass, situation, found, oldest) };
  if (question) return { kind: 'waits', situation: { ...situation, link }, message: question.text, question };
  link = await begin(pass, link, sentBase(crm, step.deal));
  const result = await ending(pass, link, () => engine.partner.create(step.deal, sendBefore(link)));
  if (result.kind !== 'done' || !result.after) {
    link = await engine.store.checkpoint(lease, { ...link, creatingSince: null, base: null }, engine.system.now());
    if (result.kind === 'refused') return refuse(pass, { ...situation, link }, step, result);
    throw result.kind === 'stale' ? new SyncError('PC_STATE') : new SyncError('PC_ANSWER', { message: 'the create gave no referral' });
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

/**
 * A pair without a past (another environment), a request for help that was cut off, or a store that went back: Microsoft may have been asked
 * already, and the list not show it yet. Until it would, nothing is asked, and nothing is sent that is frozen since. Throws
 * PC_UNDECIDED_CREATE with the time of the next look.
 */
export async function waitForTheList({ partner: { listDelay }, store, system }: Engine, { link, crm, partner }: Situation): Promise<void> {
  if (!crm?.shared || !crm.deal.help || partner?.microsoftLeg !== 'none' || link.microsoftLegId !== null) return;
  const since = Math.max(
    link.base === null ? partner.createdAt : -Infinity,
    link.creatingSince ?? -Infinity,
    (await store.restoredAt()) ?? -Infinity,
  );
  const notBefore = nextLook(since, listDelay, system.now());
  if (notBefore !== null) throw new SyncError('PC_UNDECIDED_CREATE', { notBefore });
}

export async function createLeg(pass: Pass, situation: Situation, step: Extract<Step, { kind: 'create-leg' }>): Promise<StepOutcome> {
  const { engine, lease } = pass;
  if (!situation.partner) throw new SyncError('BUG', { message: 'create-leg without referral' });
  await waitForTheList(engine, situation);
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
