/** The sign-in as all replicas see it: one setting in the store. */
import type { Store } from '../../sync/ports.ts';
import { Connection } from './schema.ts';

const settingName = 'partner-center.connection';

/** Null when nobody has signed in, or the record is from a version that wrote it differently. */
export async function readConnection(store: Pick<Store, 'setting'>): Promise<Connection | null> {
  const text = await store.setting(settingName);
  if (text === null || text === '') return null;
  try {
    const parsed = Connection.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

export async function saveConnection(store: Pick<Store, 'saveSetting'>, connection: Connection | null, now: number): Promise<void> {
  await store.saveSetting(settingName, connection === null ? '' : JSON.stringify(connection), now);
}
