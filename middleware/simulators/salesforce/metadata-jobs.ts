/** Deployments of one org as the Metadata API shows them: an id, a status, a result to poll (Salesforce APIs §8.2, §8.3). */
import { deployInProcess, type ComponentMessage, type DeployOptions, type DeployOutcome } from './deploy.ts';
import { idMaker } from './ids.ts';
import type { OrgState } from './state.ts';

/** Options as the wire carries them; unknown ones are echoed. */
export interface WireDeployOptions {
  readonly [name: string]: unknown;
}

export interface DeployJob {
  readonly id: string;
  readonly userId: string;
  readonly userName: string;
  readonly options: WireDeployOptions;
  readonly zip: Uint8Array;
  /** Null until the deployment has run. */
  outcome: DeployOutcome | null;
  canceled: boolean;
  /** Wire times. */
  readonly createdDate: string;
  completedDate: string | null;
}

export interface DeployJobs {
  start(zip: Uint8Array, options: WireDeployOptions, userId: string): DeployJob;
  /** Runs a validated deployment for real; null when there is no such validation. */
  startValidated(validatedId: string, userId: string): DeployJob | null;
  /** Looks at a job; the first look after the start runs it. */
  look(id: string): DeployJob | null;
  /** Cancels a job that has not run yet. */
  cancel(id: string): DeployJob | null;
}

const jobsOfOrgs = new WeakMap<OrgState, DeployJobs>();

/** The jobs of an org; one list per org. */
export function deployJobs(state: OrgState, defaults: Pick<DeployOptions, 'flowsArriveInactive'> = {}): DeployJobs {
  const known = jobsOfOrgs.get(state);
  if (known) return known;
  const makeId = idMaker();
  const jobs = new Map<string, DeployJob>();
  const now = (): string => new Date(state.now()).toISOString();
  const start: DeployJobs['start'] = (zip, options, userId) => {
    const userName = String(state.record(userId)?.['Name'] ?? '');
    const job: DeployJob = {
      id: makeId('0Af'),
      userId,
      userName,
      options,
      zip,
      outcome: null,
      canceled: false,
      createdDate: now(),
      completedDate: null,
    };
    jobs.set(job.id, job);
    return job;
  };
  const find = (id: string): DeployJob | null =>
    jobs.get(id) ?? [...jobs.values()].find((job) => job.id.startsWith(id) && id.length === 15) ?? null;
  const made: DeployJobs = {
    start,
    startValidated: (validatedId, userId) => {
      const validated = find(validatedId);
      return validated?.outcome?.checkOnly === true && validated.outcome.success
        ? start(validated.zip, { ...validated.options, checkOnly: false }, userId)
        : null;
    },
    look: (id) => {
      const job = find(id);
      if (job && !job.outcome && !job.canceled) {
        job.outcome = deployInProcess(state, job.zip, {
          checkOnly: isTrue(job.options['checkOnly']),
          rollbackOnError: job.options['rollbackOnError'] === undefined || isTrue(job.options['rollbackOnError']),
          ...defaults,
        });
        job.completedDate = now();
      }
      return job;
    },
    cancel: (id) => {
      const job = find(id);
      if (job && !job.outcome) {
        job.canceled = true;
        job.completedDate = now();
      }
      return job;
    },
  };
  jobsOfOrgs.set(state, made);
  return made;
}

const isTrue = (value: unknown): boolean => value === true || value === 'true';

/** A DeployResult; printed as XML or as JSON. Lists stay lists. */
export function deployResult(job: DeployJob, includeDetails: boolean): { readonly [name: string]: unknown } {
  const { outcome, options } = job;
  const messages = outcome ? [...outcome.successes, ...outcome.failures] : [];
  const counted = messages.filter((message) => message.fullName !== 'package.xml' && message.problemType !== 'Warning');
  const failed = counted.filter((message) => !message.success).length;
  const ended = outcome !== null || job.canceled;
  return {
    id: job.id,
    checkOnly: isTrue(options['checkOnly']),
    createdBy: job.userId.slice(0, 15),
    createdByName: job.userName,
    createdDate: job.createdDate,
    startDate: job.createdDate,
    lastModifiedDate: job.completedDate ?? job.createdDate,
    ...(job.completedDate === null ? {} : { completedDate: job.completedDate }),
    done: ended,
    ignoreWarnings: isTrue(options['ignoreWarnings']),
    numberComponentErrors: failed,
    numberComponentsDeployed: counted.length - failed,
    numberComponentsTotal: counted.length,
    numberTestErrors: 0,
    numberTestsCompleted: 0,
    numberTestsTotal: 0,
    rollbackOnError: outcome?.rollbackOnError ?? true,
    runTestsEnabled: false,
    status: job.canceled ? 'Canceled' : (outcome?.status ?? 'Pending'),
    success: outcome?.success ?? false,
    ...(outcome?.errorMessage == null ? {} : { errorMessage: outcome.errorMessage, errorStatusCode: 'INVALID_ZIP_FILE' }),
    ...(includeDetails && outcome ? { details: details(outcome, job) } : {}),
  };
}

function details(outcome: DeployOutcome, job: DeployJob): { readonly [name: string]: unknown } {
  const print = (message: ComponentMessage): { readonly [name: string]: unknown } => ({
    ...message,
    createdDate: job.completedDate ?? job.createdDate,
    ...(message.success && message.componentType !== '' ? { id: '' } : {}),
  });
  return {
    componentSuccesses: outcome.successes.map(print),
    componentFailures: outcome.failures.map(print),
    runTestResult: { numFailures: 0, numTestsRun: 0, totalTime: 0 },
  };
}
