/** The doctor's table: each check judges facts and names the one thing to do. Pure. */
import type { Asked, DoctorFacts, FeatureFacts, FlowFacts } from './facts.ts';

/** `unknown`: it was asked and could not be told. `left out`: this run has no means to ask. */
export type Standing = 'good' | 'attention' | 'unknown' | 'left out';

export interface Verdict {
  readonly standing: Standing;
  readonly found: string;
  /** The one thing to do; null when there is nothing. */
  readonly todo: string | null;
}

export interface Check {
  readonly id: string;
  readonly title: string;
  judge(facts: DoctorFacts): Verdict;
}

const good = (found: string): Verdict => ({ standing: 'good', found, todo: null });
const attention = (found: string, todo: string): Verdict => ({ standing: 'attention', found, todo });

/** At most this far apart; a JWT is accepted for three minutes (Salesforce APIs §1.1). */
const mostSkewMs = 60_000;

const some = (names: readonly string[], most = 6): string => (names.length <= most ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${names.length - most} more`);

/** A check over one fact; what is not known is said as it is. */
function check<K extends keyof DoctorFacts>(id: string, title: string, fact: K, judge: (value: Extract<DoctorFacts[K], { kind: 'known' }>['value'], all: DoctorFacts) => Verdict): Check {
  return {
    id,
    title,
    judge(facts) {
      const asked: Asked<unknown> = facts[fact];
      if (asked.kind === 'known') return judge(asked.value as Extract<DoctorFacts[K], { kind: 'known' }>['value'], facts);
      return asked.kind === 'unknown' ? { standing: 'unknown', found: asked.why, todo: 'Cure this first, then run the doctor again.' } : { standing: 'left out', found: asked.why, todo: null };
    },
  };
}

const seconds = (ms: number): string => `${(Math.abs(ms) / 1_000).toFixed(0)} s ${ms > 0 ? 'behind' : 'ahead of'}`;

function judgeSkew(remote: string, ms: number | null): Verdict {
  if (ms === null) return { standing: 'unknown', found: `${remote} did not tell its time.`, todo: `Check that this machine reaches ${remote}.` };
  if (Math.abs(ms) <= mostSkewMs) return good(`within a minute of ${remote}`);
  return attention(`this machine's clock is ${seconds(ms)} ${remote}`, 'Switch on time synchronisation (NTP) on the machine of the service.');
}

/** Parts of the package for features that the org has. */
function wantedParts(features: FeatureFacts, flows: FlowFacts | null): readonly string[] {
  const deployed = (flow: string): boolean => flows === null || flows.active.includes(flow) || flows.inactive.includes(flow) || flows.outdated.includes(flow);
  return [...(features.teams && !deployed('PC_Team_Member_Changed') ? ['teams'] : []), ...(features.multiCurrency && !deployed('PC_Opportunity_Currency_Changed') ? ['multicurrency'] : [])];
}

const featureNames: { readonly [F in keyof FeatureFacts]: string } = { multiCurrency: 'several currencies', teams: 'opportunity teams', countryPicklists: 'state and country picklists', notes: 'enhanced notes' };

export const checks: readonly Check[] = [
  check('org', 'Sign-in to Salesforce', 'org', (org) => good(`${org.name || 'org'} ${org.orgId}${org.isSandbox ? ', a sandbox' : ''}`)),

  check('package', 'Package deployed', 'package', ({ missingObjects, missingFields, fields }) => {
    const missing = [...missingObjects, ...missingFields];
    if (missing.length === 0) return good(`all objects, ${fields} fields`);
    return attention(`missing: ${some(missing)}`, 'Run "cosell deploy --org <alias>".');
  }),

  check('visible', 'Fields visible to the integration user', 'visible', ({ user, hidden, readOnly }) => {
    if (hidden.length > 0) return attention(`${user} does not see ${some(hidden)}`, `Assign the permission set PC_Integration to ${user}.`);
    if (readOnly.length > 0) return attention(`${user} may not change ${some(readOnly)}`, `Deploy the permission set PC_Integration again: "cosell deploy --org <alias>".`);
    return good(`${user} sees and changes what it needs`);
  }),

  check('integration', 'Integration user', 'assignments', ({ integration, expected }) => {
    const [first, ...others] = integration;
    if (first === undefined) return attention('nobody has the permission set PC_Integration', `Assign PC_Integration to the integration user${expected === null ? '' : ` ${expected}`}.`);
    if (expected !== null && !integration.some((name) => name.toLowerCase() === expected.toLowerCase())) {
      return attention(`PC_Integration belongs to ${some(integration)}, the service signs in as ${expected}`, `Assign PC_Integration to ${expected}.`);
    }
    if (others.length > 0) return attention(`${some(integration)} have PC_Integration: changes they make by hand are never sent`, 'Take PC_Integration from everybody but the integration user.');
    return good(first);
  }),

  check('people', 'Sellers and administrators', 'assignments', ({ sellers, admins }) => {
    if (sellers.length === 0) return attention('no active user has PC_Seller', 'Assign PC_Seller to the people who sell with Microsoft.');
    if (admins.length === 0) return attention('no active user has PC_Admin', 'Assign PC_Admin, or the group PC_Partner_Center_Admins, to an administrator.');
    return good(`${sellers.length} with PC_Seller, ${admins.length} with PC_Admin`);
  }),

  check('event', 'Event readable', 'event', (readable) =>
    readable ? good('the integration user may subscribe to PC_Sync_Request__e') : attention('the integration user may not read PC_Sync_Request__e: changes are found by the sweep only', 'Assign the permission set PC_Integration to the integration user.'),
  ),

  check('flows', 'Flows active', 'flows', ({ missing, inactive, outdated, active }) => {
    if (missing.length > 0) return attention(`not deployed: ${some(missing)}`, 'Run "cosell deploy --org <alias>".');
    if (inactive.length > 0) return attention(`inactive: ${some(inactive)}`, 'Activate them: Setup, Flows, open each one, Activate.');
    if (outdated.length > 0) return attention(`an older version runs of ${some(outdated)}`, 'Activate the latest version: Setup, Flows, open each one, Activate.');
    return good(`${active.length} flows`);
  }),

  check('picklist', 'Values of "How can Microsoft help?"', 'recordTypes', (types) => {
    const lacking = types.filter((type) => type.missing.length > 0);
    if (lacking.length === 0) return good(types.length === 1 ? 'all values' : `all values in ${types.length} record types`);
    return attention(
      lacking.map((type) => `record type ${type.name} lacks ${some(type.missing, 2)}`).join('; '),
      'Add all values: Setup, Object Manager, Opportunity, Record Types, each one, How can Microsoft help?, Edit.',
    );
  }),

  check('features', 'Features of the org', 'features', (features, all) => {
    const on = (Object.keys(featureNames) as (keyof FeatureFacts)[]).filter((name) => features[name]).map((name) => featureNames[name]);
    const found = on.length === 0 ? 'none of the optional ones' : on.join(', ');
    const wanted = wantedParts(features, all.flows.kind === 'known' ? all.flows.value : null);
    return wanted.length === 0 ? good(found) : attention(`${found}; the part of the package for it is not deployed`, `Run "cosell deploy --org <alias> --with ${wanted.join(',')}".`);
  }),

  check('guard', 'Org named in the settings', 'guard', ({ named, sandboxNamed, simulated }, { org }) => {
    if (simulated) return good('Partner Center is simulated: nothing real can be sent');
    if (org.kind !== 'known') return { standing: 'unknown', found: 'the org is not known', todo: 'Cure the sign-in first.' };
    const { isSandbox, orgId } = org.value;
    if (isSandbox ? sandboxNamed : named) return good(isSandbox ? `the sandbox ${orgId} may send real referrals` : `${orgId} may use Partner Center`);
    const setting = isSandbox ? 'COSELL_ALLOW_SANDBOX' : 'COSELL_ORG_ID';
    return attention(
      `${orgId} is not named in ${setting}: deals are only compared, nothing is sent`,
      isSandbox ? `Leave it so, or put ${orgId} into ${setting}: what a sandbox sends is real.` : `Put ${orgId} into ${setting}.`,
    );
  }),

  check('same-org', 'Service and org belong together', 'service', ({ orgId, salesforce }, { org }) => {
    if (!salesforce.ok) return attention(`the service cannot sign in to Salesforce: ${salesforce.why ?? ''}`, 'Compare consumer key, certificate, user name and audience with the external client app.');
    if (org.kind !== 'known' || orgId === null) return good('the service signs in to Salesforce');
    return org.value.orgId.slice(0, 15) === orgId.slice(0, 15) ? good('the service signs in to this org') : attention(`the service signs in to ${orgId}, not to ${org.value.orgId}`, 'Point the settings of the service and --org at the same org.');
  }),

  check('service', 'Service running', 'reached', (reached) =>
    reached === 'running service' ? good('it answers') : attention('no running service answers: nothing is kept in step', 'Start the service (npm start), with the same settings as here.'),
  ),

  check('partner-center', 'Sign-in to Partner Center', 'service', ({ partnerCenter }) =>
    partnerCenter.ok ? good(partnerCenter.account ?? 'signed in') : attention(partnerCenter.why ?? 'not signed in', 'Run "cosell connect partner-center".'),
  ),

  check('webhook', 'Webhook of the tenant', 'service', ({ webhook }) => {
    if ('unknown' in webhook) return { standing: 'unknown', found: webhook.unknown, todo: 'Sign in to Partner Center first, then run the doctor again.' };
    if (webhook.owner === 'nobody') return attention('nobody receives the referral events', 'Run "cosell webhook register".');
    if (webhook.owner === 'other') return attention(`the events go to ${webhook.url ?? 'another address'}`, `Decide which environment shall get them; then "cosell webhook register --replace ${webhook.url ?? '<address>'}".`);
    if (webhook.missing.length > 0) return attention(`not subscribed: ${some(webhook.missing)}`, 'Run "cosell webhook register".');
    return good(webhook.url ?? 'ours');
  }),

  check('mapping', 'Field mapping', 'service', ({ mapping }) => {
    const [first, ...others] = mapping.filter((finding) => finding.blocks);
    if (first === undefined) return good(mapping.length === 0 ? 'no mistakes' : `no mistakes; to know: ${mapping.map((finding) => finding.text).join(' ')}`);
    return attention(`${first.text}${others.length === 0 ? '' : ` (and ${others.length} more)`}`, first.cure);
  }),

  {
    id: 'clock-salesforce',
    title: 'Clock against Salesforce',
    judge: ({ service, org }) => judgeSkew('Salesforce', service.kind === 'known' && service.value.clock.salesforceMs !== null ? service.value.clock.salesforceMs : org.kind === 'known' ? org.value.skewMs : null),
  },
  check('clock-partner-center', 'Clock against Partner Center', 'service', ({ clock }) => judgeSkew('Partner Center', clock.partnerCenterMs)),
];
