/** Audit entries as a timeline: direction, fields with old and new value, who, result, request id. A line that can't be read is shown as it is. */
import { LightningElement, api } from 'lwc';
import { ageText, fieldLabelOf, fieldNameOf, timeText, valueText } from 'c/partnerCenterRules';
import { auditText, fill, panelText } from 'c/partnerCenterText';

/** @typedef {import('c/partnerCenterAuditLine').AuditEntry} AuditEntry */
/** @typedef {import('c/partnerCenterAuditLine').AuditChange} AuditChange */

/** @type {Record<string, { label: string, icon: string }>} */
const ways = {
  'to Partner Center': { label: auditText.toPartner, icon: 'utility:upload' },
  'to Salesforce': { label: auditText.toSalesforce, icon: 'utility:download' },
  inside: { label: auditText.inside, icon: 'utility:settings' }
};

/** @type {Record<string, { label: string, className: string }>} */
const results = {
  done: { label: auditText.resultDone, className: 'result' },
  waiting: { label: auditText.resultWaiting, className: 'result result_waiting' },
  refused: { label: auditText.resultRefused, className: 'result result_bad' },
  failed: { label: auditText.resultFailed, className: 'result result_bad' }
};

/** @param {string} act */
export const actLabel = (act) =>
  auditText[/** @type {keyof typeof auditText} */ (`act${act[0].toUpperCase()}${act.slice(1)}`)] ?? act;

/** @param {string} field @param {string | null | undefined} value */
const shown = (field, value) =>
  value === null || value === undefined ? auditText.emptyValue : valueText(field, value);

/** @param {AuditChange} change @param {number} index */
function readChange(change, index) {
  const hidden = change.from === undefined && change.to === undefined;
  const label = fieldLabelOf(change.field);
  return {
    key: `${index}`,
    label,
    hidden,
    from: shown(change.field, change.from),
    to: shown(change.field, change.to),
    lost: change.lost === undefined ? '' : fill(auditText.lost, shown(change.field, change.lost)),
    name: change.lost === undefined ? null : fieldNameOf(change.field),
    putBackTitle: fill(panelText.putBackOf, label)
  };
}

/** What support asks for. @param {AuditEntry} entry */
function traceOf({ code, requestId }) {
  const parts = [
    code === null ? '' : fill(auditText.code, code),
    requestId === null ? '' : fill(auditText.request, requestId)
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

export default class PartnerCenterTimeline extends LightningElement {
  /** Newest first. @type {readonly { key: string, raw: string, entry: AuditEntry | null }[]} */
  @api lines = [];
  /** Epoch ms. @type {number} */
  @api now = 0;
  /** A losing value may be put back; fires `putback`. @type {boolean} */
  @api canPutBack = false;
  /** Leave out codes and request ids. @type {boolean} */
  @api brief = false;

  text = { ...auditText, putBack: panelText.putBack };

  get items() {
    return this.lines.map(({ key, raw, entry }) => {
      if (entry === null) return { key, raw, readable: false, icon: 'utility:note' };
      const way = ways[entry.way];
      const result = results[entry.result];
      return {
        key,
        readable: true,
        icon: way.icon,
        way: way.label,
        act: actLabel(entry.act),
        result: entry.result === 'done' ? '' : result.label,
        resultClass: result.className,
        age: ageText(entry.at, this.now),
        time: timeText(entry.at),
        iso: new Date(entry.at).toISOString(),
        who: entry.by === null ? auditText.service : fill(auditText.by, entry.by),
        changes: entry.changes.map((change, index) => {
          const read = readChange(change, index);
          return { ...read, offersPutBack: this.canPutBack && read.name !== null };
        }),
        words: entry.text ?? '',
        trace: this.brief ? '' : traceOf(entry)
      };
    });
  }

  /** @param {Event} event */
  handlePutBack(event) {
    const { field } = /** @type {HTMLElement} */ (event.currentTarget).dataset;
    this.dispatchEvent(new CustomEvent('putback', { detail: { field } }));
  }
}
