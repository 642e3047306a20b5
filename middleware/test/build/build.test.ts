/** What ships: the build holds the service and nothing else, and runs with production dependencies alone. */
import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize, relative } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { eventually, newDeal, openWorld, ownReferrals, untilState, type World } from '../scenarios/scene.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const place = mkdtempSync(join(tmpdir(), 'cosell-build-'));
const dist = join(place, 'middleware/dist');
/** Packages are linked, and links stay what they are: nothing is found in the clone's own node_modules. */
const environment = { PATH: process.env.PATH ?? '', HOME: place, NODE_OPTIONS: '--preserve-symlinks' };

interface Lock {
  readonly packages: { readonly [path: string]: { readonly dev?: boolean; readonly devOptional?: boolean; readonly optional?: boolean } };
}

/** Top-level packages an `npm ci --omit=dev --omit=optional` would install. */
function productionPackages(): readonly string[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;
  return Object.entries(packages)
    .filter(([path, { dev, devOptional, optional }]) => /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) && !dev && !devOptional && !optional)
    .map(([path]) => path.slice('node_modules/'.length));
}

before(
  async () => {
    await promisify(execFile)(process.execPath, ['scripts/build.mts', dist], { cwd: root });
    for (const file of ['package.json', 'middleware/package.json']) cpSync(join(root, file), join(place, file));
    cpSync(join(root, 'middleware/bin'), join(place, 'middleware/bin'), { recursive: true });
    for (const name of productionPackages()) {
      mkdirSync(dirname(join(place, 'node_modules', name)), { recursive: true });
      symlinkSync(join(root, 'node_modules', name), join(place, 'node_modules', name), 'dir');
    }
  },
  { timeout: 180_000 },
);

after(() => rmSync(place, { recursive: true, force: true }));

const files = (): readonly string[] => globSync('**/*.js', { cwd: dist }).sort();
const text = (file: string): string => readFileSync(join(dist, file), 'utf8');

/** Specifiers a module names: loaded with it, and only when asked. */
function importsOf(file: string): { readonly fixed: readonly string[]; readonly late: readonly string[] } {
  const source = text(file);
  const fixed = [...source.matchAll(/^\s*(?:import|export)\s(?:[^'"();]*?\sfrom\s)?\s*['"]([^'"]+)['"]/gm)].map((match) => match[1] ?? '');
  const late = [...source.matchAll(/import\(\s*['"]([^'"]+)['"]\s*\)/g)].map((match) => match[1] ?? '');
  return { fixed, late };
}

/** Modules and packages that are loaded with an entry. */
function loadedWith(entry: string): { readonly modules: ReadonlySet<string>; readonly packages: ReadonlySet<string> } {
  const modules = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (modules.has(file)) return;
    modules.add(file);
    for (const specifier of importsOf(file).fixed) {
      if (specifier.startsWith('.')) visit(normalize(join(dirname(file), specifier)));
      else if (!specifier.startsWith('node:'))
        packages.add(
          specifier
            .split('/')
            .slice(0, specifier.startsWith('@') ? 2 : 1)
            .join('/'),
        );
    }
  };
  visit(entry);
  return { modules, packages };
}

function run(
  entry: string,
  args: readonly string[] = [],
  settings: { readonly [name: string]: string } = {},
): Promise<{ readonly status: number; readonly out: string; readonly err: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(place, entry), ...args],
      { cwd: place, env: { ...environment, ...settings }, timeout: 60_000 },
      (error, out, err) => {
        resolve({ status: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, out, err });
      },
    );
  });
}

test('The build holds the sources of the service, file by file, and nothing of simulators, tests or the demo', () => {
  const sources = globSync('**/*.ts', { cwd: join(root, 'middleware/src') })
    .map((file) => file.replace(/\.ts$/, '.js'))
    .sort();
  assert.deepEqual(files(), sources);
  for (const file of files()) {
    for (const specifier of [...importsOf(file).fixed, ...importsOf(file).late].filter((one) => one.startsWith('.'))) {
      const target = relative(dist, join(dist, dirname(file), specifier));
      assert.ok(!target.startsWith('..'), `${file} reaches outside the build: ${specifier}`);
      assert.ok(existsSync(join(dist, target)), `${file} names ${specifier}, which is not in the build`);
    }
  }
});

test('The service loads neither the set-up room nor the command line, and only packages that are production dependencies', () => {
  const { modules, packages } = loadedWith('main.js');
  assert.ok(modules.size > 100, `only ${modules.size} modules seen`);
  assert.ok(modules.has('app/service.js'));
  assert.deepEqual(
    [...modules].filter((file) => file.startsWith('setup/') || file.startsWith('cli')),
    [],
  );
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: { [name: string]: string } };
  assert.deepEqual(
    [...packages].filter((name) => !(name in dependencies)),
    [],
  );
  assert.equal(packages.has('@salesforce/core'), false, 'Salesforce’s own library serves the set-up only');
});

test('Production dependencies are a part of what the clone holds, without compiler, linter, browser or command line of Salesforce', () => {
  const packages = productionPackages();
  assert.ok(packages.includes('undici') && packages.includes('@grpc/grpc-js') && packages.includes('pg'));
  for (const name of ['typescript', 'eslint', 'playwright-core', '@salesforce/cli', 'fast-check', 'lwc'])
    assert.equal(packages.includes(name), false, name);
});

test('Without configuration the service refuses with status 2 and lists every setting it needs, with meaning and example', async () => {
  const { status, err } = await run('middleware/dist/main.js');
  assert.equal(status, 2);
  for (const name of [
    'COSELL_SEALING_KEYS',
    'COSELL_SALESFORCE_LOGIN_URL',
    'COSELL_SALESFORCE_CLIENT_ID',
    'COSELL_TENANT_ID',
    'COSELL_CLIENT_ID',
    'COSELL_PUBLIC_URL',
  ]) {
    assert.match(err, new RegExp(`${name} is missing\\n\\s+\\S.*\\n\\s+Example: \\S`));
  }
  assert.match(
    err,
    /COSELL_SALESFORCE_PRIVATE_KEY is missing, and COSELL_SALESFORCE_CLIENT_SECRET too/,
    'choices between settings are listed with the rest',
  );
  assert.match(err, /COSELL_CLIENT_CERTIFICATE is missing, and COSELL_CLIENT_SECRET too/);
});

test('Plain http to another machine is refused at start', async () => {
  const { status, err } = await run('middleware/dist/main.js', [], {
    COSELL_SALESFORCE_LOGIN_URL: 'http://login.salesforce.com',
    COSELL_PUBLIC_URL: 'http://cosell.contoso.example',
  });
  assert.equal(status, 2);
  for (const name of ['COSELL_SALESFORCE_LOGIN_URL', 'COSELL_PUBLIC_URL'])
    assert.match(err, new RegExp(`${name} must be an https address`));
});

test('The command line of the build runs on its own', async () => {
  const version = await run('middleware/bin/cosell.js', ['--version']);
  assert.equal(version.status, 0, version.err);
  assert.match(version.out, /^\d+\.\d+\.\d+/);
  assert.equal((await run('middleware/bin/cosell.js', ['status'])).status, 2);
});

/** Resident memory of a process in MB, where the system tells. */
function memoryOf(pid: number): number | null {
  const path = `/proc/${pid}/status`;
  if (!existsSync(path)) return null;
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(path, 'utf8'))?.[1]) / 1024);
}

test(
  'The built service shares a deal over real wires with production dependencies alone, answers its command line and ends gently',
  { timeout: 120_000 },
  async (t) => {
    const world: World = await openWorld();
    let service: ChildProcess | null = null;
    try {
      await world.middleware.stop();
      const running = spawn(process.execPath, [join(dist, 'main.js')], {
        cwd: place,
        env: { ...environment, ...world.environment },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      service = running;
      let words = '';
      running.stderr.on('data', (chunk: Buffer) => void (words += chunk.toString('utf8')));
      const ended = new Promise<number | null>((resolve) => running.once('exit', resolve));
      const answers = (path: string): Promise<number> =>
        fetch(`${world.middlewareUrl}${path}`).then(
          (response) => response.status,
          () => 0,
        );
      await eventually('the service is ready', async () => {
        assert.equal(running.exitCode, null, words);
        return (await answers('/readyz')) === 200;
      });
      await eventually('it listens to Salesforce', () => Promise.resolve(world.events.pubSub.openStreams() > 0));
      t.diagnostic(`memory of the idle service: ${memoryOf(running.pid ?? 0)} MB`);

      const id = newDeal(world);
      await untilState(world, id, 'Waiting for Microsoft');
      assert.equal(ownReferrals(world).filter((referral) => referral.externalReferenceId === id).length, 1);
      const told = await run('middleware/bin/cosell.js', ['status', '--json'], world.environment);
      assert.equal((JSON.parse(told.out) as { state: string }).state, 'Running', told.err);
      t.diagnostic(`memory after a shared deal: ${memoryOf(running.pid ?? 0)} MB`);

      running.kill('SIGTERM');
      assert.equal(await ended, 0, words);
      service = null;
    } finally {
      service?.kill('SIGKILL');
      await world.close();
    }
  },
);
