/** What every engine of the store must do. Run by `sqlite.test.ts` and `postgres.test.ts`. */
import { afterEach, describe } from 'node:test';
import type { OpenStore } from '../../src/store/open.ts';
import { auditContract } from './audit.contract.ts';
import { intakeContract } from './intake.contract.ts';
import { linksContract } from './links.contract.ts';
import { manualSystem, type ManualSystem } from './manual-system.ts';
import { queueContract } from './queue.contract.ts';
import { smallThingsContract } from './small-things.contract.ts';
import { transferContract } from './transfer.contract.ts';

/** One engine under test. */
export interface Bench {
  /** A new, empty store. */
  open(system: ManualSystem, options?: { readonly sealingKeys?: readonly string[] }): Promise<Opened>;
  /** Closes every store opened since the last call. */
  closeStores(): Promise<void>;
}

export interface Opened {
  readonly store: OpenStore;
  /** Runs a statement behind the store's back. */
  tamper(statement: string): Promise<void>;
  /** The same data through a store of its own, opened anew. On SQLite the first one is closed. */
  reopen(options?: { readonly sealingKeys?: readonly string[] }): Promise<OpenStore>;
}

export interface Ground {
  readonly system: ManualSystem;
  readonly now: () => number;
  open(options?: { readonly sealingKeys?: readonly string[] }): Promise<Opened>;
}

export function storeContract(name: string, bench: Bench): void {
  describe(name, () => {
    afterEach(() => bench.closeStores());

    const ground = (): Ground => {
      const system = manualSystem();
      return { system, now: () => system.now(), open: (options) => bench.open(system, options) };
    };
    intakeContract(ground);
    queueContract(ground);
    linksContract(ground);
    auditContract(ground);
    smallThingsContract(ground);
    transferContract(ground);
  });
}
