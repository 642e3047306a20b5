/** Requests of people for a pair that need nothing of the merge. */
import { emptyPlan, type Answer, type CrmFacts, type Plan, type Together } from './plan.ts';

/** Taking a pair apart again that was put together by a decision. */
export function planUnlink(input: Together): Plan | Answer | null {
  const request = input.crm.requests.find((one) => one.kind === 'undo_link');
  if (!request) return null;
  if (!input.mayUnlink) {
    return {
      id: request.id,
      outcome: 'Refused',
      message:
        'This opportunity and this deal were made for each other. Untick "Sync with Partner Center" to stop sharing, or retire the referral.',
    };
  }
  const by = request.by ? ` ${request.by} asked for it.` : '';
  return {
    ...emptyPlan({ kind: 'not-shared' }),
    steps: [
      {
        kind: 'unlink',
        requestId: request.id,
        why: `The link is undone: the opportunity is no longer shared, and the deal is asked about again.${by}`,
      },
    ],
  };
}

/** Requests that make no sense for a deal that is linked already. */
export function pointless(input: Together): readonly Answer[] {
  return input.crm.requests
    .filter((request) => request.kind === 'link' || request.kind === 'keep_as_new')
    .map(({ id, kind }) =>
      kind === 'link'
        ? { id, outcome: 'Refused', message: 'The opportunity and the deal belong together already.' }
        : { id, outcome: 'Done', message: 'The deal has an opportunity of its own.' },
    );
}

/** Requests that any pass fulfils by running. */
export function plainAnswers(crm: CrmFacts): readonly Answer[] {
  return crm.requests
    .filter((request) => request.kind === 'sync_now' || request.kind === 'retry')
    .map((request) => ({
      id: request.id,
      outcome: 'Done',
      message: 'Both sides were compared. What still differs, and what to do about it, stands on the opportunity.',
    }));
}
