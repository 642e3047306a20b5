/** Back-up and moving: the whole store as JSON lines in a file, and back into an empty store. Secrets stay sealed. */
import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';

import { SyncError } from '../errors.ts';
import type { OpenStore } from '../store/open.ts';

/** Writes beside and renames, so that a half-written back-up never carries the name. Returns the number of lines. */
export async function exportTo(store: OpenStore, file: string, now: number): Promise<number> {
  const draft = `${file}.part`;
  let lines = 0;
  const handle = await open(draft, 'w', 0o600);
  try {
    for await (const line of store.export(now)) {
      await handle.write(`${line}\n`);
      lines += 1;
    }
    await handle.sync();
  } catch (error) {
    await handle.close();
    await rm(draft, { force: true });
    throw error;
  }
  await handle.close();
  await rename(draft, file);
  return lines;
}

/** Fills an empty store, all or nothing. Returns the number of rows. Throws STORE_IMPORT, or CONFIG_INVALID when the file cannot be read. */
export async function importFrom(store: OpenStore, file: string, now: number): Promise<number> {
  const stream = createReadStream(file, 'utf8');
  await new Promise<void>((resolve, reject) => {
    stream.once('open', () => resolve());
    stream.once('error', (error) => reject(new SyncError('CONFIG_INVALID', { message: `The file ${file} cannot be read.`, cause: error })));
  });
  return store.import(createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }), now);
}
