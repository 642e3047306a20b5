/** What the opportunity shows of the link: identifiers, status, word and message. Only what a person would see change is written. */
import type { Plan } from '../domain/plan.ts';
import { showPlan } from '../domain/standing.ts';
import { dealTypeOf } from '../domain/validate.ts';
import { confidentialFields, type Pass } from './pass.ts';
import type { CrmDisplay } from './ports.ts';
import type { Situation } from './situation.ts';

const typeWords = { private: 'Private', 'partner-led': 'Partner-led', 'co-sell': 'Co-sell' } as const;

/** Message as it fits the field: cut at a line end where possible. */
function fit(message: string | null, limit = 4000): string | null {
  if (message === null || message.length <= limit) return message;
  return `${message.slice(0, limit - 1)}…`;
}

/** The full display for a situation and its plan; `extra` lines come first (a refusal, for instance). */
export function displayOf(pass: Pass, situation: Situation, plan: Plan, extra: string | null = null): CrmDisplay {
  const { partner, partnerGone } = situation;
  const shown = showPlan(plan, confidentialFields(pass.engine));
  const message = fit([extra, shown.message].filter((line) => line !== null).join('\n') || null);
  const word = extra !== null ? 'Needs you' : shown.word;
  if (!partner) return { syncState: word, message, ...(partnerGone ? {} : { holdUntil: null }) };
  return {
    referralId: partner.referralId,
    engagementId: partner.engagementId,
    link: pass.engine.partner.linkFor(partner.referralId, partner.engagementId),
    syncState: word,
    message,
    referralStatus: partner.statusText,
    dealType: partner.category === 'co-sell' ? typeWords[partner.dealType ?? dealTypeOf(partner.deal)] : 'Lead',
    origin: partner.incoming ? 'From Microsoft' : 'Sent by us',
    holdUntil: shown.holdUntil,
  };
}

/** Only the entries that differ from what is there; `null` and absent count as the same. */
export function displayChanges(there: CrmDisplay, wanted: CrmDisplay): CrmDisplay {
  const entries = Object.entries(wanted).filter(([name, value]) => {
    const now = there[name as keyof CrmDisplay] ?? null;
    // the org keeps whole seconds
    if (name === 'holdUntil' && now !== null && value !== null)
      return Math.floor(Date.parse(String(now)) / 1000) !== Math.floor(Date.parse(String(value)) / 1000);
    return now !== (value ?? null);
  });
  return Object.fromEntries(entries);
}
