/**
 * What the engine asks of the world, one file for each part of it. Adapters (`salesforce`, `partner-center`, `store`, `system`) implement
 * these types; `app` puts them together. Nothing here runs.
 */
export type * from './ports/answer.ts';
export type * from './ports/crm.ts';
export type * from './ports/health.ts';
export type * from './ports/link.ts';
export type * from './ports/notice.ts';
export type * from './ports/partner.ts';
export type * from './ports/store.ts';
export type * from './ports/world.ts';
