/** Named leases, held by one owner at a time: leader of the event stream, token exchange, creates of one customer. */
import type { Trx } from './engine.ts';

/** True when the lock is ours until `now + ms`: it was free, had run out, or was ours already. */
export async function tryLock(trx: Trx, name: string, owner: string, ms: number, now: number): Promise<boolean> {
  const row = { owner, until: now + ms };
  const taken = await trx
    .insertInto('named_lock')
    .values({ name, ...row })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet(row)
        .where(({ eb, or }) => or([eb('named_lock.until', '<=', now), eb('named_lock.owner', '=', owner)])),
    )
    .returning('name')
    .execute();
  return taken.length === 1;
}

export async function unlock(trx: Trx, name: string, owner: string): Promise<void> {
  await trx.deleteFrom('named_lock').where('name', '=', name).where('owner', '=', owner).execute();
}
