/** Small texts the service keeps under a name. */
import type { Engine, Trx } from './engine.ts';

export const settingOf = (engine: Engine, name: string): Promise<string | null> =>
  engine.read(async (db) => (await db.selectFrom('setting').select('value').where('name', '=', name).executeTakeFirst())?.value ?? null);

export async function keepSetting(trx: Trx, name: string, value: string, now: number): Promise<void> {
  const row = { value, updated_at: now };
  await trx
    .insertInto('setting')
    .values({ name, ...row })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
    .execute();
}

const restored = 'store.restored';

/** What a store notes of itself: not a part of what it exports. */
export const staysBehind = (name: unknown): boolean => name === restored;

export async function restoredAt(engine: Engine): Promise<number | null> {
  const text = await settingOf(engine, restored);
  return text === null ? null : Number(text);
}

export const keepRestored = (trx: Trx, now: number): Promise<void> => keepSetting(trx, restored, String(now), now);
