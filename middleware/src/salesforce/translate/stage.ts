/** Stage ⇄ state (API §14.2): the admin's map first, then the stage's own meaning in the org. */
import type { DealState } from '../../domain/deal.ts';
import type { Mapping } from '../../domain/mapping.ts';
import { toCrmValue, toPartnerValue } from './values.ts';

export interface StageFacts {
  readonly stage: string | null;
  readonly closed: boolean;
  readonly won: boolean;
}

const states: readonly DealState[] = ['new', 'active', 'won', 'lost'];

function meansTheSame(state: DealState, closed: boolean, won: boolean): boolean {
  if (state === 'won') return won;
  return state === 'lost' ? closed && !won : !closed;
}

/** What the stage of an opportunity asks for. */
export function stateOf({ stage, closed, won }: StageFacts, mapping: Mapping): DealState {
  const mapped = stage === null ? null : toPartnerValue(mapping, 'stage', stage);
  const known = states.find((state) => state === mapped);
  // a line that contradicts what the stage means in the org must not close a deal by accident, nor keep a closed one open
  if (known && meansTheSame(known, closed, won)) return known;
  if (stage !== null && stage === mapping.settings.onHoldStage) return 'new';
  if (won) return 'won';
  return closed ? 'lost' : 'active';
}

/** The stage that expresses a state; the settings are the admin's word, the map only fills what they leave open. */
export function stageFor(state: DealState, mapping: Mapping): string {
  const { activeStage, onHoldStage, wonStage, lostStage } = mapping.settings;
  switch (state) {
    case 'won':
      return wonStage || toCrmValue(mapping, 'stage', 'won') || 'Closed Won';
    case 'lost':
    case 'declined':
    case 'expired':
    case 'error':
      return lostStage || toCrmValue(mapping, 'stage', 'lost') || 'Closed Lost';
    case 'new':
      return onHoldStage ?? toCrmValue(mapping, 'stage', 'new') ?? activeStage;
    default:
      return activeStage || toCrmValue(mapping, 'stage', 'active') || 'Prospecting';
  }
}
