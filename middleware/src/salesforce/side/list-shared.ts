/** Every opportunity that is shared or carries a referral, page by page: what a backfill goes through. */
import { understood } from '../client/client.ts';
import { instant, quote } from '../client/soql.ts';
import { displayFields, sharingField } from '../fields/service-fields.ts';
import { NamedRow } from '../schema.ts';
import type { Org } from './org.ts';

export async function listShared(
  org: Org,
  after: string | null,
  since: number | null,
  limit: number,
): Promise<readonly { readonly id: string; readonly name: string | null }[]> {
  const conditions = [
    `(${sharingField} = true OR ${displayFields.referralId} != null)`,
    ...(since === null ? [] : [`LastModifiedDate >= ${instant(since)}`]),
    ...(after === null ? [] : [`Id > ${quote(after)}`]),
  ];
  const { records } = await org.client.query(
    `SELECT Id, Name FROM Opportunity WHERE ${conditions.join(' AND ')} ORDER BY Id LIMIT ${limit}`,
  );
  return records.map((record) => understood(NamedRow, record)).map((row) => ({ id: row.Id, name: row.Name }));
}
