/** Limits, the standard notification action, the list of resources. */
import { normalizeId } from './ids.ts';
import { isObject, type Answer, type Call, type Handler, type Org } from './org.ts';

export const platformHandler: Handler = (org, call) => {
  const [first, second, third] = call.steps;
  if (first === undefined)
    return { status: 200, body: { ...resources(call.version), identity: `${call.origin}/id/${org.state.orgId}/${call.userId}` } };
  if (first === 'limits' && call.method === 'GET') return { status: 200, body: limits(org) };
  if (first === 'actions' && second === 'standard' && third === 'customNotificationAction') {
    if (call.method === 'GET')
      return {
        status: 200,
        body: { name: third, label: 'Send Custom Notification', type: 'CUSTOMNOTIFICATIONACTION', inputs: [], outputs: [] },
      };
    return notify(org, call);
  }
  return null;
};

const resources = (version: string): { readonly [name: string]: string } =>
  Object.fromEntries(
    ['sobjects', 'query', 'queryAll', 'limits', 'composite', 'actions', 'ui-api', 'graphql', 'tooling', 'metadata'].map((name) => [
      name,
      `/services/data/${version}/${name}`,
    ]),
  );

function limits(org: Org): unknown {
  const printed: { [name: string]: { Max: number; Remaining: number } } = {
    DailyApiRequests: { Max: org.usage.max, Remaining: Math.max(0, org.usage.max - org.usage.used) },
    DailyDeliveredPlatformEvents: { Max: 25_000, Remaining: 25_000 },
    HourlyPublishedPlatformEvents: { Max: 250_000, Remaining: 250_000 },
    DataStorageMB: { Max: 1024, Remaining: 1000 },
    FileStorageMB: { Max: 1024, Remaining: 1000 },
  };
  for (const [name, { max, remaining }] of org.limits) printed[name] = { Max: max, Remaining: remaining };
  return printed;
}

function notify(org: Org, call: Call): Answer {
  const body = call.json();
  const inputs: unknown = isObject(body) ? body['inputs'] : null;
  const results = (Array.isArray(inputs) ? inputs : []).map((input: unknown) => {
    const refused = (statusCode: string, message: string): unknown => ({
      actionName: 'customNotificationAction',
      errors: [{ statusCode, message, fields: [] }],
      isSuccess: false,
      outputValues: null,
    });
    if (!isObject(input)) return refused('INVALID_INPUT', 'An input must be a JSON object.');
    const type = org.state.record(String(input['customNotifTypeId'] ?? ''));
    if (!type || !String(type['Id']).startsWith('0ML')) return refused('INVALID_API_INPUT', 'Missing or unknown customNotifTypeId.');
    const recipients = Array.isArray(input['recipientIds']) ? input['recipientIds'].map(String) : [];
    if (recipients.length === 0 || recipients.length > 500)
      return refused('INVALID_API_INPUT', 'recipientIds must hold between 1 and 500 ids.');
    if (recipients.some((id) => org.state.record(id)?.['IsActive'] !== true))
      return refused('INVALID_API_INPUT', 'A recipient is unknown or inactive.');
    const text = String(input['body'] ?? '');
    const title = String(input['title'] ?? '');
    if (text === '' || text.length > 750) return refused('INVALID_API_INPUT', 'body must have between 1 and 750 characters.');
    if (title.length > 250) return refused('INVALID_API_INPUT', 'title must have at most 250 characters.');
    const target = typeof input['targetId'] === 'string' ? normalizeId(input['targetId']) : null;
    if (target === null && input['targetPageRef'] === undefined)
      return refused('INVALID_API_INPUT', 'targetId or targetPageRef is required.');
    org.notifications.push({
      type: String(type['DeveloperName']),
      recipientIds: recipients,
      title,
      body: text,
      targetId: target,
      at: org.state.now(),
    });
    return {
      actionName: 'customNotificationAction',
      errors: null,
      isSuccess: true,
      outputValues: { SuccessMessage: 'Your custom notification is processed successfully.' },
    };
  });
  return { status: results.every((one) => isObject(one) && one['isSuccess'] === true) ? 200 : 400, body: results };
}
