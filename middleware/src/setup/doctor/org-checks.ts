/** Checks of the org: the package, its people, its flows. */
import { attention, check, good, some, type Check } from './check.ts';
import type { FeatureFacts, FlowFacts } from './facts.ts';

/** Parts of the package for features that the org has. */
function wantedParts(features: FeatureFacts, flows: FlowFacts | null): readonly string[] {
  const deployed = (flow: string): boolean =>
    flows === null || flows.active.includes(flow) || flows.inactive.includes(flow) || flows.outdated.includes(flow);
  return [
    ...(features.teams && !deployed('PC_Team_Member_Changed') ? ['teams'] : []),
    ...(features.multiCurrency && !deployed('PC_Opportunity_Currency_Changed') ? ['multicurrency'] : []),
  ];
}

const featureNames: { readonly [F in keyof FeatureFacts]: string } = {
  multiCurrency: 'several currencies',
  teams: 'opportunity teams',
  countryPicklists: 'state and country picklists',
  notes: 'enhanced notes',
};

/** The command that gives somebody a permission set. */
const assign = (set: string, user: string | null): string =>
  `sf org assign permset -n ${set} -o <alias> --on-behalf-of ${user ?? '<username>'}`;

export const orgChecks: readonly Check[] = [
  check('org', 'Sign-in to Salesforce', 'org', (org) => good(`${org.name || 'org'} ${org.orgId}${org.isSandbox ? ', a sandbox' : ''}`)),

  check('package', 'Package deployed', 'package', ({ none, missingObjects, missingFields, fields }) => {
    if (none) return attention('nothing of the package is in this org', 'Run "cosell deploy --org <alias>".');
    const missing = [...missingObjects, ...missingFields];
    if (missing.length === 0) return good(`all objects, ${fields} fields`);
    return attention(`missing: ${some(missing)}`, 'Run "cosell deploy --org <alias>".');
  }),

  check('visible', 'Fields visible to the integration user', 'visible', ({ user, hidden, readOnly }) => {
    if (hidden.length > 0) return attention(`${user} does not see ${some(hidden)}`, `Assign the permission set PC_Integration to ${user}.`);
    if (readOnly.length > 0)
      return attention(
        `${user} may not change ${some(readOnly)}`,
        `Deploy the permission set PC_Integration again: "cosell deploy --org <alias>".`,
      );
    return good(`${user} sees and changes what it needs`);
  }),

  check('integration', 'Integration user', 'assignments', ({ integration, expected }) => {
    const [first, ...others] = integration;
    if (first === undefined)
      return attention(
        'nobody has the permission set PC_Integration',
        `Assign PC_Integration to the integration user${expected === null ? '' : ` ${expected}`}: ${assign('PC_Integration', expected)}`,
      );
    if (expected !== null && !integration.some((name) => name.toLowerCase() === expected.toLowerCase())) {
      return attention(
        `PC_Integration belongs to ${some(integration)}, the service signs in as ${expected}`,
        `Assign PC_Integration to ${expected}: ${assign('PC_Integration', expected)}`,
      );
    }
    if (others.length > 0)
      return attention(
        `${some(integration)} have PC_Integration: changes they make by hand are never sent`,
        'Take PC_Integration from everybody but the integration user.',
      );
    return good(first);
  }),

  check('people', 'Sellers and administrators', 'assignments', ({ sellers, admins }) => {
    if (sellers.length === 0)
      return attention(
        'no active user has PC_Seller',
        `Assign PC_Seller to the people who sell with Microsoft, each with: ${assign('PC_Seller', null)}`,
      );
    if (admins.length === 0)
      return attention('no active user has PC_Admin', 'Assign PC_Admin, or the group PC_Partner_Center_Admins, to an administrator.');
    return good(`${sellers.length} with PC_Seller, ${admins.length} with PC_Admin`);
  }),

  check('event', 'Event readable', 'event', (readable) =>
    readable
      ? good('the integration user may subscribe to PC_Sync_Request__e')
      : attention(
          'the integration user may not read PC_Sync_Request__e: changes are found by the sweep only',
          'Assign the permission set PC_Integration to the integration user.',
        ),
  ),

  check('flows', 'Flows active', 'flows', ({ missing, inactive, outdated, active }) => {
    if (missing.length > 0) return attention(`not deployed: ${some(missing)}`, 'Run "cosell deploy --org <alias>".');
    if (inactive.length > 0) return attention(`inactive: ${some(inactive)}`, 'Activate them: Setup, Flows, open each one, Activate.');
    if (outdated.length > 0)
      return attention(`an older version runs of ${some(outdated)}`, 'Activate the latest version: Setup, Flows, open each one, Activate.');
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
    return wanted.length === 0
      ? good(found)
      : attention(
          `${found}; the part of the package for it is not deployed`,
          `Run "cosell deploy --org <alias> --with ${wanted.join(',')}".`,
        );
  }),
];
