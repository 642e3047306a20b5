/** The token bucket in front of the Referrals API (API §10.3). */
import { json, type SimResponse, type Surroundings } from '../wire.ts';
import { Refusal, referralsError } from './refusal.ts';
import type { Bucket, Switches } from './switches.ts';

/** Answers the 429 to send, or null when the call may pass. */
export type Throttle = () => SimResponse | null;

export function createThrottle(surroundings: Surroundings, switches: Switches): Throttle {
  let current: { readonly of: Bucket; tokens: number; at: number } | null = null;
  return () => {
    const bucket = switches.throttle;
    if (!bucket) return null;
    const now = surroundings.now();
    if (current?.of !== bucket) current = { of: bucket, tokens: bucket.capacity, at: now };
    current.tokens = Math.min(bucket.capacity, current.tokens + ((now - current.at) / 1000) * bucket.perSecond);
    current.at = now;
    if (current.tokens >= 1) {
      current.tokens -= 1;
      return null;
    }
    const seconds = Math.max(1, Math.ceil((1 - current.tokens) / bucket.perSecond));
    const message = `Rate limit is exceeded. Try again in ${seconds} seconds.`;
    const headers = { 'retry-after': String(seconds) };
    if (switches.throttleBody === 'gateway') return json(429, { statusCode: 429, message }, headers);
    return referralsError(new Refusal(429, 'serviceNotAvailable', message, { headers }));
  };
}
