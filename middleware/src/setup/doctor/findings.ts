/** The doctor's findings: all checks judged, told to people, and as an exit status. Pure. */
import type { Standing, Verdict } from './check.ts';
import { checks } from './checks.ts';
import type { DoctorFacts } from './facts.ts';

export interface Finding extends Verdict {
  readonly id: string;
  readonly title: string;
}

/** @param alias the org's name on this machine, for the commands to copy; null where none was named */
export const judgeAll = (facts: DoctorFacts, alias: string | null = null): readonly Finding[] =>
  checks.map((one) => {
    const verdict = one.judge(facts);
    const todo = alias === null ? verdict.todo : (verdict.todo?.replaceAll('<alias>', alias) ?? null);
    return { id: one.id, title: one.title, ...verdict, todo };
  });

/** Exit statuses of the doctor. */
export const doctorExits = { good: 0, couldNotCheck: 1, attention: 3 } as const;

/** Something to do outweighs something unknown: it is what the reader can act on. */
export function statusOf(findings: readonly Finding[]): number {
  if (findings.some((finding) => finding.id === 'org' && finding.standing === 'unknown')) return doctorExits.couldNotCheck;
  if (findings.some((finding) => finding.standing === 'attention')) return doctorExits.attention;
  return findings.some((finding) => finding.standing === 'unknown') ? doctorExits.couldNotCheck : doctorExits.good;
}

const marks: { readonly [S in Standing]: string } = { good: '✔', attention: '✖', unknown: '?', 'left out': '·' };

/** What was not checked, by its reason: many points may lack the same thing, which is said once. */
function printLeftOut(findings: readonly Finding[]): readonly string[] {
  const left = findings.filter((finding) => finding.standing === 'left out');
  return [...new Set(left.map((finding) => finding.found))].flatMap((why) => {
    const titles = left.filter((finding) => finding.found === why).map((finding) => finding.title);
    return [`${marks['left out']} Not checked: ${why}`, ...titles.map((title) => `    ${title}`)];
  });
}

/** For people: one line a check, the thing to do below it; at the end what was not checked. */
export function printFindings(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map((finding) => finding.title.length));
  const checked = findings.filter((finding) => finding.standing !== 'left out');
  const leftOut = printLeftOut(findings);
  const lines = [
    ...checked.flatMap(({ standing, title, found, todo }) => [
      `${marks[standing]} ${title.padEnd(width)}  ${found}`,
      ...(todo === null ? [] : [`  ${' '.repeat(width)}  → ${todo}`]),
    ]),
    ...(leftOut.length === 0 ? [] : ['', ...leftOut]),
  ];
  const count = (standing: Standing): number => findings.filter((finding) => finding.standing === standing).length;
  const rest = [
    count('attention') > 0 ? `${count('attention')} to do` : '',
    count('unknown') > 0 ? `${count('unknown')} could not be checked` : '',
    count('left out') > 0 ? `${count('left out')} not checked` : '',
  ].filter((part) => part !== '');
  return [...lines, '', `${count('good')} good${rest.length === 0 ? '. All is well.' : `, ${rest.join(', ')}.`}`].join('\n');
}
