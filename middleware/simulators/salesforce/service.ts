/**
 * A simulated Salesforce org: one function from request to response, plus the hands a test or the demo needs.
 * Starts with standard objects only; everything else arrives by deployment.
 */
import { json, type Service, type SimRequest, type SimResponse, type Surroundings } from '../wire.ts';
import { createAccess, createShares, hasCustomPermission, type Access, type ProfileKind } from './access.ts';
import { controlRoute } from './control.ts';
import { attachFlows } from './flow.ts';
import { createJournal, type Journal } from './journal.ts';
import { createOAuth, type RegisteredApp } from './oauth.ts';
import { ApiError, RowError } from './org-errors.ts';
import { createOrgFaults, underFault, type OrderedFault } from './org-faults.ts';
import type { Call, Org, SentNotification } from './org.ts';
import { createOrgRows, type NewUser } from './org-rows.ts';
import { answerCall, apiVersions, dataPath, stepsOf } from './rest.ts';
import { createDuplicateRules, type DuplicateRule, type ReportedDuplicate } from './duplicate-rules.ts';
import { createSaveEngine } from './save.ts';
import type { FieldValue, RecordValues, SharingModel } from './schema-model.ts';
import { createSessions, type Session, type Sessions } from './sessions.ts';
import { syncSetupRows } from './setup-rows.ts';
import { runSoql, type PrintedRow } from './soql-run.ts';
import { answerUserInfo } from './soap-user-info.ts';
import { currencyField, standardObjects, type OrgFeatures } from './standard-objects.ts';
import { createOrgState, type OrgState } from './state.ts';
import { defaultSwitches, type OrgSwitches } from './switches.ts';

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

/**
 * A part of the org that answers paths of its own (metadata deployment …), before everything else. It gets the request as it came, double
 * slashes collapsed, and answers null for what is not its own. A route finds the caller with `org.sessions.check(token)`.
 */
export type Route = (request: SimRequest, path: string, origin: string) => SimResponse | Promise<SimResponse> | null;

export interface UserActions {
  readonly userId: string;
  insert(object: string, values: RecordValues): string;
  update(id: string, values: RecordValues): void;
  delete(id: string): void;
  /** The page's Clone: every field the user sees and may fill comes along, with the changes made before saving. Returns the id. */
  clone(id: string, changes: RecordValues): string;
  /** Accounts or contacts become one. */
  merge(masterId: string, ...loserIds: readonly string[]): void;
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
  let fixedOrigin = options.origin;
  let setupVersion = -1;

  const syncSetup = (): void => {
    if (state.schema.version() === setupVersion) return;
    setupVersion = state.schema.version();
    syncSetupRows(state);
  };
  const access = (userId: string): Access => createAccess(state, shares, switches, userId);
  const originOf = (request: SimRequest): string =>
    fixedOrigin ?? `${request.headers['x-forwarded-proto'] ?? 'http'}://${request.headers['host'] ?? 'localhost'}`;

  const answer = async (
    request: SimRequest,
    path: string,
  ): Promise<{ readonly response: SimResponse; readonly calls: number; readonly userId: string | null }> => {
    const origin = originOf(request);
    for (const route of routes) {
      const response = await route(request, path, origin);
      if (response) return { response, calls: path.startsWith('/__control') ? 0 : 1, userId: null };
    }
    const url = new URL(path, 'http://org');
    if (url.pathname === '/services/oauth2/token') return { response: org.oauth.token(request, origin), calls: 0, userId: null };
    if (url.pathname === '/services/data') return { response: json(200, apiVersions), calls: 0, userId: null };
    const soap = answerUserInfo(org, request, path);
    if (soap) return { response: soap, calls: 1, userId: null };
    const session = sessions.check(url.searchParams.get('oauth_token') ?? tokenOf(request));
    if (url.pathname === '/services/oauth2/revoke') {
      const token = url.searchParams.get('token') ?? new URLSearchParams(Buffer.from(request.body).toString('utf8')).get('token');
      sessions.revoke(token ?? '');
      return { response: { status: 200, headers: {}, body: '' }, calls: 0, userId: null };
    }
    if (url.pathname === '/services/oauth2/userinfo' || /^\/id\/\w+\/\w+$/.test(url.pathname)) {
      const calls = switches.userinfoCharged ? 1 : 0;
      if (!session)
        return { response: { status: 403, headers: { 'content-type': 'text/html' }, body: 'Bad_OAuth_Token' }, calls: 0, userId: null };
      return { response: json(200, org.oauth.identity(session.userId, origin)), calls, userId: session.userId };
    }
    const match = dataPath.exec(url.pathname);
    if (!match)
      return {
        response: json(404, [{ errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' }]),
        calls: 0,
        userId: null,
      };
    if (!session)
      return { response: json(401, [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }]), calls: 0, userId: null };
    // The list of resources is free.
    const calls = match[2] === undefined || match[2] === '' ? 0 : 1;
    if (calls > 0 && org.usage.used >= org.usage.max) {
      return {
        response: json(403, [{ message: 'TotalRequests Limit exceeded.', errorCode: 'REQUEST_LIMIT_EXCEEDED' }]),
        calls: 0,
        userId: session.userId,
      };
    }
    org.usage.used += calls;
    return { response: dataAnswer(request, match, url, session.userId, origin, calls), calls, userId: session.userId };
  };

  const dataAnswer = (
    request: SimRequest,
    match: RegExpExecArray,
    url: URL,
    userId: string,
    origin: string,
    calls: number,
  ): SimResponse => {
    const version = match[1] ?? 'v66.0';
    const limitHeader: { [name: string]: string } =
      calls > 0 ? { 'sforce-limit-info': `api-usage=${org.usage.used}/${org.usage.max}` } : {};
    if (!apiVersions.some((one) => one.url.endsWith(version)))
      return json(404, [{ errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' }]);
    const call: Call = {
      method: (url.searchParams.get('_HttpMethod') ?? request.method).toUpperCase(),
      steps: stepsOf(match[2]),
      query: url.searchParams,
      version,
      headers: request.headers,
      json: () => parseBody(request),
      raw: request,
      userId,
      access: access(userId),
      origin,
    };
    const printed = answerCall(org, call);
    const headers = { ...limitHeader, ...printed.headers };
    if (printed.raw !== undefined)
      return { status: printed.status, headers: { 'content-type': 'application/octetstream', ...headers }, body: printed.raw };
    if (printed.body === undefined) return { status: printed.status, headers, body: '' };
    return {
      status: printed.status,
      headers: { 'content-type': 'application/json;charset=UTF-8', ...headers },
      body: JSON.stringify(printed.body),
    };
  };

  const service: Service = async (request) => {
    syncSetup();
    // The command line keeps the instance URL with a slash at its end and then asks for `//services/…`.
    const path = request.url.replace(/^[^?]*/, (bare) => bare.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1'));
    let calls = 0;
    let userId: string | null = null;
    const work = async (): Promise<SimResponse> => {
      const answered = await answer(request, path);
      ({ calls, userId } = answered);
      return answered.response;
    };
    const fault = path.startsWith('/__control') ? null : faults.take(request.method, path);
    let status = 0;
    try {
      const response = await (fault ? underFault(fault, work) : work());
      status = response.status;
      return { ...response, headers: { date: new Date(state.now()).toUTCString(), ...response.headers } };
    } finally {
      if (!path.startsWith('/__control')) journal.add({ at: state.now(), method: request.method, path, status, calls, userId });
    }
  };

  const userId = (username: string): string => {
    const id = state.find('User', 'Username', username)[0]?.['Id'] ?? state.record(username)?.['Id'];
    if (typeof id !== 'string') throw new Error(`The simulated org has no user ${username}.`);
    return id;
  };
  const objectOf = (id: string): string => {
    const object = state.schema.objectByPrefix(id.slice(0, 3));
    if (!object) throw new RowError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', [], 404);
    return object.name;
  };
  const actions = (user: string): UserActions => ({
    userId: user,
    insert: (object, values) => save.insert(object, values, user),
    update: (id, values) => save.update(objectOf(id), id, values, user),
    delete: (id) => save.delete(id, user),
    clone: (id, changes) => {
      const name = objectOf(id);
      const rights = access(user);
      const object = state.schema.object(name);
      const source = state.record(id) ?? {};
      const copied = [...(object?.fields.values() ?? [])].filter(
        (field) =>
          object &&
          field.createable !== false &&
          field.formula === undefined &&
          rights.canReadField(object, field) &&
          rights.canEditField(object, field),
      );
      return save.clone(
        name,
        { ...Object.fromEntries(copied.flatMap(({ name: one }) => (source[one] === undefined ? [] : [[one, source[one]]]))), ...changes },
        user,
      );
    },
    merge: (masterId, ...loserIds) => save.merge(masterId, loserIds, user),
  });
  const admin = actions(rows.adminId);

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
    asUser: (username) => actions(userId(username)),
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

const tokenOf = (request: SimRequest): string => /^(?:bearer|oauth)\s+(.+)$/i.exec(request.headers['authorization'] ?? '')?.[1] ?? '';

function parseBody(request: SimRequest): unknown {
  const text = Buffer.from(request.body).toString('utf8');
  if (text === '') return null;
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    throw new ApiError(400, 'JSON_PARSER_ERROR', 'The body is no valid JSON.');
  }
}

export type { ProfileKind, RegisteredApp, NewUser, OrderedFault, OrgSwitches };
