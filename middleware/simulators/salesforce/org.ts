/** One simulated org with its parts, and what a request handler gets and gives. */
import type { SimRequest } from '../wire.ts';
import type { Access, Shares } from './access.ts';
import type { DuplicateRules } from './duplicate-rules.ts';
import type { OAuth } from './oauth.ts';
import type { OrgSaveEngine } from './save.ts';
import type { Sessions } from './sessions.ts';
import type { PrintedRow } from './soql-run.ts';
import type { OrgFeatures } from './standard-objects.ts';
import type { OrgState } from './state.ts';
import type { OrgSwitches } from './switches.ts';

export interface Org {
  readonly state: OrgState;
  readonly save: OrgSaveEngine;
  readonly switches: OrgSwitches;
  readonly features: OrgFeatures;
  readonly shares: Shares;
  readonly sessions: Sessions;
  readonly oauth: OAuth;
  readonly duplicates: DuplicateRules;
  readonly usage: Usage;
  /** Open query cursors by locator. */
  readonly cursors: Map<string, readonly PrintedRow[]>;
  /** Notifications sent by the standard action, oldest first. */
  readonly notifications: SentNotification[];
  /** Extra entries of `GET /limits` and overrides of the standard ones. */
  readonly limits: Map<string, { max: number; remaining: number }>;
}

export interface Usage {
  used: number;
  max: number;
}

export interface SentNotification {
  readonly type: string;
  readonly recipientIds: readonly string[];
  readonly title: string;
  readonly body: string;
  readonly targetId: string | null;
  /** Epoch ms. */
  readonly at: number;
}

/** A request to `/services/data/vNN.0/…`, authenticated. */
export interface Call {
  readonly method: string;
  /** Steps after the version, decoded. */
  readonly steps: readonly string[];
  readonly query: URLSearchParams;
  /** `v66.0` */
  readonly version: string;
  readonly headers: SimRequest['headers'];
  /** Parsed JSON body; null when there is none. Throws ApiError JSON_PARSER_ERROR. */
  json(): unknown;
  readonly raw: SimRequest;
  readonly userId: string;
  readonly access: Access;
  readonly origin: string;
}

/** Printed as JSON unless there is no body, or one that goes out as it is. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly raw?: string;
  readonly headers?: { readonly [name: string]: string };
}

/** Null = not mine. */
export type Handler = (org: Org, call: Call) => Answer | null;

export const isObject = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
