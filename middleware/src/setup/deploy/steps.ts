/** Which deployments are made, in which order. Pure. */
import { optionalDirectories, type OptionalPart } from '../installation.ts';

export interface DeployWishes {
  readonly dryRun: boolean;
  readonly parts: readonly OptionalPart[];
  readonly reports: boolean;
}

/** What is in the org before. */
export interface OrgBefore {
  /** The package has been deployed here before. */
  readonly deployed: boolean;
  readonly reportTypes: boolean;
}

export interface Step {
  /** For people. */
  readonly name: string;
  /** Package directories sent in one deployment. */
  readonly directories: readonly string[];
}

export interface Steps {
  readonly steps: readonly Step[];
  /** What is left out, and why. */
  readonly notes: readonly string[];
}

const base = 'force-app';
const reports = 'force-reports';

/**
 * Each directory is a deployment of its own, so that a feature the org lacks refuses only its own part. A first dry run leaves nothing
 * behind for the next one to stand on: there the parts are checked together, and the reports cannot be (Salesforce package §1).
 */
export function planSteps(wishes: DeployWishes, before: OrgBefore): Steps {
  const optional = wishes.parts.map((part) => optionalDirectories[part]);
  const one = (directory: string): Step => ({ name: directory, directories: [directory] });
  const firstCheck = wishes.dryRun && !before.deployed;
  const main = firstCheck
    ? [{ name: [base, ...optional].join(', '), directories: [base, ...optional] }]
    : [one(base), ...optional.map(one)];
  if (!wishes.reports) return { steps: main, notes: [] };
  if (wishes.dryRun && !before.reportTypes)
    return { steps: main, notes: [`${reports} is not checked: reports can be checked only after their report types have been deployed`] };
  return { steps: [...main, one(reports)], notes: [] };
}
