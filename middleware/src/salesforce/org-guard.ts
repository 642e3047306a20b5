/**
 * May this org use the real Partner Center? There is no referrals sandbox at Microsoft: what a refreshed sandbox copy sends is
 * real. So an org has to be named in the configuration first, a sandbox a second time.
 */
import { SyncError } from '../errors.ts';
import { understood, type SalesforceClient } from './client/client.ts';
import { longId } from './client/soql.ts';
import { OrganizationRow } from './schema.ts';

export interface OrgGuard {
  /** Orgs that may use the real Partner Center (15 or 18 characters). */
  readonly allowedOrgs: readonly string[];
  /** Sandboxes that may. */
  readonly allowedSandboxes: readonly string[];
  /** The partner side is a simulator on this machine. */
  readonly partnerIsLoopback: boolean;
}

export interface CheckedOrg {
  /** 18 characters. */
  readonly orgId: string;
  readonly isSandbox: boolean;
  /** A change of it means that the event stream may have been reset (Salesforce APIs §3.4). */
  readonly instanceName: string | null;
  /** CRM_ORG_UNKNOWN when nothing may be sent; null when all is well. */
  readonly refusal: SyncError | null;
}

/** Reads the org and decides. Throws what reading throws. */
export async function checkOrg(client: SalesforceClient, guard: OrgGuard): Promise<CheckedOrg> {
  const { records } = await client.query('SELECT Id, IsSandbox, InstanceName FROM Organization');
  const [record] = records;
  if (!record) throw new SyncError('CRM_NO_ACCESS', { message: 'The integration user may not read the organization record.' });
  const row = understood(OrganizationRow, record);
  const orgId = longId(row.Id);
  const names = (ids: readonly string[]): boolean => ids.some((id) => longId(id) === orgId);
  const allowed = guard.partnerIsLoopback || (row.IsSandbox ? names(guard.allowedSandboxes) : names(guard.allowedOrgs));
  const which = row.IsSandbox ? 'sandbox' : 'org';
  const setting = row.IsSandbox ? 'COSELL_ALLOW_SANDBOX' : 'COSELL_ORG_ID';
  return {
    orgId,
    isSandbox: row.IsSandbox,
    instanceName: row.InstanceName,
    refusal: allowed
      ? null
      : new SyncError('CRM_ORG_UNKNOWN', {
          message: `The ${which} ${orgId} is not named in ${setting}: it is only compared, nothing is sent.`,
        }),
  };
}
