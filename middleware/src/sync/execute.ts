/** Carries out one step of a plan on the partner side or makes the opportunity; returns the new situation. */
import type { AuditAct } from '../domain/audit-line.ts';
import type { Plan, Step } from '../domain/plan.ts';
import { SyncError } from '../errors.ts';
import { bothCarried, carriedBy, heldOf, versionOf, withCarried, type Sending } from './carried.ts';
import { createLead, createOpportunity } from './create-in-crm.ts';
import { createLeg, createReferral } from './create-in-partner-center.ts';
import { describeChanges, note, type Pass } from './pass.ts';
import type { PartnerSnapshot } from './ports.ts';
import type { Situation } from './situation.ts';
import { forget, refuse, refuseRequest, type StepOutcome } from './step-outcome.ts';
import { unlink } from './unlink.ts';
import { rememberSending, sendKnowing } from './untold.ts';

const actOf: { readonly [A in Extract<Step, { kind: 'patch-referral' }>['act']]: AuditAct } = {
  update: 'updated',
  accept: 'accepted',
  decline: 'declined',
  win: 'won',
  lose: 'lost',
  retire: 'retired',
};

async function patchReferral(
  pass: Pass,
  given: Situation,
  step: Extract<Step, { kind: 'patch-referral' }>,
  plan: Plan,
): Promise<StepOutcome> {
  const { engine } = pass;
  const { partner, crm } = given;
  if (!partner) throw new SyncError('BUG', { message: 'patch without referral' });
  const sending: Sending = { to: 'partner', values: heldOf(step.set, crm?.deal ?? {}), onto: versionOf(partner) };
  const situation: Situation = { ...given, link: await rememberSending(pass, given.link, sending) };
  const result = await sendKnowing(pass, () => engine.partner.patch({ basedOn: partner, set: step.set }));
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
