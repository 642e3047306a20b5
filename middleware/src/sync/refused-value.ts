/**
 * A value Salesforce would not take for one field although it took the row. It is not agreed on, is not tried again by itself, and stays
 * in sight until it is cured: the org is changed and somebody presses Sync now, or either side gets another value.
 */
import type { Base, Deal, FieldName } from '../domain/deal.ts';
import { fields, showValue } from '../domain/fields.ts';
import type { ErrorCode } from '../errors.ts';
import { confidentialFields, fingerprint, raise, type Pass } from './pass.ts';
import type { Link, RefusedField } from './ports.ts';
import { sellerOf, type Situation } from './situation.ts';
import { tellRefused } from './step-outcome.ts';

const prefix = 'memo:value:';
const memoOf = (field: FieldName): string => `${prefix}${field}`;

/** What the org itself says of a value. That a field cannot be written at all is a matter of the mapping and of rights, and no news of a deal. */
const ofTheValue: readonly ErrorCode[] = ['CRM_PICKLIST', 'CRM_TOO_LONG'];
/** Lists are refused part by part, money that the org cannot read is left apart by the merge, and a reason is told once, when a deal ends. */
const notByItself: readonly FieldName[] = ['contacts', 'team', 'solutions', 'value', 'currency', 'stateReason'];

export type RefusedValue = RefusedField & { readonly field: FieldName };

export const refusedValues = (refused: readonly RefusedField[]): readonly RefusedValue[] =>
  refused.filter(
    (one): one is RefusedValue => one.field !== 'display' && ofTheValue.includes(one.code) && !notByItself.includes(one.field),
  );

/** The change without the values that were refused before and nobody asked to try again; their fields beside it. */
export function withoutRefusedValues(pass: Pass, link: Link, set: Deal): { readonly set: Deal; readonly refused: readonly FieldName[] } {
  if (pass.lease.priority === 'person') return { set, refused: [] };
  const refused = (Object.keys(set) as FieldName[]).filter((field) => link.openAttention[memoOf(field)] === fingerprint(set[field]));
  return { set: Object.fromEntries(Object.entries(set).filter(([field]) => !refused.includes(field as FieldName))), refused };
}

/** What a new opportunity did not take is not agreed on: the write that follows tries it once more, and asks for the cure. */
export function withoutRefusedIn(base: Base, refused: readonly RefusedValue[]): Base {
  const held = refused.filter(({ field }) => field in base.crm).map(({ field }) => [field, base.crm[field]] as const);
  return held.length === 0 ? base : { ...base, partner: { ...base.partner, ...Object.fromEntries(held) } };
}

/** Nothing is remembered of values that were taken, or are not to be written any more. */
export function withoutCured(link: Link, stillRefused: readonly FieldName[]): Link {
  const keep = new Set(stillRefused.map(memoOf));
  const entries = Object.entries(link.openAttention).filter(([key]) => !key.startsWith(prefix) || keep.has(key));
  return entries.length === Object.keys(link.openAttention).length ? link : { ...link, openAttention: Object.fromEntries(entries) };
}

/**
 * Remembers the values, and opens the row that asks for a cure.
 * @param said what the opportunity says already
 */
export function raiseRefusedValues(
  pass: Pass,
  { link, crm, partner }: Situation,
  set: Deal,
  refused: readonly RefusedValue[],
  said: string | null,
): { readonly link: Link; readonly message: string } {
  const hidden = confidentialFields(pass.engine);
  const shown = (deal: Deal): string | null =>
    refused
      .filter(({ field }) => !hidden.has(field))
      .map(({ field }) => `${fields[field].label}: ${showValue(field, deal[field] as never) ?? 'empty'}`)
      .join('; ') || null;
  const parts = refused.map((one) => tellRefused(pass, one));
  const message = [said, ...parts.map(({ why, cure }) => `${why} ${cure}`)].filter((line) => line !== null).join('\n');
  const memos = Object.fromEntries(refused.map(({ field }) => [memoOf(field), fingerprint(set[field])]));
  const remembered: Link = { ...link, openAttention: { ...link.openAttention, ...memos, 'memo:message': message } };
  const raised = raise(pass, remembered, {
    key: `${link.id}:refused`,
    kind: 'refused',
    field: null,
    crmValue: shown(crm?.deal ?? {}),
    partnerValue: shown(set),
    crmBy: null,
    partnerBy: sellerOf({ link, partner }),
    message: parts.map(({ why }) => why).join('\n'),
    cure: [...new Set(parts.map(({ cure }) => cure))].join(' '),
    cause: refused[0]?.code ?? 'CRM_PICKLIST',
    referralId: link.referralId,
    suggestions: [],
  });
  return { link: raised, message };
}
