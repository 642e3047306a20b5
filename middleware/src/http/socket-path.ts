/** The admin socket in the file system: guarded by the permissions of its file. */
import { lstat, unlink } from 'node:fs/promises';
import { connect } from 'node:net';

import { SyncError } from '../errors.ts';

/** Removes what a killed process left behind. Throws STORE_LOCKED when another one is listening there. */
export async function freeSocketPath(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found === null) return;
  if (!found.isSocket()) throw new SyncError('CONFIG_INVALID', { message: `${path} is in the way: it is not a socket.` });
  if (await answers(path)) throw new SyncError('STORE_LOCKED', { message: `Another process listens on ${path}.` });
  await unlink(path);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const done = (isThere: boolean): void => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}
