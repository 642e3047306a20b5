/** What the service tells apart from a deal: attention rows, answers, notifications, its own health. */
import { SyncError } from '../../errors.ts';
import type { AttentionChange, CrmNotification, Health, RequestAnswer, ServiceRequest } from '../../sync/ports.ts';
import { understood } from '../client/client.ts';
import { failureOf } from '../client/failure.ts';
import { longId, looksLikeId, quote } from '../client/soql.ts';
import { NotificationTypeRow, ServiceRequestRow, type SaveResult } from '../schema.ts';
import { cut } from '../translate/text.ts';
import type { Org } from './org.ts';
import { answerValues, attentionValues, connectionValues } from './rows.ts';

/** A request that is gone needs no answer; anything else that was refused is an error. */
function check(results: readonly SaveResult[]): void {
  for (const result of results) {
    if (result.success) continue;
    const failure = failureOf(400, result.errors);
    if (failure.code !== 'CRM_GONE') throw failure;
  }
}

/** Both kinds of request are answered here; the key prefix of the id tells which object it is. */
async function requestObject(org: Org, id: string): Promise<string> {
  const facts = await org.client.describe('PC_Request__c');
  return facts?.keyPrefix && id.startsWith(facts.keyPrefix) ? 'PC_Request__c' : 'PC_Service_Request__c';
}

export async function report(org: Org, attention: readonly AttentionChange[], answers: readonly RequestAnswer[]): Promise<void> {
  const now = org.system.now();
  if (attention.length > 0) {
    // the rows of one call must not name a key twice; the last word counts
    const byKey = new Map(attention.map((change) => [change.key, change]));
    check(
      await org.client.upsert(
        'PC_Attention__c',
        'Key__c',
        [...byKey.values()].map((change) => ({ Key__c: change.key, ...attentionValues(change, null, null, now) })),
      ),
    );
  }
  if (answers.length > 0) {
    const rows = await Promise.all(
      answers.map(async (answer) => ({ type: await requestObject(org, answer.id), id: answer.id, values: answerValues(answer, now) })),
    );
    // rows of one object side by side: a call takes at most ten changes of object
    check(await org.client.update([...rows].sort((a, b) => (a.type < b.type ? -1 : a.type > b.type ? 1 : 0))));
  }
}

export async function readServiceRequest(org: Org, id: string): Promise<ServiceRequest | null> {
  if (!looksLikeId(id)) return null;
  const columns = 'Id, Kind__c, Reason__c, Field__c, Value__c, Target__c, Note__c, Outcome__c, CreatedBy.Name, Attention__r.Referral_Id__c';
  const { records } = await org.client.query(`SELECT ${columns} FROM PC_Service_Request__c WHERE Id = ${quote(longId(id))}`);
  const [record] = records;
  const row = record && understood(ServiceRequestRow, record);
  if (!row || row.Kind__c === null || (row.Outcome__c !== null && row.Outcome__c !== 'Later')) return null;
  return {
    id: row.Id,
    kind: row.Kind__c,
    reason: row.Reason__c,
    target: row.Target__c,
    referralId: row.Attention__r?.Referral_Id__c ?? null,
    by: row.CreatedBy?.Name ?? null,
  };
}

const typeNames: { readonly [K in CrmNotification['kind']]: string } = {
  new_deal: 'PC_New_Deal',
  accepted: 'PC_Accepted',
  declined: 'PC_Declined',
  needs_you: 'PC_Needs_You',
  expiring: 'PC_Expiring',
};

/** Sends the bell notification; the types' ids are looked up once. Throws CRM_FIELD_MISSING when the package's types are not there. */
export function createNotifier(org: Org): (notification: CrmNotification) => Promise<void> {
  let types: Promise<ReadonlyMap<string, string>> | null = null;

  async function lookUp(): Promise<ReadonlyMap<string, string>> {
    const { records } = await org.client.query("SELECT Id, DeveloperName FROM CustomNotificationType WHERE DeveloperName LIKE 'PC\\_%'");
    return new Map(records.map((record) => understood(NotificationTypeRow, record)).map((row) => [row.DeveloperName, row.Id]));
  }

  return async ({ kind, recordId, recipientId, title, body }) => {
    types ??= lookUp();
    const known = await types.catch((error: unknown) => {
      types = null;
      throw error;
    });
    const customNotifTypeId = known.get(typeNames[kind]);
    if (customNotifTypeId === undefined) {
      types = null;
      throw new SyncError('CRM_FIELD_MISSING', {
        message: `The notification type ${typeNames[kind]} of the package is missing in this org.`,
      });
    }
    await org.client.notifyUsers({
      customNotifTypeId,
      recipientIds: [recipientId],
      title: cut(title, 250),
      body: cut(body, 750),
      targetId: recordId,
    });
  };
}

const connectionKey = 'main';

export async function heartbeat(org: Org, health: Health, lists: { readonly [list: string]: readonly string[] }): Promise<void> {
  const values = connectionValues(health, org.client.usage(), lists, org.system.now());
  check(await org.client.upsert('PC_Connection__c', 'Key__c', [{ Key__c: connectionKey, ...values }]));
}
