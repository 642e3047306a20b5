/** Finding: something a person should know or fix, with the field and the cure. Rules: API §8. */
import type { FieldName } from './deal.ts';

export interface Finding {
  /** Stable code: `V3`, `MAP_UNKNOWN_FIELD`, … */
  readonly code: string;
  readonly field: FieldName | null;
  /** `blocks` keeps the deal from being sent; `warns` does not. */
  readonly weight: 'blocks' | 'warns';
  /** What is wrong, in plain English. */
  readonly text: string;
  /** What to do, naming the place in Salesforce. */
  readonly cure: string;
}
