/** A key that is put aside says so on the opportunity, or on an attention row when the opportunity cannot be written. */
import { printAuditLine, type AuditEntry } from '../domain/audit-line.ts';
import { catalogue, toSyncError, type SyncError } from '../errors.ts';
import type { Engine } from './engine.ts';
import { fingerprint } from './pass.ts';
import type { AttentionChange, Lease } from './ports.ts';
import { notShownYet } from './untold.ts';

export function parkedEntry(error: SyncError, now: number): AuditEntry {
  const { text, cure } = catalogue[error.code];
  const detail = error.facts.message ? ` (${error.facts.message})` : '';
  return {
    at: now,
    way: 'inside',
    act: 'parked',
    result: 'failed',
    by: null,
    changes: [],
    code: error.code,
    text: `${text}${detail} ${cure}`,
    requestId: error.facts.requestId ?? null,
  };
}

/** Shows why a deal is put aside. Never throws: gives the failure when it could not be shown, which is in the store and in the log all the same. */
export async function showParked(engine: Engine, lease: Lease, error: SyncError): Promise<SyncError | null> {
  const link = await engine.store.link(lease.key);
  if (!link) return null;
  const entry = catalogue[error.code];
  const row: AttentionChange = {
    key: `${link.id}:parked`,
    open: true,
    kind: 'parked',
    field: null,
    crmValue: null,
    partnerValue: null,
    crmBy: null,
    partnerBy: null,
    message: error.facts.message ? `${entry.text} ${error.facts.message}` : entry.text,
    cure: entry.cure,
    cause: error.code,
    referralId: link.referralId,
    suggestions: [],
    since: engine.system.now(),
  };
  try {
    // a later pass closes what is written down here
    let kept = link;
    const keep = async (mark: string): Promise<void> => {
      kept = await engine.store.checkpoint(lease, { ...kept, openAttention: { ...kept.openAttention, [row.key]: mark } }, row.since);
    };
    if (!(row.key in link.openAttention)) await keep(notShownYet);
    // what cannot be read may be the very reason: the attention list then has to do, unless a person waits for an answer
    const read =
      link.opportunityId === null
        ? null
        : await engine.crm.read(link.opportunityId).catch((thrown: unknown) => {
            if (lease.reasons.includes('request') && toSyncError(thrown).entry.retry !== 'never') throw thrown;
            return null;
          });
    if (read?.kind === 'found' && !read.snapshot.deleted) {
      const { display, requests } = read.snapshot;
      const message = `${row.message} ${entry.cure}`;
      // written only when a person sees a change: an org whose flows do not bypass the service would answer each write with an event
      if (display.syncState === 'Needs you' && display.message === message && requests.length === 0) return null;
      const answers = requests.map((request) => ({ id: request.id, outcome: 'Refused' as const, message: `${entry.text} ${entry.cure}` }));
      const result = await engine.crm.write({
        id: read.snapshot.id,
        basedOn: read.snapshot,
        set: {},
        display: { syncState: 'Needs you', message },
        audit: [printAuditLine(parkedEntry(error, engine.system.now()))],
        answers,
        attention: [row],
      });
      if (result.kind === 'done') return null;
    }
    // looked at again and still put aside: the row stays as it is, with the time since when it waits
    const shown = fingerprint({ ...row, since: null });
    if (kept.openAttention[row.key] === shown) return null;
    await engine.crm.report([row], []);
    await keep(shown);
    return null;
  } catch (thrown) {
    const failure = toSyncError(thrown);
    engine.log.warn({ key: lease.key, code: failure.code }, 'a parked deal could not be shown in Salesforce');
    return failure;
  }
}
