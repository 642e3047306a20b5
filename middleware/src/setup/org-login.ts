/** The admin's own sign-in, as `sf org login` has stored it. The vendor's library is loaded only when it is needed. */
import type { Connection } from '@salesforce/core';

import { quietSalesforceTools } from '../config.ts';
import { SyncError } from '../errors.ts';
import type { AdminView } from './doctor/questions.ts';
import type { OrgAnswer } from './org-reader.ts';
import { understood } from './org-reader.ts';
import { MetadataList } from './schema.ts';

const apiVersion = '66.0';

/** Without this the library keeps a log file in the home folder (Salesforce APIs §10.2). */
function quiet(): void {
  quietSalesforceTools();
}

/**
 * Opens the org an alias or user name stands for. Throws CRM_SIGN_IN when `sf` knows no such org or its sign-in has ended.
 */
export async function openOrgLogin(aliasOrUsername: string): Promise<Connection> {
  quiet();
  const { AuthInfo, Connection: Connecting, StateAggregator } = await import('@salesforce/core');
  try {
    const { aliases } = await StateAggregator.getInstance();
    const username = aliases.resolveUsername(aliasOrUsername);
    const authInfo = await AuthInfo.create({ username });
    return await Connecting.create({ authInfo, connectionOptions: { version: apiVersion } });
  } catch (cause) {
    throw new SyncError('CRM_SIGN_IN', {
      cause,
      message: `"sf" knows no org "${aliasOrUsername}" to sign in to. See "sf org list", or sign in: sf org login web --alias ${aliasOrUsername}`,
    });
  }
}

/** What the library throws for a refused request, back as the answer it was. */
function refusedAnswer(thrown: unknown): OrgAnswer {
  const {
    errorCode = '',
    statusCode,
    message = '',
    name = '',
  } = thrown as { errorCode?: string; statusCode?: number; message?: string; name?: string };
  const code = errorCode === '' ? name : errorCode;
  if (code === '' || /^(Error|TypeError|FetchError|AbortError)$/.test(code))
    throw new SyncError('NET_NOT_SENT', { cause: thrown, message: `The org did not answer: ${message}` });
  if (/INVALID_SESSION_ID|RefreshTokenAuthError|expired/i.test(`${code} ${message}`)) {
    throw new SyncError('CRM_SIGN_IN', { cause: thrown, message: 'Your sign-in to the org has ended. Sign in again: sf org login web' });
  }
  const status = statusCode ?? (/^(NOT_FOUND|ERROR_HTTP_404)$/.test(code) ? 404 : 400);
  return { status, body: [{ errorCode: code, message }] };
}

/** The org as the admin sees it. @param now our clock, epoch ms */
export function adminView(connection: Connection, now: () => number): AdminView {
  const { instanceUrl } = connection;
  return {
    async get(path) {
      try {
        const body: unknown = await connection.request({
          method: 'GET',
          url: `${instanceUrl.replace(/\/+$/, '')}/services/data/v${apiVersion}${path}`,
        });
        return { status: 200, body };
      } catch (thrown) {
        return refusedAnswer(thrown);
      }
    },
    async skewMs() {
      // the list of versions needs no sign-in and is not charged (Salesforce APIs §5)
      const response = await fetch(`${instanceUrl.replace(/\/+$/, '')}/services/data`).catch(() => null);
      const date = Date.parse(response?.headers.get('date') ?? '');
      return Number.isNaN(date) ? null : date - now();
    },
    async list(type) {
      const listed: unknown = await connection.metadata.list([{ type }], apiVersion);
      return understood(MetadataList, listed).map((one) => one.fullName);
    },
  };
}
