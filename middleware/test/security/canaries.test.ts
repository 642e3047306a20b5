/**
 * Canaries: secrets and people's data are planted wherever the service meets them, it is driven through good and bad days at the
 * chattiest log level, and everything it wrote is searched for them.
 */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { startService, type RunningService } from '../../src/app/index.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { realSystem } from '../../src/system.ts';
import { cosell } from '../mapping/cosell.ts';
import {
  acceptedDeal,
  eventually,
  messageOf,
  openWorld,
  referralOf,
  row,
  seller,
  settled,
  stateOf,
  until,
  type World,
} from '../scenarios/scene.ts';

const adminToken = 'canary-admin-token-0123456789-abcdefghij';
/** Texts of people that no line about the service's own work needs. */
const personal = {
  deal: 'Heliotrope Canary Deal',
  secondDeal: 'Obsidian Canary Renewal Of Nothing',
  customer: 'Quetzal Canary Works',
  street: '77 Canary Mews',
  firstName: 'Wilhelmina',
  lastName: 'Canaryfield',
  mail: 'wilhelmina@canary-mail.example',
  phone: '+44 20 7946 0999',
  notes: 'canary notes: the board decides on Friday',
  refusal: 'Rule of the org: ask Wilhelmina Canaryfield first',
  microsoft: 'Canary words of the Microsoft seller',
  pause: 'paused because Canary Charlie asked',
};

let world: World;
let service: RunningService;
const lines: string[] = [];
const strangers: string[] = [];

/** What must never be seen, by name: settings, keys, and every token that went over a wire in this run. */
function secrets(): ReadonlyMap<string, string> {
  const found = new Map<string, string>([
    ['sealing key', String(world.environment.COSELL_SEALING_KEYS)],
    ['client secret', String(world.environment.COSELL_CLIENT_SECRET)],
    ['admin token', adminToken],
  ]);
  String(world.environment.COSELL_SALESFORCE_PRIVATE_KEY)
    .split('\n')
    .filter((line) => line.length >= 60)
    .forEach((line, index) => found.set(`private key, line ${index}`, line));
  for (const { headers, body, number, service: from } of [...world.salesforceFaults.requests, ...world.partner.faults.requests]) {
    const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    if (bearer !== undefined) found.set(`${from} access token`, bearer);
    if (!(headers['content-type'] ?? '').includes('form-urlencoded')) continue;
    for (const [name, value] of new URLSearchParams(Buffer.from(body).toString('utf8'))) {
      if (['assertion', 'refresh_token', 'code', 'code_verifier', 'client_secret', 'client_assertion'].includes(name))
        found.set(`${from} ${name} of call ${number}`, value);
    }
  }
  return found;
}

const leaks = (text: string, canaries: Iterable<readonly [string, string]>): readonly string[] =>
  [...canaries].filter(([, canary]) => text.includes(canary)).map(([name]) => name);

async function stranger(path: string, init: RequestInit = {}): Promise<number> {
  const response = await fetch(`${world.middlewareUrl}${path}`, init);
  strangers.push(JSON.stringify([...response.headers]), await response.text());
  return response.status;
}

const admin = (path: string, body: unknown): Promise<string> =>
  fetch(`${world.middlewareUrl}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }).then((response) => response.text());

before(async () => {
  world = await openWorld({ settings: { COSELL_ADMIN_TOKEN: adminToken, COSELL_LOG_LEVEL: 'error' } });
  await world.middleware.stop();
  const read = readConfig({ ...world.environment, COSELL_LOG_LEVEL: 'debug' });
  assert.equal(read.kind, 'good');
  const system = realSystem(() => world.clock.now() - Date.now());
  const log = createLog({ level: 'debug', format: 'json', write: (line) => void lines.push(line), now: () => system.now() });
  service = await startService({ config: read.config, system, log });
  await until('the service listens to Salesforce', () => world.events.pubSub.openStreams() > 0);
});

after(async () => {
  await service?.stop();
  await world?.close();
});

test('The service is driven through good and bad days with canaries in every record', async () => {
  const sam = seller(world);
  const deal = await acceptedDeal(world, { opportunity: { Name: personal.deal, PC_Shared_Notes__c: personal.notes } });
  const { AccountId } = row(world, deal);
  sam.update(String(AccountId), { Name: personal.customer, BillingStreet: personal.street });
  const [contact] = world.org.query(`SELECT Id FROM Contact WHERE AccountId = '${String(AccountId)}'`);
  sam.update(String(contact?.Id), {
    FirstName: personal.firstName,
    LastName: personal.lastName,
    Email: personal.mail,
    Phone: personal.phone,
  });
  const second = await acceptedDeal(world, { opportunity: { Name: personal.secondDeal } });
  world.partner.partnerCenter.microsoft.edit(referralOf(world, deal).id, { notes: personal.microsoft });
  await until("Microsoft's words are in Salesforce", () => row(world, deal).PC_Shared_Notes__c === personal.microsoft);
  await settled(world);

  // the org refuses in words that name a person; the deal is put aside
  world.org.failNext({
    match: (method, path) => method === 'POST' && path.includes('composite'),
    times: 50,
    kind: { refuse: { status: 400, errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: personal.refusal } },
  });
  world.partner.partnerCenter.microsoft.edit(referralOf(world, second).id, { notes: `${personal.microsoft} again` });
  await eventually('a deal is put aside', async () => ((await world.middleware.command('parked', {})) as unknown[]).length > 0);
  world.org.clearFaults();
  await world.middleware.command('retry', {});

  // answers cut in the middle of the records
  world.partner.faults.next({ kind: 'truncate' }, { method: 'GET', path: /engagements\/v1\/referrals\// });
  world.org.failNext({ method: 'POST', kind: { afterwards: 'truncate' } });
  sam.update(deal, { Name: `${personal.deal} 3` });
  await until(
    'the new name is in Partner Center',
    () => referralOf(world, deal).name === `${personal.deal} 3`,
    () => `${String(stateOf(world, deal))} ${messageOf(world, deal)}`,
  );
  world.org.expireTokens();
  sam.update(deal, { Amount: 4_321 });
  await until('the value is in Partner Center', () => referralOf(world, deal).details.dealValue === 4_321);
  await settled(world);
  await world.middleware.command('pause', { reason: personal.pause });
});

test('A stranger learns nothing from any address', async () => {
  assert.equal(await stranger('/livez'), 200);
  assert.equal(await stranger('/readyz'), 200);
  assert.equal(await stranger('/metrics'), 401);
  assert.equal(await stranger('/admin/status', { method: 'POST', body: 'null' }), 401);
  assert.equal(
    await stranger('/admin/status', { method: 'POST', body: 'null', headers: { authorization: `Bearer ${adminToken.slice(0, -1)}x` } }),
    401,
  );
  assert.equal(await stranger(`/${encodeURIComponent(personal.mail)}`), 404);
  assert.equal(
    await stranger('/webhooks/partner-center', {
      method: 'POST',
      body: JSON.stringify(personal),
      headers: {
        'content-type': 'application/json',
        'x-ms-signature': 'c2lnbmF0dXJl',
        'x-ms-certificate-url': 'https://canary.blob.core.windows.net/x.cer',
        'x-ms-signature-algorithm': 'rsa-sha256',
      },
    }),
    400,
  );
  assert.deepEqual(leaks(strangers.join('\n'), [...secrets(), ...Object.entries(personal)]), []);
});

test('Errors of the admin API and figures of the metrics hold no secret', async () => {
  const answers = [
    await admin('/admin/plan', { id: 'unknown' }),
    await admin('/admin/audit', { id: 5 }),
    await admin('/admin/pause', '{"reason":'),
    await admin('/admin/none', {}),
    await admin('/admin/connect.begin', { redirectUri: 'javascript:alert(1)' }),
    await admin('/admin/connect.finish', { pending: {}, answer: {} }),
    await admin('/admin/store.export', { file: '/nowhere/at/all' }),
    await admin('/admin/webhook.register', { replace: 'https://other.example' }),
    await admin('/admin/status', null),
    await admin('/admin/doctor.facts', null),
    await admin('/admin/parked', {}),
  ];
  const metrics = await fetch(`${world.middlewareUrl}/metrics`, { headers: { authorization: `Bearer ${adminToken}` } }).then((response) =>
    response.text(),
  );
  assert.match(metrics, /cosell_links \d/);
  assert.deepEqual(leaks(answers.join('\n'), secrets()), []);
  assert.deepEqual(leaks(metrics, [...secrets(), ...Object.entries(personal)]), []);
});

test('The support bundle tells what is needed and neither a secret nor a word of a person', async () => {
  const file = join(world.dataDir, 'bundle.json');
  const ran = await cosell(world, 'support-bundle', file);
  assert.equal(ran.status, 0, ran.problems);
  const text = readFileSync(file, 'utf8');
  assert.deepEqual(leaks(text, [...secrets(), ...Object.entries(personal)]), []);
  assert.doesNotMatch(text, /[\w.]+@[\w.]+/, 'no address of a person');
  const bundle = JSON.parse(text) as {
    readonly audit: readonly { readonly act: string; readonly fields: readonly string[] }[];
    readonly settings: { readonly [name: string]: unknown };
    readonly store: { readonly rows: { readonly link: number }; readonly streams: readonly unknown[] };
  };
  assert.ok(
    bundle.audit.some(({ act, fields }) => act === 'updated' && fields.includes('Deal name')),
    text,
  );
  assert.deepEqual(
    [bundle.settings.COSELL_CLIENT_SECRET, bundle.settings.COSELL_SALESFORCE_USERNAME, bundle.settings.DATABASE_URL],
    ['set', 'set', 'not set'],
  );
  assert.ok(bundle.store.rows.link >= 2 && bundle.store.streams.length > 0);
});

test('No log line holds a secret or a word of a person, also at the level debug', () => {
  assert.ok(lines.length > 30, `only ${lines.length} lines were logged`);
  assert.ok(
    lines.some((line) => line.includes('CRM_VALIDATION')),
    'the refusal was logged',
  );
  const all = [...secrets(), ...Object.entries(personal)];
  assert.deepEqual(
    lines.flatMap((line) => leaks(line, all).map((name) => `${name}: ${line}`)),
    [],
  );
});

test('Tokens lie sealed in the store and in a back-up of it', async () => {
  await world.middleware.command('store.export', { file: join(world.dataDir, 'backup.jsonl') });
  const files = readdirSync(world.dataDir).filter((name) => !name.endsWith('.sock'));
  assert.ok(files.includes('backup.jsonl') && files.some((name) => name.startsWith('cosell.sqlite')), files.join());
  for (const name of files) assert.deepEqual(leaks(readFileSync(join(world.dataDir, name)).toString('latin1'), secrets()), [], name);
});

test('The search can fail: a planted secret in a line is found', () => {
  assert.deepEqual(leaks(`x ${adminToken} y`, secrets()), ['admin token']);
  const kinds = [...secrets().keys()].join('\n');
  for (const kind of [
    'salesforce access token',
    'partner-center access token',
    'entra refresh_token',
    'salesforce assertion',
    'private key, line 0',
    'entra code',
  ])
    assert.ok(kinds.includes(kind), `no canary of the kind "${kind}" was seen:\n${kinds}`);
});
