import { readDeal } from 'c/partnerCenterRecord';
import {
  ageText,
  checklistOf,
  countryKnown,
  defaultSettings,
  canRegister,
  doorOf,
  doorOfAttention,
  registrationChoices,
  durationText,
  expiryOf,
  fieldLabelOf,
  fieldNameOf,
  microsoftWords,
  nextStep,
  pathOf,
  readSettings,
  serviceNotice,
  stateOf,
  statusOf,
  unreadOf,
  valueText
} from 'c/partnerCenterRules';
import { at, incoming, makeRecord, shared } from 'test/deal';

const minute = 60000;
const day = 86400000;
const deal = (values = {}, options = {}) => readDeal(makeRecord(values, options));
const status = (values, moment = {}) => statusOf(deal(values), { now: at, ...moment });

describe('status', () => {
  it.each([
    ['a deal that was never shared', {}, 'Not shared with Microsoft', 'quiet'],
    ['a shared deal', shared, 'In sync with Partner Center', 'good'],
    [
      'a deal Microsoft has not answered',
      { ...shared, PC_Sync_State__c: 'Waiting for Microsoft' },
      'Waiting for Microsoft to answer',
      'waiting'
    ],
    ['a deal just shared', { Sync_with_Partner_Center__c: true }, 'On its way to Partner Center', 'waiting'],
    ['a deal that needs its seller', { ...shared, PC_Sync_State__c: 'Needs you' }, 'This deal needs you', 'attention'],
    ['a deal nobody has answered', incoming, 'Microsoft sent you this deal', 'attention'],
    [
      'a deal whose tick was removed',
      { ...shared, Sync_with_Partner_Center__c: false, PC_Sync_State__c: 'Stopped' },
      'Sharing is switched off',
      'quiet'
    ],
    [
      'a deal that was won',
      { ...shared, PC_Referral_Status__c: 'Closed / Won' },
      'Won, and final in Partner Center',
      'quiet'
    ],
    [
      'a deal that expired',
      { ...shared, PC_Referral_Status__c: 'Closed / Expired' },
      'Expired, and final in Partner Center',
      'quiet'
    ]
  ])('tells of %s', (name, values, title, tone) => {
    expect(status(values)).toMatchObject({ title, tone });
  });

  it('names the time of the release for a deal on hold', () => {
    const held = status({ ...shared, PC_Sync_State__c: 'On hold', PC_Hold_Until__c: '2026-11-22T12:00:00Z' });
    expect(held.title).toMatch(/^On hold until Nov 22, 2026/);
  });

  it('carries the lines of the message and the age of the last change', () => {
    const needs = status({ ...shared, PC_Sync_State__c: 'Needs you', PC_Sync_Message__c: 'No country.\n\nFill it.' });
    expect(needs.lines).toEqual(['No country.', 'Fill it.']);
    expect(needs.detail).toBe('Last change 3 minutes ago');
  });

  it('is on its way after the person asked, and says when it takes long', () => {
    expect(status(shared, { askedAt: at - 1000 })).toMatchObject({ kind: 'sending', tone: 'busy' });
    expect(status(shared, { askedAt: at - 3 * minute }).tone).toBe('waiting');
  });
});

describe('next step', () => {
  const connection = { heartbeat: at };
  const step = (values, more = {}) =>
    nextStep(deal(values), { status: status(values), missing: 0, questions: [], now: at, ...more });

  it.each([
    ['share', {}, {}, 'share'],
    ['complete first', {}, { missing: 2 }, 'complete'],
    ['complete one thing', {}, { missing: 1 }, 'complete'],
    ['answer Microsoft', incoming, {}, 'answer'],
    ['choose a value', shared, { questions: [{ kind: 'conflict', field: 'value' }] }, 'decide'],
    ['answer several questions', shared, { questions: [{}, {}] }, 'decide'],
    ['look at a match', shared, { questions: [{ kind: 'match' }] }, 'match'],
    ['confirm', shared, { questions: [{ kind: 'confirm' }] }, 'confirm'],
    ['complete a shared deal', { ...shared, PC_Sync_State__c: 'Needs you' }, { missing: 1 }, 'complete'],
    ['read the message', { ...shared, PC_Sync_State__c: 'Needs you' }, {}, 'read'],
    ['resume', { ...shared, Sync_with_Partner_Center__c: false }, {}, 'resume'],
    ['do nothing when won', { ...shared, PC_Referral_Status__c: 'Closed / Won' }, {}, 'nothing'],
    ['do nothing while Microsoft thinks', { ...shared, PC_Sync_State__c: 'Waiting for Microsoft' }, {}, 'nothing'],
    ['do nothing on hold', { ...shared, PC_Sync_State__c: 'On hold' }, {}, 'nothing'],
    ['do nothing in sync', shared, {}, 'nothing']
  ])('is to %s', (name, values, more, kind) => {
    expect(step(values, more).kind).toBe(kind);
  });

  it('says until when an answer counts, and asks plainly once the time is over', () => {
    expect(step(incoming).text).toMatch(/within 4 days/);
    expect(step({ ...incoming, PC_Expires__c: '2026-11-19T00:00:00Z' }).text).toBe('Accept or decline this deal.');
  });

  it('says when the service is silent or was never there, and nothing when nobody can know', () => {
    expect(serviceNotice(connection, at)).toBeNull();
    expect(serviceNotice(undefined, at)).toBeNull();
    expect(serviceNotice(null, at)).toMatch(/not connected yet/);
    expect(serviceNotice(connection, at + 2 * 60 * minute)).toMatch(/has not reported for 2 hours/);
  });
});

describe('checklist', () => {
  const person = { firstName: 'Ann', lastName: 'Lee', phone: '1', email: 'a@b.example' };
  const related = { solutions: [{ name: 'A' }], contacts: [], team: [person], countries: {} };
  const open = (values, more = {}, options = {}) =>
    checklistOf(deal(values, options), { ...related, ...more })
      .filter((line) => !line.done)
      .map((line) => line.key);

  it('has no open line when everything is there', () => {
    expect(open({})).toEqual([]);
  });

  it.each([
    ['customer', {}, {}, { account: { Name: null } }],
    ['address', {}, {}, { account: { BillingCity: null } }],
    ['country', {}, {}, { account: { BillingCountry: 'Elbonia' } }],
    ['country', {}, {}, { account: { BillingCountry: null } }],
    ['value', { Amount: 0 }, {}, {}],
    ['value', { Amount: null }, {}, {}],
    ['closeDate', { CloseDate: null }, {}, {}],
    ['solution', {}, { solutions: [] }, {}],
    ['contact', { How_can_Microsoft_help__c: 'General or other' }, {}, {}],
    ['contact', { How_can_Microsoft_help__c: 'General or other' }, { contacts: [{ ...person, phone: null }] }, {}],
    ['team', {}, { team: [{ ...person, phone: ' ' }] }, {}],
    ['team', {}, { team: [] }, {}],
    ['consent', { PC_Contact_Consent__c: false }, {}, {}],
    ['intent', { PC_Marketplace_Intent__c: null }, {}, {}]
  ])('asks for %s', (key, values, more, options) => {
    expect(open(values, more, options)).toEqual([key]);
  });

  it('wants the three services values together, and only with help', () => {
    expect(open({ PC_Partner_Role__c: 'Reseller' })).toEqual([]);
    expect(
      open({ PC_Partner_Role__c: 'Reseller', How_can_Microsoft_help__c: 'General or other' }, { contacts: [person] })
    ).toEqual(['services']);
  });

  it('says what is missing from whom', () => {
    const lines = checklistOf(deal({ How_can_Microsoft_help__c: 'x' }), {
      ...related,
      contacts: [{ firstName: 'Carla', lastName: null, phone: null, email: null }],
      team: [{ firstName: 'Sam', lastName: 'Seller', phone: null, email: null }]
    });
    const cure = (key) => lines.find((line) => line.key === key).cure;
    expect(cure('contact')).toBe('Complete Carla: first name, last name, phone and e-mail are needed.');
    expect(cure('team')).toBe('Fill Phone, Email in the user record of Sam Seller, or ask your admin to.');
  });

  it('takes old solution ids, says nothing about what it cannot see, and drops frozen things of a shared deal', () => {
    expect(open({ Products__c: 'SOL-1' }, { solutions: [] })).toEqual([]);
    expect(open({ How_can_Microsoft_help__c: 'x' }, { solutions: null, contacts: null })).toEqual([]);
    expect(
      open(
        { ...shared, PC_Contact_Consent__c: false, PC_Microsoft_Status__c: 'New / Pending' },
        {},
        { account: { BillingCountry: null } }
      )
    ).toEqual([]);
  });

  it('knows countries by code, by name and by the map of the admin', () => {
    expect(['GB', 'de', 'Germany', 'united kingdom'].every((one) => countryKnown(one))).toBe(true);
    expect(countryKnown('Elbonia')).toBe(false);
    expect(countryKnown('Deutschland', { DEUTSCHLAND: 'DE' })).toBe(true);
  });
});

describe('path', () => {
  const steps = (values) => pathOf(deal(values)).map((one) => `${one.label}:${one.step}`);

  it('leads from shared to closed', () => {
    expect(steps({})).toEqual(['Shared:ahead', 'Accepted:ahead', 'Closed:ahead']);
    expect(steps(shared)).toEqual(['Shared:done', 'Accepted:current', 'Closed:ahead']);
    expect(steps({ ...shared, PC_Referral_Status__c: 'Closed / Won' })).toEqual([
      'Shared:done',
      'Accepted:done',
      'Won:done'
    ]);
    expect(steps({ ...shared, PC_Referral_Status__c: 'Closed / Lost' })).toEqual([
      'Shared:done',
      'Accepted:done',
      'Lost:bad'
    ]);
    expect(steps(incoming)).toEqual(['Received:current', 'Accepted:ahead', 'Closed:ahead']);
    expect(steps({ ...incoming, PC_Referral_Status__c: 'Closed / Declined' })).toEqual([
      'Received:done',
      'Declined:bad'
    ]);
  });

  it('reads states it does not know without failing', () => {
    expect(stateOf('Active / Engaged')).toBe('active');
    expect(stateOf('Closed / Something')).toBe('other');
    expect(stateOf('Odd')).toBe('other');
    expect(stateOf('Closed / Error')).toBe('retired');
  });

  it.each([
    ['Accepted', { PC_Microsoft_Status__c: 'Active / Accepted' }],
    ['Asked, no answer yet', { PC_Microsoft_Status__c: 'New / Pending' }],
    ['Something new', { PC_Microsoft_Status__c: 'Something new' }],
    ['Sent you this deal', { PC_Origin__c: 'From Microsoft' }],
    ['Asked, no answer yet', shared],
    [
      'Can see the deal, not asked for help',
      { ...shared, How_can_Microsoft_help__c: null, PC_Visible_to_Microsoft__c: true }
    ],
    ['Can’t see the deal', { ...shared, How_can_Microsoft_help__c: null }],
    ['Not asked for help', {}]
  ])('says of Microsoft: %s', (words, values) => {
    expect(microsoftWords(deal(values))).toBe(words);
  });
});

describe('one-way doors', () => {
  const door = (name, values = {}) => doorOf(name, deal(values), defaultSettings);

  it('lists exactly what freezes when a deal is shared, by what is asked with it', () => {
    const created = ['Customer name and address', 'D-U-N-S number', 'Consent to share contacts'];
    expect(door('share').freezes).toEqual(created);
    expect(door('share', { PC_Visible_to_Microsoft__c: true }).freezes).toEqual([
      ...created,
      'Visible to Microsoft sellers'
    ]);
    expect(door('share', { How_can_Microsoft_help__c: 'x' }).freezes).toEqual([
      ...created,
      'Customer contact’s name, phone and e-mail',
      'Note to Microsoft',
      'Kind of help',
      'Visible to Microsoft sellers'
    ]);
  });

  it.each(['share', 'visible', 'help', 'accept', 'decline', 'won', 'lost', 'retire', 'release', 'register', 'confirm'])(
    'has all its words for %s',
    (name) => {
      const one = door(name);
      expect([one.title, one.button, ...one.intro].every((text) => text.length > 3)).toBe(true);
      expect(one.impossible.length).toBeGreaterThan(0);
    }
  );

  it('asks for a reason where Microsoft wants one', () => {
    expect(['decline', 'lost', 'retire', 'help', 'won'].map((name) => door(name).asks)).toEqual([
      'decline',
      'decline',
      'error',
      'help',
      null
    ]);
  });

  it('offers to register a won deal that Microsoft can see, once', () => {
    const won = { Sync_with_Partner_Center__c: true, PC_Referral_Status__c: 'Closed / Won' };
    const cosell = { ...won, PC_Deal_Type__c: 'Co-sell', PC_Microsoft_Status__c: 'Active / Accepted' };
    expect(canRegister(deal(cosell))).toBe(true);
    expect(canRegister(deal({ ...won, PC_Deal_Type__c: 'Partner-led' }))).toBe(true);
    expect(canRegister(deal({ ...cosell, PC_Microsoft_Status__c: 'Closed / Declined' }))).toBe(false);
    expect(canRegister(deal({ ...won, PC_Deal_Type__c: 'Private' }))).toBe(false);
    expect(canRegister(deal({ ...cosell, PC_Registration_Status__c: 'ReviewPending' }))).toBe(false);
    expect(canRegister(deal({ ...cosell, PC_Referral_Status__c: 'Active / Accepted' }))).toBe(false);
    expect(canRegister(null)).toBe(false);
    expect(registrationChoices).toHaveLength(6);
  });

  it('speaks of the hold only where there is one', () => {
    expect(door('won').intro.join()).toContain('72 hours');
    expect(doorOf('won', deal(), { ...defaultSettings, wonHoldHours: 0 }).intro.join()).not.toContain('hours');
  });

  it('shows what a step made outside the panel would freeze', () => {
    const row = { message: 'An import made it visible.', cause: '', field: 'visible' };
    expect(doorOfAttention(row, deal(), defaultSettings)).toMatchObject({
      name: 'confirm',
      freezes: ['Visible to Microsoft sellers']
    });
    expect(doorOfAttention({ ...row, cause: 'won', field: 'state' }, deal(), defaultSettings).freezes).toHaveLength(1);
    expect(doorOfAttention({ message: '', cause: 'odd', field: null }, deal(), defaultSettings).freezes).toEqual([]);
  });
});

describe('times', () => {
  it('speaks of ages as people do', () => {
    expect(ageText(at, at)).toBe('now');
    expect(ageText(at - 3 * minute, at)).toBe('3 minutes ago');
    expect(ageText(at - day, at)).toBe('yesterday');
    expect(durationText(day)).toBe('1 day');
    expect(durationText(3 * 3600000)).toBe('3 hours');
    expect(durationText(3600000)).toBe('1 hour');
    expect(durationText(5 * minute)).toBe('5 minutes');
  });

  it('counts down to the end of the time to answer', () => {
    expect(expiryOf(null, at)).toBeNull();
    expect(expiryOf(at + 5 * day, at)).toMatchObject({ over: false, urgent: false, left: '5 days left to answer' });
    expect(expiryOf(at + 5 * 3600000, at)).toMatchObject({ urgent: true });
    expect(expiryOf(at + 5 * minute, at).within).toMatch(/^within 5 minutes/);
    expect(expiryOf(at - 1, at)).toMatchObject({ over: true, left: 'The time to answer is over' });
  });
});

describe('settings and fields', () => {
  it('keeps a default for everything that is missing or unreadable', () => {
    expect(readSettings(null)).toEqual(defaultSettings);
    expect(readSettings('{')).toEqual(defaultSettings);
    expect(readSettings('[]')).toEqual(defaultSettings);
    expect(readSettings('{"wonHoldHours":-1,"lists":{"decline-reason":[]}}')).toEqual(defaultSettings);
  });

  it('takes what the service reports', () => {
    const read = readSettings(
      JSON.stringify({
        wonStage: 'Won',
        wonHoldHours: 0,
        confirmOneWaySteps: false,
        lists: { 'error-reason': ['Test'] },
        countries: { Elbonia: 'EB' }
      })
    );
    expect(read).toMatchObject({
      wonStage: 'Won',
      wonHoldHours: 0,
      confirms: false,
      errorReasons: ['Test'],
      countries: { ELBONIA: 'EB' }
    });
  });

  it('finds a field by its audit word and shows its label', () => {
    expect(fieldNameOf('Close date')).toBe('closeDate');
    expect(fieldNameOf('Nothing')).toBeNull();
    expect(fieldLabelOf('closeDate')).toBe('Close date');
    expect(fieldLabelOf('Own field')).toBe('Own field');
  });

  it('counts as unread what Microsoft changed after the person last looked', () => {
    const line = (time, way, act = 'updated', result = 'done') => ({
      key: `${time}`,
      raw: '',
      entry: { at: time, way, act, result }
    });
    const lines = [
      line(5, 'to Salesforce'),
      line(4, 'to Partner Center'),
      line(3, 'to Salesforce', 'noted'),
      line(2, 'to Salesforce'),
      { entry: null }
    ];
    expect(unreadOf(lines, null).map((one) => one.key)).toEqual(['5', '2']);
    expect(unreadOf(lines, 2).map((one) => one.key)).toEqual(['5']);
  });
});

describe('values as people read them', () => {
  it.each([
    ['closeDate', '2027-02-15', 'Feb 15, 2027'],
    ['Close date', '2027-02-15', 'Feb 15, 2027'],
    ['Deal value', '150000', '150,000'],
    ['value', '1500.5', '1,500.5'],
    ['expiresAt', '2026-11-22T12:05:00Z', 'Nov 22, 2026, 4:05 AM'],
    ['closeDate', 'soon', 'soon'],
    ['value', '', ''],
    ['expiresAt', 'never', 'never'],
    ['customerPostalCode', '01234', '01234'],
    ['Of tomorrow', '2027-02-15', '2027-02-15']
  ])('%s %s is %s', (field, value, shown) => expect(valueText(field, value)).toBe(shown));
});
