/**
 * The calls of a write. A write that is alone travels with its children, attention, answers and the reading after it in one
 * all-or-nothing `/composite`; writes made in the same few milliseconds share their calls (Salesforce APIs §5.2, §5.3).
 */
import type { SyncError } from '../../errors.ts';
import { failureOfPart, queryPath, understood, wasHalted, type Part, type PartAnswer, type Values } from '../client/client.ts';
import { failureOf } from '../client/failure.ts';
import { gather } from '../client/gather.ts';
import { QueryPage } from '../schema.ts';
import type { ReadPlan } from '../fields/read-plan.ts';
import type { ChildPart } from './child-parts.ts';
import type { Org } from './org.ts';
import { dealQuery, type Reader } from './read.ts';
import { snapshotOf, type SalesforceSnapshot } from './snapshot.ts';

export interface WriteJob {
  readonly id: string;
  /** Own fields of the opportunity; empty when only other rows are written. */
  readonly values: Values;
  /** `LastModifiedDate` the decision was made on, epoch ms; null when no field people edit is among the values. */
  readonly unchangedSince: number | null;
  readonly children: readonly ChildPart[];
  /** Attention rows by their key. */
  readonly attention: readonly { readonly key: string; readonly values: Values }[];
  /** Answers by the id of the request. */
  readonly answers: readonly { readonly id: string; readonly values: Values }[];
  readonly plan: ReadPlan;
}

/** What a job led to. A failure names the part that Salesforce refused. */
export type JobResult =
  | { readonly kind: 'done'; readonly after: SalesforceSnapshot | null }
  | { readonly kind: 'failed'; readonly error: SyncError; readonly part: FailedPart };

export type FailedPart =
  | { readonly kind: 'opportunity' }
  | { readonly kind: 'child'; readonly part: ChildPart }
  | { readonly kind: 'attention'; readonly key: string }
  | { readonly kind: 'answer'; readonly id: string };

const mostParts = 25;
const windowMs = 3;
const ok = (answer: PartAnswer): boolean => answer.status >= 200 && answer.status < 300;

interface NamedPart {
  readonly part: Part;
  readonly stands: FailedPart;
}

const opportunityPart = (job: WriteJob): Part => ({
  method: 'PATCH',
  path: `/sobjects/Opportunity/${job.id}`,
  referenceId: 'opportunity',
  body: job.values,
  ...(job.unchangedSince === null ? {} : { headers: { 'If-Unmodified-Since': new Date(job.unchangedSince).toUTCString() } }),
});

/** The opportunity first, answers last: nobody is told "done" before it is. */
function partsOf(job: WriteJob): readonly NamedPart[] {
  const opportunity: NamedPart[] =
    Object.keys(job.values).length > 0 ? [{ part: opportunityPart(job), stands: { kind: 'opportunity' } }] : [];
  const children = job.children.map((part): NamedPart => ({
    part: {
      method: part.method,
      path: part.path,
      referenceId: part.referenceId,
      ...(part.body === undefined ? {} : { body: part.body }),
      ...(part.headers ? { headers: part.headers } : {}),
    },
    stands: { kind: 'child', part },
  }));
  const attention = job.attention.map(({ key, values }, index): NamedPart => ({
    part: {
      method: 'PATCH',
      path: `/sobjects/PC_Attention__c/Key__c/${encodeURIComponent(key)}`,
      referenceId: `attention${index}`,
      body: values,
    },
    stands: { kind: 'attention', key },
  }));
  const answers = job.answers.map(({ id, values }, index): NamedPart => ({
    part: { method: 'PATCH', path: `/sobjects/PC_Request__c/${id}`, referenceId: `answer${index}`, body: values },
    stands: { kind: 'answer', id },
  }));
  return [...opportunity, ...children, ...attention, ...answers];
}

export function createWriteCalls(org: Org, reader: Reader): (job: WriteJob) => Promise<JobResult> {
  async function alone(job: WriteJob): Promise<JobResult> {
    const parts = partsOf(job);
    for (let start = 0; ; start += mostParts - 1) {
      const slice = parts.slice(start, start + mostParts - 1);
      const last = start + slice.length >= parts.length;
      const reading: Part[] = last ? [{ method: 'GET', path: queryPath(dealQuery(job.plan, [job.id])), referenceId: 'reading' }] : [];
      const { answers, serverTime } = await org.client.composite([...slice.map((one) => one.part), ...reading], true);
      const failed = slice.find((_, index) => {
        const answer = answers[index];
        return !answer || (!ok(answer) && !wasHalted(answer));
      });
      if (failed) return { kind: 'failed', error: failureOfPart(answers[slice.indexOf(failed)]), part: failed.stands };
      if (slice.some((_, index) => !ok(answers[index] as PartAnswer))) throw failureOfPart(answers.find((answer) => !ok(answer)));
      if (last) return { kind: 'done', after: await afterOf(job, answers[slice.length], serverTime) };
    }
  }

  async function afterOf(job: WriteJob, answer: PartAnswer | undefined, serverTime: number): Promise<SalesforceSnapshot | null> {
    // the write holds although its reading failed: read once more on its own
    if (!answer || !ok(answer)) return readAfter(job.id);
    const [record] = understood(QueryPage, answer.body).records;
    return record ? snapshotOf(org.client, record, job.plan, serverTime, await org.notes.read(job.plan, [job.id])) : null;
  }

  async function readAfter(id: string): Promise<SalesforceSnapshot | null> {
    const reading = await reader.read(id);
    return reading.kind === 'found' ? reading.snapshot : null;
  }

  /** Guarded writes, each for itself, up to 25 in a call; the others in collections. */
  async function opportunities(jobs: readonly WriteJob[]): Promise<ReadonlyMap<WriteJob, SyncError>> {
    const failures = new Map<WriteJob, SyncError>();
    const guarded = jobs.filter((job) => job.unchangedSince !== null && Object.keys(job.values).length > 0);
    const plain = jobs.filter((job) => job.unchangedSince === null && Object.keys(job.values).length > 0);
    for (let start = 0; start < guarded.length; start += mostParts) {
      const slice = guarded.slice(start, start + mostParts);
      const { answers } = await org.client.composite(
        slice.map((job, index) => ({ ...opportunityPart(job), referenceId: `opportunity${index}` })),
        false,
      );
      slice.forEach((job, index) => {
        const answer = answers[index];
        if (!answer || !ok(answer)) failures.set(job, failureOfPart(answer));
      });
    }
    if (plain.length > 0) {
      const results = await org.client.update(plain.map((job) => ({ type: 'Opportunity', id: job.id, values: job.values })));
      plain.forEach((job, index) => {
        const result = results[index];
        if (!result?.success) failures.set(job, failureOf(400, result?.errors ?? []));
      });
    }
    return failures;
  }

  async function together(jobs: readonly WriteJob[]): Promise<readonly (JobResult | SyncError)[]> {
    const failures = await opportunities(jobs);
    const written = jobs.filter((job) => !failures.has(job));
    const broken = new Map<WriteJob, JobResult>();
    const attention = written.flatMap((job) => job.attention.map((row) => ({ job, row })));
    const raised =
      attention.length > 0
        ? await org.client.upsert(
            'PC_Attention__c',
            'Key__c',
            attention.map(({ row }) => ({ Key__c: row.key, ...row.values })),
          )
        : [];
    attention.forEach(({ job, row }, index) => {
      if (!raised[index]?.success)
        broken.set(job, { kind: 'failed', error: failureOf(400, raised[index]?.errors ?? []), part: { kind: 'attention', key: row.key } });
    });
    const answers = written.filter((job) => !broken.has(job)).flatMap((job) => job.answers.map((row) => ({ job, row })));
    const answered =
      answers.length > 0
        ? await org.client.update(answers.map(({ row }) => ({ type: 'PC_Request__c', id: row.id, values: row.values })))
        : [];
    answers.forEach(({ job, row }, index) => {
      if (!answered[index]?.success)
        broken.set(job, { kind: 'failed', error: failureOf(400, answered[index]?.errors ?? []), part: { kind: 'answer', id: row.id } });
    });
    return Promise.all(
      jobs.map(async (job): Promise<JobResult | SyncError> => {
        const failure = failures.get(job);
        if (failure) return { kind: 'failed', error: failure, part: { kind: 'opportunity' } };
        return broken.get(job) ?? { kind: 'done', after: await readAfter(job.id) };
      }),
    );
  }

  const gathered = gather<WriteJob, JobResult>(org.system, { windowMs, max: 200 }, async (jobs) => {
    const [only] = jobs;
    return jobs.length === 1 && only ? [await alone(only)] : together(jobs);
  });
  // children hang together with their opportunity, so such a write keeps a call of its own
  return (job) => (job.children.length > 0 ? alone(job) : gathered(job));
}
