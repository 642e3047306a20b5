/** Won and lost, and what is not ticked. */
import { people } from '../../../simulators/salesforce/seed.ts';
import type { World } from '../world.ts';
import { sharedLately, type Deal, type Violation } from './deal.ts';

/** Without the tick nothing of the deal is changed in Salesforce either. */
export function judgeUnticked(world: World, deals: readonly Deal[]): readonly Violation[] {
  const integration = world.org.userId(people.integration);
  return deals.flatMap((deal) =>
    world.history.of(deal.id).flatMap((held, index, past) => {
      const before = past[index - 1];
      const changed = before && JSON.stringify([before.plain, before.lists]) !== JSON.stringify([held.plain, held.lists]);
      return changed && held.by === integration && !held.shared && !held.deleted && !sharedLately(past.slice(0, index), held.at)
        ? [
            {
              rule: 'an unticked deal is left alone',
              text: `The service changed "${String(deal.row['Name'])}" at ${new Date(held.at).toISOString()} although it is not ticked`,
            },
          ]
        : [];
    }),
  );
}

/** Won and lost go both ways and never back. */
export function judgeStates(world: World, deals: readonly Deal[]): readonly Violation[] {
  const { history, org } = world;
  const found: Violation[] = [];
  const integration = org.userId(people.integration);
  for (const deal of deals) {
    const past = history.of(deal.id);
    past.forEach((held, index) => {
      const before = past[index - 1];
      if (before?.state.startsWith('Closed') && !held.state.startsWith('Closed') && held.by === integration)
        found.push({
          rule: 'closed stays closed',
          text: `The service reopened "${String(deal.row['Name'])}": ${before.state} became ${held.state}`,
        });
    });
    const { own, crm, row } = deal;
    if (
      !own ||
      crm.deleted ||
      !crm.shared ||
      row['PC_Sync_State__c'] === 'On hold' ||
      row['PC_Sync_State__c'] === 'Needs you' ||
      deal.message.includes('the stage of the opportunity says otherwise')
    )
      continue;
    const outcome = crm.state === 'Closed Won' ? 'Won' : crm.state === 'Closed Lost' ? 'Lost' : null;
    const wanted = own.substatus === 'Won' || own.substatus === 'Lost' ? own.substatus : null;
    if (outcome !== wanted && (outcome !== null || wanted !== null) && !(outcome === 'Lost' && own.substatus === 'Declined'))
      found.push({
        rule: 'won and lost arrive',
        text: `"${String(row['Name'])}" is ${crm.state} and its referral ${own.status}/${own.substatus}; it shows "${String(row['PC_Sync_State__c'])}" ${deal.message}`,
      });
  }
  return found;
}
