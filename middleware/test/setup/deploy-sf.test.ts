/** The admin's whole way on the command line, with the real `sf` against the simulated org: deploy, look, deploy again. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { adminUsername } from '../../simulators/salesforce/org-rows.ts';
import { seedOrg } from '../../simulators/salesforce/seed.ts';
import { root } from '../../src/setup/installation.ts';
import { ownHome, serveOrg, type ServedOrg } from './served-org.ts';

const home = ownHome();
let served: ServedOrg;

interface Ended {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a program with the home folder of the test and none of the service's settings. */
const start = (args: readonly string[], more: { readonly [name: string]: string } = {}): Promise<Ended> =>
  new Promise((resolve) => {
    const env = { PATH: process.env['PATH'] ?? '', ...home.environment, ...more };
    execFile(process.execPath, [...args], { cwd: root, env, maxBuffer: 64 * 1024 * 1024 }, (error, out, err) =>
      resolve({ status: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err }),
    );
  });
const cosell = (...args: readonly string[]): Promise<Ended> =>
  start([
    '--input-type=module',
    '-e',
    `const { runCommandLine } = await import('${new URL('../../src/cli.ts', import.meta.url).href}'); process.exitCode = await runCommandLine(process.argv.slice(1));`,
    '--',
    ...args,
  ]);

before(async () => {
  served = await serveOrg([]);
  const login = await start(
    [
      'node_modules/@salesforce/cli/bin/run.js',
      'org',
      'login',
      'access-token',
      '--instance-url',
      served.origin,
      '--no-prompt',
      '--alias',
      'my-sandbox',
    ],
    { SF_ACCESS_TOKEN: served.org.login(adminUsername).token },
  );
  assert.equal(login.status, 0, login.err);
});
after(async () => {
  await served?.close();
  home.remove();
});

test('The admin deploys the package with one command and is told how it goes', async () => {
  const { status, out, err } = await cosell('deploy', '--org', 'my-sandbox');
  assert.equal(status, 0, out + err);
  assert.match(
    err,
    /this is the first deployment\nDeploying force-app …\n {2}accepted: \d{3} components\nDeploying force-reports …\n {2}accepted: \d+ components/,
  );
  assert.match(out, /^Deployed\. Next: assign the permission sets/);
  assert.ok(served.org.state.schema.field('Opportunity', 'PC_Sync_State__c'));
});

test('Then the doctor finds what is still to do, and is content when it is done', async () => {
  const first = await cosell('doctor', '--org', 'my-sandbox', '--json');
  const { findings } = JSON.parse(first.out) as { findings: readonly { id: string; standing: string }[] };
  assert.equal(first.status, 3, first.out + first.err);
  assert.deepEqual(
    findings.filter((finding) => finding.standing === 'attention').map((finding) => finding.id),
    ['integration', 'people'],
  );
  seedOrg(served.org);
  const second = await cosell('doctor', '--org', 'my-sandbox');
  assert.equal(second.status, 0, second.out + second.err);
  assert.match(second.out, /✔ Package deployed/);
});

test('A second time the settings of the org stay, and a part whose feature is off is refused with the reason', async () => {
  const { status, out, err } = await cosell('deploy', '--org', 'my-sandbox', '--dry-run', '--no-reports', '--with', 'teams');
  assert.equal(status, 1, out + err);
  assert.match(err, /Checking force-app …\n {2}accepted: \d+ components\nChecking force-teams …\n {2}refused: \d+ reason/);
  assert.match(
    out,
    /refused force-teams;[\s\S]*Flow PC_Team_Member_Changed\n +in .*PC_Team_Member_Changed\.flow-meta\.xml[\s\S]*OpportunityTeamMember/,
  );
  assert.match(out, /\d+ records of custom metadata are kept/);
});

test('An alias nobody signed in to, and a part nobody knows, are refused in words', async () => {
  const alias = await cosell('deploy', '--org', 'nowhere');
  assert.deepEqual([alias.status, /"sf" knows no org "nowhere"/.test(alias.err)], [1, true], alias.err);
  const part = await cosell('deploy', '--org', 'my-sandbox', '--with', 'quotes');
  assert.deepEqual([part.status, part.err.trim()], [1, '--with knows teams, multicurrency, alerts; not quotes.']);
});

test('Without settings and without an org the doctor says what it needs', async () => {
  const { status, out } = await cosell('doctor');
  assert.equal(status, 1);
  assert.match(
    out,
    /settings of the service are not here \(\d+ missing or wrong\); give them, or an org you are signed in to: --org <alias>/,
  );
});

test('No update of the command line was started behind the admin, which would leave the machine', () => {
  assert.deepEqual(
    readdirSync(home.home, { recursive: true, encoding: 'utf8' }).filter((path) => /autoupdate/.test(path)),
    [],
  );
});
