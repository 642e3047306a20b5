/**
 * One-way steps that were made outside the panel (inline edit, list view, import) wait there for a confirmation, when the setting says
 * so, and always when nobody here saw them made. The panel confirms what is done in it with a request of its own, which may come a
 * moment before the change it belongs to.
 */
import type { FieldName } from './deal.ts';
import type { Answer, CrmFacts, RequestFacts } from './plan.ts';

/** The doors of the panel: the same names, so that it shows the right dialog. */
export type Door = 'share' | 'visible' | 'help' | 'won' | 'lost' | 'decline';

/** A step that waits, with what the person is told. */
export interface Confirmation {
  readonly door: Door;
  /** The deal field the step belongs to; null for sharing itself. */
  readonly field: FieldName | null;
  readonly text: string;
}

export interface ConfirmInput {
  readonly now: number;
  readonly crm: CrmFacts;
  /** Whether this step waits for a confirmation. */
  readonly on: (door: Door) => boolean;
  /** Doors confirmed in earlier passes. */
  readonly confirmed: readonly string[];
  /** Steps this plan would take. */
  readonly doors: readonly Confirmation[];
  /** True when the step a request confirms has been taken already. */
  readonly taken: (field: string | null) => boolean;
}

export interface Confirmed {
  /** Steps that have to wait. */
  readonly waiting: readonly Confirmation[];
  /** Steps a person confirmed now: to be remembered. */
  readonly confirmed: readonly Door[];
  readonly answers: readonly Answer[];
  /** A confirmation came before its change: look again then (epoch ms). */
  readonly againAt: number | null;
}

/** How long a confirmation may be ahead of the change it belongs to, ms. */
export const aheadMs = 10_000;

const meant = (request: RequestFacts, door: Confirmation): boolean => request.field === null || request.field === door.field;

export function confirmSteps(input: ConfirmInput): Confirmed {
  const requests = input.crm.requests.filter((request) => request.kind === 'confirm');
  const nowConfirmed = input.doors.filter((door) => requests.some((request) => meant(request, door)));
  const waiting = input.doors.filter((door) => input.on(door.door) && !nowConfirmed.includes(door) && !input.confirmed.includes(door.door));
  const answers: Answer[] = [];
  let againAt: number | null = null;
  for (const request of requests) {
    const until = (request.at ?? 0) + aheadMs;
    if (input.doors.some((door) => meant(request, door)) || input.taken(request.field)) {
      answers.push({ id: request.id, outcome: 'Done', message: 'Confirmed: the step is carried out.' });
    } else if (input.now < until) againAt = Math.min(againAt ?? until, until);
    else answers.push({ id: request.id, outcome: 'Done', message: 'Nothing waits for a confirmation.' });
  }
  return { waiting, confirmed: nowConfirmed.map(({ door }) => door), answers, againAt };
}
