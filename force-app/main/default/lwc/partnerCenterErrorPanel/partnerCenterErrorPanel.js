/** One way to show an error, a missing permission or an empty place: what happened, and what to do next. */
import { LightningElement, api } from 'lwc';
import { explain } from 'c/partnerCenterErrors';
import { errorText } from 'c/partnerCenterText';

/** @type {Record<string, string>} */
const icons = {
  error: 'utility:error',
  empty: 'utility:info_alt',
  permission: 'utility:lock',
  offline: 'utility:offline',
  search: 'utility:search'
};

export default class PartnerCenterErrorPanel extends LightningElement {
  /** `error`, `empty`, `permission`, `offline` or `search`. @type {string} */
  @api kind = 'error';
  /** Heading; an error without one gets the usual one. @type {string | undefined} */
  @api heading;
  /** What to do next. An `error` explains itself. @type {string | undefined} */
  @api message;
  /** Any error shape of Salesforce. @type {unknown} */
  @api error;
  /** Text of the button; none without it. The button fires `action`. @type {string | undefined} */
  @api actionLabel;
  /** Announce it at once to people who use a screen reader. @type {boolean} */
  @api announce = false;

  text = errorText;

  get explained() {
    return this.error === undefined || this.error === null ? null : explain(this.error);
  }

  get shownHeading() {
    return this.heading ?? (this.kind === 'error' ? errorText.title : undefined);
  }

  get shownMessage() {
    return this.message ?? this.explained?.text ?? '';
  }

  get details() {
    const details = this.explained?.details ?? [];
    return details.filter((one) => one !== this.shownMessage).join(' ');
  }

  get icon() {
    return icons[this.kind] ?? icons.error;
  }

  get boxClass() {
    return `box box_${this.kind === 'error' ? 'error' : 'quiet'}`;
  }

  get iconVariant() {
    return this.kind === 'error' ? 'error' : '';
  }

  get liveRole() {
    return this.announce ? 'alert' : undefined;
  }

  handleAction() {
    this.dispatchEvent(new CustomEvent('action'));
  }
}
