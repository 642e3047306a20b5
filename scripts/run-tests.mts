/**
 * All tests, with one closing line `N passed, N failed`. `--full` adds the long runs. A part of the tests can be named:
 * `npm test -- middleware/test/domain`.
 */
import { spawn } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

interface Counts {
  readonly passed: number;
  readonly failed: number;
}

const full = process.argv.includes('--full');
/** Files that fail are run a second time alone. */
const again = process.argv.includes('--again');
const named = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
/** Every test file and every service a test starts is a process: what one has compiled the next ones take over. */
const compiled = resolve('.cache/compile');
const folder = mkdtempSync(join(tmpdir(), 'cosell-tests-'));

function run(command: string, args: readonly string[], extra: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((done) => {
    const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, NODE_COMPILE_CACHE: compiled, ...extra } });
    child.once('close', (code) => done(code ?? 1));
  });
}

const add = (counts: readonly Counts[]): Counts => ({
  passed: counts.reduce((sum, one) => sum + one.passed, 0),
  failed: counts.reduce((sum, one) => sum + one.failed, 0),
});
const failedRun: Counts = { passed: 0, failed: 1 };

/**
 * Tests of these rooms leave nothing behind, so that many files share one process: starting it costs more than most of them. The first
 * two compute all the time, so they take turns; in the others, whose tests have a service running, most is waiting. What talks to a real
 * vendor's tool keeps a process of its own.
 */
const computing: readonly (readonly string[])[] = [
  ['app', 'contracts', 'domain', 'http', 'package', 'partner-center', 'sync'],
  ['salesforce', 'simulators', 'simulation'],
];
const waiting: readonly (readonly string[])[] = [['scenarios'], ['backfill', 'mapping', 'security', 'store']];
const own = /vendor/;

interface Lot {
  readonly files: readonly string[];
  readonly shared: boolean;
}

const roomOf = (file: string): string => /middleware\/test\/([^/]+)\//.exec(file)?.[1] ?? '';

async function allTests(): Promise<Counts> {
  const files = (named.length > 0 ? named : ['middleware/test'])
    .flatMap((path) => (path.endsWith('.ts') ? [path] : globSync(`${path}/**/*.test.ts`)))
    .sort();
  const house = files.filter((file) => roomOf(file) === 'house');
  const lotOf = (rooms: readonly string[]): Lot => ({
    files: files.filter((file) => rooms.includes(roomOf(file)) && !own.test(file)),
    shared: true,
  });
  const lots = computing.map(lotOf);
  const beside = waiting.map(lotOf);
  const shared = [...lots, ...beside].flatMap((lot) => lot.files);
  const alone = files.filter((file) => !house.includes(file) && !shared.includes(file));
  const components = componentTests();
  // the house plants breaches among the sources while it runs, so no other test of the middleware runs beside it
  const first = await inTurn([{ files: house, shared: false }]);
  // should it fail, the tests that need it say so themselves
  if (alone.some((file) => roomOf(file) === 'page')) await run(process.execPath, ['middleware/test/page/make-ready.ts'], {});
  const short = async (): Promise<Counts> => add([await components, await inTurn(lots)]);
  const all = [inTurn([{ files: alone, shared: false }]), ...beside.map((lot) => inTurn([lot])), short()];
  return add([first, ...(await Promise.all(all))]);
}

async function inTurn(lots: readonly Lot[]): Promise<Counts> {
  const counts: Counts[] = [];
  for (const lot of lots) if (lot.files.length > 0) counts.push(await runFiles(lot));
  return add(counts);
}

let runs = 0;

/** The files to run for a test: tests that several files share stand beside them, in a file those import. */
function testFilesOf(file: string): readonly string[] {
  const found = new Set([file]);
  for (const one of found) {
    if (one.endsWith('.test.ts')) continue;
    const imported = `/${basename(one)}'`;
    for (const other of globSync(join(dirname(one), '*.ts'))) if (readFileSync(other, 'utf8').includes(imported)) found.add(other);
  }
  return [...found].filter((one) => one.endsWith('.test.ts'));
}

async function runFiles({ files, shared }: Lot, second = false): Promise<Counts> {
  const target = join(folder, `node-${(runs += 1)}.json`);
  const reporter = new URL('test-reporter.mts', import.meta.url).href;
  const code = await run(
    process.execPath,
    [
      '--test',
      // most of a scenario is waiting for processes to answer each other
      ...(shared ? ['--test-isolation=none', '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'] : ['--test-concurrency=2']),
      '--test-timeout=240000',
      `--test-reporter=${reporter}`,
      '--test-reporter-destination=stdout',
      ...files,
    ],
    {
      COSELL_TEST_COUNTS: target,
      ...(full ? { COSELL_TEST_FULL: '1' } : {}),
    },
  );
  if (!existsSync(target)) return failedRun;
  const counts = JSON.parse(readFileSync(target, 'utf8')) as Counts & { readonly failedFiles: readonly string[] };
  const first = { passed: counts.passed, failed: code !== 0 && counts.failed === 0 ? 1 : counts.failed };
  if (!again || second || first.failed === 0 || counts.failedFiles.length === 0 || counts.failedFiles.length > 5) return first;
  const failedFiles = [...new Set(counts.failedFiles.flatMap((file) => testFilesOf(file)))];
  if (failedFiles.length === 0) return first;
  console.log(`\nRun once more by themselves: ${failedFiles.join(', ')}`);
  const repeated = await runFiles({ files: failedFiles, shared: false }, true);
  // what passed the second time passed; what failed twice counts
  return repeated.failed === 0 ? { passed: first.passed + first.failed, failed: 0 } : { passed: first.passed, failed: repeated.failed };
}

async function componentTests(): Promise<Counts> {
  if (named.length > 0) return { passed: 0, failed: 0 };
  const target = join(folder, 'jest.json');
  const code = await run(
    process.execPath,
    [
      'node_modules/@salesforce/sfdx-lwc-jest/bin/sfdx-lwc-jest',
      '--skipApiVersionCheck',
      '--',
      '--json',
      `--outputFile=${target}`,
      '--silent',
      '--maxWorkers=1',
    ],
    {},
  );
  if (!existsSync(target)) return code === 0 ? { passed: 0, failed: 0 } : failedRun;
  const result = JSON.parse(readFileSync(target, 'utf8')) as {
    numPassedTests: number;
    numFailedTests: number;
    numRuntimeErrorTestSuites: number;
  };
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  return { passed: result.numPassedTests, failed: code !== 0 && failed === 0 ? 1 : failed };
}

const started = Date.now();
const { passed, failed } = await allTests();
rmSync(folder, { recursive: true, force: true });
console.log(`\n${Math.round((Date.now() - started) / 1000)} s`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
