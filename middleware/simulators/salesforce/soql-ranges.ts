/** SOQL date words as spans of time. Days and weeks begin in UTC: the simulated org's users live there. */

export interface Span {
  /** Epoch ms, inclusive. */
  readonly from: number;
  /** Epoch ms, exclusive. */
  readonly to: number;
}

const day = 86_400_000;

/** The span of `TODAY`, `LAST_N_DAYS:7` … at the given moment; null for a word the simulator does not know. */
export function rangeSpan(name: string, count: number, now: number): Span | null {
  const today = Math.floor(now / day) * day;
  const date = new Date(today);
  const month = (offset: number): number => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + offset, 1);
  const year = (offset: number): number => Date.UTC(date.getUTCFullYear() + offset, 0, 1);
  const week = (offset: number): number => today - date.getUTCDay() * day + offset * 7 * day;
  switch (name) {
    case 'TODAY':
      return { from: today, to: today + day };
    case 'YESTERDAY':
      return { from: today - day, to: today };
    case 'TOMORROW':
      return { from: today + day, to: today + 2 * day };
    case 'LAST_N_DAYS':
      // The platform counts n days back and today.
      return { from: today - count * day, to: today + day };
    case 'NEXT_N_DAYS':
      return { from: today + day, to: today + (count + 1) * day };
    case 'LAST_WEEK':
      return { from: week(-1), to: week(0) };
    case 'THIS_WEEK':
      return { from: week(0), to: week(1) };
    case 'NEXT_WEEK':
      return { from: week(1), to: week(2) };
    case 'LAST_MONTH':
      return { from: month(-1), to: month(0) };
    case 'THIS_MONTH':
      return { from: month(0), to: month(1) };
    case 'NEXT_MONTH':
      return { from: month(1), to: month(2) };
    case 'LAST_YEAR':
      return { from: year(-1), to: year(0) };
    case 'THIS_YEAR':
      return { from: year(0), to: year(1) };
    case 'NEXT_YEAR':
      return { from: year(1), to: year(2) };
    default:
      return null;
  }
}
