/** What a check of the doctor is: it judges facts and names the one thing to do. Pure. */
import type { Asked, DoctorFacts } from './facts.ts';

/** `unknown`: it was asked and could not be told. `left out`: this run has no means to ask. */
export type Standing = 'good' | 'attention' | 'unknown' | 'left out';

export interface Verdict {
  readonly standing: Standing;
  readonly found: string;
  /** The one thing to do; null when there is nothing. */
  readonly todo: string | null;
}

export interface Check {
  readonly id: string;
  readonly title: string;
  judge(facts: DoctorFacts): Verdict;
}

export const good = (found: string): Verdict => ({ standing: 'good', found, todo: null });
export const attention = (found: string, todo: string): Verdict => ({ standing: 'attention', found, todo });

export const some = (names: readonly string[], most = 6): string =>
  names.length <= most ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;

/** A check over one fact; what is not known is said as it is. */
export function check<K extends keyof DoctorFacts>(
  id: string,
  title: string,
  fact: K,
  judge: (value: Extract<DoctorFacts[K], { kind: 'known' }>['value'], all: DoctorFacts) => Verdict,
): Check {
  return {
    id,
    title,
    judge(facts) {
      const asked: Asked<unknown> = facts[fact];
      if (asked.kind === 'known') return judge(asked.value as Extract<DoctorFacts[K], { kind: 'known' }>['value'], facts);
      return asked.kind === 'unknown'
        ? { standing: 'unknown', found: asked.why, todo: 'Cure this first, then run the doctor again.' }
        : { standing: 'left out', found: asked.why, todo: null };
    },
  };
}
