/** Sign-in by device code as two commands: one gives the code to show, the other waits for the person. The exchange runs in between. */
import { SyncError } from '../errors.ts';
import type { DevicePrompt, SignedIn, SignIn } from '../partner-center/auth/index.ts';
import type { System } from '../sync/ports.ts';

export interface DeviceSignIn {
  /** Starts a sign-in; one that was under way is given up. Throws what Microsoft refuses. */
  begin(): Promise<DevicePrompt>;
  /** Null while the person has not finished: ask again. Throws PC_SIGN_IN when nothing is under way, or why it failed. */
  wait(): Promise<SignedIn | null>;
}

/** A wait answers at least this often, ms, so that no connection in between gives up. */
const answerAfter = 20_000;

export function createDeviceSignIn(signIn: Pick<SignIn, 'signInByDevice'>, system: Pick<System, 'sleep'>): DeviceSignIn {
  let running: { readonly result: Promise<SignedIn>; readonly abort: AbortController } | null = null;
  return {
    begin() {
      running?.abort.abort();
      const abort = new AbortController();
      return new Promise((resolve, reject) => {
        const result = signIn.signInByDevice(resolve, abort.signal);
        result.catch(reject);
        running = { result, abort };
      });
    },
    async wait() {
      if (!running) throw new SyncError('PC_SIGN_IN', { message: 'No sign-in by device code is under way.' });
      const came = new AbortController();
      try {
        return await Promise.race([running.result, system.sleep(answerAfter, came.signal).then(() => null)]);
      } finally {
        came.abort();
      }
    },
  };
}
