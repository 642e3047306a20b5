/** What a person asks for a field: one side's value for an open conflict, or the value that lost earlier. */
import type { Base, Deal, FieldName } from './deal.ts';
import { fields, sameValue } from './fields.ts';
import type { Conflict, Merge } from './merge.ts';
import type { Answer, CrmFacts, PlanInput } from './plan.ts';

export interface PutBack {
  /** The side whose value is taken. */
  readonly decided: { readonly [F in FieldName]?: 'crm' | 'partner' };
  /** Values that lost and are put back, on both sides. */
  readonly override: Deal;
  readonly answers: readonly Answer[];
}

/** `put_back` requests: take one side's value for an open conflict, or the value that lost earlier. */
export function planPutBack(requests: CrmFacts['requests'], losers: PlanInput['losers']): PutBack {
  const decided: { [F in FieldName]?: 'crm' | 'partner' } = {};
  const override: { [field: string]: unknown } = {};
  const answers: Answer[] = [];
  for (const request of requests.filter((one) => one.kind === 'put_back')) {
    const field = request.field as FieldName | null;
    if (!field || !Object.hasOwn(fields, field)) {
      answers.push({ id: request.id, outcome: 'Refused', message: 'The request names no field of the deal.' });
      continue;
    }
    if (request.value === 'salesforce' || request.value === 'partner-center') {
      decided[field] = request.value === 'salesforce' ? 'crm' : 'partner';
      answers.push({
        id: request.id,
        outcome: 'Done',
        message: `The value of ${request.value === 'salesforce' ? 'Salesforce' : 'Partner Center'} is used for ${fields[field].label}.`,
      });
    } else if (losers[field]) {
      override[field] = losers[field].value;
      answers.push({ id: request.id, outcome: 'Done', message: `${fields[field].label} was put back.` });
    } else
      answers.push({ id: request.id, outcome: 'Refused', message: `There is no earlier value of ${fields[field].label} to put back.` });
  }
  return { decided, override, answers };
}

/** An edit that was not sent yet makes way for the value that is put back: it is kept like any other that loses. */
export function overtakenBy(override: Deal, crm: Deal, base: Base, known: readonly Conflict[]): readonly Conflict[] {
  return (Object.keys(override) as FieldName[])
    .filter((field) => !known.some((one) => one.field === field) && field in base.crm)
    .filter((field) => ![base.crm[field], override[field]].some((value) => sameValue(field, crm[field] as never, value as never)))
    .map((field) => ({ field, crm: crm[field], partner: override[field], winner: 'partner' as const }));
}

/** A value the opportunity cannot take is not used, whatever was chosen. */
export function honestAnswer(answer: Answer, requests: CrmFacts['requests'], merged: Merge): Answer {
  const request = requests.find((one) => one.id === answer.id);
  const apart = merged.differences.find((one) => one.field === request?.field && (one.why === 'currency' || one.why === 'products'));
  if (!apart || request?.value !== 'partner-center') return answer;
  const why =
    apart.why === 'currency' ? 'it is in a currency your org does not have' : 'the amount is made by the products of the opportunity';
  return { id: answer.id, outcome: 'Refused', message: `The value of Partner Center cannot be used: ${why}.` };
}
