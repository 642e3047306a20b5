/** What the service tells about itself. */
import type { StoreHealth } from './store.ts';

/** What the service tells about itself. */
export interface Health extends StoreHealth {
  readonly version: string;
  /** Version of the package this service was made with. */
  readonly packageVersion: string;
  /** How often what happens, in words. */
  readonly cadence: string;
  readonly state: string;
  readonly apiUsed: number | null;
  readonly apiLimit: number | null;
  readonly webhookOwner: string | null;
  readonly webhookState: string | null;
  readonly tokenAgeDays: number | null;
  readonly lastSweepAt: number | null;
  readonly parkedCauses: readonly { readonly code: string; readonly count: number; readonly cure: string }[];
  readonly message: string | null;
  readonly settings: { readonly [name: string]: unknown };
}
