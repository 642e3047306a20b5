/** Figures of the connection as rows for the page: what it is, how it stands, and the cure when it stands badly. Pure. */
import { ageText, durationText } from 'c/partnerCenterRules';
import { fill, healthText } from 'c/partnerCenterText';

/**
 * @typedef {import('c/partnerCenterRecord').Connection} Connection
 * @typedef {'good' | 'warning' | 'bad'} Standing
 * @typedef {{ key: string, label: string, value: string, hint: string, standing: Standing }} Figure
 */

const minute = 60000;
/** The service reports every five minutes; silent after three missed reports. */
const silence = 15 * minute;
/** A change that waits longer than this is worth a look. */
const slow = 10 * minute;
/** A refresh token dies after 90 idle days; warn this many days before. */
const tokenLife = 90;
const tokenWarning = 14;

/** @param {Connection} connection @param {number} now @returns {{ standing: Standing, title: string, detail: string }} */
export function stateOfConnection(connection, now) {
  const quiet = connection.heartbeat === null ? Infinity : now - connection.heartbeat;
  const say = (/** @type {Standing} */ standing, /** @type {string} */ title, /** @type {string} */ detail) => ({
    standing,
    title,
    detail: connection.message ?? detail
  });
  if (quiet > silence && quiet !== Infinity) {
    return { standing: 'bad', title: healthText.silent, detail: fill(healthText.silentDetail, durationText(quiet)) };
  }
  switch (connection.state) {
    case 'Needs sign-in':
      return say('bad', healthText.signIn, healthText.signInDetail);
    case 'Paused':
      return say('warning', healthText.paused, healthText.pausedDetail);
    case 'Degraded':
      return say('warning', healthText.degraded, '');
    default:
      return say('good', healthText.running, '');
  }
}

/** @param {Connection} connection @param {number} now @returns {Figure} */
function backlogFigure({ backlog, oldestUnsent }, now) {
  const late = oldestUnsent !== null && now - oldestUnsent > slow;
  const hint = oldestUnsent === null ? healthText.backlogNone : fill(healthText.oldest, ageText(oldestUnsent, now));
  return {
    key: 'backlog',
    label: healthText.backlog,
    value: String(backlog),
    hint,
    standing: late ? 'warning' : 'good'
  };
}

/** @param {Connection} connection @returns {Figure[]} */
function apiFigure({ apiUsed, apiLimit }) {
  if (apiUsed === null || apiLimit === null || apiLimit <= 0) return [];
  const percent = Math.round((apiUsed / apiLimit) * 100);
  const free = Math.max(0, apiLimit - apiUsed);
  const [hint, standing] = /** @type {[string, Standing]} */ (
    free === 0
      ? [healthText.apiOut, 'bad']
      : percent >= 80
        ? [healthText.apiTight, 'warning']
        : [fill(healthText.apiForecast, free.toLocaleString()), 'good']
  );
  const value = fill(healthText.apiUsed, apiUsed.toLocaleString(), apiLimit.toLocaleString(), percent);
  return [{ key: 'api', label: healthText.api, value, hint, standing }];
}

/** Words of the service for its registration that need somebody. */
export const webhookTroubles = Object.freeze({
  taken: 'Taken by another address',
  missing: 'Events missing'
});

/** @param {Connection} connection @returns {Figure} */
function webhookFigure({ webhookOwner, webhookState }) {
  const figure = { key: 'webhook', label: healthText.webhook };
  const owner = webhookOwner ?? '';
  if (webhookState === webhookTroubles.taken) {
    return { ...figure, value: healthText.webhookLost, hint: fill(healthText.webhookTaken, owner), standing: 'bad' };
  }
  if (webhookState === webhookTroubles.missing) {
    return { ...figure, value: healthText.webhookMissing, hint: healthText.webhookMissingCure, standing: 'warning' };
  }
  if (owner === '')
    return {
      ...figure,
      value: webhookState ?? healthText.webhookNone,
      hint: healthText.webhookNoneCure,
      standing: 'warning'
    };
  return { ...figure, value: healthText.webhookOk, hint: owner, standing: 'good' };
}

/** @param {Connection} connection @returns {Figure[]} */
function tokenFigure({ tokenAgeDays }) {
  if (tokenAgeDays === null) return [];
  const left = Math.max(0, Math.floor(tokenLife - tokenAgeDays));
  const old = left <= tokenWarning;
  return [
    {
      key: 'token',
      label: healthText.token,
      value: fill(healthText.tokenAge, Math.floor(tokenAgeDays)),
      hint: old ? fill(healthText.tokenOld, left) : healthText.tokenFine,
      standing: left <= 3 ? 'bad' : old ? 'warning' : 'good'
    }
  ];
}

/**
 * @param {Connection} connection
 * @param {number} now
 * @returns {Figure[]}
 */
export function figuresOf(connection, now) {
  const { links, parked, lastSweep, cadence } = connection;
  const sweep = lastSweep === null ? healthText.sweepNever : ageText(lastSweep, now);
  return [
    backlogFigure(connection, now),
    {
      key: 'parked',
      label: healthText.parked,
      value: String(parked),
      hint: parked === 0 ? healthText.parkedNone : '',
      standing: parked === 0 ? 'good' : 'warning'
    },
    { key: 'links', label: healthText.links, value: String(links), hint: '', standing: 'good' },
    ...apiFigure(connection),
    webhookFigure(connection),
    ...tokenFigure(connection),
    {
      key: 'sweep',
      label: healthText.sweep,
      value: sweep,
      hint: cadence ?? healthText.cadenceDefault,
      standing: 'good'
    }
  ];
}
