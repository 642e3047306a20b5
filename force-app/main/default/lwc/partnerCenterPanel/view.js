/** What the panel shows of a deal at one moment. Pure: the same moment gives the same view. */
import {
  checklistOf,
  expiryOf,
  isFinal,
  nextStep,
  readSettings,
  serviceNotice,
  stateOf,
  statusOf
} from 'c/partnerCenterRules';
import { historyOf } from './history';
import { menuOf } from './menu';

/**
 * @typedef {import('c/partnerCenterRecord').Deal} Deal
 * @typedef {import('c/partnerCenterRecord').Related} Related
 * @typedef {import('./request').Request} Request
 * @typedef {object} Moment what is known, and what the person did
 * @property {Deal | null} deal
 * @property {unknown} dealError
 * @property {Related | null} related null: not there yet
 * @property {Request} request
 * @property {boolean} busy a step is being saved
 * @property {boolean} admin
 * @property {number | null} seenAt epoch ms of the newest change the person has seen
 * @property {boolean} showsAll
 * @property {number} time epoch ms
 * @typedef {ReturnType<typeof viewOf>} View
 */

/** @param {Deal} deal @param {Related | null} related @param {import('c/partnerCenterRules').Settings} settings */
function linesOf(deal, related, settings) {
  const { solutions = null, contacts = null, teamMembers = [] } = related ?? {};
  return checklistOf(deal, {
    solutions,
    contacts,
    team: [deal.owner, ...teamMembers],
    countries: settings.countries
  });
}

/** A deal that is linked already has no use for incoming deals that resemble it. @param {Deal} deal @param {Related | null} related */
function questionsOf(deal, related) {
  const rows = related?.questions ?? [];
  return deal.referralId === null ? rows : rows.filter((row) => row.opportunityId !== null);
}

/**
 * The service writes one line for each question; where it wrote nothing else, the questions below say it better.
 * @param {import('c/partnerCenterRules').Status} status
 * @param {readonly import('c/partnerCenterRecord').Attention[]} questions
 */
const withoutQuestions = (status, questions) =>
  status.lines.length <= questions.filter((row) => row.opportunityId !== null).length
    ? { ...status, lines: [] }
    : status;

/** @param {Moment & { deal: Deal }} moment */
function ofDeal({ deal, related, request, busy, admin, seenAt, showsAll, time }) {
  const state = stateOf(deal.referralStatus);
  const final = isFinal(state);
  const settings = readSettings(related?.connection?.settings);
  const questions = questionsOf(deal, related);
  const notice = related ? serviceNotice(related.connection, time) : null;
  const status = withoutQuestions(
    statusOf(deal, { now: time, askedAt: request.askedAt, silent: notice !== null }),
    questions
  );
  const checklist = linesOf(deal, related, settings);
  const missing = related ? checklist.filter((line) => !line.done).length : 0;
  const showsChecklist = related !== null && !final && !deal.incoming && (deal.referralId === null || missing > 0);
  return {
    settings,
    status,
    questions,
    checklist,
    showsChecklist,
    nextStep: related
      ? nextStep(deal, { status, missing: showsChecklist ? missing : 0, questions, now: time })
      : undefined,
    notice,
    expiry: status.kind === 'answer' ? expiryOf(deal.expires, time) : null,
    upgradable: deal.shared && state === 'active',
    cannotToggle: busy || final,
    cannotSync: busy || !deal.shared || final || request.open,
    showsPath: deal.referralId !== null,
    menu: menuOf(deal, { state, final, admin, held: status.kind === 'on-hold' }),
    history: historyOf(deal.audit, { seenAt, showsAll })
  };
}

/** @param {Moment} moment */
export function viewOf(moment) {
  const { deal, dealError } = moment;
  const ready = deal !== null && deal.mayRead;
  return {
    loading: deal === null && dealError === null,
    notFound: deal === null && dealError !== null,
    noPermission: deal !== null && !deal.mayRead,
    link: deal?.link ?? null,
    ready: ready ? ofDeal({ ...moment, deal }) : null
  };
}

/**
 * The view of the last moment is kept, since a template asks for it once per value.
 * @returns {(moment: Moment) => View}
 */
export function createViewer() {
  /** @type {Moment | null} */
  let last = null;
  /** @type {View | null} */
  let view = null;
  return (moment) => {
    const names = /** @type {(keyof Moment)[]} */ (Object.keys(moment));
    const before = last;
    if (view === null || before === null || names.some((name) => moment[name] !== before[name])) view = viewOf(moment);
    last = moment;
    return view;
  };
}
