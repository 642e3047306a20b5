/** What a database says when it fails, as one of our errors; decided by codes, never by texts. */
import { SyncError } from '../errors.ts';

const codeOf = (thrown: unknown): string => {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : null;
  return typeof code === 'string' ? code : '';
};

/** PostgreSQL gave this transaction up for another one (serialisation, deadlock): the same again will do. */
export const wasGivenUp = (thrown: unknown): boolean => codeOf(thrown) === '40001' || codeOf(thrown) === '40P01';

/** SQLite's primary codes for a statement or value of ours that is wrong: ERROR, CONSTRAINT, MISMATCH, MISUSE, RANGE. */
const sqliteMistakes: readonly number[] = [1, 19, 20, 21, 25];

/** The database refused what we sent: a mistake of ours, not an outage. */
function isOurMistake(thrown: unknown): boolean {
  const code = codeOf(thrown);
  if (code !== 'ERR_SQLITE_ERROR') return /^(22|23|42|P0)/.test(code);
  return (
    thrown instanceof Error && 'errcode' in thrown && typeof thrown.errcode === 'number' && sqliteMistakes.includes(thrown.errcode & 0xff)
  );
}

/**
 * Outages become `STORE_DOWN`; mistakes of ours stay what they are. `pg` reports a cut connection as a plain `Error` without a code,
 * which nothing else here throws.
 */
export function storeFailure(thrown: unknown): unknown {
  if (thrown instanceof SyncError || !(thrown instanceof Error) || isOurMistake(thrown)) return thrown;
  const plain = Object.getPrototypeOf(thrown) === Error.prototype;
  if (!plain && codeOf(thrown) === '') return thrown;
  return new SyncError('STORE_DOWN', { cause: thrown, message: `The store cannot be reached: ${thrown.message}` });
}
