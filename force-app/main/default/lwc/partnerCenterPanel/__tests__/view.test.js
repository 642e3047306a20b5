import { readDeal, readRelated } from 'c/partnerCenterRecord';
import { conflictRow, at, incoming, makeRecord, makeRelated, shared } from 'test/deal';
import { historyOf } from '../history';
import { menuOf } from '../menu';
import { answered, asked, givenUp, looked, noRequest } from '../request';
import { createViewer, viewOf } from '../view';

const line = (minutesAgo, way, act) =>
  `v1 ${new Date(at - minutesAgo * 60000).toISOString().slice(0, 19).replace('T', ' ')}Z | ${way} | ${act} | done | by "Mia"`;

const moment = (values = {}, rows = {}, more = {}) => ({
  deal: readDeal(makeRecord(values)),
  dealError: null,
  related: readRelated(makeRelated(rows), '006000000000001AAA'),
  request: noRequest,
  busy: false,
  admin: false,
  seenAt: null,
  showsAll: false,
  time: at,
  ...more
});

describe('what is shown at one moment', () => {
  it('is a spinner, an error, a word about permissions, or the deal', () => {
    const nothing = { ...moment(), deal: null };
    const of = (one) => {
      const { loading, notFound, noPermission, ready } = viewOf(one);
      return [loading, notFound, noPermission, ready !== null];
    };
    expect(of(nothing)).toEqual([true, false, false, false]);
    expect(of({ ...nothing, dealError: new Error('gone') })).toEqual([false, true, false, false]);
    expect(of({ ...nothing, deal: readDeal(makeRecord({}, { hidden: ['Sync_with_Partner_Center__c'] })) })).toEqual([
      false,
      false,
      true,
      false
    ]);
    expect(of(moment())).toEqual([false, false, false, true]);
  });

  it('offers no second sync while a request is on its way', () => {
    expect(viewOf(moment(shared)).ready.cannotSync).toBe(false);
    expect(viewOf(moment(shared, {}, { request: asked('rq1', at) })).ready.cannotSync).toBe(true);
    expect(viewOf(moment(shared, {}, { busy: true })).ready.cannotSync).toBe(true);
  });

  it('leaves a message of the service out where the question below says the same', () => {
    const message = 'Close date was changed on both sides. Choose one in the panel.';
    const values = { ...shared, PC_Sync_State__c: 'Needs you', PC_Sync_Message__c: message };
    expect(viewOf(moment(values, { questions: [conflictRow] })).ready.status.lines).toEqual([]);
    expect(viewOf(moment(values)).ready.status.lines).toEqual([message]);
    const more = { ...values, PC_Sync_Message__c: `${message}\nThe deal has no contact.` };
    expect(viewOf(moment(more, { questions: [conflictRow] })).ready.status.lines).toHaveLength(2);
  });

  it('is worked out once for one moment', () => {
    const view = createViewer();
    const one = moment(shared);
    expect(view({ ...one })).toBe(view({ ...one }));
    expect(view({ ...one, busy: true })).not.toBe(view({ ...one }));
  });
});

describe('what happened', () => {
  const audit = [
    line(1, 'to Salesforce', 'updated'),
    line(2, 'to Partner Center', 'updated'),
    line(3, 'to Salesforce', 'accepted'),
    ...[4, 5, 6, 7, 8, 9].map((minutes) => line(minutes, 'to Partner Center', 'updated'))
  ].join('\n');

  it('names no entry twice: what is new stands apart, the rest is what was before', () => {
    const history = historyOf(audit, { seenAt: null, showsAll: true });
    expect(history.unread).toHaveLength(2);
    expect(history.shown).toHaveLength(7);
    expect(history.title).toBe('Before that');
    expect(history.newest).toBe(at - 60000);
  });

  it('is one list once the person has seen everything', () => {
    const history = historyOf(audit, { seenAt: at, showsAll: false });
    expect(history.unread).toEqual([]);
    expect(history.title).toBe('What happened');
    expect(history.shown).toHaveLength(5);
    expect([history.hasMore, history.moreLabel]).toEqual([true, 'Show all 9']);
  });

  it('may be nothing yet', () => {
    expect(historyOf(null, { seenAt: null, showsAll: false })).toMatchObject({ empty: true, hasLines: false });
  });
});

describe('more actions', () => {
  const names = (values, standing) =>
    menuOf(readDeal(makeRecord(values)), { state: 'active', final: false, admin: false, held: false, ...standing }).map(
      ({ name }) => name
    );

  it.each([
    ['an open deal can be closed', shared, {}, ['won', 'lost']],
    ['a closed one can not', shared, { state: 'won', final: true }, []],
    ['an incoming one can be taken apart again', incoming, { state: 'new' }, ['undo']],
    [
      'an admin retires, and releases what is held',
      shared,
      { admin: true, held: true },
      ['won', 'lost', 'release', 'retire']
    ],
    ['a deal that is not shared has none', {}, { admin: true, state: 'none' }, []]
  ])('%s', (_, values, standing, expected) => expect(names(values, standing)).toEqual(expected));
});

describe('a request on its way', () => {
  const answer = (outcome) => [
    { id: 'rq1', kind: 'sync_now', outcome, message: 'Said.', askedAt: at, attentionId: null }
  ];

  it('is asked, then worked on, then late', () => {
    const sent = asked('rq1', at);
    expect(sent).toMatchObject({ progress: 'asked', open: true });
    expect(looked(sent).progress).toBe('working');
    expect(givenUp(looked(sent))).toEqual({ id: null, askedAt: null, progress: 'late', open: false });
    expect(givenUp(noRequest)).toBe(noRequest);
    expect(looked(noRequest)).toBe(noRequest);
  });

  it('ends with its answer, good or bad', () => {
    const sent = asked('rq1', at);
    expect(answered(sent, answer(null))).toBeNull();
    expect(answered(noRequest, answer('Done'))).toBeNull();
    expect(answered(sent, answer('Done'))).toMatchObject({ done: 'Said.', note: null, request: { progress: 'done' } });
    expect(answered(sent, answer('Refused')).note).toContain('Said.');
    expect(answered(sent, answer('Later')).note).toContain('Said.');
  });
});
