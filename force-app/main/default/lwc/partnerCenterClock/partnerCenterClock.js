/** The only place of the components that knows the time and sets timers. Every series ends by itself or when it is stopped. */

/** When the page looks again after a person's own action, in ms. */
export const refreshDelays = Object.freeze([1500, 2500, 5000, 10000, 20000]);

/** Milliseconds since the epoch. */
export const now = () => Date.now();

/**
 * Calls back after each delay, counted from now, and then ends. The callback gets the number of looks that are left.
 * @param {(left: number) => void} callback
 * @param {readonly number[]} [delays]
 * @returns {() => void} stops the series
 */
export function inSeries(callback, delays = refreshDelays) {
  const timers = delays.map((delay, index) => setTimeout(() => callback(delays.length - index - 1), delay));
  return () => timers.forEach((timer) => clearTimeout(timer));
}

/**
 * Calls back every minute, so that ages and countdowns stay true. No request is made by it.
 * @param {() => void} callback
 * @returns {() => void} stops it
 */
export function everyMinute(callback) {
  const timer = setInterval(callback, 60000);
  return () => clearInterval(timer);
}

/**
 * Calls back when the person comes back to the page, at most once in ten seconds.
 * @param {() => void} callback
 * @returns {() => void} stops it
 */
export function onReturn(callback) {
  let last = now();
  const look = () => {
    if (document.visibilityState === 'hidden' || now() - last < 10000) return;
    last = now();
    callback();
  };
  window.addEventListener('focus', look);
  return () => window.removeEventListener('focus', look);
}
