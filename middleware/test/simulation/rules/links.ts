/** Each deal has its other half, and one only. */
import type { World } from '../world.ts';
import { closed, isOurs, isPutAside, type Deal, type Violation, type When } from './deal.ts';

/** One referral of ours per opportunity, one Microsoft leg per engagement, one opportunity per referral. */
export function judgeDoubles(world: World): readonly Violation[] {
  const { org, center } = world;
  const found: Violation[] = [];
  const add = (text: string): void => void found.push({ rule: 'nothing is doubled', text });
  const rows = org.state.rows('Opportunity');
  for (const row of rows) {
    const mine = center.referrals().filter((one) => isOurs(one) && one.externalReferenceId === row['Id']);
    if (mine.length > 1) add(`"${String(row['Name'])}" has ${mine.length} referrals: ${mine.map(({ id }) => id).join(', ')}`);
  }
  for (const own of center.referrals().filter(isOurs)) {
    const legs = center.referrals().filter((one) => !isOurs(one) && one.engagementId === own.engagementId);
    if (legs.length > 1) add(`"${own.name}" has ${legs.length} legs of Microsoft`);
    const opportunities = rows.filter((row) => row['Referral_Identifier__c'] === own.id);
    if (opportunities.length > 1) add(`The referral "${own.name}" has ${opportunities.length} opportunities`);
  }
  return found;
}

/** What is shared and complete is in Partner Center, linked both ways; a deal from there has its opportunity or a question. */
export function judgeLinks(world: World, deals: readonly Deal[], when: When): readonly Violation[] {
  const { org, center } = world;
  const found: Violation[] = [];
  for (const deal of deals) {
    const { crm, row, own } = deal;
    if (crm.deleted || !crm.shared || isPutAside(deal, when)) continue;
    const state = String(row['PC_Sync_State__c'] ?? '');
    if (own && row['Referral_Identifier__c'] !== own.id)
      found.push({
        rule: 'linked both ways',
        text: `"${String(row['Name'])}" has the referral ${own.id} and shows ${String(row['Referral_Identifier__c'])}`,
      });
    if (!own && state !== 'Needs you')
      found.push({
        rule: 'shared deals arrive',
        text: `"${String(row['Name'])}" is ticked, has no referral and shows "${state}" ${deal.message}`,
      });
    if (
      own &&
      deal.leg === null &&
      row['How_can_Microsoft_help__c'] &&
      own.status === 'Active' &&
      own.direction !== 'Incoming' &&
      state !== 'Needs you'
    )
      found.push({
        rule: 'Microsoft is asked',
        text: `"${String(row['Name'])}" asks for help and Microsoft has no leg; it shows "${state}" ${deal.message}`,
      });
    if (own && !closed(own) && deal.leg) {
      const words = `${deal.leg.status} / ${deal.leg.substatus}`;
      if (row['PC_Microsoft_Status__c'] !== words && own.status !== 'New')
        found.push({
          rule: "Microsoft's status arrives",
          text: `"${String(row['Name'])}" shows "${String(row['PC_Microsoft_Status__c'])}" and the leg is ${words}`,
        });
    }
  }
  for (const own of center.referrals().filter(isOurs)) {
    if (closed(own) || (own.type === 'Independent' && own.direction === 'Incoming')) continue;
    const opportunity = org.state
      .allRows('Opportunity')
      .find((row) => row['Referral_Identifier__c'] === own.id || row['Id'] === own.externalReferenceId);
    const asked = org.state.rows('PC_Attention__c').some((one) => one['Referral_Id__c'] === own.id && one['Status__c'] === 'Open');
    if (!opportunity && !asked)
      found.push({
        rule: 'incoming deals arrive',
        text: `"${own.name}" (${own.id}, ${own.status}/${own.substatus}) has no opportunity and nobody is asked`,
      });
  }
  return found;
}
