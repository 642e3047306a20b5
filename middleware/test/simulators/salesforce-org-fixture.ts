/** A simulated org with a small package put in by hand, a clock that stands still, and a client that speaks to the service. */
import { createSalesforceOrg, type SalesforceOrg, type SalesforceOrgOptions } from '../../simulators/salesforce/service.ts';
import type { FieldDefinition, PermissionSetDefinition } from '../../simulators/salesforce/schema-model.ts';
import { objectDefinition, systemFields } from '../../simulators/salesforce/system-fields.ts';
import type { SimResponse } from '../../simulators/wire.ts';

export const start = Date.UTC(2026, 10, 20, 10, 0, 0);

export interface TestOrg {
  readonly org: SalesforceOrg;
  readonly clock: { now: number };
  /** Access tokens by user name. */
  token(username: string): string;
}

export const seller = 'sam@cosell.test';
export const service = 'integration@cosell.test';
export const outsider = 'olga@cosell.test';
export const admin = 'admin@cosell.test';

const custom = (name: string, type: FieldDefinition['type'], extra: Partial<FieldDefinition> = {}): FieldDefinition => ({
  name,
  label: name.replace(/__c$/, '').replaceAll('_', ' '),
  type,
  custom: true,
  ...extra,
});

const values = (...names: string[]): NonNullable<FieldDefinition['picklist']>['values'] =>
  names.map((value) => ({ value, label: value, active: true, isDefault: false }));

export const permissionSet = (name: string, given: Partial<PermissionSetDefinition>): PermissionSetDefinition => ({
  name,
  label: name,
  objects: new Map(),
  fields: new Map(),
  customPermissions: new Set(),
  userPermissions: new Set(),
  customMetadataTypes: new Set(),
  ...given,
});

const edit = { readable: true, editable: true };
const crud = { read: true, create: true, edit: true, delete: true, viewAll: false, modifyAll: false };

/** Fields, a catalogue, a child, an event and a permission set: what a deployment would bring. */
export function installPackage(org: SalesforceOrg): void {
  const { schema } = org.state;
  schema.putField('Opportunity', custom('Shared__c', 'Checkbox', { defaultValue: 'false' }));
  schema.putField('Opportunity', custom('Referral__c', 'Text', { length: 100, unique: true, externalId: true }));
  schema.putField('Opportunity', custom('Help__c', 'Picklist', { picklist: { restricted: true, values: values('Pricing', 'Proposal') } }));
  schema.putField('Opportunity', custom('Audit__c', 'LongTextArea', { length: 1000, visibleLines: 3 }));
  schema.putField('Opportunity', custom('State__c', 'Text', { length: 40 }));
  schema.putField(
    'Opportunity',
    custom('Mark__c', 'Text', { formula: 'IF(ISBLANK(State__c), "", IF(State__c = "Needs you", "✖ Needs you", "✔ In sync"))' }),
  );
  schema.putObject(
    objectDefinition({
      name: 'Solution__c',
      label: 'Solution',
      pluralLabel: 'Solutions',
      kind: 'custom',
      keyPrefix: schema.nextKeyPrefix('a'),
      sharingModel: 'Read',
      fields: [
        ...systemFields('custom'),
        custom('Name', 'Text', { length: 80, required: true, custom: false }),
        custom('Key__c', 'Text', { length: 40, externalId: true, unique: true }),
      ],
    }),
  );
  schema.putObject(
    objectDefinition({
      name: 'Deal_Solution__c',
      label: 'Solution of Deal',
      pluralLabel: 'Solutions of Deal',
      kind: 'custom',
      keyPrefix: schema.nextKeyPrefix('a'),
      sharingModel: 'ControlledByParent',
      fields: [
        ...systemFields('detail'),
        custom('Name', 'AutoNumber', { displayFormat: 'DS-{000000}', custom: false }),
        custom('Opportunity__c', 'MasterDetail', {
          referenceTo: ['Opportunity'],
          relationshipName: 'Opportunity__r',
          childRelationshipName: 'Deal_Solutions__r',
          writeRequiresMasterRead: false,
        }),
        custom('Solution__c', 'Lookup', {
          referenceTo: ['Solution__c'],
          relationshipName: 'Solution__r',
          childRelationshipName: 'Deal_Solutions__r',
          deleteConstraint: 'Restrict',
          required: true,
        }),
        custom('Solution_Key__c', 'Text', { formula: 'Solution__r.Key__c' }),
        custom('Quantity__c', 'Number', { precision: 10, scale: 0 }),
      ],
    }),
  );
  schema.putObject({
    ...objectDefinition({
      name: 'Changed__e',
      label: 'Changed',
      pluralLabel: 'Changed',
      kind: 'event',
      keyPrefix: schema.nextKeyPrefix('e'),
      fields: [
        ...systemFields('event'),
        custom('Record_Id__c', 'Text', { length: 18, required: true }),
        custom('Reason__c', 'Text', { length: 80 }),
      ],
    }),
    publishBehavior: 'PublishAfterCommit',
  });
  schema.putCustomPermission({ name: 'Bypass', label: 'Bypass' });
  const opportunityFields = ['Shared__c', 'Referral__c', 'Help__c', 'Audit__c', 'State__c', 'Mark__c'].map(
    (name) => [`Opportunity.${name}`, edit] as const,
  );
  const childFields = ['Solution_Key__c', 'Quantity__c'].map((name) => [`Deal_Solution__c.${name}`, edit] as const);
  schema.putPermissionSet(
    permissionSet('Seller', {
      objects: new Map([
        ['Solution__c', { ...crud, create: false, edit: false, delete: false }],
        ['Deal_Solution__c', crud],
      ]),
      fields: new Map([...opportunityFields, ...childFields, ['Solution__c.Key__c', edit]]),
    }),
  );
  schema.putPermissionSet(
    permissionSet('Service', {
      objects: new Map([
        ['Account', { ...crud, viewAll: true }],
        ['Opportunity', { ...crud, viewAll: true, modifyAll: true }],
        ['Changed__e', { ...crud, edit: false, delete: false }],
      ]),
      fields: new Map([...opportunityFields, ['Opportunity.Amount', edit], ['Opportunity.AccountId', edit]]),
      customPermissions: new Set(['Bypass']),
    }),
  );
}

export function testOrg(options: Partial<SalesforceOrgOptions> = {}): TestOrg {
  const clock = { now: start };
  let counter = 0;
  const org = createSalesforceOrg({
    surroundings: {
      now: () => clock.now,
      random: () => 0.5,
      uuid: () => `00000000-0000-4000-8000-${String((counter += 1)).padStart(12, '0')}`,
    },
    origin: 'https://contoso.my.salesforce.test',
    ...options,
  });
  installPackage(org);
  org.addUser({ username: seller, firstName: 'Sam', lastName: 'Seller', profile: 'standard' });
  org.addUser({ username: service, lastName: 'Integration', profile: 'minimum' });
  org.addUser({ username: outsider, firstName: 'Olga', lastName: 'Outside', profile: 'standard' });
  org.assign(seller, 'Seller');
  org.assign(service, 'Service');
  const tokens = new Map<string, string>();
  return {
    org,
    clock,
    token: (username) => {
      const known = tokens.get(username);
      if (known !== undefined && org.sessions.peek(known)) return known;
      const { token } = org.login(username);
      tokens.set(username, token);
      return token;
    },
  };
}

export interface Reply {
  readonly status: number;
  readonly headers: SimResponse['headers'];
  /** Parsed JSON; null without a body. */
  readonly body: unknown;
}

/** One request as a user. `path` begins after `/services/data/v66.0`. */
export async function call(
  test: TestOrg,
  username: string,
  method: string,
  path: string,
  body?: unknown,
  headers: { readonly [name: string]: string } = {},
): Promise<Reply> {
  const response = await test.org.service({
    method,
    url: `/services/data/v66.0${path}`,
    headers: { authorization: `Bearer ${test.token(username)}`, host: 'contoso.my.salesforce.test', ...headers },
    body: body === undefined ? new Uint8Array() : Buffer.from(JSON.stringify(body)),
  });
  const text = typeof response.body === 'string' ? response.body : Buffer.from(response.body).toString('utf8');
  const parsed: unknown = text === '' ? null : JSON.parse(text);
  return { status: response.status, headers: response.headers, body: parsed };
}

export const query = (test: TestOrg, username: string, soql: string): Promise<Reply> =>
  call(test, username, 'GET', `/query?q=${encodeURIComponent(soql)}`);

/** The rows of a query, without their `attributes`. */
export async function rows(test: TestOrg, username: string, soql: string): Promise<unknown[]> {
  const reply = await query(test, username, soql);
  if (reply.status !== 200) throw new Error(JSON.stringify(reply.body));
  return (
    JSON.parse(JSON.stringify(reply.body), (key, value: unknown) => (key === 'attributes' ? undefined : value)) as { records: unknown[] }
  ).records;
}

/** Code of the first error of a refused request. */
export const errorCode = (reply: Reply): unknown =>
  Array.isArray(reply.body) ? (reply.body as { errorCode?: unknown }[])[0]?.errorCode : undefined;

export function newDeal(test: TestOrg, values: { readonly [field: string]: string | number | boolean | null } = {}, as = seller): string {
  return test.org.asUser(as).insert('Opportunity', { Name: 'Cold chain', StageName: 'Qualification', CloseDate: '2027-01-31', ...values });
}
