/** What Microsoft changed since this person last looked. */

/** @typedef {import('c/partnerCenterAuditLine').AuditEntry} AuditEntry */

/** Acts that tell of something Microsoft did. */
const telling = ['updated', 'accepted', 'declined', 'won', 'lost', 'expired', 'retired'];

/**
 * @param {readonly { key: string, raw: string, entry: AuditEntry | null }[]} lines newest first
 * @param {number | null} seenAt epoch ms of the newest entry this person has marked as seen; null: nothing yet
 */
export function unreadOf(lines, seenAt) {
  return lines.filter(
    ({ entry }) =>
      entry !== null &&
      entry.way === 'to Salesforce' &&
      entry.result === 'done' &&
      telling.includes(entry.act) &&
      entry.at > (seenAt ?? 0)
  );
}
