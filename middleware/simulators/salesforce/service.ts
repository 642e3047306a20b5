/**
 * A simulated Salesforce org: one function from request to response, plus the hands a test or the demo needs.
 * Starts with standard objects only; everything else arrives by deployment.
 */
import type { Service, Surroundings } from '../wire.ts';
import { createAccess, createShares, hasCustomPermission, type Access, type ProfileKind } from './access.ts';
import { controlRoute } from './control.ts';
import { createDoor, type Route } from './door.ts';
import { attachFlows } from './flow.ts';
import { createJournal, type Journal } from './journal.ts';
import { createOAuth, type RegisteredApp } from './oauth.ts';
import { createOrgFaults, type OrderedFault } from './org-faults.ts';
import type { Org, SentNotification } from './org.ts';
import { createOrgRows, type NewUser } from './org-rows.ts';
import { createDuplicateRules, type DuplicateRule, type ReportedDuplicate } from './duplicate-rules.ts';
import { createSaveEngine } from './save.ts';
import type { FieldValue, RecordValues, SharingModel } from './schema-model.ts';
import { createSessions, type Session, type Sessions } from './sessions.ts';
import { syncSetupRows } from './setup-rows.ts';
import { runSoql, type PrintedRow } from './soql-run.ts';
import { currencyField, standardObjects, type OrgFeatures } from './standard-objects.ts';
import { createOrgState, type OrgState } from './state.ts';
import { defaultSwitches, type OrgSwitches } from './switches.ts';
import { createUserActions, type UserActions } from './user-actions.ts';

export interface SalesforceOrgOptions extends Partial<OrgFeatures> {
  readonly surroundings: Surroundings;
  /** 15 or 18 characters. */
  readonly orgId?: string;
  readonly sandbox?: boolean;
  /** `https://acme.my.salesforce.com` as clients see it; default: from the Host header of each request. */
  readonly origin?: string;
  /** Default sharing of objects, over the built-in: Opportunity and Lead Private, Account and Campaign Read. */
  readonly sharing?: { readonly [object: string]: SharingModel };
  readonly switches?: Partial<OrgSwitches>;
  /** API calls a day; default 100,000. */
  readonly dailyCalls?: number;
  /** Ends idle sessions, ms; default two hours. */
  readonly sessionTimeout?: number;
}

export interface SalesforceOrg {
  readonly service: Service;
  readonly orgId: string;
  /** Metadata, records, transactions; see the head of `state.ts`. */
  readonly state: OrgState;
  readonly sessions: Sessions;
  readonly journal: Journal;
  /** Rights of a user at this moment. */
  access(userId: string): Access;
  addRoute(route: Route): void;
  setOrigin(origin: string): void;

  registerApp(app: RegisteredApp): void;
  /** Adds a user; `admin` may do everything, `standard` uses the standard objects, `minimum` only what permission sets give. */
  addUser(user: NewUser): string;
  userId(username: string): string;
  /** Assigns a permission set or group by name. */
  assign(username: string, permissionSet: string): void;
  unassign(username: string, permissionSet: string): void;
  hasPermission(username: string, customPermission: string): boolean;
  /** A session without a sign-in, as `sf org login access-token` would use it. */
  login(username: string): Session;

  /** Writes as a user would through the page: all rules of a save, flows included. Rights are the door's matter (`access`). */
  asUser(username: string): UserActions;
  /** As the administrator. */
  insert(object: string, values: RecordValues): string;
  update(id: string, values: RecordValues): void;
  delete(id: string): void;
  undelete(id: string): void;
  /** All stored fields; undefined when there is no such row. */
  get(id: string): RecordValues | undefined;
  /** A query with an administrator's rights; throws ApiError. */
  query(soql: string): readonly PrintedRow[];
  /** Gives a user rights on one row, as a manual share or a sharing rule would. */
  share(recordId: string, username: string, level: 'read' | 'edit'): void;

  /** A duplicate rule of the customer's admin. */
  addDuplicateRule(rule: DuplicateRule): void;
  clearDuplicateRules(): void;
  /** Rows that were saved although a rule matched them. */
  readonly reportedDuplicates: readonly ReportedDuplicate[];
  /** The next writes to the row fail with UNABLE_TO_LOCK_ROW. */
  lockRow(id: string, times?: number): void;
  /** From now on the deal's Amount is the sum of its products; a written amount is dropped silently. */
  giveProducts(opportunityId: string, amount: FieldValue): void;
  /** Orders a fault; see `OrderedFault`. */
  failNext(fault: OrderedFault): void;
  clearFaults(): void;
  expireTokens(): void;
  revokeTokens(): void;
  setDailyLimit(max: number, used?: number): void;
  setLimit(name: string, max: number, remaining: number): void;
  readonly notifications: readonly SentNotification[];
}

export function createSalesforceOrg(options: SalesforceOrgOptions): SalesforceOrg {
  const switches: OrgSwitches = { ...defaultSwitches, ...options.switches };
  const features: OrgFeatures = {
    multiCurrency: options.multiCurrency ?? false,
    teams: options.teams ?? false,
    countryPicklists: options.countryPicklists ?? false,
    dunsNumber: options.dunsNumber ?? false,
    enhancedNotes: options.enhancedNotes ?? true,
  };
  const state = createOrgState({
    surroundings: options.surroundings,
    ...(options.orgId === undefined ? {} : { orgId: options.orgId }),
    objects: standardObjects(features).map((object) => ({
      ...object,
      sharingModel: options.sharing?.[object.name] ?? object.sharingModel,
    })),
    complete: (object) =>
      features.multiCurrency && (object.kind === 'standard' || object.kind === 'custom') && !object.fields.has('CurrencyIsoCode')
        ? { ...object, fields: new Map(object.fields).set('CurrencyIsoCode', currencyField) }
        : object,
    stampGrain: switches.stampGrainMs,
  });
  const duplicates = createDuplicateRules(state);
  const save = createSaveEngine(state, switches, duplicates);
  state.save = save;
  const rows = createOrgRows(state, features, options.sandbox ?? false);
  const sessions = createSessions(state, options.sessionTimeout);
  const shares = createShares();
  const org: Org = {
    state,
    save,
    switches,
    features,
    shares,
    sessions,
    duplicates,
    oauth: createOAuth(state, sessions, switches),
    usage: { used: 0, max: options.dailyCalls ?? 100_000 },
    cursors: new Map(),
    notifications: [],
    limits: new Map(),
  };
  attachFlows(state, {
    notify: ({ notificationTypeId, ...sent }) => {
      const type = state.record(notificationTypeId)?.['DeveloperName'];
      org.notifications.push({ ...sent, type: String(type ?? notificationTypeId), at: state.now() });
    },
  });
  const journal = createJournal();
  const faults = createOrgFaults();
  const routes: Route[] = [];
  let fixedOrigin = options.origin ?? null;
  let setupVersion = -1;

  const syncSetup = (): void => {
    if (state.schema.version() === setupVersion) return;
    setupVersion = state.schema.version();
    syncSetupRows(state);
  };
  const access = (userId: string): Access => createAccess(state, shares, switches, userId);

  const userId = (username: string): string => {
    const id = state.find('User', 'Username', username)[0]?.['Id'] ?? state.record(username)?.['Id'];
    if (typeof id !== 'string') throw new Error(`The simulated org has no user ${username}.`);
    return id;
  };
  const admin = createUserActions(org, rows.adminId);
  const service = createDoor({ org, routes, faults, journal, access, syncSetup, origin: () => fixedOrigin });

  const salesforceOrg: SalesforceOrg = {
    service,
    orgId: state.orgId,
    state,
    sessions,
    journal,
    access,
    addRoute: (route) => {
      routes.push(route);
    },
    setOrigin: (origin) => {
      fixedOrigin = origin;
    },
    registerApp: (app) => org.oauth.registerApp(app),
    addUser: rows.addUser,
    userId,
    assign: (username, permissionSet) => {
      syncSetup();
      rows.assign(userId(username), permissionSet);
    },
    unassign: (username, permissionSet) => rows.unassign(userId(username), permissionSet),
    hasPermission: (username, customPermission) => hasCustomPermission(state, userId(username), customPermission),
    login: (username) => sessions.open(userId(username)),
    asUser: (username) => createUserActions(org, userId(username)),
    insert: (object, values) => admin.insert(object, values),
    update: (id, values) => admin.update(id, values),
    delete: (id) => admin.delete(id),
    undelete: (id) => save.undelete(id, rows.adminId),
    get: (id) => state.record(id),
    query: (soql) => {
      syncSetup();
      const scope = { state, access: access(rows.adminId), version: 'v66.0', soql };
      return runSoql(scope, { includeDeleted: false, shares, switches }).rows;
    },
    share: (recordId, username, level) => shares.share(String(state.record(recordId)?.['Id'] ?? recordId), userId(username), level),
    addDuplicateRule: (rule) => duplicates.add(rule),
    clearDuplicateRules: () => duplicates.clear(),
    reportedDuplicates: duplicates.reported,
    lockRow: (id, times = 1) => save.lockRow(id, times),
    giveProducts: (opportunityId, amount) => {
      const record = state.record(opportunityId);
      if (record) state.put('Opportunity', { ...record, HasOpportunityLineItem: true, Amount: amount });
    },
    failNext: (fault) => faults.order(fault),
    clearFaults: () => faults.clear(),
    expireTokens: () => sessions.expireAll(),
    revokeTokens: () => sessions.revokeAll(),
    setDailyLimit: (max, used) => {
      org.usage.max = max;
      if (used !== undefined) org.usage.used = used;
    },
    setLimit: (name, max, remaining) => void org.limits.set(name, { max, remaining }),
    get notifications() {
      return org.notifications;
    },
  };
  routes.push(controlRoute(salesforceOrg));
  return salesforceOrg;
}

export type { ProfileKind, RegisteredApp, NewUser, OrderedFault, OrgSwitches, Route, UserActions };
