/** What entries use of the app. */
export { startService, type RunningService } from './service.ts';
export { openOffline } from './offline.ts';
export type { Command, Commands } from './commands.ts';
export { version } from './version.ts';
export { openOrgReader, type OrgReader } from './open-org-reader.ts';
