/** What people do in a run: sellers in Salesforce, sellers at Microsoft, colleagues in the Partner Center portal, admins. */
import { RowError } from '../../simulators/salesforce/org-errors.ts';
import { adminActs } from './admins.ts';
import { createCast, type Acts, type Doing, type Pair } from './cast.ts';
import { microsoftActs } from './microsoft.ts';
import { portalActs } from './portal.ts';
import { sellerActs } from './sellers.ts';
import type { World } from './world.ts';

export interface People {
  /** Deals in play, in a fixed order. */
  pairs(): readonly Pair[];
  /** Does it; says in words what was done, null when it was not possible. */
  act(name: string, doing: Doing): string | null;
  readonly acts: readonly string[];
}

export function createPeople(world: World): People {
  const { history } = world;
  const cast = createCast(world);
  const acts: Acts = {
    ...sellerActs(world, cast),
    ...adminActs(world, cast),
    ...portalActs(world, cast),
    ...microsoftActs(world, cast),
  };

  return {
    pairs: cast.pairs,
    acts: Object.keys(acts),
    act(name, doing) {
      const act = acts[name];
      if (!act) throw new Error(`Nobody knows how to "${name}".`);
      const before = history.edits.length;
      try {
        const words = act(doing);
        world.look();
        return words;
      } catch (error) {
        // the page or the portal refuses: at most the first half was done
        world.look();
        if (history.edits.length !== before) return `${name}, the second half of which was refused`;
        if (error instanceof RowError || (error instanceof Error && error.constructor === Error)) return null;
        throw error;
      }
    },
  };
}
