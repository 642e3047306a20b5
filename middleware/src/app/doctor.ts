/** What only the service knows, for `cosell doctor`. Looks, and changes nothing: not even what is in force. */
import { toSyncError } from '../errors.ts';
import { createTransport } from '../transport.ts';
import type { Core } from './core.ts';

interface Mark {
  readonly ok: boolean;
  readonly why: string | null;
}

async function lookAtSalesforce(
  core: Core,
): Promise<{ readonly orgId: string | null; readonly refusal: string | null; readonly salesforce: Mark; readonly skewMs: number | null }> {
  try {
    const { orgId, refusal } = await core.salesforce.check();
    const { serverTime } = await core.salesforce.client.query('SELECT Id FROM Organization');
    return { orgId, refusal: refusal?.message ?? null, salesforce: { ok: true, why: null }, skewMs: serverTime - core.system.now() };
  } catch (thrown) {
    return { orgId: null, refusal: null, salesforce: { ok: false, why: toSyncError(thrown).message }, skewMs: null };
  }
}

async function signIn(core: Core): Promise<Mark & { readonly account: string | null }> {
  const state = await core.partnerCenter.tokens.state();
  if (state.kind === 'signed-in') return { ok: true, why: null, account: state.account };
  return { ok: false, why: state.why, account: null };
}

/** The remote's clock minus ours, ms, from any answer it gives; no sign-in is needed for that. */
async function partnerSkew({ config, system }: Core): Promise<number | null> {
  const wire = createTransport({ connections: 1, extraRoots: config.COSELL_EXTRA_ROOTS === null ? [] : [config.COSELL_EXTRA_ROOTS] });
  try {
    const { headers } = await wire.transport({ method: 'GET', url: `${config.COSELL_PARTNER_API}/`, timeoutMs: 10_000 });
    const date = Date.parse(headers['date'] ?? '');
    return Number.isNaN(date) ? null : date - system.now();
  } catch {
    return null;
  } finally {
    await wire.close();
  }
}

const webhookOf = (core: Core): Promise<object> =>
  core.partnerCenter.registration.show().then(
    ({ owner, url, missing }) => ({ owner, url, missing }),
    (thrown: unknown) => ({ unknown: toSyncError(thrown).message }),
  );

const mappingOf = (core: Core): Promise<readonly object[] | null> =>
  core.salesforce.side.readMapping().then(
    ({ findings }) => findings.map(({ text, cure, weight }) => ({ text, cure, blocks: weight === 'blocks' })),
    () => null,
  );

export async function doctorFacts(core: Core): Promise<object> {
  const [{ skewMs, ...salesforce }, partnerCenter, webhook, partnerCenterMs, mapping] = await Promise.all([
    lookAtSalesforce(core),
    signIn(core),
    webhookOf(core),
    partnerSkew(core),
    mappingOf(core),
  ]);
  return { ...salesforce, partnerCenter, webhook, clock: { salesforceMs: skewMs, partnerCenterMs }, mapping };
}
