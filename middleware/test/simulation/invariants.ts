/** What must be true of every run, whatever happened in it. Judged from the simulators' own records, and from what people can read. */
import { judgeParked, judgeRequests } from './rules/answers.ts';
import { dealOf, type Violation, type When } from './rules/deal.ts';
import { judgeEdit, judgeSame } from './rules/edits.ts';
import { judgeDoubles, judgeLinks } from './rules/links.ts';
import { judgeStates, judgeUnticked } from './rules/states.ts';
import type { World } from './world.ts';

export async function judge(world: World, when: When): Promise<readonly Violation[]> {
  const { org, history, store } = world;
  const deals = await Promise.all(org.state.allRows('Opportunity').map((row) => dealOf(world, row)));
  const byId = new Map(deals.flatMap((deal) => [[deal.id, deal] as const, ...(deal.own ? [[deal.own.id, deal] as const] : [])]));
  const edits = history.edits.flatMap((edit) => {
    const deal = byId.get(edit.id);
    return deal ? judgeEdit(world, deal, edit, when) : [];
  });
  const broken =
    when === 'at the end' ? (await store.verifyAudit()).map((one) => ({ rule: 'the audit is whole', text: JSON.stringify(one) })) : [];
  return [
    ...judgeDoubles(world),
    ...edits,
    ...deals.flatMap((deal) => judgeSame(world, deal, when)),
    ...judgeLinks(world, deals, when),
    ...judgeUnticked(world, deals),
    ...judgeStates(world, deals),
    ...judgeRequests(world),
    ...(await judgeParked(world)),
    ...broken,
  ].map(({ rule, text }) => ({
    rule,
    text: when === 'notices alone' ? `${text} (without a sweep)` : text,
  }));
}

export { judgeCalls } from './rules/calls.ts';
export type { Violation };
