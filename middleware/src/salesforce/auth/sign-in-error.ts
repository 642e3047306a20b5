/** Refused sign-in → which setting to look at (Salesforce APIs §1.1). */
import { SyncError } from '../../errors.ts';
import { OAuthRefusal } from '../schema.ts';
import type { Credentials } from './token-source.ts';

interface Hint {
  readonly error: RegExp;
  readonly description?: RegExp;
  readonly text: string;
}

/** First fitting row wins. The descriptions only choose the advice; what is done is the same for all. */
const hints: readonly Hint[] = [
  {
    error: /^invalid_client_id$/,
    text: 'The consumer key is not known to this org: check COSELL_SALESFORCE_CLIENT_ID and COSELL_SALESFORCE_LOGIN_URL.',
  },
  {
    error: /^invalid_client$/,
    text: 'The consumer key or secret is wrong: check COSELL_SALESFORCE_CLIENT_ID and COSELL_SALESFORCE_CLIENT_SECRET.',
  },
  { error: /^inactive_user$/, text: 'The integration user is not active or is locked: activate it in Setup, Users.' },
  { error: /^inactive_org$/, text: 'The org is not active: ask Salesforce support.' },
  {
    error: /^invalid_grant$/,
    description: /approved|authorized/i,
    text: "The integration user is not approved for the external client app: add its permission set under the app's policies (COSELL_SALESFORCE_USERNAME names the user).",
  },
  {
    error: /^invalid_grant$/,
    description: /audience/i,
    text: 'The audience does not fit this org: check COSELL_SALESFORCE_AUDIENCE, or COSELL_SALESFORCE_LOGIN_URL when no audience is set.',
  },
  {
    error: /^invalid_grant$/,
    description: /expired|assertion|signature|not yet/i,
    text: 'The assertion was not accepted: check that the clock of this machine is right and that COSELL_SALESFORCE_PRIVATE_KEY belongs to the certificate of the external client app.',
  },
  {
    error: /^invalid_grant$/,
    text: 'The user is not accepted: check COSELL_SALESFORCE_USERNAME and the policies of the external client app.',
  },
  {
    error: /^unsupported_grant_type$/,
    text: 'This sign-in flow is switched off: enable it in the external client app, and use the My Domain address in COSELL_SALESFORCE_LOGIN_URL.',
  },
];

/** Any answer of the token endpoint but success. HTML and 5xx mean maintenance. */
export function signInError(status: number, body: unknown, flow: Credentials['kind']): SyncError {
  const refusal = OAuthRefusal.safeParse(body);
  if (!refusal.success || status >= 500 || status === 429 || status === 420) {
    if (status === 404)
      return new SyncError('CRM_SIGN_IN', {
        status,
        message: 'There is no sign-in service at this address: check COSELL_SALESFORCE_LOGIN_URL.',
      });
    return new SyncError('CRM_BUSY', { status, message: `The sign-in service of Salesforce answered ${status}.` });
  }
  const { error, error_description: description } = refusal.data;
  const hint = hints.find((row) => row.error.test(error) && (!row.description || row.description.test(description)));
  const fallback =
    flow === 'jwt'
      ? 'Check COSELL_SALESFORCE_CLIENT_ID, COSELL_SALESFORCE_USERNAME and COSELL_SALESFORCE_PRIVATE_KEY.'
      : 'Check COSELL_SALESFORCE_CLIENT_ID, COSELL_SALESFORCE_CLIENT_SECRET and the "run as" user of the external client app.';
  return new SyncError('CRM_SIGN_IN', {
    status,
    message: `${hint?.text ?? fallback} (Salesforce: ${error}${description ? `, ${description}` : ''})`,
  });
}
