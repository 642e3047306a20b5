/** What the simulated org starts with. */
import { always, picklist } from './field-builders.ts';
import { noteObjects } from './note-objects.ts';
import { salesObjects } from './sales-objects.ts';
import type { FieldDefinition, ObjectDefinition } from './schema-model.ts';
import { setupObjects } from './setup-objects.ts';
import { standardField as field } from './system-fields.ts';

/** What differs between orgs before anything is deployed. */
export interface OrgFeatures {
  readonly multiCurrency: boolean;
  readonly teams: boolean;
  /** State and country picklists: `BillingCountryCode` and its like exist. */
  readonly countryPicklists: boolean;
  /** The data service's `DunsNumber` on accounts. */
  readonly dunsNumber: boolean;
  /** Enhanced notes; most orgs have them. */
  readonly enhancedNotes?: boolean;
}

export const standardObjects = (features: OrgFeatures): ObjectDefinition[] => [
  ...salesObjects(features),
  ...(features.enhancedNotes === false ? [] : noteObjects()),
  ...setupObjects(features),
];

/** The field every object with money or owner has in an org with several currencies. */
export const currencyField: FieldDefinition = field('CurrencyIsoCode', 'Picklist', {
  label: 'Currency ISO Code',
  ...always,
  ...picklist(['USD', 'EUR', 'GBP', 'SEK'], true),
});
