/** What the doctor found out, before anybody judges it. */
import type { ServiceFacts } from '../schema.ts';

/** A fact, why it could not be found out, or why this run does not ask for it. */
export type Asked<T> =
  | { readonly kind: 'known'; readonly value: T }
  | { readonly kind: 'unknown'; readonly why: string }
  | { readonly kind: 'left-out'; readonly why: string };

export interface OrgFacts {
  /** 18 characters. */
  readonly orgId: string;
  readonly name: string;
  readonly isSandbox: boolean;
  /** Server's clock minus ours, ms; null when it could not be told. */
  readonly skewMs: number | null;
}

/** Names missing in the org, as `Object` or `Object.Field`. */
export interface PackageFacts {
  /** Nothing of it was ever deployed: everything else about it is no finding of its own. */
  readonly none: boolean;
  readonly missingObjects: readonly string[];
  readonly missingFields: readonly string[];
  readonly fields: number;
}

export interface VisibleFacts {
  /** User name of the integration user. */
  readonly user: string;
  readonly hidden: readonly string[];
  readonly readOnly: readonly string[];
}

/** Active users by permission set. */
export interface AssignmentFacts {
  readonly integration: readonly string[];
  readonly sellers: readonly string[];
  readonly admins: readonly string[];
  /** User name the service signs in with, as far as the settings say. */
  readonly expected: string | null;
}

export interface FlowFacts {
  readonly missing: readonly string[];
  readonly inactive: readonly string[];
  /** An older version runs. */
  readonly outdated: readonly string[];
  readonly active: readonly string[];
}

export interface RecordTypeFacts {
  readonly name: string;
  readonly missing: readonly string[];
}

export interface FeatureFacts {
  readonly multiCurrency: boolean;
  readonly teams: boolean;
  readonly countryPicklists: boolean;
  readonly notes: boolean;
}

export interface GuardFacts {
  readonly named: boolean;
  readonly sandboxNamed: boolean;
  /** Partner Center is a simulator on this machine: nothing real can be sent. */
  readonly simulated: boolean;
}

export interface DoctorFacts {
  readonly org: Asked<OrgFacts>;
  readonly package: Asked<PackageFacts>;
  readonly visible: Asked<VisibleFacts>;
  readonly assignments: Asked<AssignmentFacts>;
  /** May the integration user read the event? */
  readonly event: Asked<boolean>;
  readonly flows: Asked<FlowFacts>;
  readonly recordTypes: Asked<readonly RecordTypeFacts[]>;
  readonly features: Asked<FeatureFacts>;
  readonly guard: Asked<GuardFacts>;
  /** Where the commands ran: a running service answered, or none did. */
  readonly reached: Asked<'running service' | 'this process'>;
  readonly service: Asked<ServiceFacts>;
}

export const known = <T>(value: T): Asked<T> => ({ kind: 'known', value });
