/** Is it in sync? One sentence with its age. */
import { fill, statusText } from 'c/partnerCenterText';
import { isFinal, stateOf } from './path';
import { ageText, timeText } from './times';

/**
 * @typedef {'quiet' | 'good' | 'busy' | 'waiting' | 'attention'} Tone
 * @typedef {'not-shared' | 'stopped' | 'final' | 'sending' | 'answer' | 'needs-you' | 'on-hold' | 'waiting' | 'in-sync'} StatusKind
 * @typedef {{ kind: StatusKind, tone: Tone, icon: string, title: string, detail: string, lines: string[] }} Status
 * @typedef {import('c/partnerCenterRecord').Deal} Deal
 */

/** @type {Readonly<Record<Tone, string>>} */
const icons = {
  quiet: 'utility:record_lookup',
  good: 'utility:success',
  busy: 'utility:sync',
  waiting: 'utility:clock',
  attention: 'utility:warning'
};

/** How long a deal may be on its way before the panel says that it takes longer than usual, in ms. */
const patience = 120000;

/** @type {Readonly<Record<string, string>>} */
const finalTitles = {
  won: statusText.won,
  lost: statusText.lost,
  declined: statusText.declined,
  expired: statusText.expired,
  retired: statusText.retired
};

/** Message of the service, one line each, without its empty lines. @param {string | null} message */
const linesOf = (message) => (message ?? '').split(/\r?\n/).filter((line) => line.trim() !== '');

/** @param {Deal} deal @returns {StatusKind} */
function kindOf(deal) {
  const state = stateOf(deal.referralStatus);
  if (deal.syncState === 'Needs you') return deal.incoming && state === 'new' ? 'answer' : 'needs-you';
  if (isFinal(state) && deal.syncState !== 'Sending') return 'final';
  if (!deal.shared) return deal.referralId ? 'stopped' : 'not-shared';
  switch (deal.syncState) {
    case 'In sync':
      return 'in-sync';
    case 'Waiting for Microsoft':
      return 'waiting';
    case 'On hold':
      return 'on-hold';
    default:
      return 'sending';
  }
}

/**
 * @param {Deal} deal
 * @param {{ now: number, askedAt?: number | null, silent?: boolean }} moment `askedAt`: a request or change of this person that is not answered
 *   yet; `silent`: the service has not reported for a while
 * @returns {Status}
 */
export function statusOf(deal, { now, askedAt = null, silent = false }) {
  const kind = askedAt !== null && deal.shared ? 'sending' : kindOf(deal);
  const since =
    deal.lastSynced === null ? statusText.neverSent : fill(statusText.lastChange, ageText(deal.lastSynced, now));
  const lines = linesOf(deal.syncMessage);
  /** @param {Tone} tone @param {string} title @param {string} [detail] @param {string[]} [more] @returns {Status} */
  const say = (tone, title, detail = since, more = lines) => ({
    kind,
    tone,
    icon: icons[tone],
    title,
    detail,
    lines: more
  });
  switch (kind) {
    case 'not-shared':
      return say('quiet', statusText.notShared, statusText.neverSent, []);
    case 'stopped':
      return say('quiet', statusText.stopped, statusText.stoppedDetail, []);
    case 'final':
      return say('quiet', finalTitles[stateOf(deal.referralStatus)], statusText.closedDetail, []);
    case 'sending': {
      const started = askedAt ?? deal.lastModified;
      const late = silent || (started !== null && now - started > patience);
      return say(late ? 'waiting' : 'busy', statusText.sending, late ? statusText.late : statusText.sendingDetail, []);
    }
    case 'answer':
      return say('attention', statusText.fromMicrosoft, since, []);
    case 'needs-you':
      return say('attention', statusText.needsYou);
    case 'on-hold':
      return say('waiting', fill(statusText.onHold, deal.holdUntil === null ? '?' : timeText(deal.holdUntil)));
    case 'waiting':
      return say('waiting', statusText.waiting);
    default:
      return say('good', statusText.inSync);
  }
}
