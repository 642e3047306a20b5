/** What every operation of the simulator works on. */
import type { Surroundings } from '../wire.ts';
import type { CheckToken, Users } from './access.ts';
import type { CatalogueSolution } from './rules.ts';
import type { State } from './state.ts';
import type { Switches } from './switches.ts';

export interface World {
  readonly surroundings: Surroundings;
  readonly switches: Switches;
  readonly state: State;
  readonly organizationId: string;
  readonly organizationName: string;
  /** The tenant's location. */
  readonly mpnId: string;
  readonly catalogue: readonly CatalogueSolution[];
  readonly users: Users;
  readonly checkToken: CheckToken;
  /** Origin of the Referrals API as callers see it. */
  baseUrl(): string;
}
