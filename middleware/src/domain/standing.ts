/** What the opportunity shows after a pass: one word for lists, one message with the next step. */
import type { Deal, DealState } from './deal.ts';
import { fields, showValue } from './fields.ts';
import type { Plan, Standing } from './plan.ts';

export type SyncWord = 'In sync' | 'Waiting for Microsoft' | 'On hold' | 'Needs you' | 'Stopped';

export interface Shown {
  readonly word: SyncWord | null;
  readonly message: string | null;
  /** ISO instant until which Won waits; null when nothing waits. */
  readonly holdUntil: string | null;
}

/** `2026-11-20 13:45 UTC`: texts stored in a record carry their zone, since everyone reads them in another one. */
export const utcMinute = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const closedWords: { readonly [S in DealState]?: string } = {
  won: 'won',
  lost: 'lost',
  declined: 'declined',
  expired: 'expired without an answer',
  error: 'retired',
};

const wordOf: { readonly [K in Standing['kind']]: SyncWord | null } = {
  'in-sync': 'In sync',
  'not-shared': null,
  stopped: 'Stopped',
  gone: 'Needs you',
  ignored: null,
  incomplete: 'Needs you',
  asks: 'Needs you',
  confirm: 'Needs you',
  'answer-microsoft': 'Needs you',
  'waiting-for-microsoft': 'Waiting for Microsoft',
  'on-hold': 'On hold',
  closed: 'In sync',
};

function lead(standing: Standing): string | null {
  switch (standing.kind) {
    case 'stopped':
      return 'Sharing is switched off: nothing is sent or taken over. Tick "Sync with Partner Center" to go on; both sides are merged then, nothing is overwritten.';
    case 'gone':
      return 'The referral is not there any more, or not visible to the connector. Open it in Partner Center; if it was retired, untick "Sync with Partner Center".';
    case 'answer-microsoft':
      return `Microsoft sent this deal. Accept or decline it${standing.expiresAt ? ` before ${utcMinute(Date.parse(standing.expiresAt))}` : ''}.`;
    case 'on-hold':
      return `Won is sent on ${utcMinute(standing.until)}: a deal registration may be refused when a deal is won within 72 hours of its creation. An admin can release it earlier.`;
    case 'closed':
      return `The deal is ${closedWords[standing.state] ?? 'closed'} in Partner Center. Nothing can be changed there any more.`;
    default:
      return null;
  }
}

/** Value and currency that stay apart, in one sentence. */
function moneyLines(differences: Plan['differences'], hidden: ReadonlySet<string>): readonly string[] {
  const apart = differences.filter((one) => one.why === 'currency' || one.why === 'products');
  const [first] = apart;
  if (!first) return [];
  const names = apart
    .map((one) =>
      hidden.has(one.field)
        ? `another ${fields[one.field].label}`
        : `${fields[one.field].label} "${showValue(one.field, one.partner as never) ?? ''}"`,
    )
    .join(' and ');
  return first.why === 'currency'
    ? [
        `Partner Center holds ${names}. Your org has one currency, so an amount in another one is not taken over. Enter the amount in your currency to send it there.`,
      ]
    : [
        `Partner Center holds ${names}. The amount of this opportunity is made by its products, so Salesforce's value stays; change the products to change it.`,
      ];
}

/** Message lines: the standing, what blocks, open questions, then differences nobody can cure. */
export function showPlan(plan: Plan, hidden: ReadonlySet<string> = new Set()): Shown {
  const lines: string[] = [];
  const first = lead(plan.standing);
  if (first) lines.push(first);
  for (const one of plan.confirms) lines.push(`${one.text} Review and confirm it in the panel.`);
  for (const finding of plan.findings) lines.push(`${finding.text} ${finding.cure}`);
  for (const conflict of plan.conflicts.filter((one) => one.winner === null)) {
    if (hidden.has(conflict.field)) {
      lines.push(`${fields[conflict.field].label} was changed on both sides. Choose one in the panel.`);
      continue;
    }
    const [crm, partner] = [showValue(conflict.field, conflict.crm as never), showValue(conflict.field, conflict.partner as never)];
    lines.push(
      `${fields[conflict.field].label} was changed on both sides: "${crm ?? ''}" here, "${partner ?? ''}" in Partner Center. Choose one in the panel.`,
    );
  }
  if (plan.standing.kind !== 'closed') {
    for (const { field, partner } of plan.differences.filter((one) => one.why === 'frozen' && fields[one.field].frozen !== 'always')) {
      const value = showValue(field, partner as never);
      const differs = value === null ? 'is empty in Partner Center' : `differs from Partner Center ("${value}")`;
      lines.push(
        `${fields[field].label} ${hidden.has(field) ? 'differs from Partner Center' : differs} and cannot be changed there any more.`,
      );
    }
    lines.push(...moneyLines(plan.differences, hidden));
  }
  return {
    word: wordOf[plan.standing.kind],
    message: lines.length > 0 ? lines.join('\n') : null,
    holdUntil: plan.standing.kind === 'on-hold' ? new Date(plan.standing.until).toISOString() : null,
  };
}

/** Words for a created or changed field list, for audit entries: old → new. */
export function changesOf(
  before: Deal,
  after: Deal,
  confidential: ReadonlySet<string>,
): { field: string; from?: string | null; to?: string | null }[] {
  return (Object.keys(after) as (keyof Deal)[])
    .filter((field) => showValue(field, before[field] as never) !== showValue(field, after[field] as never))
    .map((field) =>
      confidential.has(field)
        ? { field: fields[field].label }
        : { field: fields[field].label, from: showValue(field, before[field] as never), to: showValue(field, after[field] as never) },
    );
}
