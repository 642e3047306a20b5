/** The doctor's table, in the order it is read out. */
import type { Check } from './check.ts';
import { orgChecks } from './org-checks.ts';
import { serviceChecks } from './service-checks.ts';

export const checks: readonly Check[] = [...orgChecks, ...serviceChecks];
