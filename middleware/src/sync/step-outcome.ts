/** What a step of a plan led to, and what is remembered of a refusal. */
import type { Step } from '../domain/plan.ts';
import { fields } from '../domain/fields.ts';
import type { Confirmation } from '../domain/plan-confirm.ts';
import { catalogue } from '../errors.ts';
import { fingerprint, note, raise, type Pass } from './pass.ts';
import type { Link, RefusedField, WriteResult } from './ports.ts';
import type { Situation } from './situation.ts';

/** What a step led to: the world after it, or a refusal that a person has to cure. */
export type StepOutcome =
  | { readonly kind: 'done'; readonly situation: Situation }
  | { readonly kind: 'stale'; readonly situation: Situation }
  | { readonly kind: 'refused'; readonly situation: Situation; readonly message: string }
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
  const link = raise(pass, remember(situation.link, step), {
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
  return { kind: 'refused', situation: { ...situation, link }, message };
}

/** Parts Salesforce did not take although it took the row: a contact a duplicate rule kept out, a value the picklist lacks. */
export function noteRefusedParts(pass: Pass, refused: readonly RefusedField[], requestId: string | null): void {
  for (const { field, code, message } of refused) {
    const label = field === 'display' ? 'status fields' : fields[field].label;
    note(pass, {
      way: 'to Salesforce',
      act: 'refused',
      result: 'refused',
      code,
      text: `${label}: ${message} ${catalogue[code].cure}`,
      requestId,
    });
  }
}

/** The link with this step noted as refused. */
export function remember(link: Link, step: Step): Link {
  return { ...link, openAttention: { ...link.openAttention, [`memo:${step.kind}`]: fingerprint(step) } };
}

/** True when this very step was refused before and nobody asked to try it again. */
export function refusedBefore(pass: Pass, link: Link, step: Step): boolean {
  return pass.lease.priority !== 'person' && link.openAttention[`memo:${step.kind}`] === fingerprint(step);
}

export function forget(link: Link, step: Step): Link {
  const { [`memo:${step.kind}`]: _gone, ...openAttention } = link.openAttention;
  return { ...link, openAttention };
}
