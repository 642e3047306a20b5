/** People get their answers, and nothing is put aside in silence. */
import type { RecordValues } from '../../../simulators/salesforce/schema-model.ts';
import type { World } from '../world.ts';
import type { Violation } from './deal.ts';

/** Every request a person made has an answer. */
export function judgeRequests(world: World): readonly Violation[] {
  const { org } = world;
  const open = (object: string): readonly RecordValues[] => org.state.rows(object).filter((row) => !row['Outcome__c']);
  const deals = open('PC_Request__c').filter((row) => {
    const opportunity = org.get(String(row['Opportunity__c']));
    return opportunity !== undefined && opportunity['IsDeleted'] !== true;
  });
  return [...deals, ...open('PC_Service_Request__c')].map((row) => ({
    rule: 'requests are answered',
    text: `"${String(row['Kind__c'])}" (${String(row['Name'])}) has no answer`,
  }));
}

/** Nothing stays put aside without a person being told. */
export async function judgeParked(world: World): Promise<readonly Violation[]> {
  const faults = world.trace.counts.get('fault');
  // an answer that kept being cut off in its middle is rightly put aside after a while
  const cutOff = (code: string): boolean =>
    faults?.has(code === 'PC_ANSWER' ? 'partner-center: truncate' : 'salesforce: truncate') ?? false;
  return (await world.store.parked(50))
    .filter(({ code }) => code === 'BUG' || ((code === 'PC_ANSWER' || code === 'CRM_ANSWER') && !cutOff(code)))
    .map((one) => ({ rule: 'nothing is put aside for an error of ours', text: JSON.stringify(one) }));
}
