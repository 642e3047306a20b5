/** Filtering, copying and exporting of audit lines. Pure. */
import { fieldLabelOf } from 'c/partnerCenterRules';
import { auditText } from 'c/partnerCenterText';

/**
 * @typedef {ReturnType<typeof import('c/partnerCenterAuditLine').parseAudit>[number]} Line
 * @typedef {{ way: string, field: string, failures: boolean, search: string }} Filters empty texts: no filter
 */

/** @type {Readonly<Filters>} */
export const noFilters = Object.freeze({ way: '', field: '', failures: false, search: '' });

/** Fields that occur, by their label, in the order of the alphabet. @param {readonly Line[]} lines */
export function fieldsIn(lines) {
  const words = new Set(lines.flatMap(({ entry }) => (entry ? entry.changes.map((change) => change.field) : [])));
  return [...words]
    .map((word) => ({ value: word, label: fieldLabelOf(word) }))
    .sort((a, b) => a.label.localeCompare(b.label));
}

/** @param {readonly Line[]} lines @param {Filters} filters @returns {Line[]} */
export function filterLines(lines, { way, field, failures, search }) {
  const wanted = search.trim().toLowerCase();
  return lines.filter(({ entry, raw }) => {
    if (wanted !== '' && !raw.toLowerCase().includes(wanted)) return false;
    if (way !== '' && entry?.way !== way) return false;
    if (failures && entry?.result !== 'failed' && entry?.result !== 'refused') return false;
    return field === '' || Boolean(entry?.changes.some((change) => change.field === field));
  });
}

/** One cell, quoted; a text that a spreadsheet would run as a formula is defused. @param {string | null | undefined} value */
function cell(value) {
  const text = value ?? '';
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

/** One row per changed field, so that a spreadsheet can filter by field. @param {readonly Line[]} lines */
export function toCsv(lines) {
  const t = auditText;
  const head = [
    t.time,
    t.way,
    t.act,
    t.result,
    t.who,
    t.field,
    t.oldValue,
    t.newValue,
    t.lostValue,
    t.codeColumn,
    t.text,
    t.requestColumn
  ];
  const rows = lines.flatMap(({ entry, raw }) => {
    if (entry === null) return [['', '', '', '', '', '', '', '', '', '', raw, '']];
    const { at, way, act, result, by, code, text, requestId } = entry;
    const start = [new Date(at).toISOString(), way, act, result, by];
    const end = [code, text, requestId];
    if (entry.changes.length === 0) return [[...start, '', '', '', '', ...end]];
    return entry.changes.map((change) => {
      const hidden = change.from === undefined && change.to === undefined;
      return [...start, change.field, change.from, hidden ? auditText.changed : change.to, change.lost, ...end];
    });
  });
  return [head, ...rows].map((row) => row.map(cell).join(',')).join('\r\n');
}

/** Text for a support case: what the lines are about, then the lines as they stand. @param {readonly Line[]} lines @param {readonly string[]} about */
export const toSupportText = (lines, about) => [...about, '', ...lines.map(({ raw }) => raw)].join('\n');
