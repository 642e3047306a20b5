/** What the service tells apart from a deal: attention rows, answers, notifications, its own health. */
import { SyncError } from '../../errors.ts';
import type { AttentionChange, CrmNotification, Health, RequestAnswer, ServiceRequest } from '../../sync/ports.ts';
import { understood, type Values } from '../client/client.ts';
import { failureOf } from '../client/failure.ts';
import type { GatherOptions } from '../client/gather.ts';
import { longId, looksLikeId, quote } from '../client/soql.ts';
import { NotificationTypeRow, ServiceRequestRow, type SaveResult } from '../schema.ts';
import { cut } from '../translate/text.ts';
import { tidings, type Org } from './org.ts';
import { answerValues, attentionValues, connectionValues } from './rows.ts';

/** What a save led to; null when it holds. */
const failureOfSave = (result: SaveResult | undefined): SyncError | null => (result?.success ? null : failureOf(400, result?.errors ?? []));

/** Both kinds of request are answered here; the key prefix of the id tells which object it is. */
async function requestObject(org: Org, id: string): Promise<string> {
  const facts = await org.client.describe('PC_Request__c');
  return facts?.keyPrefix && id.startsWith(facts.keyPrefix) ? 'PC_Request__c' : 'PC_Service_Request__c';
}

type Report = (attention: readonly AttentionChange[], answers: readonly RequestAnswer[]) => Promise<void>;

/** Rows that hang on no opportunity, of one pass or of many. */
export function createReport(org: Org): Report {
  const raise = org.gather<AttentionChange, true>(tidings, async (changes) => {
    const now = org.system.now();
    // the rows of one call must not name a key twice; the last word counts
    const byKey = new Map(changes.map((change) => [change.key, change]));
    const keys = [...byKey.keys()];
    const results = await org.client.upsert(
      'PC_Attention__c',
      'Key__c',
      [...byKey.values()].map((change) => ({ Key__c: change.key, ...attentionValues(change, null, null, now) })),
    );
    return changes.map(({ key }) => failureOfSave(results[keys.indexOf(key)]) ?? true);
  });

  const answer = org.gather<RequestAnswer, true>(tidings, async (answers) => {
    const now = org.system.now();
    const rows = await Promise.all(
      answers.map(async (one, index) => ({
        index,
        row: { type: await requestObject(org, one.id), id: one.id, values: answerValues(one, now) },
      })),
    );
    // rows of one object side by side: a call takes at most ten changes of object
    const sorted = [...rows].sort((a, b) => (a.row.type < b.row.type ? -1 : a.row.type > b.row.type ? 1 : 0));
    const saved = await org.client.update(sorted.map(({ row }) => row));
    const results = new Map(sorted.map(({ index }, at) => [index, failureOfSave(saved[at])]));
    // a request that is gone needs no answer
    return answers.map((_, index) => {
      const failure = results.get(index) ?? null;
      return failure === null || failure.code === 'CRM_GONE' ? true : failure;
    });
  });

  return async (attention, answers) => {
    await Promise.all(attention.map(raise));
    await Promise.all(answers.map(answer));
  };
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

/** Bells in one call. */
const bells: GatherOptions = { ...tidings, max: 100 };

/** Sends bell notifications; the types' ids are looked up once. Throws CRM_FIELD_MISSING when the package's types are not there. */
export function createNotifier(org: Org): (notification: CrmNotification) => Promise<void> {
  let types: Promise<ReadonlyMap<string, string>> | null = null;

  async function lookUp(): Promise<ReadonlyMap<string, string>> {
    const { records } = await org.client.query("SELECT Id, DeveloperName FROM CustomNotificationType WHERE DeveloperName LIKE 'PC\\_%'");
    return new Map(records.map((record) => understood(NotificationTypeRow, record)).map((row) => [row.DeveloperName, row.Id]));
  }

  async function typeId(kind: CrmNotification['kind']): Promise<string> {
    types ??= lookUp();
    const known = await types.catch((error: unknown) => {
      types = null;
      throw error;
    });
    const id = known.get(typeNames[kind]);
    if (id !== undefined) return id;
    types = null;
    throw new SyncError('CRM_FIELD_MISSING', {
      message: `The notification type ${typeNames[kind]} of the package is missing in this org.`,
    });
  }

  const send = org.gather<Values, true>(bells, async (inputs) => (await org.client.notifyUsers(inputs)).map((refusal) => refusal ?? true));

  return async ({ kind, recordId, recipientId, title, body }) =>
    void (await send({
      customNotifTypeId: await typeId(kind),
      recipientIds: [recipientId],
      title: cut(title, 250),
      body: cut(body, 750),
      targetId: recordId,
    }));
}

const connectionKey = 'main';

export async function heartbeat(org: Org, health: Health, lists: { readonly [list: string]: readonly string[] }): Promise<void> {
  const values = connectionValues(health, org.client.usage(), lists, org.system.now());
  const [result] = await org.client.upsert('PC_Connection__c', 'Key__c', [{ Key__c: connectionKey, ...values }]);
  const failure = failureOfSave(result);
  if (failure) throw failure;
}
