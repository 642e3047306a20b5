/** The signed assertion of the JWT bearer flow (Salesforce APIs §1.1). */
import { createSign } from 'node:crypto';

import { SyncError } from '../../errors.ts';

export interface AssertionFacts {
  readonly clientId: string;
  readonly username: string;
  readonly audience: string;
  /** PEM. */
  readonly privateKey: string;
  /** Epoch ms. */
  readonly now: number;
}

/** Public sources disagree on three or five minutes as the bound; three is safe with both. Seconds. */
const lifeSeconds = 180;

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Throws `SyncError` CRM_SIGN_IN when the key cannot sign. */
export function signAssertion(facts: AssertionFacts): string {
  const { clientId, username, audience, privateKey, now } = facts;
  const claims = { iss: clientId, sub: username, aud: audience, exp: Math.floor(now / 1000) + lifeSeconds };
  const content = `${part({ alg: 'RS256' })}.${part(claims)}`;
  try {
    return `${content}.${createSign('RSA-SHA256').update(content).sign(privateKey, 'base64url')}`;
  } catch {
    // the cause may quote the key, so it is not kept
    throw new SyncError('CRM_SIGN_IN', {
      message: 'COSELL_SALESFORCE_PRIVATE_KEY cannot sign: it must be an RSA private key in PEM form.',
    });
  }
}
