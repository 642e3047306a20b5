/** What Salesforce did not take of the write at the end of a pass: all of it, a part, or a value that came back different. */
import { printAuditLine, type AuditEntry } from '../domain/audit-line.ts';
import type { Deal, FieldName } from '../domain/deal.ts';
import { fields, sameValue } from '../domain/fields.ts';
import type { Plan } from '../domain/plan.ts';
import { catalogue, toSyncError } from '../errors.ts';
import { displayChanges, displayOf } from './display.ts';
import { describeChanges, fingerprint, linesToShow, note, raise, type Pass } from './pass.ts';
import type { AttentionChange, CrmDisplay, CrmSnapshot, CrmWrite, Link, RequestAnswer, WriteResult } from './ports.ts';
import { sellerOf, type Situation } from './situation.ts';
import { noteRefusedParts } from './step-outcome.ts';
import { rememberQuestions } from './untold.ts';

/** What Salesforce did not take although it took the row: cut, ignored, or refused for one field. */
export function noteNotTaken(
  pass: Pass,
  before: CrmSnapshot,
  after: CrmSnapshot,
  set: Deal,
  result: Extract<WriteResult<CrmSnapshot>, { kind: 'done' }>,
): void {
  noteRefusedParts(pass, result.refused, result.requestId);
  for (const field of Object.keys(set) as FieldName[]) {
    if (field === 'state' || result.refused.some((one) => one.field === field)) continue;
    if (sameValue(field, after.deal[field], set[field]) || !sameValue(field, after.deal[field], before.deal[field])) continue;
    note(pass, {
      way: 'to Salesforce',
      act: 'differs',
      result: 'waiting',
      text: `${fields[field].label}: Salesforce kept its own value (a formula, products or automation owns it).`,
    });
  }
}

/** What Salesforce did not take is known only after the write, so the opportunity hears of it in a second one. */
export async function tellNotTaken(
  pass: Pass,
  written: CrmSnapshot,
  {
    entries,
    display,
    attention,
  }: { readonly entries: readonly AuditEntry[]; readonly display: CrmDisplay; readonly attention: readonly AttentionChange[] },
): Promise<CrmSnapshot> {
  if (entries.length === 0 && Object.keys(display).length === 0 && attention.length === 0) return written;
  const again = await pass.engine.crm.write({
    id: written.id,
    basedOn: written,
    set: {},
    display,
    audit: [...entries].reverse().map(printAuditLine),
    answers: [],
    attention,
  });
  if (again.kind !== 'done') await reportInstead(pass, attention, []);
  return again.kind === 'done' && again.after ? again.after : written;
}

/** The opportunity cannot be written: the attention list has to do. */
async function reportInstead(
  { engine, lease }: Pass,
  attention: readonly AttentionChange[],
  answers: readonly RequestAnswer[],
): Promise<void> {
  if (attention.length === 0 && answers.length === 0) return;
  await engine.crm
    .report(attention, answers)
    .catch((error: unknown) =>
      engine.log.warn({ key: lease.key, code: toSyncError(error).code }, 'the refusal could not be shown in Salesforce'),
    );
}

/**
 * The org refused the row as a whole (validation rule, trigger, locked record). The values stay unsettled and are not tried again by
 * themselves; what happened is shown on the record where that is possible, else on an attention row.
 */
export async function tellRefusedWrite(
  pass: Pass,
  situation: Situation,
  plan: Plan,
  write: CrmWrite,
  result: Extract<WriteResult<CrmSnapshot>, { kind: 'refused' }>,
  set: Deal,
): Promise<{ readonly link: Link; readonly crm: CrmSnapshot }> {
  const { engine } = pass;
  const text = `${result.message}${result.fields.length > 0 ? ` (${result.fields.join(', ')})` : ''} ${catalogue[result.code].cure}`;
  note(pass, {
    way: 'to Salesforce',
    act: 'refused',
    result: 'refused',
    code: result.code,
    text,
    requestId: result.requestId,
    changes: describeChanges(engine, write.basedOn.deal, set, null),
  });
  const update = plan.steps.find((step) => step.kind === 'update-crm');
  const memo: { [key: string]: string } = update ? { 'memo:update-crm': fingerprint(update), 'memo:message': text } : {};
  let link: Link = { ...situation.link, openAttention: { ...situation.link.openAttention, ...memo } };
  link = raise(pass, link, {
    key: `${link.id}:refused`,
    kind: 'refused',
    field: null,
    crmValue:
      describeChanges(engine, write.basedOn.deal, set, null)
        .map((change) => `${change.field}: ${change.from ?? 'empty'}`)
        .join('; ') || null,
    partnerValue:
      describeChanges(engine, write.basedOn.deal, set, null)
        .map((change) => `${change.field}: ${change.to ?? 'empty'}`)
        .join('; ') || null,
    crmBy: null,
    partnerBy: sellerOf(situation),
    message: result.message,
    cure: catalogue[result.code].cure,
    cause: result.code,
    referralId: link.referralId,
    suggestions: [],
  });

  link = await rememberQuestions(pass, link);
  const display = displayChanges(write.basedOn.display, displayOf(pass, situation, plan, text));
  const again = await engine.crm.write({ ...write, set: {}, display, audit: linesToShow(pass), attention: pass.attention });
  if (again.kind !== 'done') await reportInstead(pass, pass.attention, write.answers);
  return { link, crm: again.kind === 'done' && again.after ? again.after : write.basedOn };
}
