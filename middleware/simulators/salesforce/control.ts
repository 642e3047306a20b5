/** `/__control/…`: what the page host and the demo may do to the org over HTTP. Not part of Salesforce. */
import { bodyText, json, type SimResponse } from '../wire.ts';
import { ApiError, RowError } from './org-errors.ts';
import { isObject } from './org.ts';
import type { OrderedFault } from './org-faults.ts';
import type { RecordValues } from './schema-model.ts';
import type { Route, SalesforceOrg } from './service.ts';

/**
 * - `GET users` · `POST login {username}` → `{accessToken, instanceUrl, userId, orgId}`
 * - `GET journal` · `GET notifications` · `GET record/<id>`
 * - `POST insert {as, object, values}` · `POST update {as, id, values}` · `POST delete {as, id}`
 * - `POST fail {match?, method?, times?, kind}` · `POST clear-faults` · `POST lock {id, times?}` · `POST expire` · `POST revoke`
 */
export function controlRoute(org: SalesforceOrg): Route {
  return (request, path, origin) => {
    const match = /^\/__control\/([\w-]+)(?:\/(\w+))?$/.exec(path.split('?')[0] ?? '');
    if (!match) return null;
    let body: unknown;
    try {
      body = bodyText(request) === '' ? {} : JSON.parse(bodyText(request));
    } catch {
      return json(400, { message: 'The body is no valid JSON.' });
    }
    try {
      return control(org, request.method, match[1] ?? '', match[2] ?? '', isObject(body) ? body : {}, origin);
    } catch (error) {
      if (error instanceof RowError || error instanceof ApiError)
        return json(error.status, { message: error.message, errorCode: error.code, fields: error.fields });
      return json(400, { message: error instanceof Error ? error.message : String(error) });
    }
  };
}

function control(
  org: SalesforceOrg,
  method: string,
  action: string,
  argument: string,
  body: { readonly [name: string]: unknown },
  origin: string,
): SimResponse {
  const text = (name: string): string => (typeof body[name] === 'string' ? body[name] : '');
  const values = (): RecordValues => (isObject(body['values']) ? (body['values'] as RecordValues) : {});
  const done = json(200, { ok: true });
  switch (`${method} ${action}`) {
    case 'GET users':
      return json(
        200,
        org.state.rows('User').map((user) => ({ id: user['Id'], username: user['Username'], name: user['Name'] })),
      );
    case 'POST login': {
      const session = org.login(text('username'));
      return json(200, { accessToken: session.token, instanceUrl: origin, userId: session.userId, orgId: org.orgId });
    }
    case 'GET journal':
      return json(200, { charged: org.journal.charged(), entries: org.journal.entries.slice(-500) });
    case 'GET notifications':
      return json(200, org.notifications);
    case 'GET record': {
      const record = org.get(argument);
      return record ? json(200, record) : json(404, { message: 'No such record.' });
    }
    case 'POST insert':
      return json(201, { id: (text('as') === '' ? org : org.asUser(text('as'))).insert(text('object'), values()) });
    case 'POST update':
      (text('as') === '' ? org : org.asUser(text('as'))).update(text('id'), values());
      return done;
    case 'POST delete':
      (text('as') === '' ? org : org.asUser(text('as'))).delete(text('id'));
      return done;
    case 'POST fail':
      org.failNext(faultFrom(body));
      return done;
    case 'POST clear-faults':
      org.clearFaults();
      return done;
    case 'POST lock':
      org.lockRow(text('id'), typeof body['times'] === 'number' ? body['times'] : 1);
      return done;
    case 'POST expire':
      org.expireTokens();
      return done;
    case 'POST revoke':
      org.revokeTokens();
      return done;
    default:
      return json(404, { message: `The simulator has no control ${method} ${action}.` });
  }
}

function faultFrom(body: { readonly [name: string]: unknown }): OrderedFault {
  const kind = body['kind'];
  if (!isObject(kind) || !['refuse', 'html', 'afterwards', 'cut'].some((name) => name in kind)) {
    throw new Error('A fault needs a kind: {"refuse": …}, {"html": …}, {"afterwards": …} or {"cut": true}.');
  }
  return {
    kind: kind as OrderedFault['kind'],
    ...(typeof body['match'] === 'string' ? { match: body['match'] } : {}),
    ...(typeof body['method'] === 'string' ? { method: body['method'] } : {}),
    ...(typeof body['times'] === 'number' ? { times: body['times'] } : {}),
  };
}
