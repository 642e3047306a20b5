/** Checks of the service: its settings, its sign-ins, its webhook, its clock. */
import { attention, check, good, some, type Check, type Verdict } from './check.ts';

/** At most this far apart; a JWT is accepted for three minutes (Salesforce APIs §1.1). */
const mostSkewMs = 60_000;

const seconds = (ms: number): string => `${(Math.abs(ms) / 1_000).toFixed(0)} s ${ms > 0 ? 'behind' : 'ahead of'}`;

function judgeSkew(remote: string, ms: number | null): Verdict {
  if (ms === null)
    return { standing: 'unknown', found: `${remote} did not tell its time.`, todo: `Check that this machine reaches ${remote}.` };
  if (Math.abs(ms) <= mostSkewMs) return good(`within a minute of ${remote}`);
  return attention(
    `this machine's clock is ${seconds(ms)} ${remote}`,
    'Switch on time synchronisation (NTP) on the machine of the service.',
  );
}

export const serviceChecks: readonly Check[] = [
  check('guard', 'Org named in the settings', 'guard', ({ named, sandboxNamed, simulated }, { org, service }) => {
    if (org.kind !== 'known') return { standing: 'unknown', found: 'the org is not known', todo: 'Cure the sign-in first.' };
    const { isSandbox, orgId } = org.value;
    // the service may run with other settings than this command
    const refused = service.kind === 'known' ? service.value.refusal : null;
    if (simulated && refused === null) return good('Partner Center is simulated: nothing real can be sent');
    if (refused === null && (isSandbox ? sandboxNamed : named))
      return good(isSandbox ? `the sandbox ${orgId} may send real referrals` : `${orgId} may use Partner Center`);
    const setting = isSandbox ? 'COSELL_ALLOW_SANDBOX' : 'COSELL_ORG_ID';
    return attention(
      refused ?? `${orgId} is not named in ${setting}: deals are only compared, nothing is sent`,
      isSandbox
        ? `Leave it so, or put ${orgId} into ${setting}: what a sandbox sends is real.`
        : `Put ${orgId} into ${setting}${refused === null ? '' : ' of the service and start it anew'}.`,
    );
  }),

  check('same-org', 'Service and org belong together', 'service', ({ orgId, salesforce }, { org }) => {
    if (!salesforce.ok)
      return attention(
        `the service cannot sign in to Salesforce: ${salesforce.why ?? ''}`,
        'Correct the setting named here; the external client app stands in docs/install.md, 5.',
      );
    if (org.kind !== 'known' || orgId === null) return good('the service signs in to Salesforce');
    return org.value.orgId.slice(0, 15) === orgId.slice(0, 15)
      ? good('the service signs in to this org')
      : attention(
          `the service signs in to ${orgId}, not to ${org.value.orgId}`,
          'Point the settings of the service and --org at the same org.',
        );
  }),

  check('service', 'Service running', 'reached', (reached) =>
    reached === 'running service'
      ? good('it answers')
      : attention('no running service answers: nothing is kept in step', 'Start the service (npm start), with the same settings as here.'),
  ),

  check('partner-center', 'Sign-in to Partner Center', 'service', ({ partnerCenter }) =>
    partnerCenter.ok
      ? good(partnerCenter.account ?? 'signed in')
      : attention(partnerCenter.why ?? 'not signed in', 'Run "cosell connect partner-center".'),
  ),

  check('webhook', 'Webhook of the tenant', 'service', ({ webhook }) => {
    if ('unknown' in webhook)
      return { standing: 'unknown', found: webhook.unknown, todo: 'Sign in to Partner Center first, then run the doctor again.' };
    if (webhook.owner === 'nobody') return attention('nobody receives the referral events', 'Run "cosell webhook register".');
    if (webhook.owner === 'other')
      return attention(
        `the events go to ${webhook.url ?? 'another address'}`,
        `Decide which environment shall get them; then "cosell webhook register --replace ${webhook.url ?? '<address>'}".`,
      );
    if (webhook.missing.length > 0) return attention(`not subscribed: ${some(webhook.missing)}`, 'Run "cosell webhook register".');
    return good(webhook.url ?? 'ours');
  }),

  check('mapping', 'Field mapping', 'service', ({ mapping }) => {
    if (mapping === null)
      return { standing: 'unknown', found: 'the mapping could not be read', todo: 'Cure the sign-in of the service to Salesforce first.' };
    const [first, ...others] = mapping.filter((finding) => finding.blocks);
    if (first === undefined)
      return good(mapping.length === 0 ? 'no mistakes' : `no mistakes; to know: ${mapping.map((finding) => finding.text).join(' ')}`);
    return attention(`${first.text}${others.length === 0 ? '' : ` (and ${others.length} more)`}`, first.cure);
  }),

  {
    id: 'clock-salesforce',
    title: 'Clock against Salesforce',
    judge: ({ service, org }) =>
      judgeSkew(
        'Salesforce',
        service.kind === 'known' && service.value.clock.salesforceMs !== null
          ? service.value.clock.salesforceMs
          : org.kind === 'known'
            ? org.value.skewMs
            : null,
      ),
  },
  check('clock-partner-center', 'Clock against Partner Center', 'service', ({ clock }) =>
    judgeSkew('Partner Center', clock.partnerCenterMs),
  ),
];
