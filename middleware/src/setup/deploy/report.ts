/** The report of a deployment for people, and as an exit status. Pure. */
import type { DeployReport } from './deploy.ts';

/** `different`: the admin decides about the differences first. */
export const deployExits = { done: 0, refused: 1, different: 3 } as const satisfies { readonly [O in DeployReport['outcome']]: number };

function different({ org, differences }: DeployReport): string {
  const names = [...new Set(differences.map((one) => one.component))];
  const lines = names.flatMap((name) => [
    `  ${name}`,
    ...differences.filter((one) => one.component === name).map((one) => `      ${one.text}`),
  ]);
  return [
    `Nothing was sent. The org ${org} has ${names.length === 1 ? 'a component' : `${names.length} components`} of the same name that ${names.length === 1 ? 'differs' : 'differ'} from the package:`,
    '',
    ...lines,
    '',
    'A deployment would overwrite them. If another product of yours uses them, do not deploy here. If they come from an older version of this',
    `package, or you changed them and want the package's form, name each: --accept ${names[0] ?? '<component>'}`,
  ].join('\n');
}

export function printDeployment(report: DeployReport): string {
  if (report.outcome === 'different') return different(report);
  const refusals = report.steps.flatMap((step) =>
    step.refusals.map((one) => `  ${one.component}${one.file === null ? '' : `\n      in ${one.file}`}\n      ${one.problem}`),
  );
  const kept =
    report.settingsKept > 0
      ? [
          `${report.settingsKept} records of custom metadata are kept as they are in the org (--overwrite-settings writes the shipped ones).`,
        ]
      : [];
  const notes = [...kept, ...report.notes.map((note) => `${note}.`)];
  if (report.outcome === 'refused') {
    const names = report.steps.filter((step) => !step.ok).map((step) => step.name);
    return [
      `The org refused ${names.join(', ')}; what a refused part holds was not changed.`,
      '',
      ...refusals,
      ...notes,
      '',
      'Reasons and cures stand in docs/install.md, 3. Deploy.',
    ].join('\n');
  }
  const end = report.dryRun
    ? 'The org would accept the package; nothing was changed.'
    : `Deployed. Next: assign the permission sets (docs/install.md, 4.), activate the flows in production, then "cosell doctor --org ${report.org}".`;
  return [...notes, end].join('\n');
}
