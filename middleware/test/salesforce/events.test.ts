/** The event client over the simulated bus in virtual time: nothing lost, nothing out of order, whatever breaks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { silentLog } from '../../src/log.ts';
import { subscribeToEvents, type EventClient, type PoisonEvent, type SubscribeOptions } from '../../src/salesforce/events/subscribe.ts';
import { noticeOf } from '../../src/salesforce/events/notice.ts';
import { streamFailureOf } from '../../src/salesforce/events/failure.ts';
import { StreamError } from '../../src/salesforce/events/stream.ts';
import type { Notice } from '../../src/sync/ports.ts';
import { SyncError } from '../../src/errors.ts';
import { createBus } from '../../simulators/salesforce/bus.ts';
import { createPubSubService } from '../../simulators/salesforce/pubsub-service.ts';
import { manualSystem } from '../store/manual-system.ts';
import { session } from './scripted.ts';
import { simulatedStream } from './simulated-stream.ts';

const name = 'PC_Sync_Request__e';
const deal = (n: number): string => `006${String(n).padStart(15, '0')}`;

/** Lets everything that is ready run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 40; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

function world(change: Partial<SubscribeOptions> = {}) {
  const system = manualSystem(Date.parse('2026-11-20T10:00:00Z'));
  let ids = 0;
  const surroundings = {
    now: () => system.now(),
    random: () => 0.5,
    uuid: () => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`,
  };
  const bus = createBus(surroundings);
  bus.define({
    name,
    fields: [
      { name: 'Record_Id__c', type: 'Text', required: true },
      { name: 'Object__c', type: 'Text', required: false },
      { name: 'Opportunity_Id__c', type: 'Text', required: false },
      { name: 'Reason__c', type: 'Text', required: false },
    ],
  });
  const service = createPubSubService(
    bus,
    ({ accessToken }) => (accessToken.startsWith('token') ? { userId: '005', mayRead: () => true, mayCreate: () => true } : null),
    surroundings,
  );
  const heard: Notice[] = [];
  const gaps: string[] = [];
  const poison: PoisonEvent[] = [];
  const states: (string | null)[] = [];
  const stored: { position: string | null; writes: number } = { position: null, writes: 0 };
  let renewals = 0;
  const client: EventClient = subscribeToEvents({
    open: simulatedStream(() => service),
    tokens: { session: async () => session(`token-${renewals}`), renew: async () => session(`token-${(renewals += 1)}`) },
    system,
    log: silentLog(),
    position: async () => stored.position,
    handler: async (notices, position) => {
      heard.push(...notices);
      stored.position = position?.value ?? stored.position;
      stored.writes += 1;
    },
    onGap: async (why) => void gaps.push(why),
    onPoison: async (event) => void poison.push(event),
    onState: (trouble: SyncError | null) => void states.push(trouble?.code ?? null),
    ...change,
  });
  let published = 0;
  return {
    system,
    bus,
    service,
    client,
    heard,
    gaps,
    poison,
    states,
    stored,
    renewals: () => renewals,
    publish(count = 1) {
      for (let index = 0; index < count; index++)
        bus.publish(
          name,
          { Record_Id__c: deal((published += 1)), Object__c: 'Opportunity', Opportunity_Id__c: deal(published), Reason__c: 'saved' },
          { createdById: '005000000000001AAA' },
        );
    },
    dealsHeard: () => heard.map((notice) => notice.subject.id),
    dealsPublished: () => Array.from({ length: published }, (_, index) => deal(index + 1)),
    async pass(ms: number, step = 10_000) {
      for (let left = ms; left > 0; left -= step) {
        system.advance(Math.min(step, left));
        service.tick();
        await settle();
      }
    },
    async begin() {
      client.start();
      await settle();
    },
  };
}

test('events become notices in order, each stored with its position before more is asked for', async () => {
  const { client, begin, publish, heard, dealsHeard, dealsPublished, stored, bus, states, pass } = world();
  await begin();
  publish(250);
  await settle();
  await pass(1_000);

  assert.deepEqual(dealsHeard(), dealsPublished());
  assert.deepEqual(heard[0], {
    source: 'salesforce-event',
    id: bus.retained()[0]?.eventId,
    subject: { kind: 'opportunity', id: deal(1) },
    reason: 'saved',
    at: Date.parse('2026-11-20T10:00:00Z'),
  });
  assert.equal(stored.position, Buffer.from(bus.retained().at(-1)?.replayId ?? []).toString('base64'));
  assert.deepEqual(states, [null]);
  await client.stop();
});

test('after a restart it goes on behind the stored position; a crash before storing delivers again', async () => {
  const first = world();
  await first.begin();
  first.publish(3);
  await settle();
  await first.client.stop();
  first.publish(2);
  await first.begin();
  assert.deepEqual(first.dealsHeard(), first.dealsPublished());
  await first.client.stop();

  let broken = true;
  const second: Notice[] = [];
  const w = world({
    handler: async (notices) => {
      if (broken && notices.length > 0) {
        broken = false;
        throw new Error('the store is down');
      }
      second.push(...notices);
    },
    initial: 'earliest',
  });
  await w.begin();
  w.publish(2);
  await settle();
  await w.pass(2_000, 500);
  assert.deepEqual(
    second.map((notice) => notice.subject.id),
    w.dealsPublished(),
  );
  await w.client.stop();
});

for (const error of ['unavailable', 'reset', 'client-limit'] as const) {
  test(`nothing is lost when the stream breaks with "${error}"`, async () => {
    const w = world();
    await w.begin();
    w.publish(2);
    await settle();
    w.service.faults.endStreams(error);
    w.publish(2);
    await w.pass(3 * 60_000);
    w.publish(1);
    await settle();

    assert.deepEqual(w.dealsHeard(), w.dealsPublished());
    assert.deepEqual(w.gaps, []);
    await w.client.stop();
  });
}

test('a session the bus refuses is renewed at once; three refusals in a row are told', async () => {
  const w = world();
  await w.begin();
  w.publish(1);
  await settle();
  w.service.faults.revoke('token-0');
  await settle();
  w.publish(1);
  await settle();
  assert.equal(w.renewals(), 1);
  assert.deepEqual(w.dealsHeard(), w.dealsPublished());

  w.service.faults.refuseNext('Subscribe', 'auth', 3);
  w.service.faults.endStreams(null);
  await w.pass(60_000, 1_000);
  assert.equal(w.states.includes('CRM_SIGN_IN'), true);
  w.publish(1);
  await settle();
  assert.equal(w.states.at(-1), null);
  assert.deepEqual(w.dealsHeard(), w.dealsPublished());
  await w.client.stop();
});

test('no position is stored before what was told earlier has been found, so that a process that ends meanwhile begins anew', async () => {
  let found = (): void => undefined;
  const w = world({ onFresh: () => new Promise<void>((resolve) => (found = resolve)) });
  await w.begin();
  w.publish(1);
  await settle();
  await w.pass(5_000, 1_000);
  assert.deepEqual([w.dealsHeard(), w.stored.position], [[deal(1)], null]);

  found();
  await settle();
  w.publish(1);
  await settle();

  assert.deepEqual(w.dealsHeard(), [deal(1), deal(2)]);
  assert.equal(w.stored.position, Buffer.from(w.bus.retained().at(-1)?.replayId ?? []).toString('base64'));
  await w.client.stop();
});

test('a position the bus does not know is a gap: it is told, and the stream goes on from the tip', async () => {
  const w = world();
  await w.begin();
  w.publish(2);
  await settle();
  await w.client.stop();
  w.bus.faults.resetStream();
  w.bus.faults.advanceTip(50);
  w.publish(1);

  await w.begin();
  await w.pass(1_000, 500);
  w.publish(1);
  await settle();

  assert.equal(w.gaps.length, 1);
  assert.deepEqual(w.dealsHeard(), [deal(1), deal(2), deal(4)]);
  await w.client.stop();
});

test('by choice the stream begins at the oldest retained event after a gap', async () => {
  const w = world({ afterGap: 'earliest' });
  w.stored.position = Buffer.from([1, 2, 3]).toString('base64');
  w.publish(1);
  await w.begin();
  await w.pass(1_000, 500);

  assert.deepEqual([w.gaps.length, w.dealsHeard()], [1, [deal(1)]]);
  await w.client.stop();
});

test('an event nobody can read is put aside with its replay id; the ones around it arrive', async () => {
  const w = world();
  await w.begin();
  w.publish(1);
  await settle();
  w.bus.faults.corruptNext();
  w.publish(2);
  await settle();

  assert.deepEqual(w.dealsHeard(), [deal(1), deal(3)]);
  assert.equal(w.poison.length, 1);
  assert.equal(w.poison[0]?.replayId, Buffer.from(w.bus.retained()[1]?.replayId ?? []).toString('base64'));
  assert.equal(w.stored.position, Buffer.from(w.bus.retained()[2]?.replayId ?? []).toString('base64'));
  await w.client.stop();
});

test('two schemas at once are both read, each fetched once', async () => {
  let fetched = 0;
  const counted = world({
    open: (session) => {
      const stream = simulatedStream(() => counted.service)(session);
      return { ...stream, getSchema: (id) => ((fetched += 1), stream.getSchema(id)) };
    },
  });
  await counted.begin();
  counted.bus.faults.interleaveSchemas(name);
  counted.publish(6);
  await settle();

  assert.deepEqual(counted.dealsHeard(), counted.dealsPublished());
  assert.equal(fetched, 2);
  await counted.client.stop();
});

test('a schema that cannot be fetched right now is tried again, the event is not put aside', async () => {
  const w = world();
  await w.begin();
  w.bus.faults.advanceTip(5);
  await w.pass(70_000);
  w.service.faults.refuseNext('GetSchema', 'unavailable');
  w.publish(1);
  await w.pass(20_000, 1_000);

  assert.deepEqual(w.dealsHeard(), [deal(1)]);
  assert.deepEqual([w.poison, w.gaps], [[], []]);
  await w.client.stop();
});

test('a connection that breaks before the first position was stored is a gap, since nobody knows what it missed', async () => {
  const w = world();
  w.service.faults.refuseNext('GetSchema', 'unavailable');
  await w.begin();
  w.publish(1);
  await w.pass(20_000, 1_000);
  w.publish(1);
  await settle();

  assert.deepEqual(w.dealsHeard(), [deal(2)]);
  assert.equal(w.gaps.length, 1);
  await w.client.stop();
});

test('a gap that could not be covered stays a gap: no later position is stored before it is', async () => {
  const tries: string[] = [];
  const w = world({
    onGap: async (why) => {
      tries.push(why);
      if (tries.length === 1) throw new SyncError('NET_NOT_SENT');
    },
  });
  w.service.faults.refuseNext('GetSchema', 'unavailable');
  await w.begin();
  w.publish(1);
  await w.pass(20_000, 1_000);
  w.publish(1);
  await settle();
  assert.deepEqual([tries.length, w.stored.position], [1, null]);
  await w.pass(20_000, 1_000);
  w.publish(1);
  await settle();

  assert.deepEqual([tries.length, w.dealsHeard()], [2, [deal(3)]]);
  await w.client.stop();
});

test('a connection that has fallen silent is given up after five minutes and made anew', async () => {
  const w = world();
  await w.begin();
  w.publish(1);
  await settle();
  w.service.faults.frozen = true;
  w.publish(1);
  await w.pass(299_000);
  assert.deepEqual(w.dealsHeard(), [deal(1)]);
  w.service.faults.frozen = false;
  await w.pass(32_000, 1_000);

  assert.deepEqual(w.dealsHeard(), w.dealsPublished());
  await w.client.stop();
});

test('a sign of life moves the position on, so that an idle one does not age out', async () => {
  const w = world();
  await w.begin();
  w.publish(1);
  await settle();
  const before = w.stored.position;
  w.bus.faults.advanceTip(1_000);
  await w.pass(70_000);

  assert.notEqual(w.stored.position, before);
  assert.deepEqual(w.dealsHeard(), [deal(1)]);
  await w.client.stop();
});

test('while the inbox is full only single events are asked for, and all come once there is room', async () => {
  let room = 3;
  const w = world({ room: () => room });
  await w.begin();
  room = 0;
  w.publish(40);
  await settle();
  assert.equal(w.heard.length, 3);
  await w.pass(55_000, 1_000);
  assert.equal(w.heard.length, 4);

  room = 100;
  await w.pass(3_000, 1_000);
  assert.deepEqual(w.dealsHeard(), w.dealsPublished());
  await w.client.stop();
});

test('used-up deliveries are told and waited for, a quarter of an hour at a time', async () => {
  const w = world();
  await w.begin();
  w.service.faults.refuseNext('Subscribe', 'delivery-limit');
  w.service.faults.endStreams(null);
  await w.pass(60_000, 1_000);
  assert.deepEqual(w.states.at(-1), 'CRM_EVENT_LIMIT');
  w.publish(1);
  await w.pass(15 * 60_000, 30_000);

  w.publish(1);
  await settle();
  assert.equal(w.states.at(-1), null);
  await w.client.stop();
});

test('an org that has moved to another instance is swept', async () => {
  let instance = 'https://a.my.salesforce.test';
  const w = world({
    tokens: {
      session: async () => ({ ...session('token'), instanceUrl: instance }),
      renew: async () => ({ ...session('token'), instanceUrl: instance }),
    },
  });
  await w.begin();
  instance = 'https://b.my.salesforce.test';
  w.service.faults.endStreams(null);
  await w.pass(2_000, 500);

  assert.equal(w.gaps.length, 1);
  await w.client.stop();
});

test('starting twice makes one subscription; stopping twice is no error and leaves none', async () => {
  const w = world();
  await w.begin();
  await w.begin();
  assert.equal(w.service.openStreams(), 1);

  await Promise.all([w.client.stop(), w.client.stop()]);
  assert.equal(w.service.openStreams(), 0);
  assert.equal(w.system.sleeping(), 0);
});

test('an event says where to look: the deal, a request on it, or a request on the connection', () => {
  const event = { CreatedDate: 5, Record_Id__c: deal(1), Object__c: 'PC_Request__c', Opportunity_Id__c: deal(2), Reason__c: 'request' };

  assert.deepEqual(noticeOf('u', event)?.subject, { kind: 'request', id: deal(1), opportunityId: deal(2) });
  assert.deepEqual(noticeOf('u', { ...event, Object__c: 'PC_Service_Request__c' })?.subject, {
    kind: 'request',
    id: deal(1),
    opportunityId: null,
  });
  assert.deepEqual(noticeOf('u', { ...event, Object__c: 'OpportunityContactRole' })?.subject, { kind: 'opportunity', id: deal(2) });
  assert.deepEqual(noticeOf('u', { ...event, Object__c: null, Opportunity_Id__c: null })?.subject, { kind: 'opportunity', id: deal(1) });
  assert.equal(noticeOf('u', { ...event, Object__c: 'Case', Record_Id__c: '500000000000001', Opportunity_Id__c: null }), null);
  assert.equal(noticeOf('u', { Reason__c: 'x' }), null);
});

test('the error code decides, not the status that comes with it', () => {
  assert.equal(streamFailureOf(new StreamError('service.unavailable', 13, '')).kind, 'wait');
  assert.equal(streamFailureOf(new StreamError('service.auth.error', 3, '')).kind, 'session');
  assert.equal(streamFailureOf(new StreamError('subscription.fetch.replayid.corrupted', 3, '')).kind, 'gap');
  assert.equal(streamFailureOf(new StreamError(null, 14, '')).kind, 'broken');
  assert.deepEqual(streamFailureOf(new StreamError('topic.permission.denied', 7, '')), {
    kind: 'wait',
    leastMs: 300_000,
    code: 'CRM_NO_ACCESS',
  });
});
