/** Nobody should have to look: which occasions a deal's owner is told of, each once, off by setting. */
import type { Plan } from '../domain/plan.ts';
import { showPlan, utcMinute } from '../domain/standing.ts';
import type { Settings } from '../domain/mapping.ts';
import { toSyncError } from '../errors.ts';
import { confidentialFields, fingerprint, tellOnce, type Pass } from './pass.ts';
import type { CrmNotification, Link } from './ports.ts';
import type { Situation } from './situation.ts';
import { tellName } from './tell-name.ts';

const threeDays = 3 * 86_400_000;

const settingOf: { readonly [K in CrmNotification['kind']]: keyof Settings['notify'] } = {
  new_deal: 'newDeal',
  accepted: 'accepted',
  declined: 'declined',
  needs_you: 'needsYou',
  expiring: 'expiring',
};

/** Collects notifications that follow from what changed; returns the link that remembers them. */
export function tellOfChanges(pass: Pass, situation: Situation, plan: Plan): Link {
  const { crm, partner } = situation;
  let { link } = situation;
  if (!crm || !partner) return link;
  const name = tellName(pass.engine, 'name', crm.deal.name ?? partner.deal.name, 'The deal');
  // a deal that was there before is no news, and nobody wants hundreds of bells on the day of moving over
  if (plan.adopt) return link;
  const before = link.base?.partner.microsoftStatus ?? null;
  const status = partner.deal.microsoftStatus ?? before;
  if (status !== before && status?.endsWith('Accepted')) {
    link = tellOnce(pass, link, 'accepted', {
      kind: 'accepted',
      recordId: crm.id,
      title: 'Microsoft accepted the deal',
      body: `${name}: ${partner.deal.microsoftSeller ?? 'a Microsoft seller'} works on it with you.`,
    });
  }
  if (status !== before && (status?.endsWith('Declined') || status?.endsWith('Expired'))) {
    link = tellOnce(pass, link, `declined:${status}`, {
      kind: 'declined',
      recordId: crm.id,
      title: status.endsWith('Expired') ? 'Microsoft did not answer in time' : 'Microsoft declined the deal',
      body: `${name}${partner.deal.microsoftReason ? `: ${partner.deal.microsoftReason}` : ''}`,
    });
  }
  const shown = showPlan(plan, confidentialFields(pass.engine));
  if (shown.word === 'Needs you' && crm.display.syncState !== 'Needs you' && plan.standing.kind !== 'answer-microsoft') {
    link = tellOnce(pass, link, `needs_you:${fingerprint(shown.message)}`, {
      kind: 'needs_you',
      recordId: crm.id,
      title: 'A shared deal needs you',
      body: `${name}: ${(shown.message ?? '').split('\n')[0]}`,
    });
  }
  if (plan.standing.kind === 'answer-microsoft' && plan.standing.expiresAt !== null) {
    const expires = Date.parse(plan.standing.expiresAt);
    if (expires - pass.engine.system.now() <= threeDays) {
      link = tellOnce(pass, link, `expiring:${plan.standing.expiresAt}`, {
        kind: 'expiring',
        recordId: crm.id,
        title: 'A deal from Microsoft is about to expire',
        body: `${name}: accept or decline it before ${utcMinute(expires)}.`,
      });
    }
  }
  return link;
}

/** Sends what was collected, after the pass is saved. A notification that fails never fails the deal. */
export async function sendNotifications(pass: Pass, recipientId: string | null): Promise<void> {
  const { notify } = pass.engine.mapping().settings;
  if (recipientId === null) return;
  const wanted = pass.notifications.filter(({ kind }) => notify[settingOf[kind]]);
  await Promise.all(
    wanted.map((notification) =>
      pass.engine.crm.notify({ ...notification, recipientId }).catch((error: unknown) => {
        pass.engine.log.warn(
          { key: pass.lease.key, kind: notification.kind, code: toSyncError(error).code },
          'a notification could not be sent',
        );
      }),
    ),
  );
}
