/** A question that many passes ask in the same form: one query answers all of them, and each gets its own rows. */
import type { RawRow } from '../schema.ts';
import type { ReadPlan } from '../fields/read-plan.ts';
import { questions, type Org } from './org.ts';

export interface SharedQuestion<Q, R> {
  /** The query that answers all of these, without its limit. */
  soql(asked: readonly Q[], plan: ReadPlan): string;
  read(record: RawRow): R;
  /** Whether a row belongs to the answer of this question. */
  answers(row: R, asked: Q): boolean;
  /** Most rows one question gets, in the order of the query. */
  readonly most: number;
  /** Questions in one query, where each makes it harder to answer. */
  readonly perQuery?: number;
}

/** One page of an answer. An answer that is as long may hide rows. */
const longest = 2_000;

export function sharedQuery<Q, R>(org: Org, shared: SharedQuestion<Q, R>): (asked: Q) => Promise<readonly R[]> {
  async function load(asked: readonly Q[]): Promise<readonly (readonly R[])[]> {
    const alone = asked.length === 1;
    const { records } = await org.ask(`${shared.soql(asked, await org.plan())} LIMIT ${alone ? shared.most : longest}`);
    if (!alone && records.length >= longest) {
      const half = Math.ceil(asked.length / 2);
      return (await Promise.all([load(asked.slice(0, half)), load(asked.slice(half))])).flat();
    }
    const rows = records.map((record) => shared.read(record));
    return asked.map((one) => rows.filter((row) => shared.answers(row, one)).slice(0, shared.most));
  }
  return org.gather(questions, async (asked) => {
    const { perQuery = asked.length } = shared;
    const parts = Array.from({ length: Math.ceil(asked.length / perQuery) }, (_, part) =>
      asked.slice(part * perQuery, (part + 1) * perQuery),
    );
    return (await Promise.all(parts.map(load))).flat();
  });
}
