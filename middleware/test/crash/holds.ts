/** What has to hold after a kill, judged from the simulators' own records. */
import assert from 'node:assert/strict';

import { forget, ownReferrals, partnerWrites, plan, salesforceWrites, type World } from '../scenarios/scene.ts';
import { heldByOpportunity, heldByReferral, listFields, plainFields } from '../simulation/history.ts';
import type { KilledWorld } from './killed-world.ts';
import { ownOf, type Plot, type Subject } from './plots.ts';

/** The two sides, as the simulators hold them. */
function differences(world: World, subject: Subject): readonly string[] {
  const own = ownOf(world, subject);
  const record = world.org.get(subject.opportunityId ?? '');
  if (!own || !record) return [];
  const [crm, partner] = [heldByOpportunity(world.org, record, 0), heldByReferral(own, 0)];
  return [
    ...plainFields
      .filter((field) => crm.plain[field] !== partner.plain[field])
      .map((field) => `${field}: ${crm.plain[field]} and ${partner.plain[field]}`),
    ...listFields
      .filter((field) => crm.lists[field].join() !== partner.lists[field].join())
      .map((field) => `${field}: ${crm.lists[field].join()} and ${partner.lists[field].join()}`),
  ];
}

/** What may never be, whatever the plot. */
function doubles(world: World, subject: Subject): readonly string[] {
  const { org, partner } = world;
  const own = ownOf(world, subject);
  const record = org.get(subject.opportunityId ?? '');
  const many = (what: string, items: readonly unknown[]): readonly string[] => (items.length > 1 ? [`${items.length} ${what}`] : []);
  const account = record && org.get(String(record['AccountId']));
  return [
    ...(subject.opportunityId === null
      ? []
      : many(
          'referrals of the opportunity',
          ownReferrals(world).filter((one) => one.externalReferenceId === subject.opportunityId),
        )),
    ...(own
      ? [
          ...many(
            'legs of Microsoft',
            partner.partnerCenter.referrals().filter((one) => one.organizationId === 'msft' && one.engagementId === own.engagementId),
          ),
          ...many(
            'opportunities of the referral',
            org.state.rows('Opportunity').filter((one) => one['Referral_Identifier__c'] === own.id),
          ),
        ]
      : []),
    ...(account
      ? many(
          `accounts "${String(account['Name'])}"`,
          org.state.rows('Account').filter((one) => one['Name'] === account['Name']),
        )
      : []),
    ...(account
      ? many(
          'contacts of one address',
          org.state
            .rows('Contact')
            .filter(
              (one, _, all) => one['AccountId'] === account['Id'] && all.some((other) => other !== one && other['Email'] === one['Email']),
            ),
        )
      : []),
  ];
}

/** What is wrong with a deal; null when all is well. */
export function wrong(world: World, plot: Plot, subject: Subject): string | null {
  const missing = plot.missing(world, subject);
  if (missing !== null) return missing;
  const found = [...doubles(world, subject), ...(plot.waits ? [] : differences(world, subject))];
  return found.length === 0 ? null : found.join('; ');
}

/** Something that changes nothing happens to the referral: a webhook tells of it, and a pass looks. */
function touch(world: World, subject: Subject): void {
  const own = ownOf(world, subject);
  if (own && own.status !== 'Closed') world.partner.partnerCenter.editAsPartner(own.id, () => undefined);
}

/** A second pass over the deals of a plot has an empty plan, unless it waits for a person, and writes nothing anywhere. */
export async function quiet({ world, calm }: KilledWorld, plot: Plot, subjects: readonly Subject[]): Promise<void> {
  await calm();
  const keys = new Set(
    subjects
      .flatMap(({ opportunityId, referralId }) => [opportunityId, referralId])
      .filter((id) => id !== null && world.org.get(id)?.['IsDeleted'] !== true),
  ) as ReadonlySet<string>;
  forget(world);
  for (const key of plot.waits ? [] : keys)
    assert.deepEqual((await plan(world, key)).steps, [], `${plot.name}: the plan of a second pass is empty`);
  // a person's "Sync now" would try again what was refused
  if (plot.waits) for (const subject of subjects) touch(world, subject);
  else for (const key of keys) await world.middleware.command('sync', { id: key });
  await calm();
  assert.deepEqual(partnerWrites(world), [], `${plot.name}: a second pass writes nothing in Partner Center`);
  assert.deepEqual(salesforceWrites(world), [], `${plot.name}: a second pass writes nothing in Salesforce`);
}
