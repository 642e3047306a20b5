/** A connection that is given up when the other end says nothing for a while: a network that swallows packets tells nobody. */
import { Socket } from 'node:net';

/** Without this a question into a dead line waits until the kernel gives up, a quarter of an hour later. */
export function patientSocket(silenceMs: number): Socket {
  const socket = new Socket();
  return socket.setTimeout(silenceMs, () => socket.destroy(new Error(`the database has not answered for ${silenceMs / 1_000} seconds`)));
}
