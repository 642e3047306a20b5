/** Carries out one step of a plan on the partner side or makes the opportunity; returns the new situation. */
import type { Base, Deal, FieldName } from '../domain/deal.ts';
import type { Plan, Step } from '../domain/plan.ts';
import type { AuditAct } from '../domain/audit-line.ts';
import { fields } from '../domain/fields.ts';
import { baseOfNew } from '../domain/money.ts';
import { SyncError, catalogue } from '../errors.ts';
import { printAuditLine } from '../domain/audit-line.ts';
import type { Confirmation } from '../domain/plan-confirm.ts';
import { askTwin } from './ask-twin.ts';
import { displayOf } from './display.ts';
import { describeChanges, fingerprint, note, raise, tellOnce, type Pass } from './pass.ts';
import type { CrmSnapshot, Link, PartnerSnapshot, WriteResult } from './ports.ts';
import type { Situation } from './situation.ts';
import { unlink } from './unlink.ts';

/** What a step led to: the world after it, or a refusal that a person has to cure. */
export type StepOutcome =
  | { readonly kind: 'done'; readonly situation: Situation }
  | { readonly kind: 'stale'; readonly situation: Situation }
  | { readonly kind: 'refused'; readonly situation: Situation; readonly message: string }
  | { readonly kind: 'waits'; readonly situation: Situation; readonly message: string; readonly question?: Confirmation };

/** A full minute beyond the list delay must pass before a create that was cut is repeated (entra-and-webhooks §7). */
const quietTime = (pass: Pass): number => pass.engine.partner.listDelay;

const actOf: { readonly [A in Extract<Step, { kind: 'patch-referral' }>['act']]: AuditAct } = {
  update: 'updated',
  accept: 'accepted',
  decline: 'declined',
  win: 'won',
  lose: 'lost',
  retire: 'retired',
};

/** A write the other side refused: remembered by its content, so that the same one is not tried again by itself. */
function refuse(pass: Pass, situation: Situation, step: Step, result: Extract<WriteResult<unknown>, { kind: 'refused' }>): StepOutcome {
  const named = result.fields.map((field) => (field in fields ? fields[field as keyof typeof fields].label : field)).join(', ');
  const message = `${result.message}${named ? ` (${named})` : ''} ${catalogue[result.code].cure}`;
  const toPartner = step.kind !== 'create-opportunity' && step.kind !== 'create-lead' && step.kind !== 'update-crm';
  note(pass, {
    way: toPartner ? 'to Partner Center' : 'to Salesforce',
    act: 'refused',
    result: 'refused',
    code: result.code,
    text: message,
    requestId: result.requestId,
  });
  let link: Link = { ...situation.link, openAttention: { ...situation.link.openAttention, [`memo:${step.kind}`]: fingerprint(step) } };
  link = raise(pass, link, {
    key: `${link.id}:refused`,
    kind: 'refused',
    field: null,
    crmValue: null,
    partnerValue: null,
    crmBy: null,
    partnerBy: null,
    message: result.message,
    cure: catalogue[result.code].cure,
    cause: result.code,
    referralId: link.referralId,
    suggestions: [],
  });
  return { kind: 'refused', situation: { ...situation, link }, message };
}

/** True when this very step was refused before and nobody asked to try it again. */
export function refusedBefore(pass: Pass, link: Link, step: Step): boolean {
  return pass.lease.priority !== 'person' && link.openAttention[`memo:${step.kind}`] === fingerprint(step);
}

function forget(link: Link, step: Step): Link {
  const { [`memo:${step.kind}`]: _gone, ...openAttention } = link.openAttention;
  return { ...link, openAttention };
}

/**
 * Writes down that a create begins, and what both sides will have agreed on when it succeeds: should this process die before the answer
 * comes, later edits are told apart from what was sent. Throws while an earlier create may still be on its way into the list.
 */
function begin(pass: Pass, link: Link, base: Base | null): Promise<Link> {
  const { engine, lease } = pass;
  const now = engine.system.now();
  if (link.creatingSince !== null && now < link.creatingSince + quietTime(pass)) {
    throw new SyncError('PC_UNDECIDED_CREATE', { notBefore: link.creatingSince + quietTime(pass) });
  }
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

  const found = await engine.partner.findByReference(crm.id, link.creatingSince ?? now - 86_400_000);
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
    link = { ...forget(link, step), referralId: oldest.referralId, engagementId: oldest.engagementId, creatingSince: null };
    link = await engine.store.checkpoint(lease, link, now);
    note(pass, { way: 'to Partner Center', act: 'adopted', text: 'The referral was there already and was linked; none was created.' });
    pass.changed = true;
    return { kind: 'done', situation: { ...situation, link, partner: oldest } };
  }
  const question = link.creatingSince === null ? await askTwin(engine, crm, link) : null;
  if (question) return { kind: 'waits', situation: { ...situation, link }, message: question.text, question };
  link = await begin(pass, link, sentBase(crm, step.deal));
  const result = await ending(pass, link, () => engine.partner.create(step.deal));
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
  const started = await begin(pass, situation.link, situation.link.base);
  const result = await ending(pass, started, () => engine.partner.createMicrosoftLeg(situation.partner as PartnerSnapshot, step.deal));
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
  situation: Situation,
  step: Extract<Step, { kind: 'patch-referral' }>,
  plan: Plan,
): Promise<StepOutcome> {
  const { engine } = pass;
  const { partner, crm } = situation;
  if (!partner) throw new SyncError('BUG', { message: 'patch without referral' });
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
  const carried =
    result.after.microsoftLeg === 'unread'
      ? { microsoftLeg: partner.microsoftLeg, deal: { ...pickMicrosoft(partner), ...result.after.deal } }
      : {};
  return { kind: 'done', situation: { ...situation, link: forget(situation.link, step), partner: { ...result.after, ...carried } } };
}

/** What an earlier reading in this pass learnt of Microsoft's leg. */
const pickMicrosoft = (partner: PartnerSnapshot): object =>
  Object.fromEntries(
    Object.entries(partner.deal).filter(([field]) => field.startsWith('microsoft') || field === 'help' || field === 'noteToMicrosoft'),
  );

/** Words for the customer, for the lease that serialises creates of one customer. */
const customerKey = (step: Extract<Step, { kind: 'create-opportunity' }>): string =>
  [step.deal.customerDuns, step.deal.customerName, step.deal.customerPostalCode, step.deal.customerCountry]
    .map((part) => (part ?? '').trim().toLowerCase())
    .join('|');

async function createOpportunity(
  pass: Pass,
  situation: Situation,
  step: Extract<Step, { kind: 'create-opportunity' }>,
  plan: Plan,
): Promise<StepOutcome> {
  const { engine, lease } = pass;
  const { partner } = situation;
  let { link } = situation;
  if (!partner) throw new SyncError('BUG', { message: 'create-opportunity without referral' });
  const { matching } = engine.mapping().settings;
  const decided = link.openAttention.decision;

  if (matching !== 'always-create' && decided !== 'keep-as-new') {
    const matches = await engine.crm.findMatches(partner.deal);
    const [best, second] = matches;
    if (
      matching === 'link-when-certain' &&
      link.openAttention.undone === undefined &&
      best &&
      best.score >= 90 &&
      (second?.score ?? 0) < 70
    ) {
      const read = await engine.crm.read(best.opportunityId);
      if (read.kind === 'found' && !read.snapshot.referralId) {
        link = { ...link, opportunityId: best.opportunityId, openAttention: { ...link.openAttention, decision: 'link' } };
        note(pass, {
          way: 'to Salesforce',
          act: 'linked',
          text: `Linked to the existing opportunity "${best.name}": ${best.reasons.join(', ')}.`,
        });
        pass.changed = true;
        return {
          kind: 'done',
          situation: {
            ...situation,
            link: await engine.store.checkpoint(lease, link, engine.system.now()),
            crm: { ...read.snapshot, shared: true },
          },
        };
      }
    }
    if (best) {
      link = raise(pass, link, {
        key: `${link.id}:match`,
        kind: 'match',
        field: null,
        crmValue: null,
        partnerValue: partner.deal.name ?? null,
        crmBy: null,
        partnerBy: partner.deal.microsoftSeller ?? null,
        message: `"${partner.deal.name ?? 'A deal'}" came from Partner Center and resembles ${matches.length === 1 ? 'an opportunity you have' : `${matches.length} opportunities you have`}.`,
        cure: 'Link it to one of them, or keep it as a new opportunity.',
        cause: 'match',
        referralId: partner.referralId,
        suggestions: matches,
      });
      return { kind: 'waits', situation: { ...situation, link }, message: 'Waiting for a decision: link or keep as new.' };
    }
  }

  const lock = `customer:${customerKey(step)}`;
  if (!(await engine.store.tryLock(lock, lease.token, 60_000, engine.system.now()))) {
    throw new SyncError('CRM_ROW_LOCKED', { message: 'another deal of this customer is being created' });
  }
  try {
    const entry = {
      at: engine.system.now(),
      way: 'to Salesforce',
      act: 'created',
      result: 'done',
      by: partner.deal.microsoftSeller ?? null,
      changes: describeChanges(engine, {}, step.deal, null),
      code: null,
      text: step.why,
      requestId: null,
    } as const;
    const result = await engine.crm.create({
      referralId: partner.referralId,
      engagementId: partner.engagementId,
      deal: step.deal,
      display: displayOf(pass, situation, plan),
      audit: [printAuditLine(entry)],
      matchKey: customerKey(step),
    });
    if (result.kind === 'refused') return refuse(pass, situation, step, result);
    if (result.kind !== 'done' || !result.after) return { kind: 'stale', situation };
    const crm = result.after;
    link = {
      ...forget(link, step),
      opportunityId: crm.id,
      base: baseOfNew(crm.deal, partner.deal),
      state: 'open',
      lastSyncedAt: engine.system.now(),
    };
    link = tellOnce(pass, link, 'new_deal', {
      kind: 'new_deal',
      recordId: crm.id,
      title: partner.incoming ? 'New deal from Microsoft' : 'New deal from Partner Center',
      body: `${partner.deal.name ?? 'A deal'} for ${partner.deal.customerName ?? 'a customer'}${partner.incoming ? ': accept or decline it.' : '.'}`,
    });
    link = await engine.store.checkpoint(lease, link, engine.system.now());
    pass.audit.push(entry);
    return { kind: 'done', situation: { ...situation, link, crm } };
  } finally {
    await engine.store.unlock(lock, lease.token);
  }
}

/** A lead that is kept as a Lead record until it is accepted. */
async function createLead(pass: Pass, situation: Situation, step: Extract<Step, { kind: 'create-lead' }>): Promise<StepOutcome> {
  const { engine, lease } = pass;
  if (!situation.partner) throw new SyncError('BUG', { message: 'create-lead without referral' });
  const result = await engine.crm.createLead({ referralId: situation.partner.referralId, deal: step.deal });
  if (result.kind === 'refused') return refuse(pass, situation, step, result);
  if (result.kind !== 'done' || !result.after) return { kind: 'stale', situation };
  const before = forget(situation.link, step);
  const link = await engine.store.checkpoint(
    lease,
    { ...before, openAttention: { ...before.openAttention, lead: result.after } },
    engine.system.now(),
  );
  note(pass, { way: 'to Salesforce', act: 'created', text: step.why, changes: describeChanges(engine, {}, step.deal, null) });
  return { kind: 'done', situation: { ...situation, link } };
}

async function undoLink(pass: Pass, situation: Situation, step: Extract<Step, { kind: 'unlink' }>): Promise<StepOutcome> {
  const result = await unlink(pass, situation, step);
  return result.kind === 'done' ? result : { kind: 'stale', situation };
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
    case 'unlink':
      return undoLink(pass, situation, step);
    case 'create-opportunity':
      return createOpportunity(pass, situation, step, plan);
  }
}
