/** Which fields of a deal can no longer be changed in Partner Center (API §8.1). */
import type { Deal, FieldName } from './deal.ts';
import { fields } from './fields.ts';
import { isTerminal } from './lifecycle.ts';

/** What decides about freezing: the referral as Partner Center holds it now. */
export interface FreezeFacts {
  readonly partner: Deal;
  /** Microsoft's help was asked for: a Microsoft leg exists. */
  readonly asked: boolean;
}

/** True when Partner Center would refuse a change of this field. The state itself follows `lifecycle`. */
export function isFrozen(field: FieldName, { partner, asked }: FreezeFacts): boolean {
  if (partner.state !== undefined && isTerminal(partner.state)) return true;
  const value = partner[field];
  switch (fields[field].frozen) {
    case 'never':
      return false;
    case 'always':
    case 'created':
      return true;
    case 'asked':
      return asked;
    case 'given':
      return asked || (value !== null && value !== undefined);
    case 'yes':
      return value === true;
  }
}
