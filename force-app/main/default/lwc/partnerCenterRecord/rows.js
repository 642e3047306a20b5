/**
 * Rows of the GraphQL answers, read into plain values.
 * @typedef {{ opportunityId: string, name: string, score: number, reasons: string[] }} Suggestion
 * @typedef {object} Attention something that waits for a person
 * @property {string} id
 * @property {'match' | 'parked' | 'conflict' | 'refused' | 'confirm' | 'settings'} kind
 * @property {string | null} field
 * @property {string | null} opportunityId
 * @property {string | null} opportunityName
 * @property {string | null} salesforceValue
 * @property {string | null} salesforceBy
 * @property {string | null} partnerValue
 * @property {string | null} partnerBy
 * @property {string} message
 * @property {string} cure
 * @property {string} cause
 * @property {Suggestion[]} suggestions
 * @property {number | null} since
 * @typedef {object} Answer a request and what became of it
 * @property {string} id
 * @property {string} kind
 * @property {string | null} outcome null while it is open
 * @property {string} message
 * @property {number | null} askedAt
 * @property {string | null} attentionId
 * @typedef {{ code: string, count: number, cure: string }} Cause
 * @typedef {object} Connection
 * @property {string} id
 * @property {string | null} state
 * @property {number | null} heartbeat
 * @property {string | null} message
 * @property {string | null} settings JSON
 * @property {string | null} version
 * @property {string | null} packageVersion
 * @property {number} backlog
 * @property {number} parked
 * @property {number} links
 * @property {number | null} oldestUnsent
 * @property {number | null} apiUsed
 * @property {number | null} apiLimit
 * @property {string | null} webhookOwner
 * @property {string | null} webhookState
 * @property {number | null} tokenAgeDays
 * @property {number | null} lastSweep
 * @property {Cause[]} causes
 * @property {string | null} cadence
 * @typedef {import('./partnerCenterRecord').Person} Person
 * @typedef {{ id: string, name: string, solutionId: string | null, quantity: number | null }} Solution
 * @typedef {object} Related
 * @property {Attention[]} questions of this deal, and incoming deals that may be this one
 * @property {Answer[]} requests newest first
 * @property {Solution[] | null} solutions null: not visible
 * @property {Person[] | null} contacts primary first; null: not visible
 * @property {Person[]} teamMembers besides the owner
 * @property {Connection | null | undefined} connection null: there is none; undefined: not visible
 */

/** @typedef {Record<string, any>} Node */

/** @param {Node} node @param {string} field @returns {string | null} */
function text(node, field) {
  const value = node[field]?.value;
  return value === undefined || value === null || value === '' ? null : String(value);
}

/** @param {Node} node @param {string} field @returns {number | null} */
function number(node, field) {
  const value = node[field]?.value;
  return value === undefined || value === null || value === '' ? null : Number(value);
}

/** @param {Node} node @param {string} field @returns {number | null} */
function time(node, field) {
  const at = Date.parse(text(node, field) ?? '');
  return Number.isNaN(at) ? null : at;
}

/** A JSON list; empty when it cannot be read. @param {string | null} json @returns {Node[]} */
function list(json) {
  try {
    const value = JSON.parse(json ?? '[]');
    return Array.isArray(value) ? value.filter((one) => one !== null && typeof one === 'object') : [];
  } catch {
    return [];
  }
}

/** Nodes of a connection; null when the answer does not hold it. @param {Node | undefined | null} connection @returns {Node[] | null} */
const nodesOf = (connection) =>
  connection?.edges ? connection.edges.map((/** @type {Node} */ edge) => edge.node) : null;

/** @param {Node} node @returns {Attention} */
export function readAttention(node) {
  return {
    id: node.Id,
    kind: /** @type {Attention['kind']} */ (text(node, 'Kind__c') ?? 'parked'),
    field: text(node, 'Field__c'),
    opportunityId: text(node, 'Opportunity__c'),
    opportunityName: node.Opportunity__r ? text(node.Opportunity__r, 'Name') : null,
    salesforceValue: text(node, 'Salesforce_Value__c'),
    salesforceBy: text(node, 'Salesforce_By__c'),
    partnerValue: text(node, 'Partner_Center_Value__c'),
    partnerBy: text(node, 'Partner_Center_By__c'),
    message: text(node, 'Message__c') ?? '',
    cure: text(node, 'Cure__c') ?? '',
    cause: text(node, 'Cause__c') ?? '',
    suggestions: list(text(node, 'Suggestions__c')).map((one) => ({
      opportunityId: String(one.opportunityId ?? ''),
      name: String(one.name ?? ''),
      score: Number(one.score ?? 0),
      reasons: Array.isArray(one.reasons) ? one.reasons.map(String) : []
    })),
    since: time(node, 'Since__c')
  };
}

/** @param {Node} node @returns {Answer} */
export function readRequest(node) {
  return {
    id: node.Id,
    kind: text(node, 'Kind__c') ?? '',
    outcome: text(node, 'Outcome__c'),
    message: text(node, 'Message__c') ?? '',
    askedAt: time(node, 'CreatedDate'),
    attentionId: text(node, 'Attention__c')
  };
}

/** @param {Node} node @returns {Connection} */
export function readConnection(node) {
  return {
    id: node.Id,
    state: text(node, 'State__c'),
    heartbeat: time(node, 'Heartbeat__c'),
    message: text(node, 'Message__c'),
    settings: text(node, 'Settings__c'),
    version: text(node, 'Version__c'),
    packageVersion: text(node, 'Package_Version__c'),
    backlog: number(node, 'Backlog__c') ?? 0,
    parked: number(node, 'Parked__c') ?? 0,
    links: number(node, 'Links__c') ?? 0,
    oldestUnsent: time(node, 'Oldest_Unsent__c'),
    apiUsed: number(node, 'API_Used__c'),
    apiLimit: number(node, 'API_Limit__c'),
    webhookOwner: text(node, 'Webhook_Owner__c'),
    webhookState: text(node, 'Webhook_State__c'),
    tokenAgeDays: number(node, 'Token_Age_Days__c'),
    lastSweep: time(node, 'Last_Sweep__c'),
    causes: list(text(node, 'Parked_Causes__c')).map((one) => ({
      code: String(one.code ?? ''),
      count: Number(one.count ?? 0),
      cure: String(one.cure ?? '')
    })),
    cadence: text(node, 'Cadence__c')
  };
}

/** @param {Node | null | undefined} node @returns {Person} */
function readPerson(node) {
  const from = node ?? {};
  return {
    firstName: text(from, 'FirstName'),
    lastName: text(from, 'LastName'),
    phone: text(from, 'Phone'),
    email: text(from, 'Email')
  };
}

/**
 * The answer of the deal's query.
 * @param {Node | undefined} data
 * @param {string} recordId
 * @returns {Related}
 */
export function readRelated(data, recordId) {
  const query = data?.uiapi?.query ?? {};
  const own = (nodesOf(query.questions) ?? []).map(readAttention);
  const incoming = (nodesOf(query.incoming) ?? [])
    .map(readAttention)
    .filter(
      (row) =>
        row.opportunityId === null &&
        row.suggestions.some((one) => one.opportunityId.slice(0, 15) === recordId.slice(0, 15))
    );
  const [deal = {}] = nodesOf(query.deals) ?? [];
  const solutions = nodesOf(deal.PC_Opportunity_Solutions__r);
  const contacts = nodesOf(deal.OpportunityContactRoles);
  const connections = nodesOf(query.connection);
  const primaryFirst = (/** @type {Node} */ a, /** @type {Node} */ b) =>
    Number(b.IsPrimary?.value ?? false) - Number(a.IsPrimary?.value ?? false);
  return {
    questions: [...own, ...incoming],
    requests: (nodesOf(query.requests) ?? []).map(readRequest),
    solutions:
      solutions?.map((node) => ({
        id: node.Id,
        name: (node.Solution__r ? text(node.Solution__r, 'Name') : null) ?? text(node, 'Solution_Id__c') ?? '',
        solutionId: text(node, 'Solution_Id__c'),
        quantity: number(node, 'Quantity__c')
      })) ?? null,
    contacts: contacts === null ? null : [...contacts].sort(primaryFirst).map((node) => readPerson(node.Contact)),
    teamMembers: (nodesOf(deal.OpportunityTeamMembers) ?? []).map((node) => readPerson(node.User)),
    connection: connections === null ? undefined : connections[0] ? readConnection(connections[0]) : null
  };
}
