/** Every command of `cosell`, asked of the running service over its socket and run in its own process when none runs. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';

import { demoClients } from '../../simulators/partner-center/http.ts';
import {
  acceptedDeal,
  forget,
  newDeal,
  openWorld,
  partnerWrites,
  people,
  referralOf,
  row,
  salesforceWrites,
  seller,
  settled,
  sharedDeal,
  until,
  untilState,
  type World,
} from '../scenarios/scene.ts';
import { cosell, start, type Environment, type Ran } from './command-line.ts';

let world: World;
let deal: string;
let environment: Environment;
const folders: string[] = [];
const adminToken = randomBytes(32).toString('base64');

before(async () => {
  world = await openWorld({ settings: { COSELL_ADMIN_TOKEN: adminToken } });
  deal = await acceptedDeal(world);
  environment = world.environment;
});

after(async () => {
  await world?.close();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const run = (...args: readonly string[]): Promise<Ran> => cosell(environment, ...args);
const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'cosell-cli-'));
  folders.push(path);
  return path;
};

/** A browser that signs in at once: follows the address to the authority and from there back to the command. */
async function browse(words: () => string): Promise<void> {
  const url = await until('an address to open', () => /https:\/\/\S+\/authorize\?\S+/.exec(words())?.[0]);
  const location = await new Promise<string>((resolve, reject) => {
    get(url, { ca: world.partner.authority.root.pem }, (response) => {
      response.resume();
      resolve(String(response.headers.location));
    }).on('error', reject);
  });
  const page = await fetch(location);
  assert.match(await page.text(), /Signed in|did not agree/);
}

const ways = ['the running service', 'its own process'] as const;
type Way = (typeof ways)[number];

/** Both ways the same: the service runs or is stopped, the commands are the same. */
async function prepare(way: Way): Promise<void> {
  const runs = existsSync(join(world.dataDir, 'admin.sock')) && world.middleware.pid() !== undefined;
  if (way === 'its own process' && runs) await world.middleware.stop();
  if (way === 'the running service' && !runs) {
    await world.middleware.start();
    // the sweep of a start would find an edit that nobody hears of
    await world.middleware.command('sweep');
  }
}

for (const way of ways) {
  test(`By ${way}: status tells how the service is, as text and as JSON`, async () => {
    await prepare(way);
    const text = await run('status');
    assert.equal(text.status, 0, text.err);
    assert.match(text.out, /^state\s+(Running|Degraded)/m);
    assert.match(text.out, /^parked\s+0$/m);
    const parsed = (await run('status', '--json')).json() as { state: string; links: number };
    assert.ok(parsed.links >= 1);
  });

  test(`By ${way}: plan prints what sync then does, and changes nothing itself`, async () => {
    await prepare(way);
    const [amount, day] = way === 'its own process' ? [51_001, '2027-07-01'] : [51_002, '2027-07-02'];
    // nobody hears of the edit, so that it is still to do
    world.events.bus.faults.loseNext();
    seller(world).update(deal, { Amount: amount, CloseDate: day });
    const before = JSON.stringify(referralOf(world, deal));
    forget(world);
    const planned = await run('plan', deal);
    assert.equal(planned.status, 0, planned.err);
    assert.match(planned.out, /Would do:\n {2}1\. change the referral in Partner Center/);
    assert.match(planned.out, new RegExp(`Deal value: ${amount}`));
    assert.match(planned.out, new RegExp(`Close date: ${day}`));
    const { steps } = (await run('plan', deal, '--json')).json() as { steps: { values: string[] }[] };
    assert.equal(JSON.stringify(referralOf(world, deal)), before);
    assert.deepEqual([partnerWrites(world), salesforceWrites(world)], [[], []]);
    const synced = await run('sync', deal);
    assert.equal(synced.status, 0, synced.err);
    const [patch, ...more] = partnerWrites(world);
    assert.equal(more.length, 0);
    const paths = (JSON.parse(patch?.body ?? '[]') as { path: string }[]).map(({ path }) => path).sort();
    assert.deepEqual(paths, ['/details/closingDateTime', '/details/dealValue']);
    assert.deepEqual([steps.length, steps[0]?.values.length], [1, paths.length], 'exactly the planned fields');
    assert.match((await run('plan', deal)).out, /Nothing to do: both sides are as they should be/);
  });

  test(`By ${way}: a deal can be named by opportunity, referral or engagement; an unknown one is refused in plain words`, async () => {
    await prepare(way);
    const own = referralOf(world, deal);
    const answers = [await run('plan', own.id, '--json'), await run('plan', own.engagementId, '--json')];
    for (const answer of answers) assert.equal((answer.json() as { opportunityId: string }).opportunityId, deal, answer.err);
    for (const command of ['plan', 'sync', 'audit']) {
      const unknown = await run(command, '11111111-2222-4333-8444-555555555555');
      assert.equal(unknown.status, 1);
      assert.match(unknown.err, /No deal is known by "11111111/);
    }
    assert.equal(((await run('status', '--json')).json() as { links: number }).links, 1, 'a mistyped id leaves nothing behind');
  });

  test(`By ${way}: audit prints the trail, newest first`, async () => {
    await prepare(way);
    const text = await run('audit', deal);
    assert.equal(text.status, 0, text.err);
    assert.match(text.out, /^v1 .*to Partner Center \| (created|updated)/m);
    const rows = (await run('audit', deal, '--json')).json() as { at: number; hash: string }[];
    assert.ok(rows.length > 1 && (rows[0]?.at ?? 0) >= (rows.at(-1)?.at ?? 0));
    assert.equal((await run('audit', '006000000000000AAA')).status, 1);
  });

  test(`By ${way}: the trail of all deals is exported as JSON lines and CSV, without people, and its chains are checked`, async () => {
    await prepare(way);
    const [lines, csv, whole] = [join(folder(), 'trail.jsonl'), join(folder(), 'trail.csv'), join(folder(), 'whole.jsonl')];
    const exported = await run('audit', 'export', '--out', lines, '--json');
    assert.equal(exported.status, 0, exported.err);
    const told = exported.json() as { entries: number; whole: boolean; keptDays: number };
    assert.deepEqual([told.whole, told.keptDays], [true, 400]);
    const rows = readFileSync(lines, 'utf8')
      .trimEnd()
      .split('\n')
      .map(
        (line) =>
          JSON.parse(line) as { id: number; at: string; opportunityId: string; act: string; changes: { field: string; to?: string }[] },
      );
    assert.deepEqual([rows.length, rows[0]?.opportunityId], [told.entries, deal]);
    const named = rows.flatMap((one) => one.changes).filter((change) => change.field === 'Customer contacts' || change.field === 'Team');
    assert.ok(named.length > 0 && named.every((change) => change.to === undefined), 'people show as changed');
    assert.doesNotMatch(readFileSync(lines, 'utf8'), /casey\d@customer/);
    assert.equal((await run('audit', 'export', '--out', whole, '--people')).status, 0);
    assert.match(readFileSync(whole, 'utf8'), /casey\d@customer/);

    assert.equal((await run('audit', 'export', '--format', 'csv', '--out', csv)).status, 0);
    const [header, ...table] = readFileSync(csv, 'utf8').split('\r\n');
    assert.match(header ?? '', /^id,at,opportunity,referral,way,act,result,by,changes,code,text,request,hash$/);
    assert.ok(table.some((line) => line.includes(`,${deal},`)));

    const printed = await run('audit', 'export', '--since', rows.at(-1)?.at ?? '');
    assert.deepEqual([printed.out.trim().split('\n').length, JSON.parse(printed.out.trim().split('\n').at(-1) ?? '')], [1, rows.at(-1)]);
    assert.match(printed.err, /chains of hashes hold/);
    assert.equal((await run('audit', 'export', '--until', '2001-01-01')).out.trim(), '');
    assert.match((await run('audit', 'verify')).out, /chains of hashes hold.*\n.*400 days/);
    assert.match((await run('audit', 'export', '--format', 'xml')).err, /jsonl or csv/);
    assert.match((await run('audit', 'export', '--since', 'yesterday')).err, /must be a date/);
  });

  test(`By ${way}: sweep, mapping reload, parked and retry answer, and nothing parked is exit status 0`, async () => {
    await prepare(way);
    const swept = await run('sweep', '--json');
    assert.equal(swept.status, 0, swept.err);
    assert.deepEqual(Object.keys(swept.json() as object).sort(), ['crm', 'partner']);
    const reloaded = await run('mapping', 'reload', '--json');
    assert.deepEqual(reloaded.json(), { problems: [] });
    const parked = await run('parked');
    assert.deepEqual([parked.status, parked.out.trim()], [0, 'No deal is put aside.']);
    assert.deepEqual((await run('retry', '--json')).json(), { retried: 0 });
  });

  test(`By ${way}: pause and resume`, async () => {
    await prepare(way);
    assert.deepEqual((await run('pause', 'window tonight', '--json')).json(), { paused: true, reason: 'window tonight' });
    const told = (await run('status', '--json')).json() as { state: string; message: string };
    assert.deepEqual([told.state, told.message.split('\n')[0]], ['Paused', 'window tonight']);
    assert.deepEqual((await run('resume', '--json')).json(), { paused: false });
    assert.notEqual(((await run('status', '--json')).json() as { state: string }).state, 'Paused');
  });

  test(`By ${way}: the webhook registration is shown, taken only from the address that is named, tested and given up`, async () => {
    await prepare(way);
    const book = world.partner.partnerCenter.registration;
    const own = `${world.middlewareUrl}/webhooks/partner-center`;
    assert.equal(((await run('webhook', 'show', '--json')).json() as { owner: string }).owner, 'ours');
    const foreign = 'https://test-environment.contoso.example/hook';
    book.take(foreign);
    assert.match((await run('webhook', 'show')).out, /test-environment\.contoso\.example/);
    const refused = await run('webhook', 'register');
    assert.equal(refused.status, 1);
    assert.match(refused.err, /test-environment[\s\S]*--replace/);
    const wrong = await run('webhook', 'register', '--replace', 'https://somewhere-else.example/hook');
    assert.equal(wrong.status, 1);
    assert.equal(book.current()?.webhookUrl, foreign);
    const taken = await run('webhook', 'register', '--replace', foreign, '--json');
    assert.equal(taken.status, 0, taken.err);
    assert.equal(book.current()?.webhookUrl, own);
    if (way === 'the running service') {
      const tested = await run('webhook', 'test', '--json');
      assert.equal(tested.status, 0, tested.err);
      assert.match(JSON.stringify(tested.json()), /"status":"\w+".*202/);
    }
    assert.equal((await run('webhook', 'unregister')).status, 0);
    assert.equal(
      (book.current()?.webhookEvents ?? []).some((event) => event.includes('referral')),
      false,
      'no referral event comes any more',
    );
    assert.equal((await run('webhook', 'register')).status, 0);
    assert.equal(book.current()?.webhookUrl, own);
    assert.deepEqual([...(book.current()?.webhookEvents ?? [])].sort(), [
      'referral-created',
      'referral-updated',
      'related-referral-created',
      'related-referral-updated',
      'test-created',
    ]);
  });

  test(`By ${way}: disconnect forgets the sign-in, connect partner-center signs in again with a browser`, async () => {
    await prepare(way);
    assert.deepEqual((await run('disconnect', '--json')).json(), { disconnected: true });
    assert.equal(((await run('status', '--json')).json() as { state: string }).state, 'Needs sign-in');
    const connecting = start(environment, 'connect', 'partner-center', '--json');
    await browse(connecting.words);
    const ended = await connecting.ended;
    assert.equal(ended.status, 0, ended.err);
    assert.equal((ended.json() as { account: string }).account, 'connector@partner.example');
    assert.notEqual(((await run('status', '--json')).json() as { state: string }).state, 'Needs sign-in');
  });
}

test('Where the socket is out of reach, the service is reached over its port with the admin token and refused with another one', async () => {
  await prepare('the running service');
  const elsewhere = { ...environment, COSELL_DATA_DIR: folder() };
  const reached = await cosell(elsewhere, 'status', '--json');
  assert.equal((reached.json() as { links: number }).links, 1, reached.err);
  const stranger = await cosell({ ...elsewhere, COSELL_ADMIN_TOKEN: randomBytes(32).toString('base64') }, 'status');
  assert.equal(stranger.status, 1);
  assert.equal(stranger.out, '');
});

test('A sign-in the person declines is told in plain words', async () => {
  await prepare('the running service');
  const connecting = start(environment, 'connect', 'partner-center');
  const url = await until('an address to open', () => /https:\/\/\S+\/authorize\?\S+/.exec(connecting.words())?.[0]);
  const back = new URL(url).searchParams;
  await fetch(`${String(back.get('redirect_uri'))}?error=access_denied&state=${String(back.get('state'))}`);
  const ended = await connecting.ended;
  assert.equal(ended.status, 1);
  assert.match(ended.err, /sign in again|sign-in/i);
});

test('On a host without a browser a code is typed on another screen', async () => {
  await prepare('its own process');
  const publicClient = {
    ...environment,
    COSELL_DATA_DIR: folder(),
    COSELL_CLIENT_ID: demoClients[1]?.clientId ?? '',
    COSELL_CLIENT_SECRET: '',
    COSELL_PUBLIC_CLIENT: 'yes',
  };
  const connecting = start(publicClient, 'connect', 'partner-center', '--device-code', '--json');
  const code = await until('a code to type', () => /code ([A-Z0-9-]{6,})/.exec(connecting.words())?.[1], connecting.words);
  world.partner.entra.answerDevice(code, 'approve');
  const ended = await connecting.ended;
  assert.equal(ended.status, 0, ended.err);
  assert.equal((ended.json() as { account: string }).account, 'connector@partner.example');
});

test('A parked deal: parked lists it with cause and cure and ends with status 3, retry sets it going', async () => {
  await prepare('the running service');
  const id = await sharedDeal(world, { help: null });
  for (const set of ['PC_Integration', 'PC_Integration_All_Deals']) world.org.unassign(people.integration, set);
  seller(world).update(id, { Amount: 61_001 });
  const parked = await untilParked();
  assert.equal(parked.status, 3);
  assert.match(parked.out, /CRM_FIELD_MISSING[\s\S]*permission set/);
  for (const set of ['PC_Integration', 'PC_Integration_All_Deals']) world.org.assign(people.integration, set);
  await world.middleware.command('mapping.reload');
  const retried = await run('retry', id);
  assert.equal(retried.status, 0, retried.err);
  await until('the change is sent', () => referralOf(world, id).details.dealValue === 61_001);
  await settled(world);
  assert.equal((await run('parked')).status, 0);
});

async function untilParked(): Promise<Ran> {
  for (let tries = 0; ; tries += 1) {
    const parked = await run('parked');
    if (parked.status === 3 || tries > 20) return parked;
  }
}

test('A store is exported from the running service and from a stopped one, and fills a fresh folder: links, sign-in and trail are there', async () => {
  await prepare('the running service');
  const place = folder();
  const [running, stopped] = [join(place, 'running.jsonl'), join(place, 'stopped.jsonl')];
  const exported = await run('store', 'export', running, '--json');
  assert.equal(exported.status, 0, exported.err);
  assert.equal((exported.json() as { lines: number }).lines, readFileSync(running, 'utf8').trimEnd().split('\n').length);
  assert.doesNotMatch(readFileSync(running, 'utf8'), /refresh_token|connector@partner\.example.*secret/);
  const busy = await run('store', 'import', running);
  assert.equal(busy.status, 1);
  assert.match(busy.err, /stopped/);

  await prepare('its own process');
  assert.equal((await run('store', 'export', stopped)).status, 0);
  const moved = { ...environment, COSELL_DATA_DIR: folder() };
  const imported = await cosell(moved, 'store', 'import', stopped, '--json');
  assert.equal(imported.status, 0, imported.err);
  assert.match((await cosell(moved, 'plan', deal)).out, /Nothing to do: both sides are as they should be/);
  assert.equal((await cosell(moved, 'audit', deal)).out, (await run('audit', deal)).out);
  assert.notEqual(((await cosell(moved, 'status', '--json')).json() as { state: string }).state, 'Needs sign-in');
  const twice = await cosell(moved, 'store', 'import', stopped);
  assert.equal(twice.status, 1);
  assert.match(twice.err, /empty/);
});

test('A trail somebody changed in the database is told by verify and by export, with the deal and where', async () => {
  await prepare('its own process');
  const broken = { ...environment, COSELL_DATA_DIR: folder() };
  const file = join(folder(), 'all.jsonl');
  assert.equal((await run('store', 'export', file)).status, 0);
  assert.equal((await cosell(broken, 'store', 'import', file)).status, 0);
  const database = new DatabaseSync(join(broken.COSELL_DATA_DIR, 'cosell.sqlite'));
  database.exec(
    "drop trigger audit_no_update; update audit set entry = replace(entry, 'done', 'DONE') where id = (select min(id) from audit)",
  );
  database.close();
  const verified = await cosell(broken, 'audit', 'verify');
  assert.equal(verified.status, 3, verified.err);
  assert.match(verified.out, new RegExp(`tampered with[^]*${deal}: from entry \\d+ on`));
  const exported = await cosell(broken, 'audit', 'export');
  assert.equal(exported.status, 3);
  assert.match(exported.err, /tampered with/);
});

test('A ticked deal is shared by the command line alone: sync does everything a running service would', async () => {
  await prepare('its own process');
  const id = newDeal(world);
  const synced = await run('sync', id, '--json');
  assert.equal(synced.status, 0, synced.err);
  assert.equal((synced.json() as { referralId: string }).referralId, row(world, id).Referral_Identifier__c);
  await untilState(world, id, 'Waiting for Microsoft');
});

test('Without configuration every problem is listed with meaning and example, and the exit status is 2', async () => {
  const bare = await start({}, 'status').ended;
  assert.equal(bare.status, 2);
  for (const name of ['COSELL_SEALING_KEYS', 'COSELL_SALESFORCE_LOGIN_URL', 'COSELL_TENANT_ID', 'COSELL_PUBLIC_URL'])
    assert.match(bare.err, new RegExp(`${name} is missing\\n\\s+\\S.*\\n\\s+Example: `));
  assert.equal(bare.out, '');
  const json = await cosell({}, 'status', '--json');
  assert.equal(json.status, 2);
  assert.equal((JSON.parse(json.err) as { error: { code: string } }).error.code, 'CONFIG_INVALID');
});

test('Wrong use is exit status 2, help and errors need no configuration', async () => {
  const [wrong, missing, help, errors, version] = [
    await cosell({}, 'no-such-command'),
    await cosell({}, 'plan'),
    await cosell({}, '--help'),
    await cosell({}, 'errors', '--json'),
    await cosell({}, '--version'),
  ];
  assert.deepEqual([wrong.status, missing.status, help.status, errors.status, version.status], [2, 2, 0, 0, 0]);
  const codes = errors.json() as { [code: string]: { text: string; cure: string } };
  assert.ok(Object.values(codes).every((entry) => entry.text !== '' && entry.cure !== ''));
  for (const command of [
    'status',
    'plan',
    'sync',
    'audit',
    'parked',
    'retry',
    'sweep',
    'pause',
    'resume',
    'connect',
    'disconnect',
    'webhook',
    'store',
    'mapping',
  ])
    assert.match(help.out, new RegExp(`^  ${command}\\b`, 'm'));
});
