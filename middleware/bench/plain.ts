/**
 * The rival: what a partner's own developer would write in an afternoon. jsforce and fetch, one event at a time, no signature checked,
 * no merge, no queue, nothing remembered. A process of its own, told by the environment where everything is.
 */
import { createServer } from 'node:http';

import jsforce from 'jsforce';
import PubSubApiClient from 'salesforce-pubsub-api-client';

interface Row {
  readonly [name: string]: unknown;
}
interface ReferralSeen {
  readonly id: string;
  readonly engagementId: string;
  readonly eTag?: string;
  readonly name: string;
  readonly customerProfile: {
    readonly name: string;
    readonly address: { readonly [name: string]: string | undefined };
    readonly team: readonly { readonly firstName?: string; readonly lastName?: string; readonly email?: string }[];
  };
  readonly details: { readonly dealValue: number; readonly closingDateTime: string };
}

const given = JSON.parse(process.env.BENCH_PLAIN ?? '{}') as {
  readonly instanceUrl: string;
  readonly accessToken: string;
  readonly orgId: string;
  readonly pubSub: string;
  readonly api: string;
  readonly bearer: string;
  readonly port: number;
  readonly own: Row;
  readonly leg: Row;
};
const { Connection } = jsforce;
const salesforce = new Connection({ instanceUrl: given.instanceUrl, accessToken: given.accessToken, version: '66.0' });

async function partner(method: string, path: string, body?: unknown, etag?: string): Promise<ReferralSeen> {
  const headers = { authorization: given.bearer, 'content-type': 'application/json', ...(etag === undefined ? {} : { 'if-match': etag }) };
  const answer = await fetch(`${given.api}/v1.0/engagements/referrals${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  const text = await answer.text();
  return { eTag: answer.headers.get('etag') ?? '', ...(JSON.parse(text === '' ? '{}' : text) as ReferralSeen) };
}

const update = (id: string, values: Row): Promise<unknown> => salesforce.sobject('Opportunity').update({ Id: id, ...values } as never);

async function outbound(id: string): Promise<void> {
  const [deal] = (
    await salesforce.query<Row>(
      `SELECT Name, Amount, CloseDate, Referral_Identifier__c, Account.Name, Account.BillingCity FROM Opportunity WHERE Id = '${id}'`,
    )
  ).records;
  if (!deal) return;
  const line = `${new Date().toISOString()} sent\n`;
  if (typeof deal.Referral_Identifier__c === 'string') {
    const now = await partner('GET', `/${deal.Referral_Identifier__c}`);
    await partner('PATCH', `/${now.id}`, [{ op: 'replace', path: '/details/dealValue', value: deal.Amount }], now.eTag);
    await update(id, { Audit__c: `${line} ${String(deal.Amount)}` });
    return;
  }
  const contacts = await salesforce.query<Row>(
    `SELECT Contact.FirstName, Contact.LastName, Contact.Email FROM OpportunityContactRole WHERE OpportunityId = '${id}'`,
  );
  await salesforce.query<Row>(`SELECT Solution__r.Name FROM PC_Opportunity_Solution__c WHERE Opportunity__c = '${id}'`);
  const people = contacts.records.length > 0 ? {} : { team: [] };
  const common = {
    name: deal.Name,
    customerProfile: { ...(given.own.customerProfile as Row), ...people, name: (deal.Account as Row).Name },
    details: { ...(given.own.details as Row), dealValue: deal.Amount },
  };
  const own = await partner('POST', '', { ...given.own, ...common, externalReferenceId: id });
  await partner('POST', '', { ...given.leg, ...common, engagementId: own.engagementId });
  await update(id, { Referral_Identifier__c: own.id, PC_Engagement_Id__c: own.engagementId, Audit__c: line });
}

async function inbound(referralId: string): Promise<void> {
  const deal = await partner('GET', `/${referralId}`);
  const there = await salesforce.query(
    `SELECT Id FROM Opportunity WHERE Referral_Identifier__c = '${deal.id}' OR PC_Engagement_Id__c = '${deal.engagementId}'`,
  );
  if (there.records.length > 0) return;
  const { name, address } = deal.customerProfile;
  const made = async (object: string, values: Row): Promise<string> =>
    String(((await salesforce.sobject(object).create(values as never)) as { readonly id?: string }).id);
  const account = await made('Account', { Name: name, BillingCity: address.city, BillingCountry: address.country });
  const [person] = deal.customerProfile.team;
  if (person)
    await made('Contact', { AccountId: account, FirstName: person.firstName, LastName: person.lastName ?? 'Unknown', Email: person.email });
  await made('Opportunity', {
    Name: deal.name,
    AccountId: account,
    StageName: 'Prospecting',
    Amount: deal.details.dealValue,
    CloseDate: deal.details.closingDateTime.slice(0, 10),
    Referral_Identifier__c: deal.id,
    PC_Engagement_Id__c: deal.engagementId,
  });
}

let line: Promise<void> = Promise.resolve();
const next = (act: () => Promise<void>): void => {
  line = line.then(act).catch((error: unknown) => void process.stderr.write(`${String(error)}\n`));
};

const quiet = (): void => undefined;
const client = new PubSubApiClient(
  {
    authType: 'user-supplied',
    accessToken: given.accessToken,
    instanceUrl: given.instanceUrl.replace('http:', 'https:'),
    organizationId: given.orgId,
    pubSubEndpoint: given.pubSub,
    rejectUnauthorizedSsl: false,
  },
  { debug: quiet, info: quiet, warn: quiet, error: quiet },
);
await client.connect();
client.subscribe('/event/PC_Sync_Request__e', (_info, kind, data) => {
  if (kind !== 'event') return;
  const { payload } = data as unknown as { readonly payload: { readonly Opportunity_Id__c: string | null; readonly Record_Id__c: string } };
  next(() => outbound(payload.Opportunity_Id__c ?? payload.Record_Id__c));
});

createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    response.writeHead(200).end();
    const { ResourceUri } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { readonly ResourceUri?: string };
    const id = ResourceUri?.split('/').at(-1);
    if (id !== undefined) next(() => inbound(id));
  });
}).listen(given.port, '127.0.0.1', () => process.send?.('ready'));
process.on('disconnect', () => process.exit(0));
