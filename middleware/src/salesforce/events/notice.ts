/** A decoded `PC_Sync_Request__e` → a notice: where to look, nothing more. */
import type { Notice, Subject } from '../../sync/ports.ts';
import { longId } from '../client/soql.ts';
import { SyncRequestEvent } from '../schema.ts';
import { cut } from '../translate/text.ts';

const requestObjects: readonly string[] = ['PC_Request__c', 'PC_Service_Request__c'];

/** Null when the event names nothing one could look at. */
export function noticeOf(eventId: string, decoded: unknown): Notice | null {
  const parsed = SyncRequestEvent.safeParse(decoded);
  if (!parsed.success) return null;
  const { CreatedDate, Record_Id__c, Object__c, Opportunity_Id__c, Reason__c } = parsed.data;
  const opportunityId = Opportunity_Id__c ? longId(Opportunity_Id__c) : null;
  const subject: Subject | null =
    Object__c !== null && requestObjects.includes(Object__c)
      ? { kind: 'request', id: longId(Record_Id__c), opportunityId: Object__c === 'PC_Service_Request__c' ? null : opportunityId }
      : opportunityId !== null || Record_Id__c.startsWith('006')
        ? { kind: 'opportunity', id: opportunityId ?? longId(Record_Id__c) }
        : null;
  return subject && { source: 'salesforce-event', id: eventId, subject, reason: cut(Reason__c ?? 'saved', 80), at: CreatedDate };
}
