/** `cosell deploy`: compares, then has `sf` deploy the package step by step. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { folder } from '../installation.ts';
import type { SfOutcome } from '../schema.ts';
import { differences, type Difference } from './compare.ts';
import { sameNamed, type OrgComponents } from './org-components.ts';
import { manifestMembers, packageDefinitions, withoutMembers } from './package-source.ts';
import { planSteps, type DeployWishes, type Step } from './steps.ts';

export interface DeployOptions extends DeployWishes {
  /** Alias or user name as `sf` knows it. */
  readonly org: string;
  /** Components whose differences are known and shall be overwritten. */
  readonly accept: readonly string[];
  /** Records of custom metadata that are in the org are written anew as well. */
  readonly overwriteSettings: boolean;
}

export interface DeployHands {
  readonly components: OrgComponents;
  /** Root of the clone. */
  readonly root: string;
  sf(args: readonly string[]): Promise<SfOutcome>;
  progress(text: string): void;
}

export interface Refusal {
  readonly component: string;
  readonly file: string | null;
  readonly problem: string;
}

export interface StepReport {
  readonly name: string;
  readonly ok: boolean;
  readonly components: number;
  readonly refusals: readonly Refusal[];
}

export interface DeployReport {
  readonly org: string;
  readonly dryRun: boolean;
  /** `different`: components of the same name differ and nothing was sent. */
  readonly outcome: 'done' | 'different' | 'refused';
  readonly differences: readonly Difference[];
  readonly steps: readonly StepReport[];
  /** Records of custom metadata that stay as they are in the org. */
  readonly settingsKept: number;
  readonly notes: readonly string[];
}

/** The reasons of a refused deployment; sf names the source file where it can. */
function refusalsOf(outcome: SfOutcome): readonly Refusal[] {
  const result = outcome.result ?? outcome.data;
  const failed = (result?.files ?? []).filter((file) => file.state === 'Failed');
  const line = (number: string | null): string => (number === null ? '' : `:${number}`);
  if (failed.length > 0)
    return failed.map((one) => ({
      component: `${one.type ?? ''} ${one.fullName ?? ''}`.trim(),
      file: one.filePath === null ? null : `${one.filePath}${line(one.lineNumber)}`,
      problem: one.error ?? 'refused without a reason',
    }));
  const problems = result?.details?.componentFailures ?? [];
  if (problems.length > 0)
    return problems.map((one) => ({
      component: `${one.componentType ?? ''} ${one.fullName ?? ''}`.trim(),
      file: one.fileName === null ? null : `${one.fileName}${line(one.lineNumber)}`,
      problem: one.problem ?? 'refused without a reason',
    }));
  return [{ component: outcome.name ?? 'sf', file: null, problem: result?.errorMessage ?? outcome.message ?? 'refused without a reason' }];
}

/** Records of our custom metadata that the org has: they are the admin's (Salesforce package §9). */
async function settingsInOrg(hands: DeployHands, manifest: string): Promise<readonly string[]> {
  const have = new Set(await hands.components.list('CustomMetadata'));
  return manifestMembers(manifest, 'CustomMetadata').filter((name) => have.has(name));
}

export async function deployPackage(options: DeployOptions, hands: DeployHands): Promise<DeployReport> {
  const { progress, root, components } = hands;
  const { org, dryRun } = options;
  const ours = packageDefinitions(folder('force-app', root));
  const manifest = readFileSync(folder('manifest/package.xml', root), 'utf8');

  progress('Comparing with components of the same name in the org …');
  const theirs = await sameNamed(components, ours);
  const accepted = new Set(options.accept.map((name) => name.toLowerCase()));
  const found = differences(ours, theirs);
  const open = found.filter(({ component }) => !accepted.has(component.toLowerCase()));
  const nothingSent = { org, dryRun, differences: open, steps: [], settingsKept: 0, notes: [] } as const;
  if (open.length > 0) return { ...nothingSent, outcome: 'different' };
  progress(theirs.length === 0 ? '  none: this is the first deployment' : `  ${theirs.length} are there and alike`);

  const kept = options.overwriteSettings ? [] : await settingsInOrg(hands, manifest);
  const reportTypes = (await components.list('ReportType')).some((name) => name.startsWith('PC_'));
  const { steps, notes } = planSteps(options, {
    deployed: kept.length > 0 || theirs.some(({ component }) => component === 'PC_Connection__c'),
    reportTypes,
  });
  const reports: StepReport[] = [];
  const scratch = mkdtempSync(join(tmpdir(), 'cosell-deploy-'));
  try {
    for (const step of steps) {
      progress(`${dryRun ? 'Checking' : 'Deploying'} ${step.name} …`);
      const report = await runStep(step, kept, manifest, scratch, options, hands);
      reports.push(report);
      progress(
        report.ok
          ? `  accepted: ${report.components} components`
          : `  refused: ${report.refusals.length} ${report.refusals.length === 1 ? 'reason' : 'reasons'}`,
      );
      // what comes next stands on the main part; optional parts stand alone
      if (!report.ok && step.directories.includes('force-app')) break;
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return {
    ...nothingSent,
    outcome: reports.every((report) => report.ok) ? 'done' : 'refused',
    steps: reports,
    settingsKept: kept.length,
    notes,
  };
}

async function runStep(
  step: Step,
  kept: readonly string[],
  manifest: string,
  scratch: string,
  options: DeployOptions,
  hands: DeployHands,
): Promise<StepReport> {
  const byManifest = kept.length > 0 && step.directories.includes('force-app');
  const sources: string[] = step.directories.flatMap((directory) => ['--source-dir', folder(directory, hands.root)]);
  if (byManifest) {
    const path = join(scratch, 'package.xml');
    writeFileSync(path, withoutMembers(manifest, 'CustomMetadata', new Set(kept)));
    sources.splice(0, sources.length, '--manifest', path);
  }
  const outcome = await hands.sf([
    'project',
    'deploy',
    'start',
    ...sources,
    '--target-org',
    options.org,
    '--wait',
    '60',
    ...(options.dryRun ? ['--dry-run'] : []),
  ]);
  const result = outcome.result ?? outcome.data;
  const ok = outcome.status === 0 && result?.success !== false;
  return { name: step.name, ok, components: result?.numberComponentsTotal ?? 0, refusals: ok ? [] : refusalsOf(outcome) };
}
