/**
 * Reads the lines of `Audit__c`, newest first:
 *
 *     v1 2026-11-20 13:45:02Z | to Partner Center | updated | done | by "Sam" | Value: "5" -> "6" | code X | text "…" | request 8f0c
 *
 * The service prints them and has its own reader; a test holds both over the same entries.
 * @typedef {'to Partner Center' | 'to Salesforce' | 'inside'} AuditWay
 * @typedef {'done' | 'waiting' | 'refused' | 'failed'} AuditResult
 * @typedef {{ field: string, from?: string | null, to?: string | null, lost?: string | null }} AuditChange both values absent: confidential
 * @typedef {object} AuditEntry
 * @property {number} at epoch ms, whole seconds
 * @property {AuditWay} way
 * @property {string} act
 * @property {AuditResult} result
 * @property {string | null} by null: the service itself
 * @property {AuditChange[]} changes
 * @property {string | null} code
 * @property {string | null} text
 * @property {string | null} requestId
 */

/** @type {readonly AuditWay[]} */
export const auditWays = Object.freeze(['to Partner Center', 'to Salesforce', 'inside']);
export const auditActs = Object.freeze([
  'created',
  'updated',
  'linked',
  'adopted',
  'accepted',
  'declined',
  'won',
  'lost',
  'expired',
  'retired',
  'conflict',
  'refused',
  'held',
  'parked',
  'failed',
  'differs',
  'missing',
  'stopped',
  'resumed',
  'gone',
  'noted'
]);
/** @type {readonly AuditResult[]} */
export const auditResults = Object.freeze(['done', 'waiting', 'refused', 'failed']);

/**
 * Splits where the separator stands outside a quoted text.
 * @param {string} text
 * @param {string} separator
 */
function splitOutside(text, separator) {
  const parts = [];
  let start = 0;
  let quoted = false;
  let i = 0;
  while (i < text.length) {
    if (quoted && text[i] === '\\') {
      i += 2;
    } else if (!quoted && text.startsWith(separator, i)) {
      parts.push(text.slice(start, i));
      i += separator.length;
      start = i;
    } else {
      if (text[i] === '"') quoted = !quoted;
      i += 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

/**
 * A quoted text, or null for the word `empty`; undefined when it is neither.
 * @param {string | undefined} text
 * @returns {string | null | undefined}
 */
function readValue(text) {
  if (text === 'empty') return null;
  try {
    const value = JSON.parse(text ?? '');
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {string} text
 * @returns {AuditChange | null}
 */
function readChange(text) {
  const colon = text.indexOf(': ');
  if (colon <= 0) return null;
  const field = text.slice(0, colon);
  const rest = text.slice(colon + 2);
  if (rest === 'changed') return { field };
  const [values, lostText, ...tooMany] = splitOutside(rest, ', lost ');
  const [fromText, toText, ...others] = splitOutside(values, ' -> ');
  const from = readValue(fromText);
  const to = readValue(toText);
  if (tooMany.length > 0 || others.length > 0 || from === undefined || to === undefined) return null;
  if (lostText === undefined) return { field, from, to };
  const lost = readValue(lostText);
  return lost === undefined ? null : { field, from, to, lost };
}

/**
 * One line; null when it is not a line of this format, so that the reader sees the raw text instead.
 * @param {string} line
 * @returns {AuditEntry | null}
 */
export function parseAuditLine(line) {
  const [head, way, act, result, ...rest] = splitOutside(line, ' | ');
  const stamp = /^v1 (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)Z$/.exec(head);
  const at = stamp ? Date.parse(`${stamp[1]}T${stamp[2]}Z`) : NaN;
  const known =
    auditWays.some((one) => one === way) && auditActs.includes(act) && auditResults.some((one) => one === result);
  if (Number.isNaN(at) || !known) return null;

  /** @type {AuditEntry} */
  const entry = {
    at,
    way: /** @type {AuditWay} */ (way),
    act,
    result: /** @type {AuditResult} */ (result),
    by: null,
    changes: [],
    code: null,
    text: null,
    requestId: null
  };
  for (const segment of rest) {
    if (segment.startsWith('by "')) entry.by = readValue(segment.slice(3)) ?? null;
    else if (segment.startsWith('code ')) entry.code = segment.slice(5);
    else if (segment.startsWith('text "')) entry.text = readValue(segment.slice(5)) ?? null;
    else if (segment.startsWith('request ')) entry.requestId = segment.slice(8);
    else {
      const changes = splitOutside(segment, '; ').map(readChange);
      if (changes.some((change) => change === null)) return null;
      entry.changes = /** @type {AuditChange[]} */ (changes);
    }
  }
  return entry;
}

/**
 * The whole field, newest first. A line that cannot be read has no entry and keeps its raw text.
 * @param {string | null | undefined} text
 * @returns {{ key: string, raw: string, entry: AuditEntry | null }[]}
 */
export function parseAudit(text) {
  return (text ?? '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((raw, index, lines) => ({ key: `${lines.length - index}`, raw, entry: parseAuditLine(raw) }));
}
