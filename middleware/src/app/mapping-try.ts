/** What the mapping makes of one opportunity, field by field: `cosell mapping try`. */
import type { Deal, FieldName } from '../domain/deal.ts';
import { fields, sameValue, showValue } from '../domain/fields.ts';
import type { FieldRule, Mapping } from '../domain/mapping.ts';
import type { Plan, Step } from '../domain/plan.ts';
import { differenceWords } from './difference-words.ts';
import type { Situation } from '../sync/situation.ts';

/** One line of the table. Values are shown texts; null is empty. */
export interface TriedField {
  readonly field: string;
  readonly record: string;
  readonly path: string;
  readonly salesforce: string | null;
  readonly produces: string | null;
  readonly partnerCenter: string | null;
  readonly happens: 'same' | 'sent' | 'taken over' | 'asks' | 'differs' | 'waits' | 'left out';
  readonly why: string;
}

export const hiddenText = '(confidential)';

type Verdict = Pick<TriedField, 'happens' | 'why'>;
type SendingStep = Extract<Step, { readonly kind: keyof typeof stepWords }>;

const stepWords = {
  'create-referral': 'The referral would be created with it.',
  'create-leg': 'It would go to Microsoft with the request for help.',
  'patch-referral': 'It changed in Salesforce since both sides last agreed.',
} as const;

const sends = (step: Step, field: FieldName): step is SendingStep =>
  step.kind in stepWords && field in ('set' in step ? step.set : 'deal' in step ? step.deal : {});

/** Why a field that differs, or is not there yet, stays as it is. */
function reasonToStay(rule: FieldRule, situation: Situation): Verdict {
  if (rule.direction === 'off') return { happens: 'left out', why: 'The record is switched off.' };
  if (!situation.partner) {
    if (rule.direction === 'to-crm') return { happens: 'left out', why: 'It comes from Partner Center only.' };
    if (!rule.onCreate) return { happens: 'waits', why: 'On Create is not ticked: it is sent with a later change.' };
    return { happens: 'waits', why: 'Nothing is sent before the deal is complete.' };
  }
  return { happens: 'differs', why: 'Both sides have held these values since they last agreed; the next change on either side decides.' };
}

function judge(rule: FieldRule, situation: Situation, plan: Plan): Verdict {
  const { field } = rule;
  const [crm, partner] = [situation.crm?.deal ?? {}, situation.partner?.deal ?? {}];
  const finding = plan.findings.find((one) => one.field === field);
  if (finding) return { happens: 'waits', why: `${finding.text} ${finding.cure}` };
  const conflict = plan.conflicts.find((one) => one.field === field);
  const both = conflict ? 'Both sides changed it; ' : '';
  if (conflict?.winner === null) return { happens: 'asks', why: 'Both sides changed it; a person is asked in the panel.' };
  const sending = plan.steps.find((step): step is SendingStep => sends(step, field));
  if (sending) return { happens: 'sent', why: conflict ? `${both}Salesforce owns it.` : stepWords[sending.kind] };
  const taking = plan.steps.find((step) => step.kind === 'update-crm' && field in step.set);
  if (taking)
    return {
      happens: 'taken over',
      why: conflict ? `${both}Partner Center owns it.` : 'It changed in Partner Center since both sides last agreed.',
    };
  const difference = plan.differences.find((one) => one.field === field);
  if (difference) return { happens: 'differs', why: differenceWords[difference.why] };
  if (situation.partner && field in crm && field in partner && sameValue(field, crm[field] as never, partner[field] as never)) {
    return { happens: 'same', why: 'Both sides hold the same.' };
  }
  if (rule.direction === 'off') return { happens: 'left out', why: 'Its mapping record is switched off.' };
  if (!(field in crm)) return { happens: 'left out', why: 'The org does not have this field, or the integration user may not see it.' };
  return reasonToStay(rule, situation);
}

function rawText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Order of the deal's fields, as everywhere else. */
const inOrder = (rules: readonly FieldRule[]): readonly FieldRule[] => {
  const order = Object.keys(fields);
  return [...rules].sort((a, b) => order.indexOf(a.field) - order.indexOf(b.field));
};

/**
 * @param raw the values as Salesforce holds them; lists have none and show what they produce
 */
export function tryFields(
  situation: Situation,
  plan: Plan,
  mapping: Mapping,
  raw: { readonly [F in FieldName]?: unknown },
): readonly TriedField[] {
  const show = (rule: FieldRule, deal: Deal | undefined): string | null => {
    const text = deal ? showValue(rule.field, deal[rule.field] as never) : null;
    return rule.confidential && text !== null ? hiddenText : text;
  };
  return inOrder(mapping.fields).map((rule) => {
    const given = rule.field in raw ? rawText(raw[rule.field]) : null;
    const isList = ['people', 'solutions'].includes(fields[rule.field].kind);
    return {
      field: fields[rule.field].label,
      record: rule.record,
      path: rule.crmPath,
      salesforce: rule.confidential && given !== null ? hiddenText : isList ? show(rule, situation.crm?.deal) : given,
      produces: show(rule, situation.crm?.deal),
      partnerCenter: show(rule, situation.partner?.deal),
      ...judge(rule, situation, plan),
    };
  });
}
