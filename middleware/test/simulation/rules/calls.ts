/** What the service sent, whatever came of it. */
import { nobodysBusiness } from '../cast.ts';
import { labels } from '../history.ts';
import type { World } from '../world.ts';
import { isOurs, sharedLately, type Violation } from './deal.ts';

/** One process reads the mapping when it is asked to, the others follow: they look every ten seconds. */
const inForceAfterMs = 15_000;

const names = (text: string, value: string): boolean => new RegExp(`${value}(?!\\d)`).test(text);

/** Values the mapping keeps back, from the moment the service has answered that the rule is in force. */
function judgeKeptBack(world: World): readonly Violation[] {
  const { org, history, faults } = world;
  const sent = faults.requests
    .filter(({ service, method, url }) => service === 'partner-center' && method !== 'GET' && url.includes('/referrals'))
    .map(({ body }) => Buffer.from(body).toString('utf8'));
  const found: Violation[] = [];
  if (sent.some((body) => body.includes(nobodysBusiness)))
    found.push({ rule: 'internal data is never sent', text: 'The next step or the description of an opportunity went to Partner Center.' });
  // an older store, or one that could not be reached, knows nothing of it
  const troubles = world.trace.counts.get('trouble');
  if (troubles?.has('store goes back') || troubles?.has('the database is away')) return found;
  for (const { field, what, requestId } of history.keptBack) {
    const row = org.get(requestId);
    if (row?.['Outcome__c'] !== 'Done') continue;
    const since = Date.parse(String(row['LastModifiedDate']));
    const typed = history.edits.flatMap(({ side, field: edited, at, change }) =>
      side === 'crm' && edited === field && at > since + inForceAfterMs && change.kind === 'set' && change.value !== null
        ? [change.value]
        : [],
    );
    // texts that nobody else ever writes; a number or a day can stand for something else
    for (const value of typed.filter((one) => one.includes('of entry'))) {
      if (what === 'sending' && sent.some((body) => names(body, value)))
        found.push({ rule: 'what the mapping keeps back is never sent', text: `"${value}" was sent after ${labels[field]} was stopped.` });
      if (what !== 'showing') continue;
      const texts = [
        ...org.state.allRows('Opportunity').map((one) => `${String(one['Audit__c'])} ${String(one['PC_Sync_Message__c'])}`),
        ...org.state.allRows('PC_Attention__c').map((one) => JSON.stringify(one)),
      ];
      if (texts.some((text) => names(text, value)))
        found.push({
          rule: 'confidential values are not shown',
          text: `"${value}" of ${labels[field]} is shown after it was made confidential.`,
        });
    }
  }
  return found;
}

/** What was sent, whatever came of it. */
export function judgeCalls(world: World): readonly Violation[] {
  const { center, history, faults } = world;
  const never = new Set(['frozenField', 'invalidStatusTransition', 'V12', 'V13', 'V17']);
  // asking Microsoft is a POST, which no version guards: a deal closed while it was on its way is refused, and that is all
  const justClosed = (time: number): boolean =>
    center
      .referrals()
      .some(
        (own) =>
          isOurs(own) &&
          history
            .of(own.id)
            .some(
              (held, index, all) =>
                held.state.startsWith('Closed') &&
                !all[index - 1]?.state.startsWith('Closed') &&
                held.at <= time &&
                held.at >= time - 20_000,
            ),
      );
  const refused = center.refusedWrites
    .filter(({ rule, method, at }) => never.has(rule) && !(method === 'POST' && justClosed(at)))
    .map((write) => ({ rule: 'nothing frozen or closed is written', text: JSON.stringify(write) }));
  const unshared: Violation[] = [];
  for (const { service, method, url, at, body } of faults.requests) {
    if (service !== 'partner-center' || method === 'GET' || !url.includes('/referrals')) continue;
    const id =
      method === 'POST'
        ? /"externalReferenceId":"(\w+)"/.exec(Buffer.from(body).toString('utf8'))?.[1]
        : center.referral(url.split('/').at(-1) ?? '')?.externalReferenceId;
    if (id === undefined || id === null) continue;
    const past = history.of(id).filter((held) => held.at <= at);
    const now = past.at(-1);
    if (now && !now.shared && !sharedLately(past, at))
      unshared.push({
        rule: 'unshared data is never sent',
        text: `${method} ${url} at ${new Date(at).toISOString()} although ${id} is not ticked`,
      });
  }
  return [...refused, ...unshared, ...judgeKeptBack(world)];
}
