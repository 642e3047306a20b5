/** What people typed is on the other side, or they can read where it is. */
import { labels, listFields, plainFields, type Edit, type Held } from '../history.ts';
import type { World } from '../world.ts';
import { explained, keptBack, lastSyncedOff, type Deal, type Violation, type When } from './deal.ts';

/** Both sides hold the same in every field that travels both ways, or somebody is told why not. */
export function judgeSame(world: World, deal: Deal, when: When): readonly Violation[] {
  const { crm, partner, row } = deal;
  if (!partner || lastSyncedOff(deal)) return [];
  if (deal.own?.status === 'New') return [];
  const different: string[] = [];
  for (const field of plainFields)
    if (crm.plain[field] !== partner.plain[field] && !explained(deal, field) && !keptBack(world, field, when))
      different.push(`${labels[field]}: "${crm.plain[field]}" and "${partner.plain[field]}"`);
  for (const field of listFields)
    if (crm.lists[field].join() !== partner.lists[field].join() && !explained(deal, field))
      different.push(`${labels[field]}: ${crm.lists[field].join()} and ${partner.lists[field].join()}`);
  return different.length === 0
    ? []
    : [
        {
          rule: 'both sides are the same',
          text: `"${String(row['Name'])}" (${deal.id}) differs: ${different.join('; ')}. It shows: ${String(row['PC_Sync_State__c'])} ${deal.message}`,
        },
      ];
}

const carries = (held: Held, edit: Edit): boolean => {
  const { change, field } = edit;
  if (change.kind === 'set') return held.plain[field as keyof Held['plain']] === change.value;
  const has = held.lists[field as keyof Held['lists']].includes(change.element);
  return change.kind === 'add' ? has : !has;
};

const sameThing = (one: Edit, other: Edit): boolean =>
  one.side === other.side &&
  one.id === other.id &&
  one.field === other.field &&
  (one.change.kind === 'set' || (other.change.kind !== 'set' && one.change.element === other.change.element));

const wordOf = ({ change }: Edit): string => (change.kind === 'set' ? (change.value ?? '') : change.element);

/**
 * A plain value is told as it is, never as a part of another one ("No" stands in "HaveNotDecided"); of a list all elements are told, so
 * that a removal is told by a list without it.
 */
function tells(told: string | null | undefined, { change }: Edit): boolean {
  if (change.kind === 'set') return told === change.value;
  return told !== undefined && (told ?? '').includes(change.element) === (change.kind === 'add');
}

/** Clocks of the processes differ by so much from the time people live in, and an audit line tells whole seconds. */
const clockSlackMs = 21_000;

/** The value was there before the person's last edits, and none of those was ever read: together they changed nothing. */
function takenBack({ history }: World, deal: Deal, edit: Edit): boolean {
  const way = edit.side === 'crm' ? 'to Partner Center' : 'to Salesforce';
  const read = (one: Edit): boolean =>
    deal.audit.some(
      (entry) =>
        entry.at >= one.at - clockSlackMs &&
        entry.changes.some(
          ({ field, to, lost }) => field === labels[one.field] && ((entry.way === way && tells(to, one)) || tells(lost, one)),
        ),
    );
  const earlier = history.edits.filter((one) => one.number < edit.number && one.change.kind === 'set' && sameThing(edit, one));
  const since = earlier.findLastIndex((one) => {
    const before = history.of(edit.id).findLast((held) => held.at < one.at);
    return before !== undefined && carries(before, edit);
  });
  return since >= 0 && !earlier.slice(since).some(read);
}

/** No edit is lost: it arrived, or lost a conflict that is written down, or waits for a person who is told. */
export function judgeEdit(world: World, deal: Deal, edit: Edit, when: When): readonly Violation[] {
  const { history } = world;
  const { own } = deal;
  if (!own || lastSyncedOff(deal) || keptBack(world, edit.field, when)) return [];
  // a deal nobody has answered yet holds edits back, and says so
  if (own.status === 'New') return [];
  const otherId = edit.side === 'crm' ? own.id : deal.id;
  const other = history.of(otherId);
  const seen = other.filter((held, index) => held.at >= edit.at || index === other.length - 1 || (other[index + 1]?.at ?? 0) >= edit.at);
  if (seen.some((held) => carries(held, edit))) return [];
  if (history.edits.some((later) => later.number > edit.number && sameThing(edit, later))) return [];
  const value = wordOf(edit);
  if (deal.audit.some((entry) => entry.changes.some((change) => change.field === labels[edit.field] && tells(change.lost, edit))))
    return [];
  if (explained(deal, edit.field) || takenBack(world, deal, edit)) return [];
  return [
    {
      rule: 'no edit is lost',
      text: `Edit ${edit.number} (${edit.side}, ${labels[edit.field]} ${edit.change.kind} "${value}" of "${String(deal.row['Name'])}" at ${new Date(edit.at).toISOString()}) is neither on the other side nor in the audit nor explained. It shows: ${String(deal.row['PC_Sync_State__c'])} ${deal.message}`,
    },
  ];
}
