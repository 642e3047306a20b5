/** The one write to the opportunity at the end of a pass; nothing is written when nobody would see a change. */
import type { AuditEntry } from '../domain/audit-line.ts';
import type { Deal, FieldName } from '../domain/deal.ts';
import { removedMeanwhile, withoutNewcomers } from '../domain/merge-list.ts';
import { fields, showValue } from '../domain/fields.ts';
import type { Plan } from '../domain/plan.ts';
import { catalogue } from '../errors.ts';
import { bothCarried, carriedBy, heldOf, versionOf, type Sending } from './carried.ts';
import { displayChanges, displayOf } from './display.ts';
import { noteNotTaken, tellNotTaken, tellRefusedWrite } from './not-taken.ts';
import { confidentialFields, describeChanges, linesToShow, note, raise, settle, type Pass } from './pass.ts';
import type { CrmDisplay, CrmWrite, Link, RequestAnswer } from './ports.ts';
import { sellerOf, type Situation } from './situation.ts';
import { raiseRefusedValues, refusedValues, withoutCured, withoutRefusedValues } from './refused-value.ts';
import { refusedBefore } from './step-outcome.ts';
import { sendWithin } from './send-within.ts';
import { rememberLosers, rememberQuestions, rememberSending, sendKnowing } from './untold.ts';

export type Written =
  | {
      readonly kind: 'done';
      readonly situation: Situation;
      readonly link: Link;
      readonly unsettled: readonly FieldName[];
      /** What the opportunity held when the plan was made, with what this pass wrote: the half of the base that is Salesforce's. */
      readonly held: Deal;
    }
  | { readonly kind: 'stale'; readonly link: Link };

/**
 * The reading after the write may show an edit that a person made meanwhile. Only what this pass wrote is taken from it (as Salesforce
 * keeps it); everything else stays as it was planned on, so that the edit is news to the next pass and is not taken for agreed. Nor is a
 * field that only this reading covers, because the mapping was mended meanwhile: nobody has compared it.
 */
function heldAfter(before: Deal, after: Deal, set: Deal): Deal {
  const wrote = Object.entries(after).filter(([field]) => field in set);
  const rows = lists.flatMap((field) => {
    const [was, wanted, is] = [before[field] ?? [], set[field] ?? [], after[field]];
    if (!(field in set) || !is) return [];
    return [[field, [...withoutNewcomers(is, [...was, ...wanted]), ...removedMeanwhile(was, wanted, is)]] as const];
  });
  return { ...before, ...Object.fromEntries(wrote), ...Object.fromEntries(rows) };
}

/** Fields that are rows of their own beside the opportunity. */
const lists = ['contacts', 'team', 'solutions'] as const;

const hasEntries = (value: object): boolean => Object.keys(value).length > 0;

/** Attention rows that follow from the plan: open questions; rows that no longer hold are closed. */
function raiseQuestions(pass: Pass, situation: Situation, plan: Plan, refusal: string | null): Link {
  const { crm } = situation;
  let { link } = situation;
  const keep = new Set<string>();
  const hidden = confidentialFields(pass.engine);
  for (const conflict of plan.conflicts.filter((one) => one.winner === null)) {
    const key = `${link.id}:conflict:${conflict.field}`;
    keep.add(key);
    const label = fields[conflict.field].label;
    link = raise(pass, link, {
      key,
      kind: 'conflict',
      field: conflict.field,
      crmValue: hidden.has(conflict.field) ? null : showValue(conflict.field, conflict.crm as never),
      partnerValue: hidden.has(conflict.field) ? null : showValue(conflict.field, conflict.partner as never),
      crmBy: crm?.changedBy ?? null,
      partnerBy: sellerOf(situation),
      message: `${label} was changed on both sides since they last agreed.`,
      cure: 'Choose which value to use.',
      cause: 'conflict',
      referralId: link.referralId,
      suggestions: [],
    });
  }
  for (const one of plan.confirms) {
    const key = `${link.id}:confirm:${one.door}`;
    keep.add(key);
    link = raise(pass, link, {
      key,
      kind: 'confirm',
      field: one.field,
      crmValue: null,
      partnerValue: null,
      crmBy: crm?.changedBy ?? null,
      partnerBy: null,
      message: one.text,
      cure: 'Review and confirm it in the panel.',
      cause: one.door,
      referralId: link.referralId,
      suggestions: [],
    });
  }
  if (plan.confirmed.length > 0) {
    const before = (link.openAttention['confirmed'] ?? '').split(',').filter((door) => door !== '');
    link = { ...link, openAttention: { ...link.openAttention, confirmed: [...new Set([...before, ...plan.confirmed])].join(',') } };
  }
  if (refusal !== null) keep.add(`${link.id}:refused`);
  return settle(pass, link, keep);
}

/** An audit entry when the standing changes to something a person has to know. */
function noteStanding(pass: Pass, plan: Plan, changes: CrmDisplay): void {
  if (!('syncState' in changes) && !('message' in changes)) return;
  const [finding] = plan.findings;
  if (plan.standing.kind === 'incomplete' && finding) {
    note(pass, {
      way: 'inside',
      act: 'missing',
      result: 'waiting',
      code: finding.code,
      text: plan.findings.map((one) => `${one.text} ${one.cure}`).join(' '),
    });
  }
  if (plan.standing.kind === 'stopped')
    note(pass, { way: 'inside', act: 'stopped', text: 'The tick was removed: nothing is sent or taken over.' });
  if (plan.standing.kind === 'on-hold' && 'holdUntil' in changes)
    note(pass, { way: 'inside', act: 'held', result: 'waiting', text: 'Won waits until the deal is 72 hours old.' });
  if (plan.standing.kind === 'asks') {
    const hidden = confidentialFields(pass.engine);
    const open = plan.conflicts.filter((one) => one.winner === null);
    note(pass, {
      way: 'inside',
      act: 'conflict',
      result: 'waiting',
      text: 'Both sides changed the same field; a person is asked.',
      changes: open.map((one) =>
        hidden.has(one.field)
          ? { field: fields[one.field].label }
          : {
              field: fields[one.field].label,
              from: showValue(one.field, one.crm as never),
              to: showValue(one.field, one.partner as never),
            },
      ),
    });
  }
}

function entryFor(pass: Pass, situation: Situation, plan: Plan, set: Deal, why: string): AuditEntry {
  const { crm } = situation;
  const shown: Deal = Object.fromEntries(Object.entries(set));
  return {
    at: pass.engine.system.now(),
    way: 'to Salesforce',
    act: 'updated',
    result: 'done',
    by: sellerOf(situation),
    changes: describeChanges(pass.engine, crm?.deal ?? {}, shown, plan),
    code: null,
    text: describeChanges(pass.engine, crm?.deal ?? {}, shown, plan).length > 0 ? null : why,
    requestId: null,
  };
}

/** Writes values, display, audit, answers and attention in one go. */
export async function writeOpportunity(pass: Pass, situation: Situation, plan: Plan, refusal: string | null): Promise<Written> {
  const { engine } = pass;
  const { crm } = situation;
  if (!crm) return withoutOpportunity(pass, situation);
  const silent = plan.standing.kind === 'not-shared' || (plan.standing.kind === 'stopped' && situation.link.referralId === null);

  const update = plan.steps.find((step) => step.kind === 'update-crm');
  const blocked = update !== undefined && refusedBefore(pass, situation.link, update);
  const wanted: Deal = update && !blocked ? update.set : {};
  const { set, refused: refusedEarlier } = withoutRefusedValues(pass, situation.link, wanted);
  const stuck = blocked && update ? (Object.keys(update.set) as FieldName[]) : refusedEarlier;
  const message = refusal ?? (stuck.length > 0 ? (situation.link.openAttention['memo:message'] ?? catalogue.CRM_REFUSED.text) : null);
  let link = silent
    ? situation.link
    : raiseQuestions(pass, { ...situation, link: withoutCured(situation.link, refusedEarlier) }, plan, message);
  const changes: CrmDisplay = silent ? {} : displayChanges(crm.display, displayOf(pass, situation, plan, message));
  noteStanding(pass, plan, changes);

  const answers = plan.answers.map((answer): RequestAnswer => {
    const refused = pass.refusedRequests.get(answer.id) ?? refusal;
    return refused && answer.outcome === 'Done' ? { ...answer, outcome: 'Refused', message: refused } : answer;
  });
  const lines = linesToShow(pass, hasEntries(set) && update ? [entryFor(pass, situation, plan, set, update.why)] : []);
  const nothing = !hasEntries(set) && !hasEntries(changes) && lines.length === 0 && answers.length === 0 && pass.attention.length === 0;
  if (nothing) return { kind: 'done', situation, link, unsettled: stuck, held: crm.deal };

  if (hasEntries(set)) link = await rememberLosers(pass, { ...situation, link }, plan, set);
  link = await rememberQuestions(pass, link);
  const moved = pass.changed || hasEntries(set);
  const write: CrmWrite = {
    id: crm.id,
    basedOn: crm,
    set,
    display: moved && !silent ? { ...changes, lastSynced: new Date(engine.system.now()).toISOString() } : changes,
    audit: lines,
    answers,
    attention: pass.attention,
  };
  const sending: Sending = { to: 'crm', values: heldOf(set, situation.partner?.deal ?? {}), onto: versionOf(crm) };
  const sendBefore = engine.system.now() + sendWithin;
  link = await rememberSending(
    pass,
    link,
    sending,
    lists.some((field) => field in set),
  );
  const result = await sendKnowing(pass, () => engine.crm.write({ ...write, sendBefore }));
  pass.losing = null;
  if (result.kind === 'stale') {
    pass.attention.length = 0;
    // questions are asked anew; what was written down to be put back stays
    return { kind: 'stale', link: { ...situation.link, losers: link.losers, version: link.version } };
  }
  if (result.kind === 'gone')
    return { kind: 'done', situation: { ...situation, crm: null, crmGone: result.why }, link, unsettled: [], held: crm.deal };
  if (result.kind === 'refused') {
    const refusedSet = update?.set ?? {};
    const told = await tellRefusedWrite(pass, { ...situation, link }, plan, write, result, refusedSet);
    return {
      kind: 'done',
      situation: { ...situation, crm: told.crm },
      link: told.link,
      unsettled: Object.keys(refusedSet) as FieldName[],
      held: crm.deal,
    };
  }

  if (hasEntries(set) && update) {
    const taken: Deal = Object.fromEntries(Object.entries(set).filter(([field]) => !result.refused.some((one) => one.field === field)));
    if (hasEntries(taken)) pass.audit.push(entryFor(pass, situation, plan, taken, update.why));
    pass.changed = true;
    pass.carried = bothCarried(
      pass.carried,
      carriedBy(
        sending,
        result.after?.deal ?? {},
        result.refused.map(({ field }) => field),
      ),
    );
    const { 'memo:update-crm': _gone, ...openAttention } = link.openAttention;
    link = { ...link, openAttention };
  }
  const written = result.after ?? crm;
  const [told, raised] = [pass.audit.length, pass.attention.length];
  noteNotTaken(pass, crm, written, set, result);
  const refused = refusedValues(result.refused);
  let display: CrmDisplay = {};
  if (refused.length > 0) {
    const telling = raiseRefusedValues(pass, { ...situation, link }, set, refused, message);
    link = await rememberQuestions(pass, telling.link);
    display = displayChanges(written.display, displayOf(pass, situation, plan, telling.message));
  }
  const after = await tellNotTaken(pass, written, { entries: pass.audit.slice(told), display, attention: pass.attention.slice(raised) });
  return {
    kind: 'done',
    situation: { ...situation, crm: after },
    link,
    unsettled: [...stuck, ...refused.map(({ field }) => field)],
    held: heldAfter(crm.deal, after.deal, set),
  };
}

/** No opportunity to write on: attention rows carry what people have to see. */
async function withoutOpportunity(pass: Pass, situation: Situation): Promise<Written> {
  const link = await rememberQuestions(pass, situation.link);
  if (pass.attention.length > 0) await pass.engine.crm.report(pass.attention, []);
  return { kind: 'done', situation: { ...situation, link }, link, unsettled: [], held: {} };
}
