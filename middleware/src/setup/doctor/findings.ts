/** The doctor's findings: all checks judged, told to people, and as an exit status. Pure. */
import type { Standing, Verdict } from './check.ts';
import { checks } from './checks.ts';
import type { DoctorFacts } from './facts.ts';

export interface Finding extends Verdict {
  readonly id: string;
  readonly title: string;
}

export const judgeAll = (facts: DoctorFacts): readonly Finding[] =>
  checks.map((one) => ({ id: one.id, title: one.title, ...one.judge(facts) }));

/** Exit statuses of the doctor. */
export const doctorExits = { good: 0, couldNotCheck: 1, attention: 3 } as const;

/** Something to do outweighs something unknown: it is what the reader can act on. */
export function statusOf(findings: readonly Finding[]): number {
  if (findings.some((finding) => finding.id === 'org' && finding.standing === 'unknown')) return doctorExits.couldNotCheck;
  if (findings.some((finding) => finding.standing === 'attention')) return doctorExits.attention;
  return findings.some((finding) => finding.standing === 'unknown') ? doctorExits.couldNotCheck : doctorExits.good;
}

const marks: { readonly [S in Standing]: string } = { good: '✔', attention: '✖', unknown: '?', 'left out': '·' };

/** For people: one line a check, the thing to do below it. */
export function printFindings(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map((finding) => finding.title.length));
  const lines = findings.flatMap(({ standing, title, found, todo }) => [
    `${marks[standing]} ${title.padEnd(width)}  ${standing === 'left out' ? `not checked: ${found}` : found}`,
    ...(todo === null ? [] : [`  ${' '.repeat(width)}  → ${todo}`]),
  ]);
  const count = (standing: Standing): number => findings.filter((finding) => finding.standing === standing).length;
  const rest = [
    count('attention') > 0 ? `${count('attention')} to do` : '',
    count('unknown') > 0 ? `${count('unknown')} could not be checked` : '',
    count('left out') > 0 ? `${count('left out')} not checked` : '',
  ].filter((part) => part !== '');
  return [...lines, '', `${count('good')} good${rest.length === 0 ? '. All is well.' : `, ${rest.join(', ')}.`}`].join('\n');
}
