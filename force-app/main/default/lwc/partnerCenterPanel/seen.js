/** What this person has marked as seen, per deal, kept in their browser. Where the browser keeps nothing, everything stays unread. */

/** @param {string} recordId */
const keyOf = (recordId) => `partnerCenterSeen:${recordId}`;

/** @param {string} recordId @returns {number | null} epoch ms of the newest entry seen */
export function readSeen(recordId) {
  try {
    const value = Number(window.localStorage.getItem(keyOf(recordId)) ?? NaN);
    return value > 0 ? value : null;
  } catch {
    return null;
  }
}

/** @param {string} recordId @param {number} at */
export function writeSeen(recordId, at) {
  try {
    window.localStorage.setItem(keyOf(recordId), String(at));
  } catch {
    // A browser without storage shows the changes again next time.
  }
}
