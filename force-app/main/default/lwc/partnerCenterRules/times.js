/** Times as people read them, in the user's own language and zone. All times are epoch ms. */
import LOCALE from '@salesforce/i18n/locale';
import TIME_ZONE from '@salesforce/i18n/timeZone';
import { expiryText, fill } from 'c/partnerCenterText';

const minute = 60000;
const hour = 60 * minute;
const day = 24 * hour;

/** @type {readonly [Intl.RelativeTimeFormatUnit, number][]} */
const units = [
  ['day', day],
  ['hour', hour],
  ['minute', minute]
];

/** `3 minutes ago`, `yesterday`, `now`. @param {number} then @param {number} now */
export function ageText(then, now) {
  const format = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto' });
  const passed = then - now;
  const found = units.find(([, size]) => Math.abs(passed) >= size);
  return found ? format.format(Math.trunc(passed / found[1]), found[0]) : format.format(0, 'second');
}

/** `4 hours`, rounded down. @param {number} milliseconds */
export function durationText(milliseconds) {
  const [days, hours, minutes] = [day, hour, minute].map((size) => Math.floor(Math.max(0, milliseconds) / size));
  if (days >= 1) return days === 1 ? expiryText.oneDay : fill(expiryText.days, days);
  if (hours >= 1) return hours === 1 ? expiryText.oneHour : fill(expiryText.hours, hours);
  return fill(expiryText.minutes, minutes);
}

/** `Nov 24, 2026, 3:00 PM`. @param {number} time */
export const timeText = (time) =>
  new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short', timeZone: TIME_ZONE }).format(
    new Date(time)
  );

/**
 * How long an answer to Microsoft still counts. `urgent` from three days before the end.
 * @param {number | null} expires
 * @param {number} now
 * @returns {{ over: boolean, urgent: boolean, left: string, within: string } | null} null when no time is set
 */
export function expiryOf(expires, now) {
  if (expires === null) return null;
  const left = expires - now;
  const until = timeText(expires);
  if (left <= 0) return { over: true, urgent: true, left: expiryText.over, within: '' };
  const [template, size] =
    left >= 2 * day
      ? [expiryText.inDays, day]
      : left >= 2 * hour
        ? [expiryText.inHours, hour]
        : [expiryText.inMinutes, minute];
  return {
    over: false,
    urgent: left < 3 * day,
    left: fill(expiryText.left, durationText(left)),
    within: fill(template, Math.floor(left / size), until)
  };
}
