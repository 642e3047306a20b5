/** Every guess about Salesforce and its event bus, right and wrong. */
import { generateKeyPairSync } from 'node:crypto';

import { defaultSwitches, type OrgSwitches } from '../../simulators/salesforce/switches.ts';
import { each, same, tryPositions, type Story } from './switch-positions.ts';
import * as stories from './salesforce-stories.ts';
import { wholeLife } from './switch-stories.ts';
import { people, type Choices } from './virtual-scene.ts';

const story = (title: string, play: Story['play'], options: Story['options'] = {}): Story => ({ title, play, options });

const keys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const byJwt: Story['options'] = {
  config: {
    COSELL_SALESFORCE_CLIENT_ID: 'jwt-key',
    COSELL_SALESFORCE_USERNAME: people.integration,
    COSELL_SALESFORCE_PRIVATE_KEY: keys.privateKey,
  },
  prepare: ({ org }) => org.registerApp({ consumerKey: 'jwt-key', certificate: keys.publicKey, preauthorized: [people.integration] }),
};
const jwt = story('The service signs in with its certificate, and again when the session ends', stories.signsInAgain, byJwt);
const secret = story('A wrong secret is told and does not need a restart', stories.wrongSecret, {
  config: { COSELL_SALESFORCE_CLIENT_SECRET: 'rotated' },
});
const life = story('A deal is shared, asked about, accepted, edited by both and won', wholeLife);
const between = story('A save in the same moment is not lost', stories.savedInBetween);
const blanks = story('Blanks at the ends of a text come to rest', stories.blanksAtTheEnds);
const stage = (refuses: boolean): Story =>
  story(
    refuses ? 'A stage that was taken out of the org is refused: it is told' : 'A stage that was taken out of the org is stored',
    (scene) => stories.stageRemoved(scene, refuses),
  );
const type = story('A deal of a record type that was there before is shared', stories.recordType, { prepare: stories.hasRecordType });
const campaign = story('A campaign of a shared deal is deleted', stories.campaignDeleted);
const merged = story('The account of a shared deal is merged into another', stories.accountsMerged);
const rows = story('Lists longer than a page are read to their end', stories.manyRows);
const rule = (refuses: boolean): Story =>
  story(refuses ? 'A validation rule that is broken refuses: it is told' : 'A validation rule that is broken counts as not met', (scene) =>
    stories.brokenRule(scene, refuses),
  );
const flow = (refuses: boolean): Story =>
  story(refuses ? 'A flow that fails undoes the save: it is told' : 'A flow that fails lets the save stand', (scene) =>
    stories.failingFlow(scene, refuses),
  );
const currency = (code: string): Story =>
  story(`An org that counts in ${code} shares in ${code}`, (scene) => stories.currency(scene, code));

const readme = new URL('../../simulators/README.md', import.meta.url);

tryPositions<OrgSwitches>({
  what: 'Salesforce',
  shipped: defaultSwitches,
  readme,
  options: (org) => ({ org }),
  cases: {
    jwtMaxAheadSeconds: same(jwt)(300, 180),
    jwtAcceptsMilliseconds: same(jwt)(true, false),
    invalidClientStatus: same(secret)(400, 401),
    userinfoCharged: same(life)(false, true),
    preconditionCode: same(between)(defaultSwitches.preconditionCode, 'PRECONDITION_FAILED'),
    stampGrainMs: same(between)(1000, 1),
    trimsText: same(blanks)(true, false),
    refusesUnknownStage: each([false, stage(false)], [true, stage(true)]),
    newPicklistInExistingRecordTypes: same(type)(false, true),
    standardFieldsNeedPermission: same(life)(true, false),
    setNullMovesStamp: same(campaign)(false, true),
    mergeMovesStamp: same(merged)(true, false),
    brokenRuleRefuses: each([true, rule(true)], [false, rule(false)]),
    queryPageRows: same(rows)(2000, 2),
    childPageRows: same(rows)(200, 1),
    emptyUpdateMovesStamp: same(life)(true, false),
    failingFlowRefuses: each([true, flow(true)], [false, flow(false)]),
    orgCurrency: each(['USD', currency('USD')], ['JPY', currency('JPY')]),
  },
});

const hour = 3_600_000;
const silence = story('After a long silence an event still arrives', stories.longSilence, { sweeps: false });
const away = story('The service was away for two hours', stories.awayForHours);
const four = story('Deals are shared whatever the org allows of events', stories.fourDeals);

type BusSwitches = Required<
  Pick<NonNullable<Choices['events']>, 'keepaliveMs' | 'idleMs' | 'idleClose' | 'retentionMs' | 'deliveryLimit' | 'publishLimit'>
>;

tryPositions<BusSwitches>({
  what: 'the event bus',
  shipped: { keepaliveMs: 60_000, idleMs: 60_000, idleClose: 'ok', retentionMs: 72 * hour, deliveryLimit: 25_000, publishLimit: 250_000 },
  readme,
  options: (events) => ({ events }),
  cases: {
    keepaliveMs: same(silence)(60_000, 270_000),
    idleMs: same(silence)(60_000, 1_000),
    idleClose: same(silence)<BusSwitches['idleClose']>('ok', 'unavailable'),
    retentionMs: same(away)(72 * hour, hour),
    deliveryLimit: same(four)(25_000, 2),
    publishLimit: same(four)(250_000, 1),
  },
});
