/** A person's request on its way to the service and back, as the panel follows it. Pure. */
import { fill, panelText } from 'c/partnerCenterText';

/**
 * @typedef {object} Request
 * @property {string | null} id of the request record; null: none is followed
 * @property {number | null} askedAt epoch ms
 * @property {'asked' | 'working' | 'done' | 'late' | null} progress what the person sees
 * @property {boolean} open no second one is offered
 */

/** @type {Request} */
export const noRequest = Object.freeze({ id: null, askedAt: null, progress: null, open: false });

/** @param {string} id @param {number} now @returns {Request} */
export const asked = (id, now) => ({ id, askedAt: now, progress: 'asked', open: true });

/** The panel looks again: the service has had its time to begin. @param {Request} request @returns {Request} */
export const looked = (request) => (request.progress === 'asked' ? { ...request, progress: 'working' } : request);

/** The last look is over. @param {Request} request @returns {Request} */
export const givenUp = (request) => (request.id === null ? request : { ...noRequest, progress: 'late' });

/**
 * The answer, once it is there: how the request ends, and what the person is told.
 * @param {Request} request
 * @param {readonly import('c/partnerCenterRecord').Answer[]} answers
 * @returns {{ request: Request, done: string | null, note: string | null } | null} null: no answer yet
 */
export function answered(request, answers) {
  const answer = answers.find((one) => one.id === request.id && one.outcome !== null);
  if (request.id === null || !answer) return null;
  const over = /** @type {Request} */ ({ ...noRequest, progress: 'done' });
  if (answer.outcome === 'Done') return { request: over, done: answer.message, note: null };
  const template = answer.outcome === 'Refused' ? panelText.answerRefused : panelText.answerLater;
  return { request: over, done: null, note: fill(template, answer.message) };
}
