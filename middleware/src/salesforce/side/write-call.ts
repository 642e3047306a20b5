/**
 * The calls of a write. A write that is alone travels with its children, attention, answers and the reading after it in one
 * all-or-nothing `/composite`; the writes of several passes share their calls, and their reading (Salesforce APIs §5.2, §5.3).
 */
import type { SyncError } from '../../errors.ts';
import {
  collection,
  failureOfPart,
  queryPath,
  understood,
  wasHalted,
  type Part,
  type PartAnswer,
  type Values,
  type WriteRow,
} from '../client/client.ts';
import { failureOf } from '../client/failure.ts';
import { SaveResults } from '../schema.ts';
import type { ReadPlan } from '../fields/read-plan.ts';
import type { ChildPart } from './child-parts.ts';
import { tidings, type Org } from './org.ts';
import { dealQuery, type Reader } from './read.ts';
import { snapshotOf, type SalesforceSnapshot } from './snapshot.ts';

export interface WriteJob {
  readonly id: string;
  /** Own fields of the opportunity; empty when only other rows are written. */
  readonly values: Values;
  /** `LastModifiedDate` the decision was made on, epoch ms; null when no field people edit is among the values. */
  readonly unchangedSince: number | null;
  readonly children: readonly ChildPart[];
  /** A write with children is not sent later than this, epoch ms. */
  readonly sendBefore?: number;
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

/** Parts of a composite call, and how many of them may be queries or collections. */
const mostParts = 25;
const mostWide = 5;
const perCollection = 200;
const ok = (answer: PartAnswer): boolean => answer.status >= 200 && answer.status < 300;

interface NamedPart {
  readonly part: Part;
  readonly stands: FailedPart;
}

/** A part of a call that serves several writes. */
interface Piece {
  readonly part: Omit<Part, 'referenceId'>;
  /** A query or a collection, of which a call holds few. */
  readonly wide: boolean;
  take(answer: PartAnswer | undefined, serverTime: number): void | Promise<void>;
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
      const reading: Part[] = last ? [{ method: 'GET', path: queryPath(dealQuery(job.plan, [job.id], true)), referenceId: 'reading' }] : [];
      const { answers, serverTime } = await org.client.composite([...slice.map((one) => one.part), ...reading], true, job.sendBefore);
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
    const [record] = await org.client.rowsOf(answer);
    return record ? snapshotOf(org.client, record, job.plan, serverTime, await org.notes.read(job.plan, [job.id])) : null;
  }

  async function readAfter(id: string): Promise<SalesforceSnapshot | null> {
    const reading = await reader.read(id);
    return reading.kind === 'found' ? reading.snapshot : null;
  }

  /** Runs pieces in order, in as few composite calls as they fit in. */
  async function run(pieces: readonly Piece[]): Promise<void> {
    for (let rest = pieces; rest.length > 0;) {
      const wide = (count: number): number => rest.slice(0, count).filter((piece) => piece.wide).length;
      let count = Math.min(mostParts, rest.length);
      while (wide(count) > mostWide) count -= 1;
      const sent = rest.slice(0, count);
      const { answers, serverTime } = await org.client.composite(
        sent.map((piece, index): Part => ({ ...piece.part, referenceId: `part${index}` })),
        false,
      );
      for (const [index, piece] of sent.entries()) await piece.take(answers[index], serverTime);
      rest = rest.slice(count);
    }
  }

  /** A collections call as pieces; `failed` hears of each row that was refused. */
  function collections<R>(
    path: string,
    rows: readonly { readonly of: R; readonly row: WriteRow }[],
    failed: (of: R, error: SyncError) => void,
  ): readonly Piece[] {
    return Array.from({ length: Math.ceil(rows.length / perCollection) }, (_, index): Piece => {
      const slice = rows.slice(index * perCollection, (index + 1) * perCollection);
      return {
        wide: true,
        part: { method: 'PATCH', path, body: collection(slice.map(({ row }) => row)) },
        take(answer) {
          const results = answer && ok(answer) ? understood(SaveResults, answer.body) : null;
          slice.forEach(({ of }, at) => {
            const result = results?.[at];
            if (!result?.success) failed(of, results ? failureOf(400, result?.errors ?? []) : failureOfPart(answer));
          });
        },
      };
    });
  }

  /** What the opportunities hold after the write; one that is not among them is read on its own. */
  function readings(jobs: readonly WriteJob[], after: Map<WriteJob, SalesforceSnapshot>): readonly Piece[] {
    return [...new Set(jobs.map((job) => job.plan))].map((plan): Piece => {
      const same = jobs.filter((job) => job.plan === plan);
      const ids = [...new Set(same.map((job) => job.id))];
      return {
        wide: true,
        part: { method: 'GET', path: queryPath(dealQuery(plan, ids, false)) },
        async take(answer, serverTime) {
          if (!answer || !ok(answer)) return;
          const rows = await org.client.rowsOf(answer);
          const notes = await org.notes.read(plan, ids);
          const found = new Map(
            await Promise.all(
              rows.map(async (row) => {
                const snapshot = await snapshotOf(org.client, row, plan, serverTime, notes);
                return [snapshot.id, snapshot] as const;
              }),
            ),
          );
          for (const job of same) {
            const snapshot = found.get(job.id);
            if (snapshot) after.set(job, snapshot);
          }
        },
      };
    });
  }

  /** First the opportunities, guarded ones each for itself; then attention and answers of those that were written: nobody is told early. */
  async function together(jobs: readonly WriteJob[]): Promise<readonly JobResult[]> {
    const failures = new Map<WriteJob, JobResult>();
    const after = new Map<WriteJob, SalesforceSnapshot>();
    const fail =
      (part: FailedPart) =>
      (job: WriteJob, error: SyncError): void =>
        void failures.set(job, { kind: 'failed', error, part });
    const opportunityFailed = fail({ kind: 'opportunity' });
    const filled = jobs.filter((job) => Object.keys(job.values).length > 0);
    const guarded = filled
      .filter((job) => job.unchangedSince !== null)
      .map((job): Piece => ({
        wide: false,
        part: opportunityPart(job),
        take: (answer) => {
          if (!answer || !ok(answer)) opportunityFailed(job, failureOfPart(answer));
        },
      }));
    const plain = filled
      .filter((job) => job.unchangedSince === null)
      .map((job) => ({ of: job, row: { type: 'Opportunity', id: job.id, values: job.values } }));
    const tells = (job: WriteJob): boolean => job.attention.length + job.answers.length > 0;
    const silent = jobs.filter((job) => !tells(job));
    await run([...guarded, ...collections('/composite/sobjects', plain, opportunityFailed), ...readings(silent, after)]);

    const telling = jobs.filter((job) => tells(job) && !failures.has(job));
    const attention = telling.flatMap((job) =>
      job.attention.map(({ key, values }) => ({
        of: { job, key },
        row: { type: 'PC_Attention__c', values: { Key__c: key, ...values } },
      })),
    );
    const answered = telling.some((job) => job.answers.length > 0);
    await run([
      ...collections('/composite/sobjects/PC_Attention__c/Key__c', attention, ({ job, key }, error) =>
        fail({ kind: 'attention', key })(job, error),
      ),
      ...(answered ? [] : readings(telling, after)),
    ]);
    if (answered) {
      const raised = telling.filter((job) => !failures.has(job));
      const answers = raised.flatMap((job) =>
        job.answers.map(({ id, values }) => ({ of: { job, id }, row: { type: 'PC_Request__c', id, values } })),
      );
      await run([
        ...collections('/composite/sobjects', answers, ({ job, id }, error) => fail({ kind: 'answer', id })(job, error)),
        ...readings(raised, after),
      ]);
    }
    return Promise.all(
      jobs.map(async (job) => failures.get(job) ?? { kind: 'done' as const, after: after.get(job) ?? (await readAfter(job.id)) }),
    );
  }

  /** Salesforce refuses a list that names a record twice: a second write of the same opportunity, of its other half, has a call of its own. */
  async function eachOnce(jobs: readonly WriteJob[]): Promise<readonly JobResult[]> {
    const firsts = jobs.filter((job, index) => jobs.findIndex(({ id }) => id === job.id) === index);
    const [only] = firsts;
    const results = new Map<WriteJob, JobResult>();
    const done = firsts.length === 1 && only ? [await alone(only)] : await together(firsts);
    for (const [index, job] of firsts.entries()) results.set(job, done[index] as JobResult);
    for (const job of jobs) if (!results.has(job)) results.set(job, await alone(job));
    return jobs.map((job) => results.get(job) as JobResult);
  }

  const gathered = org.gather<WriteJob, JobResult>(tidings, eachOnce);
  // children hang together with their opportunity, so such a write keeps a call of its own
  return (job) => (job.children.length > 0 ? alone(job) : gathered(job));
}
