/** What does the person have to do? One step at a time, the most pressing first. */
import { fill, nextText } from 'c/partnerCenterText';
import { fieldLabelOf } from './fields';
import { durationText, expiryOf } from './times';

/**
 * @typedef {'answer' | 'decide' | 'match' | 'confirm' | 'read' | 'complete' | 'share' | 'resume' | 'nothing'} StepKind
 * @typedef {{ kind: StepKind, text: string, pressing: boolean }} NextStep
 * @typedef {import('c/partnerCenterRecord').Deal} Deal
 * @typedef {import('c/partnerCenterRecord').Attention} Attention
 * @typedef {import('c/partnerCenterRecord').Connection} Connection
 */

/** The service reports every five minutes; after three missed reports it counts as silent (ms). */
const silence = 15 * 60000;

/** @param {Deal} deal @param {number} now */
function answerStep(deal, now) {
  const expiry = expiryOf(deal.expires, now);
  return expiry === null || expiry.over ? nextText.answerAnyTime : fill(nextText.answer, expiry.within);
}

/** @param {number} missing @param {boolean} shared */
function completeStep(missing, shared) {
  if (missing === 1) return shared ? nextText.missing : nextText.missingFirst;
  return fill(shared ? nextText.missingMany : nextText.missingFirstMany, missing);
}

/**
 * @param {Deal} deal
 * @param {{ status: import('./status').Status, missing: number, questions: readonly Attention[], now: number }} situation
 *   `missing`: open lines of the checklist
 * @returns {NextStep}
 */
export function nextStep(deal, { status, missing, questions, now }) {
  /** @param {StepKind} kind @param {string} text @param {boolean} [pressing] @returns {NextStep} */
  const step = (kind, text, pressing = true) => ({ kind, text, pressing });
  if (status.kind === 'answer') return step('answer', answerStep(deal, now));
  const [question] = questions;
  if (questions.length > 1) return step('decide', fill(nextText.decideMany, questions.length));
  if (question?.kind === 'conflict') return step('decide', fill(nextText.decide, fieldLabelOf(question.field ?? '')));
  if (question?.kind === 'match') return step('match', nextText.match);
  if (question?.kind === 'confirm') return step('confirm', nextText.confirm);
  if (question?.kind === 'refused' || question?.kind === 'parked') return step('read', nextText.cure);
  if (status.kind === 'not-shared') {
    return missing > 0 ? step('complete', completeStep(missing, false), false) : step('share', nextText.share, false);
  }
  if (missing > 0 && status.kind === 'needs-you') return step('complete', completeStep(missing, true));
  if (status.kind === 'needs-you') return step('read', nextText.read);
  if (status.kind === 'stopped') return step('resume', nextText.resume, false);
  if (status.kind === 'final') return step('nothing', nextText.nothingClosed, false);
  if (status.kind === 'waiting') return step('nothing', nextText.nothingWaiting, false);
  if (status.kind === 'on-hold') return step('nothing', nextText.nothingHold, false);
  return step('nothing', nextText.nothing, false);
}

/**
 * A sentence when the service is not there; null when it is, or when this person cannot know.
 * @param {Connection | null | undefined} connection null: there is none; undefined: not known
 * @param {number} now
 */
export function serviceNotice(connection, now) {
  if (connection === undefined) return null;
  if (connection === null || connection.heartbeat === null) return nextText.notConnected;
  const quiet = now - connection.heartbeat;
  return quiet > silence ? fill(nextText.offline, durationText(quiet)) : null;
}
