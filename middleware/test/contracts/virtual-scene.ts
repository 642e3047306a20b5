/**
 * The whole service between both simulators in virtual time, with behaviours of the remotes chosen by name. A story takes milliseconds
 * here, so that each guess about a remote can be tried in each of its positions.
 */
import assert from 'node:assert/strict';

import type { Config } from '../../src/config.ts';
import type { PartnerUser } from '../../simulators/partner-center/access.ts';
import { people } from '../../simulators/salesforce/seed.ts';
import type { Referral } from '../../simulators/partner-center/model.ts';
import type { RecordValues } from '../../simulators/salesforce/schema-model.ts';
import { createChance } from '../simulation/chance.ts';
import { createFleet, type Fleet } from '../simulation/fleet.ts';
import { comeToRest, sweepOnce } from '../simulation/run.ts';
import { origins, template } from '../simulation/template.ts';
import { openWorld, type Choices, type World } from '../simulation/world.ts';

export { people };
export type { Choices };

const second = 1_000;
const minute = 60 * second;

export interface SceneOptions extends Choices {
  /** Off: notices alone have to be enough. */
  readonly sweeps?: boolean;
  /** Settings of the service other than the template's. */
  readonly config?: Partial<Config>;
  /** Something done to the org before the service starts. */
  readonly prepare?: (world: World) => void;
}

export interface Scene {
  readonly world: World;
  readonly fleet: Fleet;
  readonly org: World['org'];
  readonly center: World['center'];
  /** Roles in Partner Center, by mail; who is not named is a Referrals admin. */
  readonly users: { [mail: string]: PartnerUser };
  readonly seller: ReturnType<World['org']['asUser']>;
  row(id: string): RecordValues;
  /** The referral of an opportunity, and what Microsoft holds in the same engagement. */
  own(id: string): Referral;
  leg(id: string): Referral | undefined;
  /** Lets time pass until something holds, at most this many minutes. */
  until(what: string, look: () => unknown, minutes?: number): Promise<void>;
  shows(id: string, word: string, minutes?: number): Promise<void>;
  /** Fills what sharing needs and ticks; gives the opportunity's id. */
  share(name: string, values?: RecordValues): string;
  /** The opportunity that stands for a referral. */
  arrived(referralId: string): Promise<string>;
  /** A person's request, with its answer. */
  ask(id: string, kind: string, values?: RecordValues, as?: string): Promise<{ readonly outcome: string; readonly message: string }>;
  /** Nothing is worked on and nothing is on its way. */
  rest(): Promise<void>;
  sweep(): Promise<void>;
  /** A look at every deal writes nothing on either side. */
  quiet(): Promise<void>;
}

export async function openScene(options: SceneOptions = {}): Promise<Scene> {
  const { sweeps = true, config = {}, prepare, ...choices } = options;
  const made = await template();
  const users: { [mail: string]: PartnerUser } = { ...choices.users };
  const world = await openWorld(
    { ...made, config: { ...made.config, ...config } },
    createChance('switches'),
    {
      latency: [5, 120],
      listDelayMs: 0,
      relatedEventCarries: 'microsoft leg',
      microsoftLegInList: 'always',
      filterOnExternalReferenceId: false,
      sweeps,
      sweepMinutes: 15,
      skewsMs: [0, 0],
      ownChangesRaiseEvents: true,
    },
    { ...choices, users },
  );
  prepare?.(world);
  const fleet = createFleet(world, null);
  const { org, center, scheduler } = world;
  const seller = org.asUser(people.seller);
  fleet.join();
  center.registration.take(`${origins.own}/webhooks/partner-center`);
  await scheduler.run(scheduler.now() + minute, () => fleet.up().length > 0 && world.events.pubSub.openStreams() > 0);

  const row = (id: string): RecordValues => org.get(id) ?? {};
  const own = (id: string): Referral => {
    const found = center.referral(String(row(id)['Referral_Identifier__c'] ?? ''));
    assert.ok(found, `"${String(row(id)['Name'])}" has no referral; it shows ${shown(id)}`);
    return found;
  };
  const shown = (id: string): string => JSON.stringify({ state: row(id)['PC_Sync_State__c'], message: row(id)['PC_Sync_Message__c'] });

  async function until(what: string, look: () => unknown, minutes = 30): Promise<void> {
    world.look();
    await scheduler.run(scheduler.now() + minutes * minute, () => Boolean(look()));
    assert.ok(look(), `Expected within ${minutes} minutes: ${what}\n${world.trace.lines.slice(-25).join('\n')}`);
  }

  async function rest(): Promise<void> {
    world.look();
    assert.ok(await comeToRest(world, fleet, 10 * second), `the service comes to rest\n${world.trace.lines.slice(-25).join('\n')}`);
  }

  return {
    world,
    fleet,
    org,
    center,
    users,
    seller,
    row,
    own,
    leg: (id) => center.legOf(own(id).id),
    until,
    shows: (id, word, minutes) =>
      until(`"${word}" on the opportunity, which shows ${shown(id)}`, () => row(id)['PC_Sync_State__c'] === word, minutes),
    share(name, values = {}) {
      const id = made.seeded.opportunities[name] ?? '';
      const [solution] = org.state.rows('PC_Solution__c');
      seller.insert('PC_Opportunity_Solution__c', { Opportunity__c: id, Solution__c: String(solution?.['Id']) });
      seller.update(id, {
        PC_Contact_Consent__c: true,
        PC_Marketplace_Intent__c: 'Have not decided',
        Sync_with_Partner_Center__c: true,
        ...values,
      });
      return id;
    },
    async arrived(referralId) {
      const found = (): RecordValues | undefined => org.state.find('Opportunity', 'Referral_Identifier__c', referralId)[0];
      await until('an opportunity stands for the deal', found);
      return String(found()?.['Id']);
    },
    async ask(id, kind, values = {}, as = people.seller) {
      const request = org.asUser(as).insert('PC_Request__c', { Opportunity__c: id, Kind__c: kind, ...values });
      await until(`the request "${kind}" is answered`, () => row(request)['Outcome__c']);
      return { outcome: String(row(request)['Outcome__c']), message: String(row(request)['Message__c'] ?? '') };
    },
    rest,
    async sweep() {
      world.look();
      await sweepOnce(world, fleet, false);
      await rest();
    },
    async quiet() {
      await rest();
      const before = world.writes.length;
      await sweepOnce(world, fleet, true);
      await rest();
      assert.deepEqual(world.writes.slice(before), [], 'a second pass writes nothing');
      assert.deepEqual(world.troubles, [], 'the service met nothing it does not know');
    },
  };
}

/** Opens a scene, plays in it, looks a second time at everything, and closes it. */
export async function inScene(options: SceneOptions, play: (scene: Scene) => Promise<void>): Promise<void> {
  const scene = await openScene(options);
  try {
    await play(scene);
    await scene.quiet();
  } finally {
    for (const replica of scene.fleet.replicas) replica.kill();
    await scene.world.close();
  }
}
