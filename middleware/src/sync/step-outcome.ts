/** What a step of a plan led to, and what is remembered of a refusal. */
import type { Deal, FieldName } from '../domain/deal.ts';
import type { Step } from '../domain/plan.ts';
import { fields } from '../domain/fields.ts';
import type { Confirmation } from '../domain/plan-confirm.ts';
import { catalogue } from '../errors.ts';
import { confidentialFields, fingerprint, note, raise, type Pass } from './pass.ts';
import type { Link, RefusedField, WriteResult } from './ports.ts';
import type { Situation } from './situation.ts';

/** What a step led to: the world after it, or a refusal that a person has to cure. */
export type StepOutcome =
  | { readonly kind: 'done'; readonly situation: Situation }
  | { readonly kind: 'stale'; readonly situation: Situation }
  /** `fields` are those the refusal names: the rest of the step can go without them. Empty: nobody knows which. */
  | { readonly kind: 'refused'; readonly situation: Situation; readonly message: string; readonly fields: readonly FieldName[] }
  /** Only the request is refused; the deal stands as it did. */
  | { readonly kind: 'request-refused'; readonly situation: Situation; readonly requestId: string; readonly message: string }
  | { readonly kind: 'waits'; readonly situation: Situation; readonly message: string; readonly question?: Confirmation };

type Refusal = Extract<WriteResult<unknown>, { kind: 'refused' }>;

/** What was refused, why, and the cure, in the audit and for people. */
function noteRefusal(pass: Pass, result: Refusal, toPartner: boolean): string {
  const named = result.fields.map((field) => (field in fields ? fields[field as keyof typeof fields].label : field)).join(', ');
  const message = `${result.message}${named ? ` (${named})` : ''} ${catalogue[result.code].cure}`;
  note(pass, {
    way: toPartner ? 'to Partner Center' : 'to Salesforce',
    act: 'refused',
    result: 'refused',
    code: result.code,
    text: message,
    requestId: result.requestId,
  });
  return message;
}

/** A write that a request asked for and the other side refused: that is the answer to the request. */
export const refuseRequest = (pass: Pass, situation: Situation, requestId: string, result: Refusal): StepOutcome => ({
  kind: 'request-refused',
  situation,
  requestId,
  message: noteRefusal(pass, result, true),
});

/** A write the other side refused: remembered by its content, so that the same one is not tried again by itself. */
export function refuse(pass: Pass, situation: Situation, step: Step, result: Refusal): StepOutcome {
  const toPartner = step.kind !== 'create-opportunity' && step.kind !== 'create-lead' && step.kind !== 'update-crm';
  const message = noteRefusal(pass, result, toPartner);
  const named = fieldsNamed(step, result);
  const link = raise(pass, remember(situation.link, step, named), {
    key: `${situation.link.id}:refused`,
    kind: 'refused',
    field: null,
    crmValue: null,
    partnerValue: null,
    crmBy: null,
    partnerBy: null,
    message: result.message,
    cure: catalogue[result.code].cure,
    cause: result.code,
    referralId: situation.link.referralId,
    suggestions: [],
  });
  return { kind: 'refused', situation: { ...situation, link }, message, fields: named };
}

/** Parts Salesforce did not take although it took the row: a contact a duplicate rule kept out, a value the picklist lacks. */
export function noteRefusedParts(pass: Pass, refused: readonly RefusedField[], requestId: string | null): void {
  for (const one of refused) {
    const { why, cure } = tellRefused(pass, one);
    note(pass, { way: 'to Salesforce', act: 'refused', result: 'refused', code: one.code, text: `${why} ${cure}`, requestId });
  }
}

/** Why a part was refused and what to do. Salesforce repeats the value in its message, so that of a confidential field is not told. */
export function tellRefused(pass: Pass, { field, code, message }: RefusedField): { readonly why: string; readonly cure: string } {
  const { text, cure } = catalogue[code];
  if (field === 'display') return { why: `status fields: ${message}`, cure };
  return { why: `${fields[field].label}: ${confidentialFields(pass.engine).has(field) ? text : message}`, cure };
}

type PatchStep = Extract<Step, { kind: 'patch-referral' }>;
const memoOf = (field: string): string => `memo:field:${field}`;

/** Fields of the change that the refusal names; state and reason travel together. */
function fieldsNamed(step: Step, { fields: named }: Refusal): readonly FieldName[] {
  if (step.kind !== 'patch-referral') return [];
  const sent = Object.keys(step.set) as FieldName[];
  const move: readonly FieldName[] = ['state', 'stateReason'];
  const moves = named.some((field) => move.includes(field as FieldName));
  return sent.filter((field) => named.includes(field) || (moves && move.includes(field)));
}

/** The link with this step noted as refused, or only the fields of it that the refusal names. */
export function remember(link: Link, step: Step, named: readonly FieldName[] = []): Link {
  const memos =
    step.kind === 'patch-referral' && named.length > 0
      ? Object.fromEntries(named.map((field) => [memoOf(field), fingerprint(step.set[field])]))
      : { [`memo:${step.kind}`]: fingerprint(step) };
  return { ...link, openAttention: { ...link.openAttention, ...memos } };
}

/** True when this very step was refused before and nobody asked to try it again. */
export function refusedBefore(pass: Pass, link: Link, step: Step): boolean {
  return pass.lease.priority !== 'person' && link.openAttention[`memo:${step.kind}`] === fingerprint(step);
}

/** A change without the fields that were refused with this very value, in this pass or, unless a person asks, in an earlier one. */
export function withoutRefused(pass: Pass, link: Link, step: PatchStep, refusedNow: ReadonlySet<FieldName>): PatchStep {
  const refused = (field: FieldName): boolean =>
    refusedNow.has(field) || (pass.lease.priority !== 'person' && link.openAttention[memoOf(field)] === fingerprint(step.set[field]));
  const kept = Object.entries(step.set).filter(([field]) => !refused(field as FieldName));
  if (kept.length === Object.keys(step.set).length) return step;
  const set: Deal = Object.fromEntries(kept);
  return { ...step, set, act: 'state' in set ? step.act : 'update' };
}

export function forget(link: Link, step: Step): Link {
  const done = new Set([`memo:${step.kind}`, ...(step.kind === 'patch-referral' ? Object.keys(step.set).map(memoOf) : [])]);
  return { ...link, openAttention: Object.fromEntries(Object.entries(link.openAttention).filter(([key]) => !done.has(key))) };
}
