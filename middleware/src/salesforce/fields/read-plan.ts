/**
 * What can be read and written in this org: the mapping met with what the integration user sees. A mapped field the org lacks is
 * left out and named in a finding; features (teams, several currencies, country picklists) are found, not configured.
 */
import type { FieldName } from '../../domain/deal.ts';
import { fields } from '../../domain/fields.ts';
import type { FieldRule, Mapping } from '../../domain/mapping.ts';
import type { Finding } from '../../domain/validate.ts';
import type { FieldFacts, ObjectFacts } from '../client/client.ts';
import { resolvePath, type Describe, type ResolvedPath } from './resolve-path.ts';
import { auditField, displayFields, enteringRules, indispensable, sharingField } from './service-fields.ts';

/** A line of the mapping that holds in this org. */
export interface Source {
  readonly rule: FieldRule;
  /** Null for a value that is the same for all deals (the currency of a single-currency org) or that stands in child rows. */
  readonly at: ResolvedPath | null;
  /** Read before `at` where the org has it: the two-letter code beside a country name. */
  readonly preferred: ResolvedPath | null;
}

export interface Features {
  readonly multiCurrency: boolean;
  readonly team: boolean;
  readonly solutions: boolean;
  readonly contactRoles: boolean;
  readonly requests: boolean;
  /** Notes are an enhanced note: an admin chose it, and the org has them. */
  readonly sharedNote: boolean;
  readonly duns: boolean;
  /** `Website` of an account. */
  readonly website: boolean;
  readonly countryCodes: boolean;
  /** Phone columns of a contact and of a user. */
  readonly contactMobile: boolean;
  readonly userMobile: boolean;
}

export interface ReadPlan {
  readonly mapping: Mapping;
  readonly sources: readonly Source[];
  readonly features: Features;
  /** Own fields of the opportunity as the integration user sees them. */
  readonly opportunity: ReadonlyMap<string, FieldFacts>;
  readonly findings: readonly Finding[];
  /** What a deal is worth in when the org has one currency only. */
  readonly orgCurrency: string | null;
}

/** Salesforce Path by which an admin chooses an enhanced note for the notes. */
export const notePath = 'ContentNotes';
export const isNotePath = (rule: FieldRule): boolean => rule.field === 'notes' && rule.crmPath.toLowerCase() === notePath.toLowerCase();

/** Paths that exist only in some editions or with some features: their absence is no mistake. */
const optional: ReadonlySet<string> = new Set([
  'CurrencyIsoCode',
  'Account.DunsNumber',
  'Account.BillingCountryCode',
  'Account.BillingStateCode',
  'OpportunityTeamMembers',
]);

const childFields: { readonly [F in FieldName]?: keyof Features } = { contacts: 'contactRoles', team: 'team', solutions: 'solutions' };

const missing = (rule: FieldRule): Finding => ({
  code: 'CRM_FIELD_MISSING',
  field: rule.field,
  record: rule.record,
  weight: 'warns',
  text: `"${rule.crmPath}" of the mapping record ${rule.record} does not exist in this org, or the integration user cannot see it. ${fields[rule.field].label} is left out.`,
  cure: 'Give read access to the field to the integration user (permission set "Partner Center: integration"), or correct Salesforce Path in the record.',
});

const notInstalled = (name: string): Finding => ({
  code: 'CRM_FIELD_MISSING',
  field: null,
  weight: 'blocks',
  text: `The field ${name} of the package is missing on the opportunity, or the integration user cannot see it.`,
  cure: 'Deploy the package again and assign the permission set "Partner Center: integration" to the integration user.',
});

function featuresOf(
  opportunity: ObjectFacts,
  account: ObjectFacts | null,
  contact: ObjectFacts | null,
  user: ObjectFacts | null,
): Features {
  const { children } = opportunity;
  return {
    multiCurrency: opportunity.fields.has('CurrencyIsoCode'),
    team: children.has('OpportunityTeamMembers'),
    solutions: children.has('PC_Opportunity_Solutions__r'),
    contactRoles: children.has('OpportunityContactRoles'),
    requests: children.has('PC_Requests__r'),
    sharedNote: false,
    duns: account?.fields.has('DunsNumber') ?? false,
    website: account?.fields.has('Website') ?? false,
    countryCodes: account?.fields.has('BillingCountryCode') ?? false,
    contactMobile: contact?.fields.has('MobilePhone') ?? false,
    userMobile: user?.fields.has('MobilePhone') ?? false,
  };
}

/** `Account.BillingCountry` → `Account.BillingCountryCode`, when the org has state and country picklists. */
async function preferredPath(describe: Describe, rule: FieldRule): Promise<ResolvedPath | null> {
  return rule.transform === 'country' && !/code$/i.test(rule.crmPath) ? resolvePath(describe, `${rule.crmPath}Code`) : null;
}

/** Throws what `describe` throws; an invisible Opportunity is a plan with a blocking finding. */
export async function makeReadPlan(describe: Describe, mapping: Mapping, orgCurrency: string | null): Promise<ReadPlan> {
  const [opportunity, account, contact, user] = await Promise.all([
    describe('Opportunity'),
    describe('Account'),
    describe('Contact'),
    describe('User'),
  ]);
  const facts: ObjectFacts = opportunity ?? { keyPrefix: null, fields: new Map(), children: new Map() };
  let features = featuresOf(facts, account, contact, user);
  const findings: Finding[] = indispensable.filter((name) => !facts.fields.has(name)).map(notInstalled);
  const sources: Source[] = [];

  const mapped = new Set(mapping.fields.map((rule) => rule.field));
  const rules = [...mapping.fields.filter((rule) => rule.direction !== 'off'), ...enteringRules.filter((rule) => !mapped.has(rule.field))];
  for (const rule of rules) {
    const feature = childFields[rule.field];
    if (feature !== undefined) {
      // without a team the owner still is one
      if (features[feature] || rule.field === 'team') sources.push({ rule, at: null, preferred: null });
      else findings.push(missing(rule));
      continue;
    }
    if (isNotePath(rule)) {
      if ((await describe('ContentNote')) === null) findings.push(missing(rule));
      else {
        sources.push({ rule, at: null, preferred: null });
        features = { ...features, sharedNote: true };
      }
      continue;
    }
    const at = await resolvePath(describe, rule.crmPath);
    if (at) sources.push({ rule, at, preferred: await preferredPath(describe, rule) });
    else if (rule.field === 'currency' && !features.multiCurrency) sources.push({ rule, at: null, preferred: null });
    else if (!optional.has(rule.crmPath)) findings.push(missing(rule));
  }
  return { mapping, sources, features, opportunity: facts.fields, findings, orgCurrency };
}

const always = [
  'Id',
  'Name',
  'StageName',
  'IsClosed',
  'IsWon',
  'OwnerId',
  'AccountId',
  'LastModifiedDate',
  'LastModifiedById',
  'LastModifiedBy.Name',
];

/** Columns of one query that reads deals whole. The audit is large: it is left out of big batches. */
export function columnsOf(plan: ReadPlan, withAudit: boolean): readonly string[] {
  const own = [
    sharingField,
    'Products__c',
    'HasOpportunityLineItem',
    ...Object.values(displayFields),
    ...(withAudit ? [auditField] : []),
  ].filter((name) => plan.opportunity.has(name));
  const mapped = plan.sources.flatMap(({ at, preferred }) => [at?.path, preferred?.path].filter((path) => path !== undefined));
  const owner = [
    'Owner.Email',
    'Owner.FirstName',
    'Owner.LastName',
    'Owner.Phone',
    ...(plan.features.userMobile ? ['Owner.MobilePhone'] : []),
  ];
  return [...new Set([...always, ...own, ...owner, ...mapped])];
}

const person = (prefix: string, mobile: boolean): string =>
  ['Email', 'FirstName', 'LastName', 'Phone', ...(mobile ? ['MobilePhone'] : [])].map((name) => `${prefix}.${name}`).join(', ');

/** Requests nobody has answered for good yet. */
export const openRequests = "(Outcome__c = null OR Outcome__c = 'Later')";

/** Child subqueries of the same query. */
export function subqueriesOf({ features }: ReadPlan): readonly string[] {
  return [
    ...(features.contactRoles
      ? [
          `(SELECT Id, ContactId, IsPrimary, ${person('Contact', features.contactMobile)}, Contact.LastModifiedDate FROM OpportunityContactRoles ORDER BY CreatedDate, Id)`,
        ]
      : []),
    ...(features.team
      ? [`(SELECT Id, UserId, ${person('User', features.userMobile)} FROM OpportunityTeamMembers ORDER BY CreatedDate, Id)`]
      : []),
    ...(features.solutions
      ? ['(SELECT Id, Solution__r.Name, Solution__r.Solution_Id__c FROM PC_Opportunity_Solutions__r ORDER BY CreatedDate, Id)']
      : []),
    ...(features.requests
      ? [
          `(SELECT Id, Kind__c, Reason__c, Field__c, Value__c, Target__c, Note__c, CreatedDate, CreatedBy.Name FROM PC_Requests__r WHERE ${openRequests} ORDER BY CreatedDate, Id)`,
        ]
      : []),
  ];
}
