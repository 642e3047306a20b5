/** What happened to a deal: what Microsoft changed since the person last looked stands apart, the rest is the timeline. */
import { parseAudit } from 'c/partnerCenterAuditLine';
import { unreadOf } from 'c/partnerCenterRules';
import { fill, panelText } from 'c/partnerCenterText';

/** How many entries are shown before "Show all". */
const few = 5;

/**
 * @param {string | null | undefined} audit text of the field, newest first
 * @param {{ seenAt: number | null, showsAll: boolean }} choices of the person
 */
export function historyOf(audit, { seenAt, showsAll }) {
  const all = parseAudit(audit);
  const unread = unreadOf(all, seenAt).slice(0, few);
  const rest = all.filter((line) => !unread.includes(line));
  const count = unreadOf(all, seenAt).length;
  return {
    unread,
    newest: unread[0]?.entry?.at ?? null,
    unreadTitle: count === 1 ? panelText.unreadOne : fill(panelText.unread, count),
    title: unread.length > 0 ? panelText.earlier : panelText.timeline,
    shown: showsAll ? rest : rest.slice(0, few),
    empty: all.length === 0,
    hasLines: rest.length > 0,
    hasMore: rest.length > few,
    moreLabel: showsAll ? panelText.showLess : fill(panelText.showAll, rest.length)
  };
}
