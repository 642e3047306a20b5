/** The admin's own commands: doctor, deploy, app generate. The set-up room and the vendor's library behind it are loaded only by them. */
import type { Command } from 'commander';

import { environment, readConfig, type Config } from '../config.ts';
import { SyncError, toSyncError } from '../errors.ts';
import { silentLog } from '../log.ts';
import { realSystem } from '../system.ts';
import type { Reached } from './reach-service.ts';

export interface SetUpHands {
  json(): boolean;
  say(text: string): void;
  complain(text: string): void;
  /** Exit status of the command. */
  end(status: number): void;
  /** Throws when the settings of the service are wrong. */
  reach(): Promise<Reached>;
}

const failed = 1;
const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);
const collect = (value: string, before: readonly string[]): readonly string[] =>
  [...before, ...value.split(',').map((one) => one.trim())].filter((one) => one !== '');

interface DoctorOptions {
  readonly org?: string;
}

const settingsOf = (config: Config) => ({
  user: config.COSELL_SALESFORCE_USERNAME,
  orgs: config.COSELL_ORG_ID ?? [],
  sandboxes: config.COSELL_ALLOW_SANDBOX ?? [],
  simulated: loopback.has(new URL(config.COSELL_PARTNER_API).hostname),
});

async function doctor({ org }: DoctorOptions, hands: SetUpHands): Promise<void> {
  const [{ gatherFacts }, { judgeAll, printFindings, statusOf }] = await Promise.all([
    import('../setup/doctor/gather.ts'),
    import('../setup/doctor/findings.ts'),
  ]);
  const system = realSystem();
  const read = readConfig(environment());
  const config = read.kind === 'good' ? read.config : null;
  const whyNoService =
    read.kind === 'good'
      ? ''
      : `the settings of the service are not here (${read.problems.length} missing or wrong)${org === undefined ? '; give them, or an org you are signed in to: --org <alias>' : '; run the doctor where the service runs to check this too'}`;
  const reader = config === null ? null : (await import('../app/index.ts')).openOrgReader({ config, system, log: silentLog() });
  try {
    const admin = org === undefined ? null : await openAdmin(org, () => system.now());
    const ask = async (): Promise<{ where: Reached['where']; answer: unknown }> => {
      const reached = await hands.reach();
      try {
        return { where: reached.where, answer: await reached.call('doctor.facts') };
      } finally {
        await reached.close();
      }
    };
    const facts = await gatherFacts({ admin, service: reader, whyNoService, settings: config && settingsOf(config), ask: config && ask });
    const findings = judgeAll(facts, org ?? null);
    const status = statusOf(findings);
    hands.say(hands.json() ? JSON.stringify({ status, findings }, null, 2) : printFindings(findings));
    hands.end(status);
  } finally {
    await reader?.close();
  }
}

async function openAdmin(org: string, now: () => number) {
  const { adminView, openOrgLogin } = await import('../setup/org-login.ts');
  return adminView(await openOrgLogin(org), now);
}

interface DeployFlags {
  readonly org: string;
  readonly dryRun?: boolean;
  readonly with: readonly string[];
  readonly reports: boolean;
  readonly accept: readonly string[];
  readonly overwriteSettings?: boolean;
}

async function deploy(flags: DeployFlags, hands: SetUpHands): Promise<void> {
  const [
    { deployPackage },
    { deployExits, printDeployment },
    { findSf, runSf },
    { orgComponents },
    { openOrgLogin },
    { folder, optionalDirectories, root },
  ] = await Promise.all([
    import('../setup/deploy/deploy.ts'),
    import('../setup/deploy/report.ts'),
    import('../setup/deploy/sf.ts'),
    import('../setup/deploy/org-components.ts'),
    import('../setup/org-login.ts'),
    import('../setup/installation.ts'),
  ]);
  const isPart = (name: string): name is keyof typeof optionalDirectories => name in optionalDirectories;
  const unknown = flags.with.filter((name) => !isPart(name));
  if (unknown.length > 0)
    throw new SyncError('CONFIG_INVALID', {
      message: `--with knows ${Object.keys(optionalDirectories).join(', ')}; not ${unknown.join(', ')}.`,
    });
  folder('force-app');
  const sf = findSf(root);
  const connection = await openOrgLogin(flags.org);
  const report = await deployPackage(
    {
      org: flags.org,
      dryRun: flags.dryRun === true,
      parts: flags.with.filter(isPart),
      reports: flags.reports,
      accept: flags.accept,
      overwriteSettings: flags.overwriteSettings === true,
    },
    { components: orgComponents(connection), root, sf: (args) => runSf(sf, args, root), progress: (text) => hands.complain(text) },
  );
  hands.say(hands.json() ? JSON.stringify(report, null, 2) : printDeployment(report));
  hands.end(deployExits[report.outcome]);
}

async function generate(
  flags: { readonly contactEmail: string; readonly out: string; readonly days: string },
  hands: SetUpHands,
): Promise<void> {
  const [{ generateApp, printGenerated }, { root }] = await Promise.all([
    import('../setup/client-app/generate.ts'),
    import('../setup/installation.ts'),
  ]);
  const made = generateApp({ contactEmail: flags.contactEmail, out: flags.out, days: Number(flags.days), root, now: realSystem().now() });
  hands.say(hands.json() ? JSON.stringify(made, null, 2) : printGenerated(made));
}

export function addSetUpCommands(program: Command, hands: SetUpHands): void {
  const guarded =
    <F>(act: (flags: F, hands: SetUpHands) => Promise<void>) =>
    async (flags: F): Promise<void> => {
      try {
        await act(flags, hands);
      } catch (thrown) {
        const error = toSyncError(thrown);
        if (hands.json()) hands.say(JSON.stringify({ error: { code: error.code, message: error.message, cure: error.entry.cure } }));
        else hands.complain(error.message);
        hands.end(failed);
      }
    };
  program
    .command('doctor')
    .description('check org, service and Partner Center; says what to do for each point')
    .option('--org <alias>', 'look with your own sf sign-in to this org as well')
    .action(guarded(doctor));
  program
    .command('deploy')
    .description('deploy the Salesforce package with sf')
    .requiredOption('--org <alias>', 'org you are signed in to with sf')
    .option('--dry-run', 'have the org check everything and change nothing')
    .option('--with <parts>', 'optional parts: teams, multicurrency, alerts', collect, [])
    .option('--no-reports', 'leave reports and dashboard out')
    .option('--accept <component>', 'overwrite this component of the org although it differs; may be repeated', collect, [])
    .option('--overwrite-settings', 'write the shipped custom metadata over the records of the org')
    .action(guarded(deploy));
  program
    .command('app')
    .description('the external client app the service signs in with')
    .command('generate')
    .description('make key, certificate and the files of the app')
    .requiredOption('--contact-email <address>', 'who Salesforce may write to about the app')
    .requiredOption('--out <folder>', 'new folder for the result, outside the package')
    .option('--days <number>', 'how long the certificate is good', '730')
    .action(guarded(generate));
}
