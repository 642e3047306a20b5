/** Every guess about Partner Center, right and wrong. */

import { switchesWith, type Switches } from '../../simulators/partner-center/switches.ts';
import { each, same, tryPositions, type Story } from './switch-positions.ts';
import * as stories from './switch-stories.ts';

const story = (title: string, play: Story['play'], options: Story['options'] = {}): Story => ({ title, play, options });

const life = story('A deal is shared, asked about, accepted, edited by both and won', stories.wholeLife);
const onNotices = story('Notices alone bring everything', stories.wholeLife, { sweeps: false });
const incoming = story('Deals from Microsoft are accepted and declined', stories.incomingDeals);
const sweeps = story('A sweep finds what no notice told', stories.sweepFinds);
const cutOff = story('A referral whose making was cut off is made once', stories.cutOff);
const closings = story('Deals are lost, and accepted and won in one go', stories.closings);
const frozen = story('What cannot be changed any more is shown and not sent', stories.frozenFields);
const between = story('An edit in the same moment is not lost', stories.editedInBetween);
const closed = story('A deal closed in the same moment stays closed', stories.closedInBetween);
const expires = (days: number): Story => story('Nobody answers, the deal expires', (scene) => stories.expiry(scene, days));
const away = story('The receiver is away for three minutes', stories.receiverAway);
const slow = story('The receiver answers late', stories.receiverSlow);
const registers = (status: string): Story =>
  story(`A deal that is won early and registered shows "${status}"`, (scene) => stories.registeredEarly(scene, status));
const withoutMfa = (refused: boolean): Story =>
  story(refused ? 'Without MFA someone has to sign in again' : 'Where MFA is not asked for it goes on', (scene) =>
    stories.tokensWithout(scene, 'without MFA', refused ? 'sign in' : 'goes on'),
  );
const mfaAsked = withoutMfa(true);
const appOnly = story('A sign-in without a person is refused and named', (scene) =>
  stories.tokensWithout(scene, 'of the application', 'named'),
);
const usersOnly = (allowed: boolean): Story =>
  story(allowed ? 'A Referrals user that may write' : 'A Referrals user that may only read: the role is named', (scene) =>
    stories.referralsUser(scene, allowed),
  );
const registersHook = (allowed: boolean): Story =>
  story(
    allowed ? 'Webhooks are registered' : 'Webhooks are refused to this role, which is named',
    (scene) => stories.registersHook(scene, allowed),
    {
      users: { 'connector@partner.example': { role: 'referrals user' } },
    },
  );
const tooLong = story(
  'A text Partner Center finds too long is named, stays in sight, and is sent when it is shortened',
  stories.notesTooLong,
);
const reference = story('An id Partner Center finds too long is named', stories.referenceTooLong);
const stages = (words: Switches['salesStageWords']): Story =>
  story('The sales stage is sent where an admin maps it', (scene) => stories.salesStage(scene, words), { prepare: stories.mapsSalesStage });
const retired = (allowed: boolean): Story =>
  story(allowed ? 'A duplicate is retired' : 'A duplicate that may not be retired: the request is refused', (scene) =>
    stories.retires(scene, allowed),
  );

tryPositions<Switches>({
  what: 'Partner Center',
  shipped: switchesWith(),
  readme: new URL('../../simulators/partner-center/README.md', import.meta.url),
  options: (partner) => ({ partner }),
  cases: {
    listDelayMs: same(cutOff)(0, 40_000),
    pageSize: same(sweeps)(100, 1),
    oddNextLink: same(sweeps)(false, true),
    eTagInList: same(sweeps)(false, true),
    filterOnExternalReferenceId: same(cutOff)(false, true),
    microsoftLegInList: same(cutOff)('always', 'by engagement'),
    microsoftLegReadable: same(onNotices)('yes', 'forbidden', 'missing'),
    clientRequestIdRequired: same(life)(false, true),
    ownDirection: same(life)('Outgoing', 'Incoming'),
    defaultMpnId: same(life)('of the tenant', 'none'),
    secondMicrosoftLeg: same(cutOff)('created', 'refused'),
    duplicateExternalReference: same(cutOff)('created', 'refused'),
    upgradeType: same(life)('becomes Shared', 'must be Shared first', 'stays'),
    legNeedsVisible: same(life)('refused', 'made visible'),
    legKeepsSentTeam: same(life)(false, true),
    salesStageWords: each(['any', stages('any')], ['percent', stages('percent')], ['word', stages('word')]),
    longestExternalReferenceId: each<number | null>([null, life], [18, life], [10, reference]),
    longestNotes: each<number | null>([null, life], [20, tooLong]),
    rulesOff: same(life)<readonly string[]>([], ['V2', 'V3', 'V4', 'V5', 'V6', 'V7', 'V8', 'V9', 'V10', 'V11', 'V14', 'V15', 'V18']),
    frozenWrite: same(frozen)('refused', 'ignored'),
    frozenStatus: same(frozen)(400, 409),
    frozenSameValue: same(frozen)('refused', 'accepted'),
    customerSizeFrozen: same(frozen)(false, true),
    typeChangeable: same(incoming)(true, false),
    closingMoves: same(closings)('by actor', 'by status'),
    statusAlone: same(closings)('refused', 'completed'),
    illegalMoveStatus: same(closed)(400, 409),
    closeReasonRequired: same(closings)(true, false),
    errorSubstatus: each([true, retired(true)], [false, retired(false)]),
    putWithoutIfMatch: same(between)(412, 428, 400),
    staleCode: same(between)('preconditionFailed', 'resourceModified'),
    legFollowsPartner: same(life)(false, true),
    earlyWinRegistration: each(['failed', registers('Failed')], ['accepted', registers('ReviewPending')]),
    expiryDays: each([14, expires(14)], [3, expires(3)]),
    msxIdOn: same(life)('microsoft leg', 'partner referral', 'both'),
    microsoftEdits: same(story('Microsoft edits its side of the deal', stories.microsoftEdits))(
      'partner referral',
      'microsoft leg',
      'both',
    ),
    mfaEnforced: each([true, mfaAsked], [false, withoutMfa(false)]),
    mfaErrorShape: each(['code', mfaAsked], ['innerError', mfaAsked]),
    appOnlyStatus: same(appOnly)(403, 401),
    referralsUserWrites: each([false, usersOnly(false)], [true, usersOnly(true)]),
    webhookRole: each(['any', registersHook(true)], ['referrals admin', registersHook(false)]),
    throttle: same(life)<Switches['throttle']>(null, { capacity: 4, perSecond: 0.5 }),
    throttleBody: same(life)('referrals', 'gateway'),
    relatedEventCarries: same(onNotices)('microsoft leg', 'own referral'),
    relatedResourceName: same(onNotices)('related-referral', 'referral'),
    ownChangesRaiseEvents: same(onNotices)(true, false),
    eventCopies: same(incoming)(1, 3),
    webhookDelayMs: same(incoming)(0, 60_000),
    webhookAttempts: same(away)(10, 1),
    webhookRetryMs: same(away)(60_000, 1_000),
    webhookTimeoutMs: same(slow)(10_000, 1_000),
  },
});
