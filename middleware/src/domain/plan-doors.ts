/** The one-way steps of a plan for two sides that are there: which were not made in the panel, and which of them may go on. */
import { sameValue } from './fields.ts';
import { isTerminal } from './lifecycle.ts';
import type { Merge } from './merge.ts';
import { confirmSteps, type Confirmation, type Confirmed } from './plan-confirm.ts';
import type { StatePlan } from './plan-state.ts';
import type { Step, Together } from './plan.ts';

const doorTexts: { readonly [D in 'won' | 'lost' | 'decline']: string } = {
  won: 'The stage was set to won outside the panel. Won closes the deal in Partner Center for good.',
  lost: 'The stage was set to lost outside the panel. Lost closes the deal in Partner Center for good.',
  decline: "The stage was set to lost outside the panel. Microsoft's deal would be declined, and cannot be accepted afterwards.",
};

const metTexts: typeof doorTexts = {
  ...doorTexts,
  won: 'The opportunity is won, but the deal in Partner Center is open, and nobody here knows which of the two is right. Won closes that deal for good; reopen the opportunity if it is not won.',
  lost: 'The opportunity is lost, but the deal in Partner Center is open, and nobody here knows which of the two is right. Lost closes that deal for good; reopen the opportunity if it is not lost.',
};

export function confirmDoors(input: Together, merged: Merge, state: StatePlan, leg: Step | null): Confirmed {
  const { crm, partner } = input;
  const doors: Confirmation[] = [];
  if (state.door) doors.push({ door: state.door, field: 'state', text: (state.met ? metTexts : doorTexts)[state.door] });
  // help that was there when the deal was shared was part of that step
  const later = input.base === null || !sameValue('help', crm.deal.help, input.base.crm.help);
  if (leg && later)
    doors.push({
      door: 'help',
      field: 'help',
      text: 'Help from Microsoft was asked for outside the panel. It cannot be taken back, and customer contacts and the note freeze.',
    });
  else if (!leg && merged.toPartner.visible === true)
    doors.push({
      door: 'visible',
      field: 'visible',
      text: 'The deal was made visible to Microsoft sellers outside the panel. It cannot be hidden again.',
    });
  const taken = (field: string | null): boolean =>
    field === null ||
    (field === 'help' && partner.leg === 'there') ||
    (field === 'visible' && partner.deal.visible === true) ||
    (field === 'state' && isTerminal(partner.deal.state ?? 'other'));
  return confirmSteps({
    now: input.now,
    crm,
    on: (door) => input.mapping.settings.confirmOneWaySteps || (state.met === true && door === state.door),
    confirmed: input.confirmed ?? [],
    doors,
    taken,
  });
}
