/** The designed states of the pages: each is looked at by the tests and kept as a picture in the docs. */
import type { Locator, Page } from 'playwright-core';
import type { RecordValues } from '../../simulators/salesforce/schema-model.ts';
import { confirmation, conflict, match, putDeal, refusal, states } from './deals.ts';
import { panelOf, panelOpened, type LocalOrg, type Look, type VisitOptions } from './page-fixture.ts';

/** Ways to look at a state. 200 % zoom halves the window. */
export const looks = {
  slds1: { slds: '1' },
  slds2: { slds: '2' },
  phone: { slds: '1', width: 390, height: 844 },
  phone2: { slds: '2', width: 390, height: 844 },
  narrow: { slds: '2', width: 320, height: 640 },
  rtl: { slds: '1', direction: 'rtl' },
  zoom: { slds: '1', width: 640, height: 450 },
} as const satisfies { readonly [name: string]: Look };
export type LookName = keyof typeof looks;

export interface Scene {
  readonly name: string;
  /** Sets the org up; gives the address. */
  prepare(local: LocalOrg): string;
  /** Leads to the state and waits for it. */
  show(page: Page): Promise<void>;
  readonly user?: VisitOptions['user'];
  readonly connected?: boolean;
  readonly provoked?: readonly number[];
  /** It moves the clock of its window. */
  readonly movesClock?: boolean;
  /** The picture shows this part only, not the whole page. */
  readonly part?: string;
  /** Of more than the two styles. */
  readonly more?: readonly LookName[];
}

const panel = 'c-partner-center-panel';
const dialog = '.slds-modal__container';
const fabrikam = 'Fabrikam cold-chain analytics';

const deal =
  (state: string, rows: (id: string) => readonly RecordValues[] = () => []) =>
  ({ org, seeded }: LocalOrg): string => {
    const id = putDeal(org, seeded, state);
    for (const row of rows(id)) org.insert('PC_Attention__c', { ...row, OwnerId: seeded.users.seller });
    return `#/record/${id}`;
  };
const idIn = (hash: string): string => hash.split('/').at(-1) ?? '';
const shown =
  (text: string | RegExp, open: (page: Page) => Promise<void> = panelOpened) =>
  async (page: Page): Promise<void> => {
    await open(page);
    await page.getByText(text).first().waitFor();
  };
const button = (where: Locator, name: string): Locator => where.getByRole('button', { name, exact: true });
const openDialog = (page: Page): Promise<void> => page.getByRole('dialog').getByText('Becomes impossible').waitFor();

const press =
  (name: string) =>
  async (page: Page): Promise<void> => {
    await panelOpened(page);
    await button(panelOf(page), name).click();
    await openDialog(page);
  };
const choose =
  (name: string) =>
  async (page: Page): Promise<void> => {
    await panelOpened(page);
    await button(panelOf(page), 'More actions').click();
    await page.getByRole('menuitem', { name }).click();
    await openDialog(page);
  };
const toggle = async (page: Page): Promise<void> => {
  await panelOpened(page);
  await panelOf(page).getByRole('switch').press('Space');
  await openDialog(page);
};
const share = async (page: Page): Promise<void> => {
  await toggle(page);
  await button(page.getByRole('dialog'), 'Share the deal').click();
};
const action =
  (name: string, text: string) =>
  async (page: Page): Promise<void> => {
    await panelOpened(page);
    await button(page.locator('.head'), name).click();
    await page.getByRole('dialog').getByText(text).first().waitFor();
  };
const audit =
  (text: string, more: (part: Locator) => Promise<void> = async () => undefined) =>
  async (page: Page): Promise<void> => {
    await page.getByRole('tab', { name: 'Partner Center Audit' }).click();
    const part = page.locator('c-partner-center-audit');
    await part.getByText('Partner Center audit').first().waitFor();
    await more(part);
    await part.getByText(text).waitFor();
  };
/** The service reports something else. */
const reporting =
  (values: RecordValues, rows: (id: string) => readonly RecordValues[] = () => []) =>
  ({ org, seeded }: LocalOrg): string => {
    const [row] = org.query('SELECT Id FROM PC_Connection__c');
    org.update(String(row?.['Id']), { ...values });
    for (const one of rows(seeded.opportunities[fabrikam] ?? '')) org.insert('PC_Attention__c', one);
    return '#/home';
  };

const withExtraLook: { readonly [state: string]: readonly LookName[] } = {
  incomplete: ['phone'],
  incoming: ['phone2'],
  'in-sync': ['phone'],
};

const ofDeals: readonly Scene[] = Object.keys(states)
  .filter((state) => !['conflict', 'confirm', 'refused', 'registrable'].includes(state))
  .map((state) => ({
    name: `panel-${state}`,
    prepare: deal(state),
    show: panelOpened,
    part: panel,
    ...(withExtraLook[state] ? { more: withExtraLook[state] } : {}),
  }));

const ofQuestions: readonly Scene[] = [
  {
    name: 'panel-conflict',
    prepare: deal('conflict', (id) => [conflict(id)]),
    show: shown('Close date was changed on both sides'),
    part: panel,
    more: ['phone', 'narrow', 'rtl', 'zoom'],
  },
  {
    name: 'panel-match',
    prepare: deal('ready', (id) => [match({ id, name: fabrikam })]),
    show: shown('86 % alike'),
    part: panel,
    more: ['narrow', 'rtl'],
  },
  {
    name: 'panel-confirm',
    prepare: deal('confirm', (id) => [confirmation(id)]),
    show: shown('was asked for outside the panel'),
    part: panel,
  },
  {
    name: 'panel-refused-by-microsoft',
    prepare: deal('refused', (id) => [refusal(id)]),
    show: shown('Partner Center refused the change'),
    part: panel,
  },
];

const ofDoors: readonly Scene[] = [
  { name: 'dialog-share', prepare: deal('ready'), show: toggle, part: dialog, more: ['phone'] },
  { name: 'dialog-share-with-help', prepare: deal('incomplete'), show: toggle, part: dialog },
  { name: 'dialog-visible', prepare: deal('private'), show: press('Make visible to Microsoft sellers'), part: dialog },
  { name: 'dialog-help', prepare: deal('private'), show: press('Ask Microsoft for help'), part: dialog },
  { name: 'dialog-accept', prepare: deal('incoming'), show: press('Accept'), part: dialog },
  { name: 'dialog-decline', prepare: deal('incoming'), show: press('Decline'), part: dialog, more: ['phone', 'rtl', 'zoom'] },
  { name: 'dialog-won', prepare: deal('in-sync'), show: choose('Close as won'), part: dialog },
  { name: 'dialog-lost', prepare: deal('in-sync'), show: choose('Close as lost'), part: dialog },
  { name: 'dialog-retire', user: 'admin', prepare: deal('in-sync'), show: choose('Retire as duplicate or test'), part: dialog },
  { name: 'dialog-register', prepare: deal('registrable'), show: choose('Register the deal'), part: dialog },
  { name: 'dialog-release', user: 'admin', prepare: deal('on-hold'), show: choose('Send Won now'), part: dialog },
  { name: 'dialog-confirm', prepare: deal('confirm', (id) => [confirmation(id)]), show: press('Review and confirm'), part: dialog },
];

const ofTroubles: readonly Scene[] = [
  {
    name: 'panel-refused',
    prepare: (local) => {
      const address = deal('ready')(local);
      local.org.lockRow(idIn(address), 5);
      return address;
    },
    show: async (page) => {
      await share(page);
      await panelOf(page).getByRole('alert').waitFor();
    },
    provoked: [400],
    part: panel,
  },
  { name: 'panel-not-connected', connected: false, prepare: deal('ready'), show: panelOpened, part: panel },
  {
    name: 'panel-silent',
    prepare: (local) => {
      reporting({ Heartbeat__c: '2026-11-20T08:30:00Z' })(local);
      return deal('sending')(local);
    },
    show: shown('has not reported'),
    part: panel,
  },
  {
    name: 'panel-no-permission',
    user: 'outsider',
    prepare: (local) => {
      const address = deal('in-sync')(local);
      local.org.share(idIn(address), 'olga@cosell.test', 'read');
      return address;
    },
    show: (page) => page.getByText('You can’t see this deal’s Partner Center fields').waitFor(),
    part: panel,
  },
  {
    name: 'panel-field-hidden',
    prepare: (local) => {
      const { schema } = local.org.state;
      const seller = schema.permissionSets.get('PC_Seller');
      if (seller) {
        const fields = new Map(seller.fields);
        fields.delete('Opportunity.PC_Microsoft_Seller__c');
        schema.putPermissionSet({ ...seller, fields });
      }
      return deal('in-sync')(local);
    },
    show: shown('Some details are hidden from you'),
    part: panel,
  },
  {
    name: 'panel-details-failed',
    prepare: (local) => {
      local.org.failNext({ match: '/graphql', times: 9, kind: { refuse: { status: 503, errorCode: 'SERVER_UNAVAILABLE' } } });
      return deal('in-sync')(local);
    },
    show: (page) => panelOf(page).getByText('could not be loaded').waitFor(),
    provoked: [503],
    part: panel,
  },
  {
    name: 'panel-asked',
    prepare: deal('in-sync'),
    show: async (page) => {
      await panelOpened(page);
      await button(panelOf(page), 'Sync now').click();
      await panelOf(page).getByText('Asked', { exact: true }).waitFor();
    },
    part: panel,
  },
  {
    name: 'panel-unanswered',
    prepare: deal('in-sync'),
    show: async (page) => {
      await panelOpened(page);
      await button(panelOf(page), 'Sync now').click();
      await panelOf(page).getByText('Asked', { exact: true }).waitFor();
      await page.clock.runFor(21_000);
      await panelOf(page).getByText('The service has not answered yet.').waitFor();
    },
    movesClock: true,
    part: panel,
  },
];

const ofPages: readonly Scene[] = [
  { name: 'opportunity', prepare: deal('in-sync'), show: panelOpened, more: ['phone'] },
  { name: 'audit', prepare: deal('in-sync'), show: audit('7 of 7 entries'), part: 'c-partner-center-audit', more: ['phone', 'rtl'] },
  {
    name: 'audit-failures',
    prepare: deal('in-sync'),
    show: audit('1 of 7 entries', (part) => part.getByRole('checkbox', { name: 'Failures only' }).press('Space')),
    part: 'c-partner-center-audit',
  },
  { name: 'quick-action-sync', prepare: deal('in-sync'), show: action('Sync Now', 'The service compares both sides'), part: dialog },
  { name: 'quick-action-accept', prepare: deal('incoming'), show: action('Accept', 'You tell Microsoft'), part: dialog },
  { name: 'quick-action-decline', prepare: deal('incoming'), show: action('Decline', 'Reason'), part: dialog },
  { name: 'quick-action-refused', prepare: deal('in-sync'), show: action('Accept', 'does not wait for your answer'), part: dialog },
  {
    name: 'home',
    user: 'admin',
    prepare: reporting({}, (id) => [conflict(id), match({ id, name: fabrikam })]),
    show: (page) => page.getByText('Put aside, by cause').waitFor(),
    more: ['phone2', 'rtl', 'zoom'],
  },
  { name: 'home-seller', prepare: reporting({}), show: (page) => page.getByText('The buttons are for Partner Center admins.').waitFor() },
  {
    name: 'home-taken',
    user: 'admin',
    prepare: reporting({
      Webhook_State__c: 'Taken by another address',
      Webhook_Owner__c: 'https://sandbox.contoso.example/webhooks/partner-center',
    }),
    show: (page) => page.getByText('sandbox.contoso.example').first().waitFor(),
  },
  {
    name: 'home-silent',
    user: 'admin',
    prepare: reporting({ Heartbeat__c: '2026-11-20T08:30:00Z' }),
    show: (page) => page.getByText('has not reported').first().waitFor(),
  },
  {
    name: 'home-not-connected',
    user: 'admin',
    connected: false,
    prepare: () => '#/home',
    show: (page) => page.getByText('The connector has not reported yet').waitFor(),
  },
  {
    name: 'home-no-permission',
    user: 'outsider',
    prepare: () => '#/home',
    show: (page) => page.getByText('You can’t see the connection').waitFor(),
  },
  {
    name: 'opportunities',
    prepare: (local) => {
      putDeal(local.org, local.seeded, 'in-sync');
      return '#/opportunities';
    },
    show: (page) => page.getByText('✔ In sync').waitFor(),
    more: ['phone'],
  },
];

export const scenes: readonly Scene[] = [...ofDeals, ...ofQuestions, ...ofDoors, ...ofTroubles, ...ofPages];

export const looksOf = (scene: Scene): readonly LookName[] => ['slds1', 'slds2', ...(scene.more ?? [])];
