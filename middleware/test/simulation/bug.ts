/** A mistake put into the service on purpose, at one of its seams: what the simulation has to find. */
import type { Engine } from '../../src/sync/engine.ts';
import type { OpenStore } from '../../src/store/open.ts';
import type { Transport } from '../../src/transport.ts';
import type { World } from './world.ts';

export interface Bug {
  readonly name: string;
  /** What somebody might have believed. */
  readonly belief: string;
  store?(store: OpenStore, world: World): OpenStore;
  transport?(transport: Transport, world: World): Transport;
  engine(engine: Engine, world: World): Engine;
}
