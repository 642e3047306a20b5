/** A deal that came from Partner Center becomes an opportunity or a Lead record, unless people have to decide first. */
import { printAuditLine } from '../domain/audit-line.ts';
import { baseOfNew } from '../domain/money.ts';
import type { Plan, Step } from '../domain/plan.ts';
import { SyncError } from '../errors.ts';
import { askDuplicate, chosenRecord } from './ask-duplicate.ts';
import { displayOf } from './display.ts';
import { isBeingMade } from './list-delay.ts';
import { heldWhenMade, rememberMaking } from './making.ts';
import { confidentialFields, describeChanges, note, raise, settle, tellOnce, type Pass } from './pass.ts';
import type { Link, PartnerSnapshot, WriteResult } from './ports.ts';
import { sendWithin } from './send-within.ts';
import type { Situation } from './situation.ts';
import { refusedValues, withoutRefusedIn } from './refused-value.ts';
import { forget, noteRefusedParts, refuse, type StepOutcome } from './step-outcome.ts';
import { quoteName, tellName } from './tell-name.ts';

/** Words for the customer, for the lease that serialises creates of one customer. */
const customerKey = (step: Extract<Step, { kind: 'create-opportunity' }>): string =>
  [step.deal.customerDuns, step.deal.customerName, step.deal.customerPostalCode, step.deal.customerCountry]
    .map((part) => (part ?? '').trim().toLowerCase())
    .join('|');

export async function createOpportunity(
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
  const asNew = link.openAttention['decision'] === 'keep-as-new';
  const accountId = chosenRecord(link, 'account');

  if (matching !== 'always-create' && !asNew && accountId === null) {
    const matches = await engine.crm.findMatches(partner.deal);
    const [best, second] = matches;
    if (
      matching === 'link-when-certain' &&
      link.openAttention.undone === undefined &&
      best &&
      best.score >= 90 &&
      (second?.score ?? 0) < 70
    ) {
      const [read, other] = await Promise.all([
        engine.crm.read(best.opportunityId),
        engine.store.linkByOpportunity(engine.orgId, best.opportunityId),
      ]);
      // once it is certain, the opportunity resembles nothing any more, or is free
      if (isBeingMade(other)) throw new SyncError('PC_UNDECIDED_CREATE', { notBefore: engine.system.now() + engine.partner.listDelay });
      if (read.kind === 'found' && !read.snapshot.referralId) {
        link = { ...link, opportunityId: best.opportunityId, openAttention: { ...link.openAttention, decision: 'link' } };
        note(pass, {
          way: 'to Salesforce',
          act: 'linked',
          text: `Linked to the existing opportunity ${quoteName(engine, best.name)}: ${best.reasons.join(', ')}.`,
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
        // a deal may be known by two halves that become one: it is one question all the same
        key: `${partner.referralId}:match`,
        kind: 'match',
        field: null,
        crmValue: null,
        partnerValue: confidentialFields(engine).has('name') ? null : (partner.deal.name ?? null),
        crmBy: null,
        partnerBy: partner.deal.microsoftSeller ?? null,
        message: `"${tellName(engine, 'name', partner.deal.name, 'A deal')}" came from Partner Center and resembles ${matches.length === 1 ? 'an opportunity you have' : `${matches.length} opportunities you have`}.`,
        cure: 'Link it to one of them, or keep it as a new opportunity.',
        cause: 'match',
        referralId: partner.referralId,
        suggestions: matches.map((one) => ({ ...one, name: tellName(engine, 'name', one.name, one.opportunityId) })),
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
    link = await rememberMaking(pass, link, { sent: step.deal, partner: partner.deal });
    situation = { ...situation, link };
    const result = await engine.crm.create({
      referralId: partner.referralId,
      engagementId: partner.engagementId,
      deal: step.deal,
      display: displayOf(pass, situation, plan),
      audit: [printAuditLine(entry)],
      matchKey: customerKey(step),
      accountId,
      allowDuplicates: asNew,
    });
    if (result.kind === 'refused')
      return result.duplicates ? askDuplicate(pass, situation, step, result.duplicates) : refuse(pass, situation, step, result);
    if (result.kind !== 'done' || !result.after) return { kind: 'stale', situation };
    const crm = result.after;
    const refused = result.refused.map(({ field }) => field);
    link = {
      ...forget(link, step),
      opportunityId: crm.id,
      base: withoutRefusedIn(baseOfNew(heldWhenMade(crm, step.deal, partner.deal, refused), partner.deal), refusedValues(result.refused)),
      state: 'open',
      lastSyncedAt: engine.system.now(),
    };
    link = tellNewDeal(pass, link, crm.id, partner);
    link = await engine.store.checkpoint(lease, link, engine.system.now());
    pass.audit.push(entry);
    pass.shown.add(entry);
    noteRefusedParts(pass, result.refused, result.requestId);
    return { kind: 'done', situation: { ...situation, link, crm } };
  } finally {
    await engine.store.unlock(lock, lease.token);
  }
}

/** The owner hears of the new opportunity. */
export const tellNewDeal = (pass: Pass, link: Link, recordId: string, { deal, incoming }: PartnerSnapshot): Link =>
  tellOnce(pass, link, 'new_deal', {
    kind: 'new_deal',
    recordId,
    title: incoming ? 'New deal from Microsoft' : 'New deal from Partner Center',
    body: `${tellName(pass.engine, 'name', deal.name, 'A deal')} for ${tellName(pass.engine, 'customerName', deal.customerName, 'a customer')}${incoming ? ': accept or decline it.' : '.'}`,
  });

/** A lead that is kept as a Lead record until it is accepted. */
export async function createLead(pass: Pass, situation: Situation, step: Extract<Step, { kind: 'create-lead' }>): Promise<StepOutcome> {
  const { engine, lease } = pass;
  const { partner } = situation;
  if (!partner) throw new SyncError('BUG', { message: 'create-lead without referral' });
  const sendBefore = engine.system.now() + sendWithin;
  const asked = await engine.store.checkpoint(lease, situation.link, engine.system.now());
  const chosen = chosenRecord(asked, 'lead');
  const allowDuplicates = asked.openAttention['decision'] === 'keep-as-new';
  const result: WriteResult<string> =
    chosen === null
      ? await engine.crm.createLead({ referralId: partner.referralId, deal: step.deal, allowDuplicates, sendBefore })
      : { kind: 'done', after: chosen, requestId: null, refused: [] };
  if (result.kind === 'refused')
    return result.duplicates
      ? askDuplicate(pass, { ...situation, link: asked }, step, result.duplicates)
      : refuse(pass, { ...situation, link: asked }, step, result);
  if (result.kind !== 'done' || !result.after) return { kind: 'stale', situation: { ...situation, link: asked } };
  const before = settle(pass, forget(asked, step), new Set());
  const link = await engine.store.checkpoint(
    lease,
    { ...before, openAttention: { ...before.openAttention, lead: result.after } },
    engine.system.now(),
  );
  if (chosen === null)
    note(pass, { way: 'to Salesforce', act: 'created', text: step.why, changes: describeChanges(engine, {}, step.deal, null) });
  else note(pass, { way: 'to Salesforce', act: 'linked', text: 'The Lead record that was there already stands for it.' });
  return { kind: 'done', situation: { ...situation, link } };
}
