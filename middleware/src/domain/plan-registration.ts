/** The request to register a won deal: a step, or the reason why not. */
import type { Answer, Step, Together } from './plan.ts';
import { registrationOf, whyNotRegistered } from './registration.ts';

export interface RegistrationPlan {
  readonly step: Step | null;
  readonly answers: readonly Answer[];
}

export function planRegistration(input: Together): RegistrationPlan {
  const { partner, base } = input;
  const requests = input.crm.requests.filter((request) => request.kind === 'register');
  const [first] = requests;
  if (!first) return { step: null, answers: [] };
  const all = (outcome: Answer['outcome'], message: string): readonly Answer[] => requests.map(({ id }) => ({ id, outcome, message }));

  const status = partner.deal.registrationStatus ?? null;
  if (status !== null)
    return {
      step: null,
      answers: all('Done', `The registration is with Partner Center: ${status}. Follow it there, or in "Deal registration" here.`),
    };
  const microsoft = partner.deal.microsoftStatus === undefined ? base?.partner.microsoftStatus : partner.deal.microsoftStatus;
  // our own referral does not say whether help was asked for: the leg does
  const deal = partner.leg === 'there' ? { ...partner.deal, help: partner.deal.help ?? ('GeneralOrOther' as const) } : partner.deal;
  const why = whyNotRegistered(deal, microsoft ?? null);
  if (why !== null) return { step: null, answers: all('Refused', why) };
  const asked = registrationOf(partner.deal, first);
  if ('problems' in asked) return { step: null, answers: all('Refused', asked.problems.join(' ')) };
  const by = first.by ? ` ${first.by} asked for it.` : '';
  return {
    step: { kind: 'register-deal', requestId: first.id, registration: asked.registration, why: `The won deal is registered.${by}` },
    answers: all('Done', 'The registration was sent; Partner Center reviews it.'),
  };
}
