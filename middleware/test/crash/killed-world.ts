/** A world whose service dies where it is told to, and what is done with it: arm, watch it die, start it again, wait until all is calm. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { rolldown } from 'rolldown';

import { openWorld, settled, status, type World, type WorldOptions } from '../scenarios/scene.ts';
import type { KillPoint } from './kill-points.ts';
import type { ToService } from './killed-service.ts';

const patience = 120_000;

export interface KilledWorld {
  readonly world: World;
  arm(point: KillPoint | null): Promise<void>;
  /** Requests and commits since it was armed, in order. */
  names(): Promise<readonly string[]>;
  /** Links of the store's audit chains that do not fit. */
  brokenAudit(): Promise<readonly unknown[]>;
  /** Starts the process anew; with a point it dies during its start or soon after. True when it came up. */
  start(point?: KillPoint | null): Promise<boolean>;
  /** Resolves with true when the process has died, with false when everything is calm and it lives. */
  diesOrCalms(): Promise<boolean>;
  calm(): Promise<void>;
  close(): Promise<void>;
}

/** The service in one file: it starts in a fraction of the time, and a matrix starts it a thousand times. */
async function bundle(folder: string): Promise<string> {
  const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
  const entry = join(folder, 'service', 'killed-service.mjs');
  const built = await rolldown({ input: source('killed-service.ts'), platform: 'node', logLevel: 'silent' });
  await built.write({ file: entry, format: 'esm', codeSplitting: false });
  await built.close();
  mkdirSync(folder, { recursive: true });
  copyFileSync(source('../../src/salesforce/pubsub.proto'), join(folder, 'pubsub.proto'));
  return entry;
}

export async function openKilledWorld(options: WorldOptions = {}): Promise<KilledWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'cosell-crash-'));
  const world = await openWorld({
    ...options,
    entry: await bundle(folder),
    settings: {
      NODE_COMPILE_CACHE: join(folder, 'compiled'),
      // timers of a long life would only blur what one change of one deal does
      COSELL_SWEEP_MINUTES: '1440',
      COSELL_MAPPING_MINUTES: '1440',
      ...options.settings,
    },
  });
  const { middleware } = world;
  const tell = (message: ToService): Promise<unknown> => middleware.ask(message);

  async function swept(): Promise<void> {
    const end = Date.now() + patience;
    while ((await status(world)).lastSweepAt === null || world.events.pubSub.openStreams() === 0) {
      assert.ok(Date.now() < end, 'The service does not get to work.');
      await pause(10);
    }
  }
  /** What waits for its time, as a create that was cut off does for the list, is not waited for: time passes until nothing waits. */
  const calm = async (): Promise<void> => {
    await swept();
    for (let steps = 1; ; steps += 1) {
      try {
        return await settled(world, 2_000);
      } catch (error) {
        if (!(error instanceof assert.AssertionError) || steps * 2_000 >= patience) throw error;
        world.advance(20_000);
      }
    }
  };

  return {
    world,
    calm,
    arm: async (point) => void (await tell({ arm: point })),
    names: async () => ((await tell({ ask: 'names' })) as { readonly names: readonly string[] }).names,
    brokenAudit: async () => ((await tell({ ask: 'audit' })) as { readonly breaks: readonly unknown[] }).breaks,
    start: (point) =>
      middleware.start(...(point ? [JSON.stringify(point)] : [])).then(
        () => true,
        (error: unknown) => {
          if (point) return false;
          throw error;
        },
      ),
    async diesOrCalms() {
      const died = middleware.gone().then(() => true);
      // a command that meets the dying process fails; what counts is that it died
      const lived = calm().then(
        () => false,
        async (error: unknown) => {
          if (await Promise.race([died, pause(30_000, false)])) return true;
          throw error;
        },
      );
      return Promise.race([died, lived]);
    },
    async close() {
      await world.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
