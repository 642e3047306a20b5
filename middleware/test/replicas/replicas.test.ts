/** Two replicas, each a process of its own, on one real PostgreSQL, behind a balancer. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setImmediate as yieldOnce } from 'node:timers/promises';

import { createMiddleware, type Middleware } from '../../simulators/demo/child.ts';
import {
  eventually,
  forget,
  messageOf,
  newDeal,
  openWorld,
  ownReferrals,
  partnerCalls,
  referralOf,
  row,
  seller,
  until,
  untilState,
  type World,
} from '../scenarios/scene.ts';
import { startPostgres, type PostgresServer } from '../store/postgres-server.ts';
import { openBalancer, type Balancer } from './balancer.ts';

const adminToken = 'replica-admin-token-0123456789-abcdef';
const dealCount = 6;

interface Replica {
  readonly name: string;
  readonly process: Middleware;
  readonly port: number;
}

let postgres: PostgresServer;
let database: string;
let balancer: Balancer;
let world: World;
let first: Replica;
let second: Replica;
let deals: readonly string[];
const folder = mkdtempSync(join(tmpdir(), 'cosell-replica-'));

const streams = (): number => world.events.pubSub.openStreams();
const portOf = (url: string): number => Number(new URL(url).port);
const ready = (replica: Replica): Promise<boolean> =>
  fetch(`http://127.0.0.1:${replica.port}/readyz`).then(
    ({ status }) => status === 200,
    () => false,
  );
const metrics = (replica: Replica): Promise<string> =>
  fetch(`http://127.0.0.1:${replica.port}/metrics`, { headers: { authorization: `Bearer ${adminToken}` } }).then((answer) => answer.text());
/** Sum of a counter over its labels. */
const figure = (text: string, name: string, label = ''): number =>
  text
    .split('\n')
    .filter((line) => line.startsWith(name) && line.includes(label))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);

interface Sent {
  readonly referral: string;
  readonly value: number;
}
/** Deal values written to Partner Center, in the order they came. */
const sentValues = (): readonly Sent[] =>
  partnerCalls(world)
    .filter(({ method, status }) => method === 'PATCH' && status === 200)
    .flatMap(({ path, body }) =>
      [...body.matchAll(/"path":"\/details\/dealValue"[^}]*?"value":(\d+)|"value":(\d+)[^}]*?"path":"\/details\/dealValue"/g)].map(
        (found) => ({ referral: path, value: Number(found[1] ?? found[2]) }),
      ),
    );

/** Each value reached Partner Center, and none twice. */
async function eachOnce(wanted: ReadonlyMap<string, number>): Promise<void> {
  for (const [deal, value] of wanted)
    await until(
      `the value ${value} is in Partner Center`,
      () => referralOf(world, deal).details.dealValue === value,
      () => String(referralOf(world, deal).details.dealValue),
    );
  await calm();
  const seen = new Set<string>();
  for (const { referral, value } of sentValues()) {
    assert.ok(!seen.has(`${referral} ${value}`), `${value} was written twice to ${referral}`);
    seen.add(`${referral} ${value}`);
  }
}

async function calm(): Promise<void> {
  let quiet = 0;
  await eventually('nothing is waiting', async () => {
    const { backlog } = (await first.process.command('status')) as { readonly backlog: number };
    const due = world.partner.partnerCenter.dueAt();
    quiet = backlog === 0 && (due === null || due > world.clock.now()) ? quiet + 1 : 0;
    return quiet > 3;
  });
}

async function acceptedDeal(): Promise<string> {
  const id = newDeal(world);
  await untilState(world, id, 'Waiting for Microsoft');
  world.partner.partnerCenter.microsoft.accept(referralOf(world, id).id);
  await untilState(world, id, 'In sync');
  return id;
}

before(async () => {
  [postgres, balancer] = await Promise.all([startPostgres(), openBalancer()]);
  database = await postgres.createDatabase();
  world = await openWorld({ settings: { DATABASE_URL: database, COSELL_PUBLIC_URL: balancer.url, COSELL_ADMIN_TOKEN: adminToken } });
  first = { name: 'first', process: world.middleware, port: portOf(world.middlewareUrl) };
  balancer.send([first.port]);
  const port = first.port + 1;
  second = {
    name: 'second',
    process: createMiddleware({ ...world.environment, COSELL_PORT: String(port), COSELL_DATA_DIR: folder }, folder),
    port,
  };
  await second.process.start();
  balancer.send([first.port, second.port]);
  deals = await Promise.all(Array.from({ length: dealCount }, acceptedDeal));
});

after(async () => {
  await second?.process.stop();
  await world?.close();
  await balancer?.close();
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('Both replicas share deals and take webhooks, one of them listens to Salesforce, and nothing is shared twice', async () => {
  await calm();
  assert.equal(streams(), 1, 'deliveries of events are charged per subscriber');
  const [one, two] = await Promise.all([metrics(first), metrics(second)]);
  for (const [name, text] of [
    ['first', one],
    ['second', two],
  ] as const) {
    assert.ok(figure(text, 'cosell_webhook_deliveries_total') > 0, `the ${name} replica took no webhook`);
    assert.ok(figure(text, 'cosell_outbound_seconds_count', 'partner-center') > 0, `the ${name} replica worked on no deal`);
  }
  const own = ownReferrals(world).map((referral) => referral.externalReferenceId);
  assert.deepEqual([...new Set(own)].length, own.length);
  assert.equal(own.length, dealCount);
});

test('Many saves of the same deals at once are one pass per deal at a time on both replicas together', async () => {
  forget(world);
  const wanted = new Map(deals.map((deal, index) => [deal, 20_000 + index]));
  for (const round of [3, 2, 1, 0]) for (const [deal, value] of wanted) seller(world).update(deal, { Amount: value + round * 1_000 });
  await eachOnce(wanted);
  assert.deepEqual(
    partnerCalls(world).filter(({ status }) => status === 412),
    [],
    'no replica met the other one on the same referral',
  );
});

test('The replica that listens dies without a word: the other one listens within seconds, and saves meanwhile are neither lost nor doubled', async (t) => {
  forget(world);
  await first.process.kill();
  await until('its stream is gone', () => streams() === 0);
  const killed = Date.now();
  const wanted = new Map(deals.map((deal, index) => [deal, 30_000 + index]));
  for (const [deal, value] of wanted) seller(world).update(deal, { Amount: value });
  await until('the other one listens', () => streams() === 1);
  const seconds = (Date.now() - killed) / 1_000;
  t.diagnostic(`fail-over of the listener after a hard kill: ${seconds.toFixed(1)} s`);
  assert.ok(seconds < 10, `${seconds} s`);
  await first.process.start();
  await eachOnce(wanted);
  assert.equal(streams(), 1);
});

test('A rolling restart under load loses and doubles nothing', async (t) => {
  forget(world);
  const wanted = new Map<string, number>();
  let value = 40_000;
  let going = true;
  const load = (async () => {
    while (going) {
      for (const deal of deals) {
        value += 1;
        seller(world).update(deal, { Amount: value });
        wanted.set(deal, value);
        // the next save when this one is on its way, so that the load lasts as long as the restarts
        const sent = sentValues().length;
        const end = Date.now() + 2_000;
        while (going && sentValues().length === sent && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await yieldOnce();
    }
  })();
  for (const replica of [first, second]) {
    balancer.send([first, second].filter((one) => one !== replica).map(({ port }) => port));
    const stopped = Date.now();
    await replica.process.stop();
    t.diagnostic(`gentle stop of the ${replica.name} replica under load: ${((Date.now() - stopped) / 1_000).toFixed(1)} s`);
    await replica.process.start();
    await eventually('the replica is ready again', () => ready(replica));
    balancer.send([first.port, second.port]);
  }
  going = false;
  await load;
  assert.ok(wanted.size === dealCount && value > 40_010, `only ${value - 40_000} saves`);
  await eventually('one replica listens', async () => streams() === 1);
  await eachOnce(wanted);
});

test('The connection between replicas and database is cut in the middle of the work: both go on by themselves', async () => {
  forget(world);
  const wanted = new Map(deals.map((deal, index) => [deal, 50_000 + index]));
  for (const [deal, value] of wanted) {
    seller(world).update(deal, { Amount: value });
    await postgres.cutConnections(database);
  }
  await eventually('both are ready again', async () => (await ready(first)) && (await ready(second)));
  await eventually('one of them listens', async () => streams() === 1);
  // a pass whose result could not be saved keeps its lease; a minute later it is anybody's
  world.advance(61_000);
  second.process.tellClock(61_000);
  for (const [deal, value] of wanted)
    await until(
      `the value ${value} is in Partner Center`,
      () => referralOf(world, deal).details.dealValue === value,
      () => JSON.stringify([referralOf(world, deal).details.dealValue, messageOf(world, deal)]),
    );
  await calm();
  for (const deal of deals) assert.equal(row(world, deal).PC_Sync_State__c, 'In sync');
  const audit = (await first.process.command('status')) as { readonly parked: number };
  assert.equal(audit.parked, 0);
});
