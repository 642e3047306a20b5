/** Results as people read them on a terminal. `--json` prints the result itself instead. */

interface PlanShown {
  readonly opportunityId: string | null;
  readonly referralId: string | null;
  readonly name: string | null;
  readonly state: string | null;
  readonly message: string | null;
  readonly steps: readonly { readonly step: string; readonly why: string; readonly values: readonly string[] }[];
  readonly findings: readonly { readonly code: string; readonly text: string; readonly cure: string }[];
  readonly open: readonly {
    readonly field: string;
    readonly salesforce: string | null;
    readonly partnerCenter: string | null;
    readonly why: string;
  }[];
}

const indent = (text: string, by = 2): string =>
  text
    .split('\n')
    .map((line) => ' '.repeat(by) + line)
    .join('\n');

export function printPlan(result: unknown): string {
  const plan = result as PlanShown;
  const lines = [`${plan.name ?? 'Deal'}  (opportunity ${plan.opportunityId ?? 'none'}, referral ${plan.referralId ?? 'none'})`];
  if (plan.state) lines.push(`Would show: ${plan.state}`);
  if (plan.message) lines.push(indent(plan.message));
  lines.push('', plan.steps.length === 0 ? 'Nothing to do: both sides are as they should be.' : 'Would do:');
  plan.steps.forEach((step, index) => {
    lines.push(`  ${index + 1}. ${step.step}`, indent(step.why, 5), ...step.values.map((value) => indent(`· ${value}`, 5)));
  });
  if (plan.findings.length > 0) lines.push('', 'Needs attention:', ...plan.findings.map((one) => `  ${one.code}  ${one.text} ${one.cure}`));
  if (plan.open.length > 0)
    lines.push(
      '',
      'Different on the two sides:',
      ...plan.open.map(
        (one) => `  ${one.field}: "${one.salesforce ?? ''}" in Salesforce, "${one.partnerCenter ?? ''}" in Partner Center (${one.why})`,
      ),
    );
  return lines.join('\n');
}

/** Any flat object as `name  value` lines; lists one entry a line. */
export function printFacts(result: unknown): string {
  if (Array.isArray(result))
    return result.length === 0
      ? 'Nothing.'
      : result
          .map((one) =>
            typeof one === 'string'
              ? one
              : Object.values(one as object)
                  .map(String)
                  .join('  '),
          )
          .join('\n');
  if (typeof result !== 'object' || result === null) return String(result);
  const entries = Object.entries(result).filter(([, value]) => value !== undefined);
  const width = Math.max(0, ...entries.map(([name]) => name.length));
  return entries.map(([name, value]) => `${name.padEnd(width)}  ${show(value)}`).join('\n');
}

function show(value: unknown): string {
  if (value === null) return '–';
  if (Array.isArray(value))
    return value.length === 0 ? '–' : value.map((one) => (typeof one === 'object' ? JSON.stringify(one) : String(one))).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export function printParked(result: unknown): string {
  const rows = result as readonly {
    code: string;
    message: string;
    cure: string | null;
    opportunityId: string | null;
    referralId: string | null;
    since: number;
  }[];
  if (rows.length === 0) return 'No deal is put aside.';
  return rows
    .map(
      (row) =>
        `${row.opportunityId ?? row.referralId ?? ''}  ${row.code}  since ${new Date(row.since).toISOString()}\n  ${row.message}\n  ${row.cure ?? ''}`,
    )
    .join('\n');
}
