/**
 * `npm run bench`: one table from one run. Both simulators run in this process, what is measured in a process of its own. Options:
 * `--burst 200` deals of a burst · `--lone 20` deals for the latency · `--delay 100` ms that each call takes besides the work, as over
 * the internet · `--notices 5000` webhooks · `--links 1000,20000` · `--backfill 10000` deals that were there before (default none) ·
 * `--stored 1000000` notices through the store (default none) · `--only-store` · `--no-plain` · `--calls` where the calls go · `--json`.
 */
import { fork } from 'node:child_process';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';

import { openWorld, type World } from '../simulators/demo/world.ts';
import { people } from '../simulators/salesforce/seed.ts';
import { measureBackfill, type BackfillFigures } from './backfill.ts';
import { measureGrowth, measureStored, type GrowthFigures, type StoredFigures } from './growth.ts';
import { measure, type Burst, type Measured } from './measure.ts';
import { share, type Memory } from './watch.ts';
import { measureWebhooks, type WebhookFigures } from './webhooks.ts';

const { values } = parseArgs({
  options: {
    burst: { type: 'string', default: '200' },
    lone: { type: 'string', default: '20' },
    delay: { type: 'string', default: '100' },
    notices: { type: 'string', default: '5000' },
    links: { type: 'string', default: '1000,20000' },
    backfill: { type: 'string', default: '0' },
    stored: { type: 'string', default: '0' },
    'only-store': { type: 'boolean', default: false },
    'no-plain': { type: 'boolean', default: false },
    calls: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const loads = { lone: Number(values.lone), burst: Number(values.burst) };
const delay = Number(values.delay);
const started = Date.now();
const progress =
  (who: string) =>
  (text: string): void =>
    void process.stderr.write(`  ${((Date.now() - started) / 1_000).toFixed(0).padStart(4)} s  ${who}: ${text}\n`);

/** Both remotes take their time for each call, once everything is set up. */
function slow(world: World): void {
  if (delay <= 0) return;
  world.salesforceFaults.add({ fault: { kind: 'delay', ms: delay } });
  world.partner.faults.add({ service: 'partner-center', fault: { kind: 'delay', ms: delay } });
}

/** Bodies the plain script fills in: the first two POSTs of the service. */
let templates: { readonly own: unknown; readonly leg: unknown } | null = null;

function keepTemplates(world: World): void {
  if (templates) return;
  const posts = world.partner.faults.requests
    .filter(({ method, url, status }) => method === 'POST' && url.includes('/referrals') && status === 201)
    .map(({ body }) => JSON.parse(Buffer.from(body).toString('utf8')) as { readonly inviteContext?: unknown });
  const [own, leg] = [posts.find((body) => body.inviteContext === undefined), posts.find((body) => body.inviteContext !== undefined)];
  if (own && leg) templates = { own, leg };
}

interface OfService {
  readonly measured: Measured;
  readonly webhooks: WebhookFigures;
  readonly backfill: BackfillFigures | null;
}

async function ofService(): Promise<OfService> {
  const world = await openWorld();
  try {
    slow(world);
    const watch = setInterval(() => keepTemplates(world), 50);
    const measured = await measure(world, loads, world.middleware.pid(), progress('service'));
    clearInterval(watch);
    const webhooks = await measureWebhooks(world, Number(values.notices));
    progress('service')(`${webhooks.count} webhooks`);
    const backfill = Number(values.backfill) > 0 ? await measureBackfill(world, Number(values.backfill), progress('service')) : null;
    if (backfill) progress('service')(`backfill of ${backfill.deals} deals`);
    return { measured, webhooks, backfill };
  } finally {
    await world.close();
  }
}

async function ofPlain(): Promise<Measured> {
  const world = await openWorld();
  // the sweep asks the Referrals API, whose token the plain script then uses
  await world.middleware.command('sweep');
  const bearer = world.partner.faults.requests.findLast(
    ({ url, headers }) => url.includes('/engagements/') && headers.authorization !== undefined,
  )?.headers.authorization;
  await world.middleware.stop();
  slow(world);
  const settings = {
    instanceUrl: world.salesforceOrigin,
    accessToken: world.org.login(people.integration).token,
    orgId: world.org.orgId,
    pubSub: world.pubSub.address,
    api: world.partner.apiOrigin,
    bearer,
    port: Number(new URL(world.middlewareUrl).port),
    ...templates,
  };
  const child = fork(new URL('plain.ts', import.meta.url), [], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, BENCH_PLAIN: JSON.stringify(settings) },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  try {
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('exit', (code) => reject(new Error(`The plain script ended with ${code}.`)));
    });
    return await measure(world, loads, child.pid, progress('plain script'));
  } finally {
    child.kill();
    await world.close();
  }
}

const ms = (value: number): string => `${value.toFixed(0)} ms`;
const calls = (burst: Burst): string => `${burst.salesforce} + ${burst.partner}`;
const rate = (burst: Burst): string => `${burst.perSecond.toFixed(1)} /s`;

type Line = readonly [what: string, service: string, plain: string];

const mb = ({ now, peak }: Memory): string => (now === null ? '–' : `${now} MB (peak ${peak ?? '–'} MB)`);

function serviceLines({ measured, webhooks, backfill }: OfService, plain: Measured | null): readonly Line[] {
  const line = (what: string, read: (one: Measured) => string): Line => [what, read(measured), plain ? read(plain) : '–'];
  const seconds = (part: { readonly seconds: number; readonly salesforce: number; readonly partner: number }): string =>
    `${part.seconds.toFixed(0)} s, ${part.salesforce} + ${part.partner}`;
  return [
    line(`lone deal, save to accepted referral, p50 of ${loads.lone}`, ({ latencies }) => ms(share(latencies, 0.5))),
    line('… p99', ({ latencies }) => ms(share(latencies, 0.99))),
    line(`… amid a burst of ${loads.burst} changes, p50`, ({ busyLatencies }) => ms(share(busyLatencies, 0.5))),
    line('… p99', ({ busyLatencies }) => ms(share(busyLatencies, 0.99))),
    line('lone change, calls (Salesforce + Partner Center)', ({ loneUpdate }) => `${loneUpdate.salesforce} + ${loneUpdate.partner}`),
    line('… with what its echo leads to', ({ loneEcho }) => `${loneEcho.salesforce} + ${loneEcho.partner}`),
    line(`burst of ${loads.burst} new deals`, ({ create }) => rate(create)),
    line('… calls in all (Salesforce + Partner Center)', ({ create }) => calls(create)),
    line(`burst of ${loads.burst} changes`, ({ update }) => rate(update)),
    line('… calls in all (Salesforce + Partner Center)', ({ update }) => calls(update)),
    line(`burst of ${loads.burst} deals from Microsoft`, ({ inbound }) => rate(inbound)),
    line('… calls in all (Salesforce + Partner Center)', ({ inbound }) => calls(inbound)),
    line('memory of the process after the bursts', ({ memory }) => mb(memory)),
    ['webhooks verified and stored', `${webhooks.perSecond.toFixed(0)} /s`, '–'],
    [`memory after ${webhooks.count} webhooks`, mb(webhooks.memory), '–'],
    ...(backfill
      ? ([
          [`${backfill.deals} deals that were there before, taken in (time, calls)`, seconds(backfill.apply), '–'],
          ['… memory', mb(backfill.memory), '–'],
          ['… counted afterwards (time, calls)', seconds(backfill.count), '–'],
        ] as const)
      : []),
  ];
}

const storeLines = (growth: readonly GrowthFigures[], stored: StoredFigures | null): readonly Line[] => [
  ...growth.map(({ links, perPass }): Line => [`store work of one pass with ${links} links, median`, `${perPass.toFixed(2)} ms`, '–']),
  ...(stored
    ? ([
        [`${stored.notices} notices through the store`, `${stored.perSecond.toFixed(0)} /s`, '–'],
        ['… memory of the process before and after', `${stored.before ?? '–'} MB, ${stored.after ?? '–'} MB`, '–'],
      ] as const)
    : []),
];

// a long run that breaks off later has told these already
const tell = (lines: readonly Line[]): void => lines.forEach(([what, figure]) => progress('store')(`${what}: ${figure}`));
const growth = await measureGrowth(values.links.split(',').map(Number));
tell(storeLines(growth, null));
const stored = Number(values.stored) > 0 ? await measureStored(Number(values.stored)) : null;
tell(storeLines([], stored));
const service = values['only-store'] ? null : await ofService();
const plain = service === null || values['no-plain'] ? null : await ofPlain();
const lines = [...(service ? serviceLines(service, plain) : []), ...storeLines(growth, stored)];
if (values.json) process.stdout.write(`${JSON.stringify({ ...service, plain, growth, stored, loads, delay }, null, 2)}\n`);
else {
  const widths = [0, 1, 2].map((column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0), ['What', 'This service', 'Plain script'][column]?.length ?? 0),
  );
  const print = (cells: readonly string[]): void =>
    void process.stdout.write(`| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`);
  process.stdout.write(`Node ${process.versions.node}, ${cpus().length} cores, each call takes ${delay} ms besides the work.\n\n`);
  print(['What', 'This service', 'Plain script']);
  print(widths.map((width) => '-'.repeat(width)));
  lines.forEach(print);
}
if (values.calls && service)
  for (const [phase, kinds] of Object.entries(service.measured.calls))
    process.stdout.write(
      `\nCalls of the service, ${phase}:\n${kinds.map(([kind, count]) => `  ${String(count).padStart(5)}  ${kind}`).join('\n')}\n`,
    );
process.exit(0);
