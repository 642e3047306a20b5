/** POST: a partner's deal, or Microsoft's leg of one (API §4.3, §6.3, §7). */
import type { Access } from './access.ts';
import { addressesMicrosoft, asDraft, filled } from './compose.ts';
import { isTerminal } from './lifecycle.ts';
import { referralShape, type Json, type Referral } from './model.ts';
import { Refusal } from './refusal.ts';
import { firstBroken } from './rules.ts';
import { bind, instantText } from './shape.ts';
import { microsoftId } from './state.ts';
import type { World } from './world.ts';

export const dayMs = 86_400_000;

const invalid = (message: string, target: string, code = 'invalidValue'): Refusal =>
  new Refusal(400, 'invalidRequest', message, { target, inner: { code, message } });

/** Creates and gives back the stored referral. Throws `Refusal`. */
export function createReferral(world: World, access: Access, body: Json): Referral {
  const { state, switches } = world;
  if (access.role !== 'referrals admin') throw new Refusal(403, 'accessDenied', 'Creating deals needs the role Referrals admin.');
  const bound = bind(body, referralShape);
  if (typeof bound !== 'object' || bound === null || Array.isArray(bound)) throw invalid('The body must be a referral.', 'referral');
  for (const name of ['type', 'customerProfile', 'consent', 'details']) {
    if (bound[name] === undefined || bound[name] === null) throw invalid(`${name} is required.`, `/${name}`, 'V1');
  }
  const sent = filled(asDraft(bound));
  const forMicrosoft = addressesMicrosoft(sent);
  const partner = sent.engagementId === '' ? undefined : state.ownOf(sent.engagementId);
  if (sent.engagementId !== '' && !partner) throw invalid('There is no such engagement.', '/engagementId');
  if (forMicrosoft) checkLeg(world, sent, partner);
  checkLimits(world, sent);
  checkRepeat(world, sent, forMicrosoft);
  checkRules(world, sent, forMicrosoft);

  const created = state.insert(forMicrosoft ? microsoftLeg(world, sent) : partnerReferral(world, sent), 'partner');
  if (forMicrosoft && partner) followLeg(world, partner, switches.upgradeType === 'becomes Shared');
  return created;
}

/** What has to be true before Microsoft can be asked (API §7.1, §7.2). */
function checkLeg({ state, switches }: World, sent: Referral, partner: Referral | undefined): void {
  if (!partner) throw invalid("Microsoft's referral needs the engagementId of the partner's deal.", '/engagementId');
  if (isTerminal(partner)) throw invalid('The deal is closed.', '/engagementId', 'V12');
  if (!sent.consent.consentToShareReferralWithMicrosoftSellers) {
    throw invalid('Help from Microsoft implies visibility to its sellers.', '/consent/consentToShareReferralWithMicrosoftSellers');
  }
  if (!partner.consent.consentToShareReferralWithMicrosoftSellers && switches.legNeedsVisible === 'refused') {
    throw invalid('The deal is private. Share it with Microsoft sellers first.', '/consent/consentToShareReferralWithMicrosoftSellers');
  }
  if (partner.type !== 'Shared' && switches.upgradeType === 'must be Shared first')
    throw invalid('The deal must be Shared first.', '/type');
  if (switches.secondMicrosoftLeg === 'refused' && state.legOf(partner.engagementId)) {
    throw new Refusal(409, 'invalidRequest', 'Microsoft already has a referral in this engagement.', { target: '/engagementId' });
  }
}

export function checkLimits({ switches }: World, referral: Referral): void {
  const { longestExternalReferenceId: longestId, longestNotes, salesStageWords } = switches;
  if (longestId !== null && (referral.externalReferenceId?.length ?? 0) > longestId)
    throw invalid('externalReferenceId is too long.', '/externalReferenceId');
  if (longestNotes !== null && (referral.details.notes?.length ?? 0) > longestNotes) throw invalid('notes is too long.', '/details/notes');
  const stage = referral.salesStage;
  if (stage === null || salesStageWords === 'any') return;
  const fits =
    salesStageWords === 'percent' ? /^(10|20|40|60|80|100)$/.test(stage) : ['Qualify', 'Develop', 'Propose', 'Close'].includes(stage);
  if (!fits) throw invalid('This spelling of salesStage is not known.', '/salesStage');
}

function checkRepeat({ state, switches }: World, sent: Referral, forMicrosoft: boolean): void {
  if (forMicrosoft || sent.externalReferenceId === null || switches.duplicateExternalReference === 'created') return;
  const twin = state.all().find((referral) => referral.externalReferenceId === sent.externalReferenceId && !isTerminal(referral));
  if (twin) throw new Refusal(409, 'invalidRequest', 'An open referral has this externalReferenceId.', { target: '/externalReferenceId' });
}

function checkRules({ mpnId, catalogue, switches }: World, referral: Referral, help: boolean): void {
  const asked = help || referral.inviteContext.assistanceRequestCode !== 'Unknown';
  const broken = firstBroken({ referral, help: asked, mpnId, catalogue, switches });
  if (broken) throw invalid(broken.says, broken.path, broken.id);
}

/** A partner's own deal starts Active/Accepted whatever was sent (API §6.3). */
function partnerReferral(world: World, sent: Referral): Referral {
  const { surroundings, state, switches, organizationId, organizationName } = world;
  const at = state.stamp();
  const mpnId = sent.mpnId ?? (switches.defaultMpnId === 'of the tenant' ? world.mpnId : null);
  return {
    ...sent,
    id: surroundings.uuid(),
    engagementId: sent.engagementId || surroundings.uuid(),
    organizationId,
    organizationName,
    mpnId,
    createdDateTime: at,
    updatedDateTime: at,
    acceptedDateTime: at,
    expirationDateTime: null,
    closedDateTime: null,
    status: 'Active',
    substatus: 'Accepted',
    direction: switches.ownDirection,
    createdVia: 'API',
    inviteContext: { ...sent.inviteContext, invitedMpnId: mpnId, invitedBy: { organizationId, organizationName } },
    trackingInfo: { microsoftMsxId: null },
    registrations: [],
    registrationStatus: 'None',
  };
}

/** Microsoft's leg waits for a seller (API §6.3). */
function microsoftLeg({ surroundings, state, switches, organizationId, organizationName }: World, sent: Referral): Referral {
  const at = state.stamp();
  return {
    ...sent,
    id: surroundings.uuid(),
    organizationId: microsoftId,
    organizationName: 'Microsoft',
    mpnId: null,
    createdDateTime: at,
    updatedDateTime: at,
    acceptedDateTime: null,
    closedDateTime: null,
    expirationDateTime: instantText(surroundings.now() + switches.expiryDays * dayMs),
    status: 'New',
    substatus: 'Pending',
    statusReason: null,
    type: 'Shared',
    direction: 'Outgoing',
    createdVia: 'API',
    team: switches.legKeepsSentTeam ? sent.team : [],
    inviteContext: { ...sent.inviteContext, invitedBy: { organizationId, organizationName } },
    trackingInfo: { microsoftMsxId: null },
    registrations: [],
    registrationStatus: 'None',
  };
}

/** The partner's referral becomes a co-sell deal by itself (API §7.2). */
function followLeg({ state }: World, partner: Referral, becomesShared: boolean): void {
  const visible = partner.consent.consentToShareReferralWithMicrosoftSellers;
  if (visible && (partner.type === 'Shared' || !becomesShared)) return;
  state.write(
    partner.id,
    (draft) => {
      if (becomesShared) draft.type = 'Shared';
      draft.consent.consentToShareReferralWithMicrosoftSellers = true;
    },
    'partner',
  );
}
