/**
 * Deal registration (API §9): the one write a won deal still takes. A person asks for it in the panel and says what no field of the deal
 * holds; the rest is taken from the deal. Partner Center decides whether a solution is eligible.
 */
import type { Deal } from './deal.ts';
import { dealTypeOf } from './validate.ts';

export interface Registration {
  readonly solutionId: string;
  readonly value: number;
  /** ISO 4217. */
  readonly currency: string;
  /** Days, `YYYY-MM-DD`. */
  readonly signedOn: string;
  readonly startsOn: string;
  /** Null for a contract without an end. */
  readonly endsOn: string | null;
  readonly onAzure: boolean;
  readonly deployedOn: 'Customer' | 'Partner';
  readonly pricing: 'PayAsYouGo' | 'Other';
  /** Day of the purchase in the marketplace, null when it was not bought there. */
  readonly marketplaceOn: string | null;
}

type Deployment = Pick<Registration, 'onAzure' | 'deployedOn' | 'pricing'>;

/** What the person chooses from; the package's reference list `registration` holds the same words. */
export const deployments: { readonly [words: string]: Deployment } = {
  "On Azure, in the customer's subscription, pay as you go": { onAzure: true, deployedOn: 'Customer', pricing: 'PayAsYouGo' },
  "On Azure, in the customer's subscription, other pricing": { onAzure: true, deployedOn: 'Customer', pricing: 'Other' },
  'On Azure, in our own subscription, pay as you go': { onAzure: true, deployedOn: 'Partner', pricing: 'PayAsYouGo' },
  'On Azure, in our own subscription, other pricing': { onAzure: true, deployedOn: 'Partner', pricing: 'Other' },
  'Not on Azure, pay as you go': { onAzure: false, deployedOn: 'Customer', pricing: 'PayAsYouGo' },
  'Not on Azure, other pricing': { onAzure: false, deployedOn: 'Customer', pricing: 'Other' },
};

/** Lines a person may write into the note, each with what it means. */
const lineNames = ['signed', 'start', 'end', 'marketplace', 'solution'] as const;
type LineName = (typeof lineNames)[number];
const isLineName = (name: string): name is LineName => (lineNames as readonly string[]).includes(name);

const isDay = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));

/** `signed: 2026-11-01` and so on, one in a line; problems in words. */
function readLines(note: string | null): { readonly lines: { readonly [N in LineName]?: string }; readonly problems: readonly string[] } {
  const lines: { [N in LineName]?: string } = {};
  const problems: string[] = [];
  for (const line of (note ?? '').split(/\r?\n/).map((one) => one.trim())) {
    if (line === '') continue;
    const [, given = '', value = ''] = /^(\w+)\s*:\s*(.+)$/.exec(line) ?? [];
    const name = given.toLowerCase();
    if (!isLineName(name)) problems.push(`"${line}" is not understood: write ${lineNames.join(', ')}, a colon and the value.`);
    else if (name !== 'solution' && !isDay(value)) problems.push(`"${line}" needs a day such as 2026-11-01.`);
    else lines[name] = value;
  }
  return { lines, problems };
}

export interface RegistrationRequest {
  /** One of `deployments`. */
  readonly reason: string | null;
  readonly note: string | null;
}

/** The registration a request asks for, or everything that is wrong with it. */
export function registrationOf(
  deal: Deal,
  { reason, note }: RegistrationRequest,
): { readonly registration: Registration } | { readonly problems: readonly string[] } {
  const deployment = reason !== null && Object.hasOwn(deployments, reason) ? deployments[reason] : undefined;
  const { lines, problems: wrong } = readLines(note);
  const problems = [...wrong];
  if (!deployment) problems.push('Choose where the solution runs and how it is priced.');
  const carried = (deal.solutions ?? []).map((solution) => solution.id);
  const solutionId = lines.solution ?? (carried.length === 1 ? carried[0] : undefined);
  if (solutionId === undefined) problems.push(`Say which solution is registered, as "solution: ${carried[0] ?? 'SOL-…'}".`);
  else if (!carried.includes(solutionId)) problems.push(`The deal does not carry the solution ${solutionId}.`);
  const signedOn = lines.signed ?? deal.closeDate ?? null;
  if (signedOn === null) problems.push('Say when the contract was signed, as "signed: 2026-11-01".');
  if (!deal.value || !deal.currency) problems.push('The deal has no value or no currency.');
  const startsOn = lines.start ?? signedOn;
  const endsOn = lines.end ?? null;
  if (startsOn !== null && endsOn !== null && endsOn <= startsOn) problems.push('The contract ends before it begins.');
  if (problems.length > 0 || !deployment || solutionId === undefined || !signedOn || !startsOn || !deal.value || !deal.currency)
    return { problems };
  return {
    registration: {
      ...deployment,
      solutionId,
      value: deal.value,
      currency: deal.currency,
      signedOn,
      startsOn,
      endsOn,
      marketplaceOn: lines.marketplace ?? null,
    },
  };
}

/**
 * Why a deal cannot be registered, null when it can (API §9).
 * @param microsoftStatus state of Microsoft's leg as last heard of
 */
export function whyNotRegistered(deal: Deal, microsoftStatus: string | null): string | null {
  if (deal.state !== 'won') return 'Only a won deal can be registered.';
  const type = dealTypeOf(deal);
  if (type === 'private') return 'A private deal cannot be registered: only co-sell and partner-led deals can.';
  const accepted = microsoftStatus !== null && /(Accepted|Won)$/.test(microsoftStatus);
  if (type === 'co-sell' && !accepted) return 'A co-sell deal can be registered once Microsoft has accepted or won it.';
  return null;
}
