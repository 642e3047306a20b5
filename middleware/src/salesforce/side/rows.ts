/** Rows the service writes beside the opportunity: attention, answers, the connection. Texts are cut to their fields. */
import type { AttentionChange, CrmDisplay, Health, RequestAnswer } from '../../sync/ports.ts';
import type { FieldFacts, Values } from '../client/client.ts';
import type { Usage } from '../client/call.ts';
import { displayFields } from '../fields/service-fields.ts';
import { cut } from '../translate/text.ts';

const fit = (text: string | null, limit: number): string | null => (text === null ? null : cut(text, limit));
const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** Suggestions as JSON that stays whole when it is too long: the worst are left out. */
function suggestionsOf(change: AttentionChange): string | null {
  for (let count = change.suggestions.length; count > 0; count--) {
    const text = JSON.stringify(change.suggestions.slice(0, count));
    if (text.length <= 32_000) return text;
  }
  return null;
}

export function attentionValues(change: AttentionChange, opportunityId: string | null, ownerId: string | null, now: number): Values {
  return {
    Kind__c: change.kind,
    Status__c: change.open ? 'Open' : 'Closed',
    Field__c: change.field,
    Salesforce_Value__c: fit(change.crmValue, 4000),
    Partner_Center_Value__c: fit(change.partnerValue, 4000),
    Salesforce_By__c: fit(change.crmBy, 120),
    Partner_Center_By__c: fit(change.partnerBy, 120),
    Message__c: fit(change.message, 4000),
    Cure__c: fit(change.cure, 4000),
    Cause__c: fit(change.cause, 80),
    Suggestions__c: suggestionsOf(change),
    Referral_Id__c: fit(change.referralId, 100),
    Since__c: iso(change.since),
    Closed_At__c: change.open ? null : iso(now),
    ...(opportunityId === null ? {} : { Opportunity__c: opportunityId }),
    ...(ownerId === null ? {} : { OwnerId: ownerId }),
  };
}

export const answerValues = (answer: RequestAnswer, now: number): Values => ({
  Outcome__c: answer.outcome,
  Message__c: fit(answer.message, 4000),
  Answered__c: answer.outcome === 'Later' ? null : iso(now),
});

/** Display facts as fields; those the org lacks are left out. */
export function displayValues(display: CrmDisplay, fields: ReadonlyMap<string, FieldFacts>): Values {
  return Object.fromEntries(
    (Object.keys(display) as (keyof CrmDisplay)[]).flatMap((name) => {
      const target = fields.get(displayFields[name]);
      const value = display[name] ?? null;
      if (!target) return [];
      return [
        [target.name, value !== null && target.length > 0 && target.type !== 'datetime' ? cut(value, target.length) : value] as const,
      ];
    }),
  );
}

/**
 * The connection record. `lists` are the reference lists of the org, which the panel cannot read itself.
 */
export function connectionValues(
  health: Health,
  usage: Usage | null,
  lists: { readonly [list: string]: readonly string[] },
  now: number,
): Values {
  return {
    Name: 'Partner Center',
    Version__c: fit(health.version, 40),
    Package_Version__c: fit(health.packageVersion, 40),
    Cadence__c: fit(health.cadence, 255),
    State__c: fit(health.state, 40),
    Heartbeat__c: iso(now),
    Backlog__c: health.backlog,
    Parked__c: health.parked,
    Links__c: health.links,
    Oldest_Unsent__c: iso(health.oldestDirty),
    API_Used__c: health.apiUsed ?? usage?.used ?? null,
    API_Limit__c: health.apiLimit ?? usage?.max ?? null,
    Webhook_Owner__c: fit(health.webhookOwner, 255),
    Webhook_State__c: fit(health.webhookState, 40),
    Token_Age_Days__c: health.tokenAgeDays === null ? null : Math.round(health.tokenAgeDays * 10) / 10,
    Last_Sweep__c: iso(health.lastSweepAt),
    Message__c: fit(health.message, 4000),
    Parked_Causes__c: JSON.stringify(health.parkedCauses.slice(0, 50)),
    Settings__c: JSON.stringify({ ...health.settings, lists }),
  };
}
