import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { globSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import type { Client } from '@grpc/grpc-js';
import { Metadata, credentials, loadPackageDefinition, type ClientDuplexStream, type ServiceError } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import avro from 'avsc';
import { sharedTestAuthority } from '../../simulators/certificates.ts';
import { createBus, type Bus, type BusOptions } from '../../simulators/salesforce/bus.ts';
import { PROTO_PATH, servePubSub, type PubSubServer } from '../../simulators/salesforce/pubsub.ts';
import { createPubSubService, type PubSubOptions, type PubSubService } from '../../simulators/salesforce/pubsub-service.ts';
import type { Surroundings } from '../../simulators/wire.ts';

const EVENT = 'PC_Sync_Request__e';
const TOPIC = `/event/${EVENT}`;
const HOUR = 3_600_000;

interface WireEvent {
  readonly event: { readonly id: string; readonly schemaId: string; readonly payload: Buffer };
  readonly replayId: Buffer;
}

interface WireResponse {
  readonly events: readonly WireEvent[];
  readonly latestReplayId: Buffer;
  readonly rpcId: string;
  readonly pendingNumRequested: number;
}

interface Grpc extends Client {
  Subscribe(metadata: Metadata): ClientDuplexStream<object, WireResponse>;
  GetTopic(
    request: object,
    metadata: Metadata,
    reply: (error: ServiceError | null, value: { readonly schemaId: string; readonly canSubscribe: boolean }) => void,
  ): void;
  GetSchema(request: object, metadata: Metadata, reply: (error: ServiceError | null, value: { readonly schemaJson: string }) => void): void;
  Publish(
    request: object,
    metadata: Metadata,
    reply: (error: ServiceError | null, value: { readonly results: readonly { readonly correlationKey: string }[] }) => void,
  ): void;
}

const loaded = loadPackageDefinition(loadSync(PROTO_PATH, { longs: String, enums: String, defaults: true })) as unknown as {
  readonly eventbus: {
    readonly v1: { readonly PubSub: new (address: string, channel: ReturnType<typeof credentials.createInsecure>) => Grpc };
  };
};

const headers = (token = 'good'): Metadata => {
  const metadata = new Metadata();
  metadata.set('accesstoken', token);
  metadata.set('instanceurl', 'https://example.my.salesforce.com');
  metadata.set('tenantid', '00D000000000001AAA');
  return metadata;
};

/** A subscriber that hands out what it hears one by one. */
function listen(
  client: Grpc,
  token?: string,
): {
  readonly call: ClientDuplexStream<object, WireResponse>;
  next(): Promise<WireResponse | ServiceError | 'ended'>;
  response(): Promise<WireResponse>;
  error(): Promise<ServiceError>;
} {
  const heard: (WireResponse | ServiceError | 'ended')[] = [];
  let wake: (() => void) | null = null;
  const push = (item: WireResponse | ServiceError | 'ended'): void => {
    heard.push(item);
    wake?.();
  };
  const call = client.Subscribe(headers(token));
  call.on('data', (response: WireResponse) => push(response));
  call.on('error', (error: ServiceError) => push(error));
  call.on('end', () => push('ended'));
  const next = async (): Promise<WireResponse | ServiceError | 'ended'> => {
    if (heard.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return heard.shift() as WireResponse | ServiceError | 'ended';
  };
  return {
    call,
    next,
    response: async () => {
      const item = await next();
      assert.ok(item !== 'ended' && 'events' in item, `expected a response, got ${String(item)}`);
      return item;
    },
    error: async () => {
      let item = await next();
      if (item === 'ended') item = await next();
      assert.ok(item !== 'ended' && 'code' in item, 'expected an error');
      return item;
    },
  };
}

describe('the Pub/Sub API of the simulated org', () => {
  let offset = 0;
  const surroundings: Surroundings = { now: () => Date.now() + offset, random: () => 0.5, uuid: () => randomUUID() };
  let bus: Bus;
  let service: PubSubService;
  let server: PubSubServer;
  let client: Grpc;
  let published = 0;

  const publish = (count = 1): string[] =>
    Array.from({ length: count }, () => {
      published += 1;
      const outcome = bus.publish(EVENT, { Record_Id__c: `006${published}`, Reason__c: 'saved' }, { createdById: '005000000000001AAA' });
      assert.equal(outcome.kind, 'accepted');
      return `006${published}`;
    });
  const recordIds = (response: WireResponse): string[] =>
    response.events.map(({ event }) => {
      const schema = bus.schema(event.schemaId);
      assert.ok(schema);
      const type = avro.Type.forSchema(JSON.parse(schema.json) as avro.Schema);
      return (type.fromBuffer(event.payload) as { Record_Id__c: string }).Record_Id__c;
    });

  before(async () => {
    bus = createBus(surroundings);
    bus.define({
      name: EVENT,
      fields: [
        { name: 'Record_Id__c', type: 'Text', required: true },
        { name: 'Reason__c', type: 'Text', required: false },
      ],
    });
    service = createPubSubService(
      bus,
      ({ accessToken }) =>
        accessToken === 'bad'
          ? null
          : { userId: '005', mayRead: () => accessToken !== 'seller', mayCreate: () => accessToken !== 'seller' },
      surroundings,
    );
    server = await servePubSub(service);
    client = new loaded.eventbus.v1.PubSub(server.address, credentials.createInsecure());
  });
  after(async () => {
    client.close();
    await server.close();
  });

  it('delivers what is published, in order, and counts down the demand', async () => {
    const subscriber = listen(client);
    const opened = service.openStreams();
    subscriber.call.write({ topicName: TOPIC, replayPreset: 'LATEST', numRequested: 500 });
    while (service.openStreams() === opened) await new Promise((resolve) => setImmediate(resolve));
    const ids = publish(3);
    const heard: string[] = [];
    let last: WireResponse | null = null;
    while (heard.length < 3) {
      last = await subscriber.response();
      heard.push(...recordIds(last));
    }
    assert.deepEqual(heard, ids);
    assert.equal(last?.pendingNumRequested, 97, 'demand is capped at 100 over all requests');
    assert.equal(last.events.at(-1)?.replayId.length, 10);
    assert.deepEqual([...(last.events.at(-1)?.replayId.subarray(8) ?? [])], [0, 0]);
    subscriber.call.cancel();
  });

  it('goes on after a stored replay id, with 10 bytes or the 8 that a public client sends', async () => {
    const all = bus.retained(TOPIC);
    const first = all[0];
    assert.ok(first);
    for (const replayId of [Buffer.from(first.replayId), Buffer.from(first.replayId.subarray(0, 8))]) {
      const subscriber = listen(client);
      subscriber.call.write({ topicName: TOPIC, replayPreset: 'CUSTOM', replayId, numRequested: 100 });
      const response = await subscriber.response();
      assert.equal(response.events.length, all.length - 1);
      subscriber.call.cancel();
    }
  });

  it('splits responses at any size', async () => {
    service.faults.responseSize = 2;
    const subscriber = listen(client);
    subscriber.call.write({ topicName: TOPIC, replayPreset: 'EARLIEST', numRequested: 3 });
    assert.equal((await subscriber.response()).events.length, 2);
    assert.equal((await subscriber.response()).events.length, 1);
    service.faults.responseSize = 100;
    subscriber.call.cancel();
  });

  it('says with an error-code trailer what was wrong', async () => {
    const cases: readonly [object, string | undefined, number, string][] = [
      [{ topicName: TOPIC, numRequested: 0 }, undefined, 3, 'subscription.fetch.requested.events.invalid'],
      [{ topicName: TOPIC, replayPreset: 'CUSTOM', numRequested: 1 }, undefined, 3, 'subscription.fetch.replayid.validation.failed'],
      [
        { topicName: TOPIC, replayPreset: 'CUSTOM', replayId: Buffer.alloc(10), numRequested: 1 },
        undefined,
        3,
        'subscription.fetch.replayid.corrupted',
      ],
      [{ topicName: TOPIC, numRequested: 1 }, 'bad', 16, 'service.auth.error'],
      [{ topicName: '/event/Nothing__e', numRequested: 1 }, undefined, 5, 'topic.not.found'],
      [{ topicName: TOPIC, numRequested: 1 }, 'seller', 7, 'topic.permission.denied'],
    ];
    for (const [request, token, status, suffix] of cases) {
      const subscriber = listen(client, token);
      subscriber.call.write(request);
      const error = await subscriber.error();
      assert.equal(error.code, status);
      assert.deepEqual(error.metadata.get('error-code'), [`sfdc.platform.eventbus.grpc.${suffix}`]);
      assert.deepEqual(error.metadata.get('type'), ['Subscribe']);
      assert.match(error.details, /rpcId: [0-9a-f-]{36}$/);
    }
  });

  it('refuses a change of topic in the middle of a subscription', async () => {
    const subscriber = listen(client);
    subscriber.call.write({ topicName: TOPIC, replayPreset: 'EARLIEST', numRequested: 1 });
    await subscriber.response();
    subscriber.call.write({ topicName: '/event/Other__e', numRequested: 1 });
    assert.equal((await subscriber.error()).code, 3);
  });

  it('keeps a silent stream alive with an advanced position, and closes one that asks for nothing', async () => {
    const subscriber = listen(client);
    subscriber.call.write({ topicName: TOPIC, replayPreset: 'EARLIEST', numRequested: bus.retained(TOPIC).length + 1 });
    const caughtUp = await subscriber.response();
    offset += 61_000;
    service.tick();
    const keepalive = await subscriber.response();
    assert.equal(keepalive.events.length, 0);
    assert.ok(keepalive.latestReplayId.compare(caughtUp.latestReplayId) > 0);
    publish(1);
    assert.equal((await subscriber.response()).pendingNumRequested, 0);
    offset += 61_000;
    service.tick();
    assert.equal(await subscriber.next(), 'ended');
  });

  it('kills the streams of a revoked session, but leaves those of an expired one open', async () => {
    const revoked = listen(client, 'revoked');
    revoked.call.write({ topicName: TOPIC, replayPreset: 'EARLIEST', numRequested: 1 });
    await revoked.response();
    service.faults.revoke('revoked');
    assert.equal((await revoked.error()).code, 16);

    const expired = listen(client, 'expired');
    expired.call.write({ topicName: TOPIC, replayPreset: 'EARLIEST', numRequested: bus.retained(TOPIC).length + 5 });
    await expired.response();
    service.faults.expire('expired');
    publish(1);
    assert.equal((await expired.response()).events.length, 1);
    expired.call.cancel();
    const again = listen(client, 'expired');
    again.call.write({ topicName: TOPIC, numRequested: 1 });
    assert.equal((await again.error()).code, 16);
  });

  it('survives being killed and restarted on the same port, and serves what the subscriber missed', async () => {
    const subscriber = listen(client);
    subscriber.call.write({ topicName: TOPIC, replayPreset: 'EARLIEST', numRequested: 100 });
    const last = (await subscriber.response()).events.at(-1);
    assert.ok(last);
    server.kill();
    const error = await subscriber.error();
    assert.equal(error.metadata.get('error-code').length, 0, 'a broken transport carries no error code');
    const missed = publish(2);
    await server.restart();
    const fresh = new loaded.eventbus.v1.PubSub(server.address, credentials.createInsecure());
    const again = listen(fresh);
    again.call.write({ topicName: TOPIC, replayPreset: 'CUSTOM', replayId: last.replayId, numRequested: 2 });
    assert.deepEqual(recordIds(await again.response()), missed);
    again.call.cancel();
    fresh.close();
  });

  it('can answer nothing at all, as a half-open connection does', async () => {
    service.faults.frozen = true;
    const subscriber = listen(client);
    subscriber.call.write({ topicName: TOPIC, replayPreset: 'EARLIEST', numRequested: 1 });
    offset += 300_000;
    service.tick();
    const silence = await Promise.race([
      subscriber.next(),
      new Promise<'silence'>((resolve) => client.GetTopic({ topicName: TOPIC }, headers(), () => resolve('silence'))),
    ]);
    assert.equal(silence, 'silence');
    service.faults.frozen = false;
    service.tick();
    assert.equal((await subscriber.response()).events.length, 1);
    subscriber.call.cancel();
  });

  it('tells topic and schema, refuses unknown schemas, and can answer schemas late and out of order', async () => {
    const schemaId = await new Promise<string>((resolve) =>
      client.GetTopic({ topicName: TOPIC }, headers(), (_error, value) => resolve(value.schemaId)),
    );
    const schema = JSON.parse(
      await new Promise<string>((resolve) => client.GetSchema({ schemaId }, headers(), (_error, value) => resolve(value.schemaJson))),
    ) as { readonly namespace: string; readonly fields: readonly { readonly name: string; readonly type: unknown }[] };
    assert.equal(schema.namespace, 'com.sforce.eventbus');
    assert.deepEqual(
      schema.fields.map(({ name, type }) => [name, type]),
      [
        ['CreatedDate', 'long'],
        ['CreatedById', 'string'],
        ['Reason__c', ['null', 'string']],
        ['Record_Id__c', ['null', 'string']],
      ],
    );
    const unknown = await new Promise<ServiceError | null>((resolve) =>
      client.GetSchema({ schemaId: 'nope' }, headers(), (error) => resolve(error)),
    );
    assert.equal(unknown?.code, 3);

    service.faults.holdSchemas = true;
    const order: string[] = [];
    const ask = (name: string): Promise<void> =>
      new Promise((resolve) =>
        client.GetSchema({ schemaId }, headers(), () => {
          order.push(name);
          resolve();
        }),
      );
    const [first, second] = [ask('first'), ask('second')];
    await new Promise<void>((resolve) => client.GetTopic({ topicName: TOPIC }, headers(), () => resolve()));
    await new Promise<void>((resolve) => client.GetTopic({ topicName: TOPIC }, headers(), () => resolve()));
    service.faults.holdSchemas = false;
    service.faults.releaseSchema('newest');
    await second;
    service.faults.releaseSchema('newest');
    await first;
    assert.deepEqual(order, ['second', 'first']);
  });

  it('publishes what a client encodes and refuses what does not fit, event by event', async () => {
    const topic = bus.topic(TOPIC);
    assert.ok(topic);
    const good = bus.schema(topic.schemaId)?.encode({ CreatedDate: 1, CreatedById: '005', Record_Id__c: '006x', Reason__c: null });
    const results = await new Promise<readonly { readonly correlationKey: string; readonly error?: { readonly msg: string } | null }[]>(
      (resolve) =>
        client.Publish(
          {
            topicName: TOPIC,
            events: [
              { id: 'one', schemaId: topic.schemaId, payload: good },
              { id: 'two', schemaId: topic.schemaId, payload: Buffer.from([1]) },
            ],
          },
          headers(),
          (_error, value) => resolve(value.results),
        ),
    );
    assert.equal(results[0]?.error ?? null, null);
    assert.match(results[1]?.error?.msg ?? '', /does not fit/);
    assert.equal(bus.retained(TOPIC).at(-1)?.eventId, 'one');
  });
});

describe('the event bus', () => {
  const start = Date.UTC(2026, 10, 20);
  const world = (): { readonly bus: Bus; advance(ms: number): void; publish(value?: string): void; ids(): unknown[] } => {
    let now = start;
    let count = 0;
    const bus = createBus({ now: () => now, random: () => 0.5, uuid: () => `uuid-${(count += 1)}` }, { deliveryLimit: 3 });
    bus.define({ name: EVENT, fields: [{ name: 'Record_Id__c', type: 'Text', required: true }] });
    return {
      bus,
      advance: (ms) => (now += ms),
      publish: (value = 'x') => void bus.publish(EVENT, { Record_Id__c: value }, { createdById: '005' }),
      ids: () => bus.retained(TOPIC).map((event) => bus.read(event)['Record_Id__c']),
    };
  };

  it('forgets events after 72 hours and no longer accepts their replay ids', () => {
    const { bus, advance, publish } = world();
    publish();
    const replayId = bus.retained()[0]?.replayId as Uint8Array;
    advance(71 * HOUR);
    assert.equal(bus.subscribe(TOPIC, { kind: 'after', replayId }).kind, 'open');
    advance(2 * HOUR);
    publish();
    assert.equal(bus.retained().length, 1);
    assert.equal(bus.subscribe(TOPIC, { kind: 'after', replayId }).kind, 'corrupted');
  });

  it('loses, repeats, swaps and damages exactly the events a test names', () => {
    const { bus, publish, ids } = world();
    bus.faults.loseNext();
    publish('lost');
    bus.faults.duplicateNext();
    publish('twice');
    bus.faults.reorderNext();
    publish('later');
    publish('sooner');
    assert.deepEqual(ids(), ['twice', 'twice', 'sooner', 'later']);
    const [one, two] = bus.retained();
    assert.equal(one?.eventId, two?.eventId);
    assert.notDeepEqual(one?.replayId, two?.replayId);
    bus.faults.corruptNext();
    publish('damaged payload');
    const damaged = bus.retained().at(-1);
    assert.ok(damaged);
    assert.throws(() => bus.read(damaged));
  });

  it('keeps an event that is overtaken while another one is held back as well', () => {
    const { bus, publish, ids } = world();
    bus.faults.reorderNext();
    publish('first');
    bus.faults.reorderNext();
    publish('second');
    publish('third');
    assert.deepEqual(ids(), ['third', 'first', 'second']);
  });

  it('loses, repeats, swaps and damages nothing more once everything works again', () => {
    const { bus, publish, ids } = world();
    bus.faults.reorderNext();
    publish('held');
    bus.faults.loseNext();
    bus.faults.duplicateNext();
    bus.faults.corruptNext();
    bus.faults.reorderNext();
    bus.faults.clear();
    publish('after it');
    assert.deepEqual(ids(), ['held', 'after it']);
  });

  it('gives a changed definition a new schema id while old events stay readable', () => {
    const { bus, publish, ids } = world();
    publish('old');
    const before = bus.topic(TOPIC)?.schemaId;
    bus.define({
      name: EVENT,
      fields: [
        { name: 'Record_Id__c', type: 'Text', required: true },
        { name: 'Count__c', type: 'Number', required: false },
      ],
    });
    assert.notEqual(bus.topic(TOPIC)?.schemaId, before);
    publish('new');
    assert.deepEqual(ids(), ['old', 'new']);
    bus.faults.interleaveSchemas(EVENT);
    publish('a');
    publish('b');
    const [a, b] = bus.retained().slice(-2);
    assert.notEqual(a?.schemaId, b?.schemaId);
  });

  it('counts deliveries over 24 hours, and a reset stream forgets everything', () => {
    const { bus, advance, publish } = world();
    publish();
    publish();
    const result = bus.subscribe(TOPIC, { kind: 'earliest' });
    assert.equal(result.kind, 'open');
    const replayId = bus.retained()[1]?.replayId as Uint8Array;
    if (result.kind === 'open') assert.equal(result.subscription.pull(10).length, 2);
    assert.deepEqual([bus.usage().delivered, bus.usage().deliveryLimit], [2, 3]);
    advance(25 * HOUR);
    assert.equal(bus.usage().delivered, 0);
    bus.faults.resetStream();
    assert.equal(bus.retained().length, 0);
    assert.equal(bus.subscribe(TOPIC, { kind: 'after', replayId }).kind, 'corrupted');
  });

  it('refuses an event without its required field', () => {
    const { bus } = world();
    const outcome = bus.publish(EVENT, {}, { createdById: '005' });
    assert.equal(outcome.kind === 'refused' && outcome.code, 'REQUIRED_FIELD_MISSING');
  });
});

describe('the rules of a subscription, without sockets', () => {
  const caller = { accessToken: 't', instanceUrl: 'https://x', tenantId: '00D' };
  const everything = { userId: '005', mayRead: () => true, mayCreate: () => true };
  const world = (
    options: PubSubOptions & BusOptions = {},
  ): {
    readonly bus: Bus;
    readonly service: PubSubService;
    advance(ms: number): void;
    publish(count?: number): void;
    subscribe(count: number, replayPreset?: 'LATEST' | 'EARLIEST'): string[];
  } => {
    let now = 0;
    let count = 0;
    const clock: Surroundings = { now: () => now, random: () => 0.5, uuid: () => `uuid-${(count += 1)}` };
    const bus = createBus(clock, options);
    bus.define({ name: EVENT, fields: [{ name: 'Record_Id__c', type: 'Text', required: true }] });
    const service = createPubSubService(bus, () => everything, clock, options);
    return {
      bus,
      service,
      advance: (ms) => {
        now += ms;
        service.tick();
      },
      publish: (times = 1) => {
        for (let index = 0; index < times; index += 1) bus.publish(EVENT, { Record_Id__c: 'x' }, { createdById: '005' });
      },
      subscribe: (numRequested, replayPreset = 'EARLIEST') => {
        const heard: string[] = [];
        const call = service.subscribe(caller, {
          response: ({ events, pendingNumRequested }) => heard.push(`${events.length} of ${events.length + pendingNumRequested}`),
          ended: (error) => heard.push(error ? (error.errorCode ?? 'cut') : 'ended'),
        });
        call.request({ topicName: TOPIC, replayPreset, replayId: new Uint8Array(), numRequested });
        return heard;
      },
    };
  };

  it('stops when the delivery allocation of the day is used up', () => {
    const { publish, subscribe, advance } = world({ deliveryLimit: 3 });
    publish(5);
    assert.deepEqual(subscribe(10), ['3 of 10', 'sfdc.platform.eventbus.grpc.subscription.limit.exceeded']);
    advance(25 * HOUR);
    assert.equal(subscribe(10)[0], '3 of 10', 'a day later it goes on');
  });

  it('forgets a stream without a word', () => {
    const { publish, subscribe, service, advance } = world();
    const heard = subscribe(10);
    service.faults.forgetStreams();
    publish();
    advance(600_000);
    assert.deepEqual(heard, []);
    assert.equal(subscribe(10).length, 1, 'a new subscription works');
  });

  it('refuses the next call as told, and cuts streams with any error', () => {
    const { subscribe, service } = world();
    service.faults.refuseNext('Subscribe', 'unavailable');
    assert.deepEqual(subscribe(1), ['sfdc.platform.eventbus.grpc.service.unavailable']);
    const heard = subscribe(1);
    service.faults.endStreams('reset');
    assert.deepEqual([heard, service.openStreams()], [['cut'], 0]);
  });

  it('can close an idle stream with an error instead of OK', () => {
    const { publish, subscribe, advance } = world({ idleClose: 'unavailable' });
    publish();
    const heard = subscribe(1);
    advance(60_000);
    assert.deepEqual(heard, ['1 of 1', 'sfdc.platform.eventbus.grpc.service.unavailable']);
  });

  it('takes replay ids of any length as opaque', () => {
    const { bus, publish } = world();
    bus.faults.replayIdLength = 16;
    publish(2);
    const [first] = bus.retained();
    assert.equal(first?.replayId.byteLength, 16);
    const result = bus.subscribe(TOPIC, { kind: 'after', replayId: first.replayId });
    assert.equal(result.kind === 'open' && result.subscription.pull(10).length, 1);
  });

  it('gives the same stream for the same seed', () => {
    const run = (): string => {
      const { bus, publish } = world();
      publish(5);
      return bus
        .retained()
        .map((event) => `${event.position} ${event.eventId}`)
        .join();
    };
    assert.equal(run(), run());
  });
});

describe('our description of the Pub/Sub API', () => {
  it('equals the one inside a public client: names, numbers, types, cardinality', () => {
    const [vendor] = globSync('node_modules/salesforce-pubsub-api-client/dist/pubsub_api*.proto');
    assert.ok(vendor);
    const describeProto = (path: string): unknown =>
      Object.entries(loadSync(path, {}))
        .map(([name, entry]) => {
          if (!('type' in entry)) {
            return [
              name,
              Object.entries(entry)
                .map(([rpc, method]) => [
                  rpc,
                  (method as { path: string; requestStream: boolean; responseStream: boolean }).path,
                  (method as { requestStream: boolean }).requestStream,
                  (method as { responseStream: boolean }).responseStream,
                ])
                .sort(),
            ];
          }
          const type = entry.type as { readonly field?: readonly object[]; readonly value?: readonly object[] };
          const pick = (item: object): unknown => {
            const { name: itemName, number, type: itemType, typeName, label } = item as { [key: string]: unknown };
            return [
              itemName,
              number,
              itemType ?? null,
              String(typeName ?? '')
                .split('.')
                .at(-1),
              label ?? null,
            ];
          };
          return [name, [...(type.field ?? []), ...(type.value ?? [])].map(pick).sort()];
        })
        .sort();
    assert.deepEqual(describeProto(PROTO_PATH), describeProto(vendor));
  });

  it('is served over TLS for the clients that insist on it', async () => {
    const bus = createBus({ now: () => Date.now(), random: () => 0.5, uuid: () => randomUUID() });
    const authority = sharedTestAuthority();
    const tls = authority.serverCertificate();
    const nobody = createPubSubService(bus, () => null, { now: () => Date.now(), random: () => 0.5, uuid: () => randomUUID() });
    const server = await servePubSub(nobody, { tls });
    const client = new loaded.eventbus.v1.PubSub(server.address, credentials.createSsl(Buffer.from(authority.root.pem)));
    const error = await new Promise<ServiceError | null>((resolve) =>
      client.GetTopic({ topicName: TOPIC }, headers(), (failure) => resolve(failure)),
    );
    assert.equal(error?.code, 16);
    client.close();
    await server.close();
  });
});
