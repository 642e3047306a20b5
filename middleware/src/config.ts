/** Configuration from environment variables; secrets also from files (`NAME_FILE`). Nothing else reads the environment. */
import { readFileSync } from 'node:fs';
import type { z } from 'zod';

import { settings, type Setting } from './settings.ts';

type Settings = typeof settings;
type Value<S> = S extends { schema: infer Z extends z.ZodType } ? (S extends { optional: true } ? z.output<Z> | null : z.output<Z>) : never;

/** The checked configuration: one entry per setting; optional ones are null when absent. */
export type Config = { readonly [N in keyof Settings]: Value<Settings[N]> };

export interface Problem {
  readonly name: string;
  readonly problem: string;
  readonly meaning: string;
  readonly example: string;
}

export type ConfigResult =
  { readonly kind: 'good'; readonly config: Config } | { readonly kind: 'bad'; readonly problems: readonly Problem[] };
export type Environment = { readonly [name: string]: string | undefined };

function raw(name: keyof Settings, environment: Environment): string | undefined {
  const file = environment[`${name}_FILE`];
  if (file !== undefined && 'secret' in settings[name]) return readFileSync(file, 'utf8').trim();
  const value = environment[name];
  return value === undefined || value.trim() === '' ? undefined : value;
}

/** Rules over several settings. */
function combinations(config: Config): Problem[] {
  const problem = (name: keyof Settings, text: string): Problem => ({
    name,
    problem: text,
    meaning: settings[name].meaning,
    example: settings[name].example,
  });
  const problems: Problem[] = [];
  if (config.COSELL_SALESFORCE_PRIVATE_KEY === null && config.COSELL_SALESFORCE_CLIENT_SECRET === null) {
    problems.push(problem('COSELL_SALESFORCE_PRIVATE_KEY', 'is missing, and COSELL_SALESFORCE_CLIENT_SECRET too: one of them is needed'));
  }
  if (config.COSELL_SALESFORCE_PRIVATE_KEY !== null && config.COSELL_SALESFORCE_USERNAME === null)
    problems.push(problem('COSELL_SALESFORCE_USERNAME', 'is missing: the JWT bearer flow needs it'));
  const credentials = [config.COSELL_CLIENT_SECRET, config.COSELL_CLIENT_CERTIFICATE].filter((value) => value !== null).length;
  if (credentials === 0 && !config.COSELL_PUBLIC_CLIENT)
    problems.push(problem('COSELL_CLIENT_CERTIFICATE', 'is missing, and COSELL_CLIENT_SECRET too: one of them is needed'));
  if (credentials === 2) problems.push(problem('COSELL_CLIENT_SECRET', 'stands beside COSELL_CLIENT_CERTIFICATE: give only one'));
  return problems;
}

/** Checks the whole environment and names every problem at once. */
export function readConfig(environment: Environment): ConfigResult {
  const problems: Problem[] = [];
  const values: { [name: string]: unknown } = {};
  for (const name of Object.keys(settings) as (keyof Settings)[]) {
    const entry: Setting = settings[name];
    const complain = (problem: string): void => void problems.push({ name, problem, meaning: entry.meaning, example: entry.example });
    let given: string | undefined;
    try {
      given = raw(name, environment) ?? entry.default;
    } catch {
      complain(`names a file that cannot be read (${name}_FILE)`);
      continue;
    }
    if (given === undefined) {
      if (entry.optional) values[name] = null;
      else complain('is missing');
      continue;
    }
    const parsed = entry.schema.safeParse(given);
    if (parsed.success) values[name] = parsed.data;
    else complain(parsed.error.issues.map((issue) => issue.message).join('; '));
  }
  problems.push(...combinations(values as Config));
  return problems.length > 0 ? { kind: 'bad', problems } : { kind: 'good', config: values as Config };
}

/** The refusal at start, for people. */
export function printProblems(problems: readonly Problem[]): string {
  const lines = problems.map(({ name, problem, meaning, example }) => `  ${name} ${problem}\n    ${meaning}\n    Example: ${example}`);
  return `The service cannot start: ${problems.length === 1 ? 'one setting needs' : `${problems.length} settings need`} your attention.\n\n${lines.join('\n\n')}\n\nSecrets can also be given as files: NAME_FILE=/path. All settings stand in .env.example.\n`;
}

/** `.env.example`, generated; a test compares the committed file with it. */
export function printExample(): string {
  const parts: string[] = ['# Settings of the service. Secrets can also be given as files: NAME_FILE=/path/to/file.', ''];
  let group = '';
  for (const [name, entry] of Object.entries(settings) as [string, Setting][]) {
    if (entry.group !== group) {
      group = entry.group;
      parts.push(`# --- ${group} ---`, '');
    }
    const need = entry.default !== undefined ? `Default: ${entry.default}` : entry.optional ? 'Optional.' : 'Required.';
    parts.push(
      `# ${entry.meaning}`,
      `# ${need} Example: ${entry.example}`,
      `${entry.default === undefined && !entry.optional ? '' : '#'}${name}=${entry.default ?? ''}`,
      '',
    );
  }
  return parts.join('\n');
}

/** Keeps Salesforce's own libraries from writing log files and sending usage data; they read these at load. */
export function quietSalesforceTools(): void {
  Object.assign(process.env, { SF_DISABLE_LOG_FILE: 'true', SF_DISABLE_TELEMETRY: 'true' });
}

/** The environment of this process: the only place that reads it. */
export const environment = (): Environment => process.env;
