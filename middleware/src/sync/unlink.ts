/** Takes a pair apart again: the opportunity is no longer shared, and the deal is as if nobody had decided about it. */
import { printAuditLine, type AuditEntry } from '../domain/audit-line.ts';
import type { Deal } from '../domain/deal.ts';
import { fields, fieldNames } from '../domain/fields.ts';
import type { Step } from '../domain/plan.ts';
import { toSyncError } from '../errors.ts';
import { note, type Pass } from './pass.ts';
import type { AttentionChange, CrmDisplay, CrmSnapshot, Link } from './ports.ts';
import type { Situation } from './situation.ts';

const nothingShown: Required<CrmDisplay> = {
  referralId: null,
  engagementId: null,
  link: null,
  syncState: null,
  message: null,
  referralStatus: null,
  dealType: null,
  origin: null,
  holdUntil: null,
  lastSynced: null,
};

/** What only Microsoft writes and this opportunity shows of it. */
const shownOfMicrosoft = (crm: CrmSnapshot): Deal =>
  Object.fromEntries(
    fieldNames.filter((name) => fields[name].frozen === 'always' && (crm.deal[name] ?? null) !== null).map((name) => [name, null]),
  );

const closedRow = (key: string, link: Link, now: number): AttentionChange => ({
  key,
  open: false,
  kind: 'parked',
  field: null,
  crmValue: null,
  partnerValue: null,
  crmBy: null,
  partnerBy: null,
  message: '',
  cure: '',
  cause: '',
  referralId: link.referralId,
  suggestions: [],
  since: now,
});

/** Our reference would lead the deal back to this opportunity. A closed deal keeps it: nothing can be sent there any more. */
async function forgetReference(pass: Pass, { crm, partner }: Situation): Promise<void> {
  if (!crm || !partner || partner.deal.externalReference !== crm.id || partner.deal.state !== 'active') return;
  try {
    await pass.engine.partner.patch({ basedOn: partner, set: { externalReference: null } });
  } catch (thrown) {
    const error = toSyncError(thrown);
    if (error.entry.retry !== 'never') throw error;
    note(pass, {
      way: 'to Partner Center',
      act: 'refused',
      result: 'refused',
      code: error.code,
      text: `Our reference could not be taken off the referral: ${error.message}`,
    });
  }
}

export interface Unlinked {
  readonly kind: 'done' | 'stale';
  readonly situation: Situation;
}

/** What is about to happen is written down first: once the opportunity is not linked any more, nobody asks for it a second time. */
function begin(pass: Pass, link: Link, now: number): Promise<Link> | Link {
  const { openAttention } = link;
  if (openAttention['undoing'] !== undefined) return link;
  return pass.engine.store.checkpoint(pass.lease, { ...link, openAttention: { ...openAttention, undoing: 'yes' } }, now);
}

export async function unlink(pass: Pass, situation: Situation, step: Extract<Step, { kind: 'unlink' }>): Promise<Unlinked> {
  const { engine, lease } = pass;
  const { crm } = situation;
  if (!crm) return { kind: 'stale', situation };
  const now = engine.system.now();
  const link = await begin(pass, situation.link, now);
  await forgetReference(pass, situation);
  const entry: AuditEntry = {
    at: now,
    way: 'inside',
    act: 'stopped',
    result: 'done',
    by: null,
    changes: [],
    code: null,
    text: step.why,
    requestId: null,
  };
  const answers =
    step.requestId === null
      ? []
      : [{ id: step.requestId, outcome: 'Done' as const, message: 'The link is undone. The opportunity is not shared any more.' }];
  const isWritten = crm.referralId === null && answers.length === 0;
  const written = isWritten
    ? { kind: 'done' as const, after: crm }
    : await engine.crm.write({
        id: crm.id,
        basedOn: crm,
        set: shownOfMicrosoft(crm),
        display: nothingShown,
        audit: [printAuditLine(entry)],
        answers,
        share: false,
        attention: Object.keys(link.openAttention)
          .filter((key) => key.includes(':') && !key.startsWith('memo:'))
          .map((key) => closedRow(key, link, now)),
      });
  if (written.kind !== 'done') return { kind: 'stale', situation: { ...situation, link } };
  pass.audit.push(entry);
  pass.changed = true;
  const gone = situation.partnerGone !== null;
  const apart: Link = {
    ...link,
    opportunityId: gone ? crm.id : null,
    ...(gone ? { referralId: null, engagementId: null, microsoftLegId: null, partnerEtag: null, partnerVersion: null } : {}),
    base: null,
    crmVersion: null,
    losers: {},
    openAttention: { undone: crm.id },
  };
  const saved = await engine.store.checkpoint(lease, apart, now);
  return {
    kind: 'done',
    situation: gone ? { ...situation, link: saved, crm: written.after, partnerGone: null } : { ...situation, link: saved, crm: null },
  };
}
