/** Why a value stays different on the two sides, as the commands say it. */
import type { Difference } from '../domain/merge.ts';

export const differenceWords: { readonly [W in Difference['why']]: string } = {
  frozen: 'It cannot be changed in Partner Center any more.',
  direction: 'The mapping does not carry it this way.',
  currency: 'The org has one currency and this value is in another: it is not taken over.',
  products: "The opportunity's products make its amount; Salesforce's value stays.",
};
