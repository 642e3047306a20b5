/** The one write of a pass: guarded where people edit, whole where it can be, and without a field the org will not take. */
import type { FieldName } from '../../domain/deal.ts';
import { prependAudit } from '../../domain/audit-line.ts';
import { sameDeal } from '../../domain/fields.ts';
import type { SyncError } from '../../errors.ts';
import type { CrmSnapshot, CrmWrite, RefusedField, WriteResult } from '../../sync/ports.ts';
import type { Values } from '../client/client.ts';
import { auditField, displayFields, sharingField } from '../fields/service-fields.ts';
import type { ReadPlan } from '../fields/read-plan.ts';
import { toFields, withMoney } from '../translate/to-fields.ts';
import { changeContacts, changeSolutions, changeTeam, isCatalogueRace, type ChildPart } from './child-parts.ts';
import type { Lookups } from './lookups.ts';
import { questions, type Org } from './org.ts';
import type { Reader } from './read.ts';
import { answerValues, attentionValues, displayValues } from './rows.ts';
import { changeNote } from './shared-note.ts';
import { isSalesforceSnapshot, type SalesforceSnapshot } from './snapshot.ts';
import { createWriteCalls, type WriteJob } from './write-call.ts';

type Result = WriteResult<CrmSnapshot>;

/** Refusals that concern the deal as a whole, even when the org pins them to a field: a person has to act. */
const whole: ReadonlySet<string> = new Set(['CRM_VALIDATION', 'CRM_REQUIRED', 'CRM_DUPLICATE', 'CRM_INACTIVE_OWNER']);
const mostRefusals = 8;

const second = (ms: number): number => Math.floor(ms / 1000);

export function createWriter(org: Org, reader: Reader, lookups: Lookups): (write: CrmWrite) => Promise<Result> {
  const send = createWriteCalls(org, reader);
  const auditOf = org.gather<string, { readonly audit: string | null }>({ ...questions, max: 20 }, async (ids) => {
    const { records } = await org.client.retrieve('Opportunity', ids, [auditField]);
    return records.map((record) => ({ audit: typeof record?.[auditField] === 'string' ? record[auditField] : null }));
  });

  /** The snapshot the decision was made on, provably unchanged; null when it has changed meanwhile. */
  async function groundOf(write: CrmWrite, guarded: boolean): Promise<SalesforceSnapshot | null | { readonly gone: string }> {
    const { basedOn } = write;
    const known = isSalesforceSnapshot(basedOn) ? basedOn : null;
    // the guard has a grain of one second: a read in the very second of the last change proves nothing (Salesforce APIs §5.3)
    const early = guarded && second(basedOn.readAt) <= second(basedOn.version);
    if (known && !early) return known;
    if (early) await org.system.sleep(1_000 - (basedOn.readAt % 1_000) + 20);
    const reading = await reader.read(write.id);
    if (reading.kind === 'gone') return { gone: reading.why };
    const same = reading.snapshot.version === basedOn.version && sameDeal(reading.snapshot.deal, basedOn.deal);
    return same ? reading.snapshot : null;
  }

  async function childrenOf(write: CrmWrite, ground: SalesforceSnapshot, plan: ReadPlan): Promise<readonly ChildPart[]> {
    const { contacts, solutions, team, notes } = write.set;
    const { raw, accountId, ownerId, id } = ground;
    const parts = await Promise.all([
      contacts && plan.features.contactRoles
        ? changeContacts(lookups, raw.contactRoles, contacts, { opportunityId: id, account: accountId, newAccount: null })
        : [],
      solutions && plan.features.solutions ? changeSolutions(lookups, raw.solutions, solutions, id) : [],
      team ? changeTeam(lookups, org.client, plan, raw.team, team, id, ownerId) : [],
    ]);
    const note = notes === undefined || notes === ground.deal.notes ? [] : changeNote(plan, ground.note, notes, id);
    return [...parts.flat(), ...note];
  }

  async function serviceValues(write: CrmWrite, ground: SalesforceSnapshot, plan: ReadPlan): Promise<Values> {
    const values: { [field: string]: unknown } = { ...displayValues(write.display, plan.opportunity) };
    if (write.audit.length > 0 && plan.opportunity.has(auditField)) {
      const current = ground.hasAudit ? ground.raw.row.Audit__c : (await auditOf(write.id)).audit;
      values[auditField] = prependAudit(current, write.audit, plan.opportunity.get(auditField)?.length || undefined);
    }
    // a deal that is linked to an existing opportunity is shared from then on
    if (write.share ?? write.basedOn.shared) values[sharingField] = true;
    if (write.share === false) values[sharingField] = false;
    if (values[sharingField] === ground.raw.row.Sync_with_Partner_Center__c) delete values[sharingField];
    return values;
  }

  return (write) =>
    org.withPlan(async (plan): Promise<Result> => {
      if (isOfAnotherMapping(write, plan)) return { kind: 'stale' };
      const changes = toFields(write.set, write.basedOn.deal, plan);
      const ground = await groundOf(write, changes.guarded);
      if (ground === null) return { kind: 'stale' };
      if ('gone' in ground) return { kind: 'gone', why: ground.gone };

      const now = org.system.now();
      let job: WriteJob = {
        id: write.id,
        values: { ...changes.values, ...(await serviceValues(write, ground, plan)) },
        unchangedSince: changes.guarded ? ground.version : null,
        children: await childrenOf(write, ground, plan),
        ...(write.sendBefore === undefined ? {} : { sendBefore: write.sendBefore }),
        attention: write.attention.map((change) => ({ key: change.key, values: attentionValues(change, write.id, ground.ownerId, now) })),
        answers: write.answers.map((answer) => ({ id: answer.id, values: answerValues(answer, now) })),
        plan,
      };
      const refused: RefusedField[] = [...changes.refused];
      for (let attempt = 0; ; attempt++) {
        if (isEmpty(job)) return { kind: 'done', after: ground, requestId: null, refused };
        const result = await send(job);
        if (result.kind === 'done') return { kind: 'done', after: result.after, requestId: null, refused };
        const { error } = result;
        if (error.code === 'CRM_STALE' || (result.part.kind === 'child' && isCatalogueRace(result.part.part, error)))
          return { kind: 'stale' };
        if (error.entry.retry !== 'never') throw error;
        const lighter = attempt < mostRefusals ? without(job, result, changes.origin) : null;
        if (!lighter) return refusalOf(write, error);
        org.log.warn(
          { key: write.id, code: error.code, fields: error.facts.fields },
          'Salesforce refused a part of a write; the rest is written',
        );
        refused.push(...lighter.refused);
        job = lighter.job;
      }
    });
}

/** A field that was read has no place in Salesforce any more: an admin changed the mapping since, and what is to be written is decided anew. */
const isOfAnotherMapping = ({ set, basedOn }: CrmWrite, { sources }: ReadPlan): boolean =>
  Object.keys(set).some((field) => field !== 'state' && field in basedOn.deal && !sources.some(({ rule }) => rule.field === field));

const isEmpty = (job: WriteJob): boolean =>
  Object.keys(job.values).length === 0 && job.children.length === 0 && job.attention.length === 0 && job.answers.length === 0;

function refusalOf(write: CrmWrite, error: SyncError): Result {
  if (error.code === 'CRM_GONE') return { kind: 'gone', why: `The opportunity ${write.id} was deleted meanwhile.` };
  return { kind: 'refused', code: error.code, message: error.message, fields: error.facts.fields ?? [], requestId: null };
}

/** The job without what was refused; null when nothing smaller would do. */
function without(
  job: WriteJob,
  failed: Extract<Awaited<ReturnType<ReturnType<typeof createWriteCalls>>>, { kind: 'failed' }>,
  origin: ReadonlyMap<string, FieldName>,
): { readonly job: WriteJob; readonly refused: readonly RefusedField[] } | null {
  const { error, part } = failed;
  const { code, message } = error;
  switch (part.kind) {
    case 'opportunity': {
      const refusedNames = (error.facts.fields ?? []).filter((name) => name in job.values && name !== displayFields.referralId);
      const named = withMoney(refusedNames, origin).filter((name) => name in job.values);
      if (whole.has(code) || named.length === 0) return null;
      const values = Object.fromEntries(Object.entries(job.values).filter(([name]) => !named.includes(name)));
      const guarded = job.unchangedSince !== null && Object.keys(values).some((name) => origin.has(name));
      return {
        job: { ...job, values, unchangedSince: guarded ? job.unchangedSince : null },
        refused: named.map((name) => ({ field: origin.get(name) ?? 'display', code, message })),
      };
    }
    case 'child':
      // a row that is gone already is what was wanted
      return {
        job: { ...job, children: job.children.filter((one) => !dependsOn(one, part.part)) },
        refused: code === 'CRM_GONE' && part.part.method === 'DELETE' ? [] : [{ field: part.part.field, code, message }],
      };
    case 'attention': {
      const row = job.attention.find((one) => one.key === part.key);
      const rest = job.attention.filter((one) => one.key !== part.key);
      if (!row || !('OwnerId' in row.values)) return { job: { ...job, attention: rest }, refused: [{ field: 'display', code, message }] };
      const { OwnerId: _owner, ...values } = row.values;
      return { job: { ...job, attention: [...rest, { key: row.key, values }] }, refused: [] };
    }
    case 'answer':
      return {
        job: { ...job, answers: job.answers.filter((one) => one.id !== part.id) },
        refused: code === 'CRM_GONE' ? [] : [{ field: 'display', code, message }],
      };
  }
}

/** The refused part itself and rows that would have pointed at it. */
const dependsOn = (part: ChildPart, refused: ChildPart): boolean =>
  part === refused || JSON.stringify(part.body ?? null).includes(`@{${refused.referenceId}.id}`);
